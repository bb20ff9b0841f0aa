"""Tokens by which a person's own programs come in. Only hashes are kept: a token is shown once."""

from piccolo.columns import UUID, Array, Bytea, Timestamptz, Varchar
from piccolo.constraints import Check
from piccolo.table import Table

from webapp.database.engine import DB


class Token(Table, db=DB, tablename="tokens"):
    id = UUID(primary_key=True)
    portal_id = UUID(null=False)
    person_id = UUID(null=False, index=True)
    name = Varchar(length=60)
    token_sha256 = Bytea(unique=True)
    prefix = Varchar(length=16)
    """Its first letters, to know it by."""
    scopes = Array(base_column=Varchar(length=20), default=list)
    account_ids = Array(base_column=UUID(), default=list)
    """Those that were chosen; whether the person still has them says the link."""
    created_at = Timestamptz()
    expires_at = Timestamptz()
    last_used_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)

    scopes_known = Check(
        "cardinality(scopes) > 0 AND scopes::text[] <@ ARRAY['readings:write', 'bills:read', 'usage:read']"
    )
    some_account = Check("cardinality(account_ids) BETWEEN 1 AND 25")
