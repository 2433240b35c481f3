"""What counts as a break of what a release published."""

from __future__ import annotations

import pytest

from dagster_project.publish.contract import Break, PublishedContract, breaks

RELEASED = {
    "marts.fct_kpi": {"kpi_id": "VARCHAR", "value": "DOUBLE", "n": "BIGINT"},
    "marts.dim_person": {"person_id": "VARCHAR", "email": "VARCHAR masked"},
}


def contract(tables: dict[str, dict[str, str]]) -> PublishedContract:
    return PublishedContract(schema_version=1, tables=tables)


def changed(**columns: str) -> dict[str, dict[str, str]]:
    return RELEASED | {"marts.fct_kpi": columns}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (RELEASED, []),
        (RELEASED | {"marts.fct_new": {"a": "DATE"}}, []),
        (changed(kpi_id="VARCHAR", value="DOUBLE", n="BIGINT", unit="VARCHAR"), []),
        (
            {"marts.fct_kpi": RELEASED["marts.fct_kpi"]},
            [Break("marts.dim_person", "is no longer published")],
        ),
        (
            changed(kpi_id="VARCHAR", value="DOUBLE"),
            [Break("marts.fct_kpi.n", "is no longer published")],
        ),
        (
            changed(kpi_id="VARCHAR", value="DECIMAL(18,2)", n="BIGINT"),
            [Break("marts.fct_kpi.value", "was DOUBLE, is DECIMAL(18,2)")],
        ),
        (
            changed(kpi_id="VARCHAR", n="BIGINT", value="DOUBLE"),
            [
                Break("marts.fct_kpi.value", "was column 2, is 3"),
                Break("marts.fct_kpi.n", "was column 3, is 2"),
            ],
        ),
        (
            RELEASED | {"marts.dim_person": {"person_id": "VARCHAR", "email": "VARCHAR"}},
            [Break("marts.dim_person.email", "was VARCHAR masked, is VARCHAR")],
        ),
    ],
    ids=[
        "the same",
        "a table more",
        "a column behind",
        "a table less",
        "a column less",
        "another type",
        "another order",
        "no longer masked",
    ],
)
def test_what_breaks_a_reader(now: dict[str, dict[str, str]], expected: list[Break]) -> None:
    assert breaks(contract(RELEASED), contract(now)) == expected
