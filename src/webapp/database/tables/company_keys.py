"""Keys by which a company's billing system comes in, and what it was answered. Of a key only the hash is kept."""

from piccolo.columns import UUID, Array, Bytea, Text, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class CompanyKey(Table, db=DB, tablename="company_keys"):
    id = UUID(primary_key=True)
    company_id = UUID(null=False, index=True)
    portal_id = UUID(null=False)
    name = Varchar(length=60)
    token_sha256 = Bytea(unique=True)
    prefix = Varchar(length=16)
    """Its first letters, to know it by."""
    scopes = Array(base_column=Varchar(length=20), default=list)
    made_by = UUID(null=False)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    last_used_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)

    key_scopes_known = Check(
        "cardinality(scopes) > 0 AND scopes::text[] <@ ARRAY['registers:write', 'readings:write', 'money:write',"
        " 'readings:read', 'payments:read', 'appeals:read', 'links:read']"
    )


class CompanyAnswer(Table, db=DB, tablename="company_answers"):
    """What a request with an Idempotency-Key was answered: the same one gets it again."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    idempotency = Varchar(length=100)
    asked_sha256 = Bytea()
    """Of the kind and the body."""
    answer = Text()
    created_at = Timestamptz(index=True)

    answered_once = Unique([company_id, idempotency])
