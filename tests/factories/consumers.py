"""As many consumers as a country has, by a few statements: names, streets, meters, people and their logins."""

from typing import Any
from uuid import UUID

_ROOTS = "Кова,Лиси,Петра,Бонда,Шевче,Ткаче,Мельни,Козаче,Гайда,Руденю,Савче,Дорошу,Яреми,Литви,Кравче,Поліщу,Остапе"
_ENDS = "ленко,чук,ренко,щенко,ньовський,вець,шин,нюк,йко,тяк,ць,рчук"
_TAILS = ",-Дуб,ів,ий,ський,ник"
_NAMES = "Олена,Іван,Марія,Петро,Ганна,Степан,Оксана,Юрій,Наталія,Тарас,Лариса,Богдан,Софія,Микола,Віра,Андрій,Ірина"
_STREETS = (
    "Садова,Лугова,Шевченка,Франка,Соборна,Київська,Миру,Лісова,Польова,Нова,Озерна,Вишнева,Паркова,Шкільна"
)


def _one(words: str, step: int) -> str:
    many = words.count(",") + 1
    return f"(string_to_array('{words}', ','))[1 + (n / {step}) % {many}]"


_SURNAME = f"{_one(_ROOTS, 1)} || {_one(_ENDS, 17)} || {_one(_TAILS, 204)}"
_EACH = "FROM generate_series(1, $3::int) n WHERE $1::uuid <> $2::uuid"
_ACCOUNT, _POINT, _PERSON = (f"md5('{kind}' || n)::uuid" for kind in ("account", "point", "person"))
STATEMENTS = (
    f"""INSERT INTO accounts (id, company_id, number, settlement, address, holder)
    SELECT {_ACCOUNT}, $1, lpad(n::text, 10, '0'), 'м. Місто ' || n % 300,
           'вул. ' || {_one(_STREETS, 7)} || ', ' || n % 90 + 1 || ', кв. ' || n % 120 + 1,
           {_SURNAME} || ' ' || {_one(_NAMES, 11)} {_EACH}""",
    f"""INSERT INTO contracts (id, company_id, account_id, service, number, as_of, price)
    SELECT gen_random_uuid(), $1, {_ACCOUNT}, 'distribution', lpad(n::text, 10, '0'), now(), 1 {_EACH}""",
    f"""INSERT INTO meter_points (id, company_id, account_id, eic)
    SELECT {_POINT}, $1, {_ACCOUNT}, '56XM' || lpad(n::text, 12, '0') {_EACH}""",
    f"""INSERT INTO meters (id, company_id, account_id, meter_point_id, serial, model, installed_on)
    SELECT gen_random_uuid(), $1, {_ACCOUNT}, {_POINT}, 'N' || lpad(n::text, 8, '0'), 'G4', now() {_EACH}""",
    f"""INSERT INTO people (id, portal_id, partition, phone, created_at)
    SELECT {_PERSON}, $2, gen_random_uuid(), CASE WHEN n % 5 = 0 THEN '+38051' || lpad(n::text, 7, '0') ELSE '' END,
           now() {_EACH}""",
    f"""INSERT INTO logins (id, portal_id, person_id, kind, contact, verified_at)
    SELECT gen_random_uuid(), $2, {_PERSON}, 'mail', 'person' || n || '@example.com', now() {_EACH}""",
    f"""INSERT INTO links (id, person_id, account_id, linked_at)
    SELECT gen_random_uuid(), {_PERSON}, {_ACCOUNT}, now() {_EACH}""",
)


async def fill(speaker: Any, company_id: UUID, portal_id: UUID, many: int) -> None:
    """`speaker` is a pool or a connection; what the planner knows is fresh afterwards."""
    for statement in STATEMENTS:
        await speaker.execute(statement, company_id, portal_id, many)
    await speaker.execute("ANALYZE")
