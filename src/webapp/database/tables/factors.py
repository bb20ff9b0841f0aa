"""The second factor: passkeys, authenticator applications, recovery codes. The owner is a person or of the staff."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, SmallInt, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from webapp.database.engine import DB


class Passkey(Table, db=DB, tablename="passkeys"):
    """WebAuthn Level 3: good on one portal only, whose host is the rpId."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    owner_id = UUID(null=False, index=True)
    credential_id = Bytea(unique=True)
    public_key = Bytea()
    sign_count = BigInt(default=0)
    transports = Varchar(length=100, default="")
    name = Varchar(length=60, default="")
    created_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class Authenticator(Table, db=DB, tablename="authenticators"):
    """An application that counts one-time codes (RFC 6238)."""

    id = UUID(primary_key=True)
    owner_id = UUID(unique=True)
    secret = Bytea()
    """Encrypted: whoever reads the table counts no codes."""
    created_at = Timestamptz()
    confirmed_at = Timestamptz(null=True, default=None)
    last_step = BigInt(default=0)
    """The step of the last code that was taken: none works twice."""


class RecoveryCode(Table, db=DB, tablename="recovery_codes"):
    """For the day the phone is lost; each works once."""

    id = UUID(primary_key=True)
    owner_id = UUID(null=False, index=True)
    code_hmac = Bytea(unique=True)
    created_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class Challenge(Table, db=DB, tablename="challenges"):
    """A second step under way: what this browser has to answer, and until when."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    purpose = Varchar(length=10)
    owner_id = UUID(null=True, default=None)
    """Absent where a passkey itself says who comes."""
    browser_sha256 = Bytea(index=True)
    challenge = Bytea()
    shared = Boolean(default=False)
    next = Varchar(length=200, default="")
    tries = SmallInt(default=0)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)

    purpose_known = Check("purpose IN ('register', 'passkey', 'second', 'confirm')")
