"""A company file is refused with messages that name file, line, key, what was found and allowed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dagster_project.company import CompanyFileError, load_company
from dagster_project.company.run import reporting_day
from dagster_project.contract import PROJECT_ROOT, canonical_contract
from dagster_project.warehouse.company_tables import company_tables

GOOD = """\
name: acme
reporting: {time_zone: Europe/Berlin, currency: EUR}
sources:
  - {name: crm, type: salesforce_export, path: export}
stages:
  - {name: Won, order: 9, state: won, probability: 1, forecast_category: closed}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "acme.yml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("name: acme", "name: Acme Inc", ("line 1: name:", "'Acme Inc'")),
        ("Europe/Berlin", "Berlin", ("line 2: reporting.time_zone", "'Berlin'", "IANA")),
        ("currency: EUR", "currency: Euro", ("reporting.currency", "'Euro'", "ISO 4217")),
        ("currency: EUR", "curency: EUR", ("unknown key", "Did you mean 'currency'")),
        ("type: salesforce_export", "type: salesforce", ("line 4: sources.0", "salesforce_export")),
        (
            "path: export",
            "path: export, record_links: 'https://crm.example/'",
            ("sources.0.record_links.any", "{id}", "lightning"),
        ),
        (
            "path: export",
            "path: export, record_links: {deal: 'https://crm.example/{id}'}",
            ("sources.0.record_links", "'deal' is no entity", "opportunity"),
        ),
        ("path: export", "pth: export", ("sources.0.path", "required", "Did you mean 'path'")),
        ("state: won", "state: closed", ("line 6: stages.0.state", "'open'", "'won'")),
        ("probability: 1", "probability: 100", ("stages.0.probability", "less than or equal to 1")),
        (
            "probability: 1",
            "probability: 0.9",
            ("stages.0", "is won, so its probability must be 1"),
        ),
        ("sources:\n", "sources: []\nignored:\n", ("sources:", "at least 1")),
        (
            "sources:\n",
            "publication: {postgres: {url_env: PG_URL, schema_name: public}}\nsources:\n",
            ("line 3: publication.postgres.schema_name", "'public' is PostgreSQL's own"),
        ),
        (
            "sources:\n",
            "publication: {postgres: {url_env: PG_URL, schema_name: 'a\"b'}}\nsources:\n",
            ("line 3: publication.postgres.schema_name", "pattern"),
        ),
        (
            "sources:\n",
            "publication: {postgres: {url: PG_URL}}\nsources:\n",
            ("line 3: publication.postgres.url", "schema_name, url_env"),
        ),
        ("path: export", "path: '${NOT_SET_ANYWHERE}'", ("NOT_SET_ANYWHERE", "not set")),
        (
            "sources:\n",
            "thresholds: {month_freeze_business_day: 0}\nsources:\n",
            ("thresholds.month_freeze_business_day", "greater than or equal to 1"),
        ),
        ("stages:", "stages: [", ("not valid YAML",)),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, old: str, new: str, says: tuple[str, ...]) -> None:
    assert old in GOOD
    with pytest.raises(CompanyFileError) as caught:
        load_company(write(tmp_path, GOOD.replace(old, new, 1)))
    for part in ("acme.yml", *says):
        assert part in str(caught.value), str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("Berlin", "Atlantis").replace("state: won", "state: gone")
    with pytest.raises(CompanyFileError, match="2 mistakes"):
        load_company(write(tmp_path, text))


def test_a_mistake_within_a_source_is_told_once(tmp_path: Path) -> None:
    text = GOOD.replace("path: export", "path: export, date_order: ydm")
    with pytest.raises(CompanyFileError, match=r"1 mistake:\n.*sources\.0\.date_order"):
        load_company(write(tmp_path, text))


def test_a_missing_file_names_those_beside_it(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    with pytest.raises(CompanyFileError, match=r"other\.yml: there is no such.*acme\.yml"):
        load_company(tmp_path / "other.yml")


def test_a_stage_listed_twice_is_refused(tmp_path: Path) -> None:
    text = (
        GOOD
        + "  - {name: ' won', order: 8, state: won, probability: 1, forecast_category: closed}\n"
    )
    with pytest.raises(CompanyFileError, match="stage 'won' is listed 2 times"):
        load_company(write(tmp_path, text))


def test_a_mapping_has_one_origin(tmp_path: Path) -> None:
    text = GOOD.replace(
        "path: export}", "path: export, columns: {Task: {Type: {column: a, constant: b}}}}"
    )
    with pytest.raises(CompanyFileError, match="exactly one of 'column', 'expression'"):
        load_company(write(tmp_path, text))


def test_yaml_words_stay_text_in_value_maps(tmp_path: Path) -> None:
    text = GOOD.replace(
        "path: export}",
        "path: export, columns: {Task: {Type: {column: a, values: {1: yes, no: false}}}}}",
    )
    mapping = load_company(write(tmp_path, text)).sources[0].columns["Task"]["Type"]
    assert mapping.values == {"1": "true", "false": "false"}


def test_business_days_are_numbers_in_the_order_of_the_week(tmp_path: Path) -> None:
    company = load_company(write(tmp_path, GOOD + "business_hours: {days: [sun, mon, thu]}\n"))
    assert company.business_hours.iso_days == [1, 4, 7]


def test_business_hours_written_without_quotes(tmp_path: Path) -> None:
    company = load_company(write(tmp_path, GOOD + "business_hours: {start: 9:30, end: 18:00}\n"))
    assert (company.business_hours.start, company.business_hours.end) == (
        dt.time(9, 30),
        dt.time(18),
    )
    assert company.business_hours.opening_minute == 570
    assert company.business_hours.closing_minute == 1080


def test_a_rate_keeps_its_decimals(tmp_path: Path) -> None:
    rate = "currency_rates: [{currency: USD, valid_from: 2026-01-01, rate: 0.1}]\n"
    assert str(load_company(write(tmp_path, GOOD + rate)).currency_rates[0].rate) == "0.1"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-01T22:59:00+00:00", "2026-02-28"),  # 23:59 in Berlin: the first has not ended
        ("2026-03-01T23:01:00+00:00", "2026-03-01"),  # 00:01 on the second
        ("2026-07-01T21:59:00+00:00", "2026-06-30"),  # summer time is two hours ahead
        ("2026-07-01T22:01:00+00:00", "2026-07-01"),
    ],
)
def test_the_reporting_day_is_the_last_complete_reporting_day(
    tmp_path: Path, now: str, expected: str
) -> None:
    company = load_company(write(tmp_path, GOOD))
    assert reporting_day(company, dt.datetime.fromisoformat(now)).isoformat() == expected


@pytest.mark.parametrize("path", sorted((PROJECT_ROOT / "companies").glob("*.yml")), ids=str)
def test_every_company_file_we_ship_is_valid(path: Path) -> None:
    assert load_company(path).name


@pytest.mark.parametrize(
    ("now", "expected"),
    [("2026-10-05T12:00:00+00:00", "2026-09-30"), ("2026-09-20T12:00:00+00:00", "2026-09-19")],
)
def test_no_run_is_for_a_day_after_the_data_end(tmp_path: Path, now: str, expected: str) -> None:
    company = load_company(write(tmp_path, GOOD + "data_end_on: 2026-09-30\n"))
    assert reporting_day(company, dt.datetime.fromisoformat(now)).isoformat() == expected


def test_an_address_of_an_entity_comes_before_the_one_of_all(tmp_path: Path) -> None:
    links = "{any: 'https://a.example/{id}', lead: 'https://b.example/l/{id}/view?x=1'}"
    text = GOOD.replace("path: export", f"path: export, record_links: {links}")
    told = {
        (row["entity"], row["before_id"], row["after_id"])
        for row in company_tables(load_company(write(tmp_path, text)))["record_link"].to_pylist()
    }
    assert ("lead", "https://b.example/l/", "/view?x=1") in told
    assert ("account", "https://a.example/", "") in told
    assert len(told) == len(canonical_contract())
    one = GOOD.replace("path: export", "path: export, record_links: 'https://a.example/{id}'")
    ((before, after),) = {
        (row["before_id"], row["after_id"])
        for row in company_tables(load_company(write(tmp_path, one)))["record_link"].to_pylist()
    }
    assert (before, after) == ("https://a.example/", "")
    none = company_tables(load_company(write(tmp_path, GOOD)))["record_link"]
    assert none.num_rows == 0


def test_an_address_in_place_of_its_variable_is_refused_and_not_told(tmp_path: Path) -> None:
    address = "postgresql://ann:canary@db.example/bi"
    text = GOOD + f"publication:\n  postgres:\n    url_env: {address}\n"
    with pytest.raises(CompanyFileError) as raised:
        load_company(write(tmp_path, text))
    assert "line 9: publication.postgres.url_env: this is the name of an environment" in str(
        raised.value
    )
    assert "canary" not in str(raised.value)
