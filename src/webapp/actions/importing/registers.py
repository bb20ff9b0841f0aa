"""Files that say how things are: accounts, holders, addresses, contracts, meters."""

from webapp.actions.importing.plan import (
    OF_CONTRACT,
    OWN_ACCOUNT,
    PLACE,
    PLACES,
    REGISTER,
    SERVED,
    UNKNOWN_ACCOUNT,
    WHERE_IT_IS,
    Plan,
    Target,
    derived,
)
from webapp.rules.exchange.forms import Kind
from webapp.rules.exchange.wrong import Wrong

REGISTERS: dict[Kind, Plan] = {
    "accounts": Plan(
        "LEFT JOIN accounts a ON a.company_id = '{c}' AND a.number = t.number"
        " LEFT JOIN contracts k ON k.account_id = a.id AND k.service = '{service}'"
        " LEFT JOIN meter_points p ON p.company_id = '{c}' AND p.eic = t.eic" + PLACES,
        PLACE
        | {
            "account_id": derived("a.id", "account", "t.number"),
            "account": "t.number",
            "contract": "coalesce(t.contract, k.number, t.number)",
            "contract_id": derived("k.id", "contract", "coalesce(t.contract, t.number)"),
            "point_id": f"CASE WHEN t.eic IS NOT NULL THEN {derived('p.id', 'point', 't.eic')} END",
            "point_of": "p.account_id",
            "service": "'{service}'::text",
            "company_id": "'{c}'::uuid",
            "as_of": "'{now}'::timestamptz",
            "price": "coalesce(t.price, k.price, 0)",
            "year_volume": "coalesce(t.year_volume, k.year_volume, 0)",
            "opening": "coalesce(t.opening, 0)",
        },
        (
            Target(
                "accounts", "a", "account_id", {"company_id": "company_id", "number": "number"},
                WHERE_IT_IS | {"holder": "holder", "kind": "kind", "closed_on": "closed_on"},
            ),
            Target(
                "contracts", "k", "contract_id", OF_CONTRACT,
                {"number": "contract", "price": "price", "year_volume": "year_volume"},
            ),
            Target(
                "meter_points", "p", "point_id",
                {"company_id": "company_id", "account_id": "account_id", "eic": "eic"}, {"profile": "profile"},
                when="point_id IS NOT NULL",
            ),
        ),
        (
            ("eic", Wrong.TAKEN, "point_of <> account_id"),
            (
                "contract", Wrong.TAKEN,
                "EXISTS (SELECT FROM contracts o WHERE o.company_id = '{c}' AND o.number = r.contract"
                " AND o.id <> r.contract_id)",
            ),
        ),
        once=("contract", "eic"),
        register=REGISTER.format(table="accounts", key="number"),
        places=True,
    ),
    "holders": Plan(
        OWN_ACCOUNT,
        {"account_id": "a.id", "held_since": "coalesce(t.held_since, a.held_since)"},
        (
            Target(
                "accounts", "a", "account_id", {}, {"holder": "holder", "held_since": "held_since"}, inserts=False
            ),
        ),
        (UNKNOWN_ACCOUNT, ("held_since", Wrong.IN_THE_FUTURE, "held_since > '{day}'")),
    ),
    "addresses": Plan(
        OWN_ACCOUNT + PLACES,
        PLACE | {"account_id": "a.id"},
        (Target("accounts", "a", "account_id", {}, WHERE_IT_IS, inserts=False),),
        (UNKNOWN_ACCOUNT,),
        places=True,
    ),
    "contracts": Plan(
        SERVED.rstrip() + " AND (t.operator IS NULL OR t.operator IN (o.edrpou, o.name, o.short))"
        " AND o.role = 'operator' LEFT JOIN contracts k ON k.company_id = '{c}' AND k.number = t.number",
        {
            "account_id": "a.id",
            "contract_id": derived("k.id", "contract", "t.number"),
            "contract_of": "k.account_id",
            "service": "'{service}'::text",
            "company_id": "'{c}'::uuid",
            "as_of": "'{now}'::timestamptz",
            "year_volume": "coalesce(t.year_volume, k.year_volume, 0)",
            "opening": "coalesce(t.opening, 0)",
        },
        (
            Target(
                "contracts", "k", "contract_id", OF_CONTRACT | {"number": "number"},
                {"price": "price", "year_volume": "year_volume"},
            ),
        ),
        (
            UNKNOWN_ACCOUNT,
            ("number", Wrong.TAKEN, "contract_of <> account_id"),
            (
                "account", Wrong.TAKEN,
                "EXISTS (SELECT FROM contracts o WHERE o.account_id = r.account_id AND o.service = '{service}'"
                " AND o.id <> r.contract_id)",
            ),
        ),
        once=("account_id",),
        served=True,
        register=REGISTER.format(table="contracts", key="number"),
    ),
    "meters": Plan(
        OWN_ACCOUNT + " LEFT JOIN meter_points p ON p.company_id = '{c}' AND p.eic = t.eic"
        " LEFT JOIN meters m ON m.company_id = '{c}' AND m.serial = t.serial",
        {
            "account_id": "a.id",
            "point_id": derived("p.id", "point", "t.eic"),
            "point_of": "p.account_id",
            "meter_id": derived("m.id", "meter", "t.serial"),
            "meter_of": "m.account_id",
            "company_id": "'{c}'::uuid",
            "digits": "t.digits::smallint",
            "max_hourly_litres": "coalesce(t.max_hourly_litres, m.max_hourly_litres, 6000)",
        },
        (
            Target(
                "meter_points", "p", "point_id",
                {"company_id": "company_id", "account_id": "account_id", "eic": "eic"}, shared=True,
            ),
            Target(
                "meters", "m", "meter_id",
                {
                    "company_id": "company_id", "account_id": "account_id", "meter_point_id": "point_id",
                    "serial": "serial",
                },
                {
                    name: name
                    for name in (
                        "model", "digits", "max_hourly_litres", "installed_on", "removed_on", "verified_until"
                    )
                },
            ),
        ),
        (
            UNKNOWN_ACCOUNT,
            ("eic", Wrong.TAKEN, "point_of <> account_id"),
            ("serial", Wrong.TAKEN, "meter_of <> account_id"),
            ("removed_on", Wrong.ENDS_BEFORE, "removed_on < installed_on"),
        ),
        register=REGISTER.format(table="meters", key="serial"),
        main=1,
    ),
}  # fmt: skip
