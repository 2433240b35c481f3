"""Tables that a company keeps itself are refused where they contradict themselves."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

from dagster_project.company import load_company
from dagster_project.sources.errors import SourceError
from dagster_project.sources.landing import LandedTable, land_source
from dagster_project.sources.ledger import Ledger
from dagster_project.sources.registry import plan_source

EMPLOYEES = "employee_id,email,hired_on,left_on,ramp_months"
QUOTAS = (
    "quota_id,user_email,quota_metric,period_start,period_end,quota_original,currency_code,set_on"
)
ASSIGNMENTS = "territory_assignment_id,territory_id,user_email,sales_role,valid_from,valid_to"
TARGETS = "target_account_id,account_domain,valid_from,valid_to"
MARKET = "market_account_id,account_domain,employee_count,valid_from,valid_to"
COSTS = "cost_entry_id,incurred_on,cost_bucket,amount_original,currency_code"
SURVEYS = "survey_response_id,survey_kind,sent_at,score"

FILES = {
    "employee": [EMPLOYEES, "1,ann@own.example,2025-01-01,,3", "2,bo@own.example,2025-01-01,,3"],
    "quota": [
        QUOTAS,
        # Two metrics, two people, two months, and a figure that was changed.
        "1,ann@own.example,bookings,2026-01-01,2026-02-01,100,EUR,",
        "2,ann@own.example,bookings,2026-02-01,2026-03-01,100,USD,",
        "3,ann@own.example,bookings,2026-02-01,2026-03-01,0,,2026-02-15",
        "4,ann@own.example,qualified_opportunities,2026-01-01,2026-02-01,6,,",
        "5,Bo@own.example,bookings,2026-01-01,2026-02-01,100,EUR,",
    ],
    "territory": ["territory_id,territory_name", "north,North", "south,South"],
    "territory_assignment": [
        ASSIGNMENTS,
        "1,north,ann@own.example,manager,2026-01-01,2026-02-01",
        "2,north,ann@own.example,manager,2026-03-01,",
        "3,south,ann@own.example,manager,2026-01-01,",
        "4,north,bo@own.example,manager,2026-01-01,",
    ],
    "target_account": [TARGETS, "1,a.example,2026-01-01,2026-02-01", "2,a.example,2026-02-01,"],
    "market_account": [MARKET, "1,a.example,10,,2026-01-01", "2,a.example,,2026-01-01,"],
    "cost_entry": [COSTS, "1,2026-01-01,other,-5,EUR", "2,2026-01-01,other,5,"],
    "survey_response": [SURVEYS, "1,relational,2026-01-01,0", "2,relational,2026-01-01,10"],
}


def land(folder: Path, changed: dict[str, list[str]]) -> list[LandedTable]:
    """Land the files above, some of them replaced."""
    tables = []
    for entity, rows in (FILES | changed).items():
        if not rows:
            continue
        (folder / f"{entity}.csv").write_text("\n".join(rows) + "\n")
        columns = {name: name for name in rows[0].split(",")}
        tables.append({"entity": entity, "files": [f"{entity}.csv"], "columns": columns})
    (folder / "company.yml").write_text(
        yaml.safe_dump(
            {
                "name": "own",
                "reporting": {"currency": "EUR"},
                "currency_rates": [
                    {"currency": "USD", "valid_from": dt.date(2025, 1, 1), "rate": 0.9}
                ],
                "sources": [{"name": "own", "type": "files", "path": ".", "tables": tables}],
            }
        )
    )
    company = load_company(folder / "company.yml")
    plan = plan_source(company.sources[0], company)
    return land_source(plan, Ledger(folder / "landing"), dt.date(2026, 3, 1))


def test_sound_tables_are_landed(tmp_path: Path) -> None:
    assert {table.table: table.rows for table in land(tmp_path, {})} == {
        entity: len(rows) - 1 for entity, rows in FILES.items()
    }


@pytest.mark.parametrize(
    ("entity", "row", "where", "found", "allowed"),
    [
        ("employee", ",2025-01-01,,3", "email", "nothing", "a value in every record"),
        (
            "employee",
            "cy@own.example,2025-01-01,2025-01-01,3",
            "left_on",
            "from 2025-01-01 to 2025-01-01",
            "a day after hired_on",
        ),
        ("employee", "cy@own.example,2025-01-01,,-1", "ramp_months", "-1", "0 or more"),
        (
            "quota",
            "ann@own.example,bookings,2026-01-15,2026-02-01,100,EUR,",
            "period_start",
            "from 2026-01-15, while record 1 goes from 2026-01-01 to 2026-02-01",
            "one record at a time of the same user_email and quota_metric and set_on",
        ),
        (
            "quota",
            "bo@own.example,bookings,2026-02-01,2026-03-01,-100,EUR,",
            "quota_original",
            "-100",
            "0 or more",
        ),
        (
            "quota",
            "bo@own.example,bookings,2026-02-01,2026-03-01,100,CHF,",
            "currency_code",
            "'CHF'",
            "EUR, USD",
        ),
        (
            "quota",
            "zoe@own.example,bookings,2026-02-01,2026-03-01,100,EUR,",
            "user_email",
            "an address that no record of employee has",
            "the email of an employee",
        ),
        (
            "quota",
            "bo@own.example,bookings,February,2026-03-01,100,EUR,",
            "period_start",
            "'February'",
            "a date such as 2026-01-31",
        ),
        (
            "quota",
            "bo@own.example,bookings,26-02-01,2026-03-01,100,EUR,",
            "period_start",
            "'26-02-01'",
            "a date such as 2026-01-31",
        ),
        (
            "territory_assignment",
            "north,ann@own.example,manager,2026-01-31,2026-02-02",
            "valid_from",
            "from 2026-01-31, while record 1 goes from 2026-01-01 to 2026-02-01",
            "one record at a time of the same territory_id and sales_role and user_email",
        ),
        (
            "territory_assignment",
            "west,ann@own.example,manager,2026-01-01,",
            "territory_id",
            "'west'",
            "the territory_id of a territory of this source",
        ),
        ("territory", "", "territory_name", "nothing", "a value in every record"),
        (
            "target_account",
            "a.example,2027-01-01,",
            "valid_from",
            "from 2027-01-01, while record 2 goes from 2026-02-01 to further notice",
            "one record at a time of the same target_list_name and account_domain",
        ),
        (
            "market_account",
            "a.example,1,2025-01-01,2025-02-01",
            "valid_from",
            "from 2025-01-01, while record 1 goes from ever to 2026-01-01",
            "one record at a time of the same account_domain",
        ),
        ("cost_entry", "2026-01-01,other,5,CHF", "currency_code", "'CHF'", "EUR, USD"),
        ("cost_entry", "2026-01-01,,5,EUR", "cost_bucket", "nothing", "a value in every record"),
        ("survey_response", "relational,2026-01-01,11", "score", "11", "0 to 10"),
    ],
)
def test_a_record_that_cannot_be_is_refused(
    tmp_path: Path, entity: str, row: str, where: str, found: str, allowed: str
) -> None:
    rows = FILES[entity]
    with pytest.raises(SourceError) as error:
        land(tmp_path, {entity: [*rows, f"99,{row}"]})
    assert error.value.where == f"{entity}.csv, record {len(rows)}, {entity}.{where}"
    assert error.value.found == found
    assert error.value.allowed.startswith(allowed)
    assert not Ledger(tmp_path / "landing").pending_tables()


def test_a_message_counts_what_is_alike_and_tells_no_address(tmp_path: Path) -> None:
    strangers = [f"9{n},x{n}@own.example,bookings,2026-01-01,2026-02-01,1,," for n in range(3)]
    with pytest.raises(SourceError) as error:
        land(tmp_path, {"quota": [QUOTAS, *strangers]})
    assert error.value.found == "an address that no record of employee has (and 2 more like it)"
    assert "@" not in str(error.value)


def test_addresses_are_not_compared_where_nobody_lists_the_employees(tmp_path: Path) -> None:
    assert land(tmp_path, {"employee": []})
