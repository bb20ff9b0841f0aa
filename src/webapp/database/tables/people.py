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
    phone = Varchar(length=16, default="")
    """To be called at, also a landline (A20); never a login."""
    language = Varchar(length=2, default="uk")
    password_hash = Varchar(length=120, null=True, default=None)
    created_at = Timestamptz()
    gone_at = Timestamptz(null=True, default=None)
    """Deleted or annulled: nothing personal is left in the row, readings still point to it."""


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
    device = Varchar(length=60, default="")
    """For the list of devices: browser and system, as «Chrome, Android»."""
    ip = Varchar(length=45, default="")
    confirmed_at = Timestamptz(null=True, default=None)
    """When the person last proved to be there: money and contacts ask again after a while."""


class KnownDevice(Table, db=DB, tablename="known_devices"):
    """Where a person has signed in before: from elsewhere is worth a letter."""

    id = UUID(primary_key=True)
    person_id = UUID(null=False)
    token_sha256 = Bytea()
    created_at = Timestamptz()

    device_once = Unique([person_id, token_sha256])


class Ticket(Table, db=DB, tablename="tickets"):
    """To hand in readings, and for nothing else, from a device whose sign-in has ended by itself; goes with it."""

    id = UUID(primary_key=True)
    """That of the sign-in."""
    person_id = UUID(null=False, index=True)
    token_sha256 = Bytea(unique=True)
    known_sha256 = Bytea(index=True)
    """Of the browser: a device has one ticket, that of who signed in there last."""
    device_id = UUID(null=True, default=None)
    """What the device's queue calls itself; absent until it hands in something by this ticket."""
    created_at = Timestamptz()
    expires_at = Timestamptz()


class ContactChange(Table, db=DB, tablename="contact_changes"):
    """A login that is to be replaced: proved on the new channel, and on the old one or after a delay."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    person_id = UUID(null=False, index=True)
    old_contact = Varchar(length=254)
    new_kind = Varchar(length=5)
    new_contact = Varchar(length=254)
    asked_at = Timestamptz()
    old_proved_at = Timestamptz(null=True, default=None)
    new_proved_at = Timestamptz(null=True, default=None)
    effective_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)


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

    withdrawn_at = Timestamptz(null=True, default=None)

    consent_once = Unique([person_id, document, version])
