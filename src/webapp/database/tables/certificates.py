"""Certificates and acts: what was ordered, and what was issued, once and for ever."""

from piccolo.columns import JSONB, UUID, BigInt, Bytea, Date, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class Certificate(Table, db=DB, tablename="certificates"):
    """Of one contract, by the company that it is with."""

    id = UUID(primary_key=True)
    """The form's own: sent twice, it is one order."""
    company_id = UUID(null=False)
    portal_id = UUID(null=False)
    account_id = UUID(null=False, index=True)
    contract_id = UUID(null=False)
    person_id = UUID(null=False)
    """Who ordered it."""
    kind = Varchar(length=8)
    starts_on = Date(null=True, default=None)
    """Of an act: the first day of its first month."""
    ends_on = Date(null=True, default=None)
    """Of an act: the first day of its last month."""
    state = Varchar(length=7, default="asked")
    lacks = Varchar(length=8, default="")
    """Why it went to the staff: rules.certificates.Lack."""
    case_number = Varchar(length=16, null=True, default=None, unique=True)
    """Of the case at the desk."""
    ordered_at = Timestamptz()
    number = BigInt(null=True, default=None)
    issued_at = Timestamptz(null=True, default=None)
    valid_until = Date(null=True, default=None)
    facts = JSONB(null=True, default=None)
    """All that is printed, as it was on that day: database.queries.certificates.Facts."""
    note = Varchar(length=1000, default="")
    """What the staff has added, or why it refused."""
    sealed = Bytea(null=True, default=None)
    """Signature and text: webapp.rules.certificates."""

    certificate_number_once = Unique([company_id, number])
    certificate_kind_known = Check("kind IN ('state', 'no_debt', 'act', 'subsidy')")
    certificate_state_known = Check("state IN ('asked', 'issued', 'refused')")
    act_has_its_months = Check("num_nonnulls(starts_on, ends_on) = CASE kind WHEN 'act' THEN 2 ELSE 0 END")
    act_goes_forward = Check("ends_on >= starts_on")
    issued_whole = Check(
        "(state = 'issued') = (num_nulls(number, issued_at, valid_until, facts, sealed) = 0)"
    )
