"""Appeals: what people write to a company, what it answers, and what came along."""

from piccolo.columns import JSONB, UUID, BigSerial, Date, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from webapp.database.engine import DB


class Appeal(Table, db=DB, tablename="appeals"):
    id = UUID(primary_key=True)
    """Made with the form: the same form sent twice is one appeal."""
    company_id = UUID(null=False)
    """Who answers; another one after it was forwarded."""
    portal_id = UUID(null=False)
    number = Varchar(length=16)
    kind = Varchar(length=10)
    about = Varchar(length=10, default="")
    """What it is about: webapp.rules.appeals.DESKS. A technical request says it in its details."""
    title = Varchar(length=120)
    person_id = UUID(null=True, default=None, index=True)
    """Absent where somebody asked for support who is not signed in; then `contact` is there."""
    account_id = UUID(null=True, default=None)
    business_id = UUID(null=True, default=None)
    branch = Varchar(length=80, default="")
    details = JSONB(default="{}")
    """Of a technical request: page, action, login, meter, browser and so on, as the person left them (B19-B22)."""
    contact = Varchar(length=254, default="")
    language = Varchar(length=2, default="uk")
    state = Varchar(length=8, default="open")
    created_at = Timestamptz()
    due_on = Date()
    taken_by = UUID(null=True, default=None)
    """The colleague who looks after it."""
    answered_at = Timestamptz(null=True, default=None)
    rating = SmallInt(null=True, default=None)

    appeal_number_once = Unique([company_id, number])
    kind_known = Check("kind IN ('question', 'complaint', 'suggestion', 'technical')")
    state_known = Check("state IN ('open', 'asked', 'answered', 'closed')")
    rating_known = Check("rating BETWEEN 1 AND 5")
    answer_reaches_somebody = Check("person_id IS NOT NULL OR contact <> ''")


class AppealMessage(Table, db=DB, tablename="appeal_messages"):
    """The thread: words of the person, words of the company, and what happened between them."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    """Whose colleague wrote it, or who it was written to."""
    appeal_id = UUID(null=False, index=True)
    place = BigSerial()
    """In the thread: moments may be equal."""
    kind = Varchar(length=9)
    colleague_id = UUID(null=True, default=None)
    text = Text(default="")
    at = Timestamptz()

    kind_known = Check(
        "kind IN ('message', 'answer', 'question', 'taken', 'forwarded', 'reopened', 'closed')"
    )


class Attachment(Table, db=DB, tablename="attachments"):
    """The row; the file lies in outside/files, drawn or written anew."""

    id = UUID(primary_key=True)
    company_id = UUID(null=False)
    appeal_id = UUID(null=False, index=True)
    message_id = UUID(null=False)
    name = Varchar(length=80)
    media = Varchar(length=20)
    digest = Varchar(length=64)
    """Of what was sent; part of the name of the file."""
    size = Integer(default=0)
    at = Timestamptz()

    media_known = Check("media IN ('image/jpeg', 'application/pdf')")
