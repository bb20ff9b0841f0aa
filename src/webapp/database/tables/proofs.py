"""One-time codes and links, and the sign-ups that wait for them. No code or token is stored: see rules.codes."""

from piccolo.columns import JSONB, UUID, Bytea, SmallInt, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from webapp.database.engine import DB


class Proof(Table, db=DB, tablename="proofs"):
    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    purpose = Varchar(length=20)
    channel = Varchar(length=4)
    kind = Varchar(length=4)
    contact = Varchar(length=254)
    person_id = UUID(null=True, default=None)
    """Absent for a contact nobody has: such a proof is never sent, and never fits."""
    sign_up_id = UUID(null=True, default=None)
    language = Varchar(length=2, default="uk")
    browser_sha256 = Bytea(null=True, default=None)
    """A code works in the browser that asked for it only."""
    tries = SmallInt(default=0)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)

    purpose_known = Check(
        "purpose IN ('sign_up', 'recovery', 'set_password', 'add_login', 'old_contact', 'lost_contact')"
    )
    channel_known = Check("channel IN ('sms', 'mail')")
    kind_known = Check("kind IN ('code', 'link', 'both')")


class SignUp(Table, db=DB, tablename="sign_ups"):
    """What was filled in, until the contact is proved. Expires; nothing of it is a person yet."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    browser_sha256 = Bytea(index=True)
    contact = Varchar(length=254)
    password_hash = Varchar(length=120, null=True, default=None)
    typed = JSONB(default="{}")
    """The form as it was typed, for «Повернутись» (A30); never the password."""
    account_id = UUID(null=True, default=None)
    """What the identified form proved (A12)."""
    consent = JSONB(default="{}")
    language = Varchar(length=2, default="uk")
    created_at = Timestamptz()
    expires_at = Timestamptz()
    done_at = Timestamptz(null=True, default=None)


class Limit(Table, db=DB, tablename="limits"):
    """One row a subject: the moment until which it has used its share up (GCRA)."""

    subject = Varchar(length=200, primary_key=True)
    used_until = Timestamptz(index=True)
