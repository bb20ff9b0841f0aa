"""The second step: how long it waits, how often it is tried, and who is told to have one."""

from datetime import timedelta

from webapp.rules import recovery_codes
from webapp.rules.policy import Policy

LIFE = timedelta(minutes=10)
TRIES = 5
"""Of one sign-in; then it begins with the password again. Counted before it is compared."""
SHORT_PASSWORD = 8
"""What NIST SP 800-63B and ASVS 6.2.1 ask for at least."""
MOST_PASSKEYS = 10


def needs_second_factor(policy: Policy) -> bool:
    """Where passwords may be short, money and contacts are worth another check."""
    return policy.passwords.minimum < SHORT_PASSWORD


def is_recovery_code(typed: str) -> bool:
    """A code of the application is digits alone and half as long."""
    return len(recovery_codes.tidy(typed)) == recovery_codes.LENGTH
