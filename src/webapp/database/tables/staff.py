"""The people of the companies, where they are signed in, and what they looked at and did."""

from piccolo.columns import JSONB, UUID, Boolean, Bytea, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from webapp.database.engine import DB


class Colleague(Table, db=DB, tablename="staff"):
    id = UUID(primary_key=True)
    company_id = UUID(null=True, default=None, index=True)
    """Absent for who keeps the platform itself."""
    mail = Varchar(length=254, unique=True)
    name = Varchar(length=100, default="")
    role = Varchar(length=14)
    language = Varchar(length=2, default="uk")
    password_hash = Varchar(length=120, null=True, default=None)
    created_at = Timestamptz()
    blocked_at = Timestamptz(null=True, default=None)

    role_known = Check(
        "role IN ('viewer', 'clerk', 'inspector', 'supervisor', 'company_admin', 'platform_admin', 'auditor')"
    )
    company_known = Check("(company_id IS NULL) = (role = 'platform_admin')")


class StaffSignIn(Table, db=DB, tablename="staff_sign_ins"):
    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    colleague_id = UUID(null=False, index=True)
    token_sha256 = Bytea(unique=True)
    second_factor = Boolean(default=False)
    """Without it the sign-in opens nothing but the page that asks for it."""
    device = Varchar(length=60, default="")
    ip = Varchar(length=45, default="")
    created_at = Timestamptz()
    seen_at = Timestamptz()
    idle_expires_at = Timestamptz()
    expires_at = Timestamptz()
    revoked_at = Timestamptz(null=True, default=None)


class StaffInvitation(Table, db=DB, tablename="staff_invitations"):
    """A link to set the first password; its token is derived, not stored."""

    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    colleague_id = UUID(null=False, index=True)
    invited_by = UUID(null=True, default=None)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class AuditEntry(Table, db=DB, tablename="audit"):
    """Who of the staff looked at whose card, or did what, and why. Only ever added to."""

    id = UUID(primary_key=True)
    company_id = UUID(null=True, default=None, index=True)
    colleague_id = UUID(null=True, default=None)
    deed = Varchar(length=40)
    person_id = UUID(null=True, default=None)
    account_id = UUID(null=True, default=None)
    case_id = UUID(null=True, default=None)
    reason = Varchar(length=200, default="")
    changed = JSONB(default="{}")
    ip = Varchar(length=45, default="")
    at = Timestamptz(index=True)
