"""What people chose about two kinds of reminders moves to the one table of choices; indexes; a push is a message."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from webapp.database.engine import DB

ID = "2026-11-29T23:55:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "notifications rules"

MOVE = """
INSERT INTO notification_choices (id, person_id, kind, cabinet, mail, sms, push, changed_at)
SELECT gen_random_uuid(), person_id, '{kind}', way <> 'none', way = 'mail', way = 'sms', false, changed_at
FROM {table}
"""
STATEMENTS = (
    MOVE.format(kind="reading_reminder", table="reminder_choices"),
    MOVE.format(kind="bill_reminder", table="bill_reminder_choices"),
    "ALTER TABLE messages DROP CONSTRAINT kind_known",
    "ALTER TABLE messages ADD CONSTRAINT kind_known CHECK (kind IN ('sms', 'mail', 'push'))",
    "CREATE INDEX notifications_of_a_person ON notifications (person_id, created_at DESC, id DESC) WHERE listed",
    "CREATE INDEX notifications_unread ON notifications (person_id) WHERE listed AND read_at IS NULL",
    "CREATE INDEX notifications_by_age ON notifications (created_at)",
    "CREATE INDEX broadcasts_of_a_company ON broadcasts (company_id, created_at DESC)",
    "CREATE INDEX messages_of_a_company ON messages (company_id, created_at DESC) WHERE company_id IS NOT NULL",
    "CREATE INDEX messages_of_a_broadcast ON messages (broadcast_id, state) WHERE broadcast_id IS NOT NULL",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="webapp", description=DESCRIPTION)
    manager.add_raw(apply)
    manager.drop_table(class_name="ReminderChoice", tablename="reminder_choices", schema=None)
    manager.drop_table(class_name="BillReminderChoice", tablename="bill_reminder_choices", schema=None)
    return manager


async def apply() -> None:
    for statement in STATEMENTS:
        await DB.do(statement)
