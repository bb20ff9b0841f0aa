"""People, what they sign in with, where they are signed in, and what they agreed to."""

from piccolo.columns import UUID, Boolean, Bytea, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class Person(Table, db=DB, tablename="people"):
    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    partition = UUID(unique=True)
    """What the person's device calls the person: opaque, on no other page."""
    name = Varchar(length=100, default="")
    language = Varchar(length=2, default="uk")
    password_hash = Varchar(length=120, null=True, default=None)
    created_at = Timestamptz()


class Login(Table, db=DB, tablename="logins"):
    """A proved phone (E.164) or e-mail (lower case); one belongs to one person of a portal."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    person_id = UUID(null=False, index=True)
    kind = Varchar(length=5)
    contact = Varchar(length=254)
    verified_at = Timestamptz()

    contact_once = Unique([portal_id, contact])
    kind_known = Check("kind IN ('mail', 'phone')")


class SignIn(Table, db=DB, tablename="sign_ins"):
    """Only the hash of the token is here: whoever reads the table signs in nowhere."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    person_id = UUID(null=False, index=True)
    token_sha256 = Bytea(unique=True)
    shared = Boolean(default=False)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    idle_expires_at = Timestamptz()
    expires_at = Timestamptz()
    revoked_at = Timestamptz(null=True, default=None)


class Consent(Table, db=DB, tablename="consents"):
    """Which text was agreed to: its version and hash, when, and from which address (Law 2297-VI, art. 11)."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    person_id = UUID(null=False, index=True)
    document = Varchar(length=20)
    version = Varchar(length=20)
    language = Varchar(length=2)
    text_sha256 = Varchar(length=64)
    given_at = Timestamptz()
    ip = Varchar(length=45, default="")

    consent_once = Unique([person_id, document, version])
