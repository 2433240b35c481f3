"""Marketo's responses: which files are found, what lands, and what is refused.

Belongs here: what is Marketo's own. Does not belong here: pages as such (``test_pages``), and what
dbt makes of the records (unit tests beside the models).
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.company import Company, CompanyFileError, load_company
from dagster_project.contract import PROJECT_ROOT
from dagster_project.sources.errors import SourceError
from dagster_project.sources.landing import LandedTable, land_source
from dagster_project.sources.ledger import Ledger
from dagster_project.sources.marketo import EMAIL_ACTIVITY_TYPES, RESOURCES, SCHEMA, VENDOR
from dagster_project.sources.registry import plan_source

DAY = dt.date(2026, 9, 30)
COMPANY = """
name: acme
sources:
  - {name: crm, type: salesforce_export, path: ./crm}
  - name: marketing
    type: marketo_export
    path: ./marketo
    crm_source: crm
"""


def page(*records: dict[str, Any], more: bool = False) -> str:
    """A response of the interface."""
    return json.dumps(
        {
            "requestId": "1a2b#3c",
            "success": True,
            "result": list(records),
            "nextPageToken": "TOKEN",
            "moreResult": more,
        }
    )


def activity(guid: str, type_id: int, **attributes: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "marketoGUID": guid,
        "leadId": 7,
        "activityDate": "2026-09-03T12:00:00Z",
        "activityTypeId": type_id,
        "campaignId": 11,
        "primaryAttributeValueId": 55,
        "primaryAttributeValue": "Launch.Invitation",
        "attributes": [{"name": name, "value": value} for name, value in attributes.items()],
    }


class Marketo:
    """A company with a folder of responses."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "marketo").mkdir()
        self.describe(COMPANY)

    def describe(self, text: str) -> None:
        (self.folder / "company.yml").write_text(text)

    def put(self, name: str, *pages: str) -> None:
        text = "".join(line + "\n" for line in pages).encode()
        (self.folder / "marketo" / name).write_bytes(
            gzip.compress(text) if name.endswith(".gz") else text
        )

    @property
    def company(self) -> Company:
        return load_company(self.folder / "company.yml")

    def land(self) -> list[LandedTable]:
        company = self.company
        source = next(s for s in company.sources if s.name == "marketing")
        return land_source(plan_source(source, company), Ledger(self.folder / "landing"), DAY)

    def rows(self, table: str, columns: str) -> list[tuple[Any, ...]]:
        path = Ledger(self.folder / "landing").parquet(table, pending=True)
        return duckdb.sql(f"select {columns} from '{path}' order by _record_id").fetchall()


@pytest.fixture
def marketo(tmp_path: Path) -> Marketo:
    return Marketo(tmp_path)


def test_records_land_under_marketos_names_whatever_page_they_are_on(marketo: Marketo) -> None:
    marketo.put(
        "leads.jsonl.gz",
        page({"id": 7, "email": "ann@acme.test", "sfdcLeadId": None, "plan": "gold"}, more=True),
        page({"id": 8, "email": "", "sfdcLeadId": "00Q1"}),
    )
    marketo.put("activities.jsonl", page(activity("g1", 11, Link="https://a.test/?x=1&y=2")))
    assert [(t.table, t.rows) for t in marketo.land()] == [("lead", 2), ("activity", 1)]
    # A field that the interface may give and nobody declared is carried along.
    assert marketo.rows("lead", '_record_id, email, "sfdcLeadId", plan, title') == [
        ("7", "ann@acme.test", None, "gold", None),
        ("8", None, "00Q1", None, None),
    ]
    ((key, kind, attributes),) = marketo.rows(
        "activity", '_record_id, "activityTypeId", attributes'
    )
    assert (key, kind) == ("g1", "11")
    assert json.loads(attributes) == [{"name": "Link", "value": "https://a.test/?x=1&y=2"}]


def test_activities_are_told_apart_by_their_guid(marketo: Marketo) -> None:
    marketo.put("activities.jsonl", page(activity("g1", 6), activity("g2", 7)))
    assert [t.rows for t in marketo.land()] == [2]


def test_a_response_without_activities_is_no_mistake(marketo: Marketo) -> None:
    marketo.put(
        "activities.jsonl",
        json.dumps({"requestId": "1", "success": True, "nextPageToken": "T", "moreResult": True}),
        page(activity("g1", 6)),
    )
    assert [t.rows for t in marketo.land()] == [1]


def test_an_error_response_is_refused(marketo: Marketo) -> None:
    error = {"code": "606", "message": "Max rate limit '100' exceeded"}
    marketo.put(
        "leads.jsonl",
        page({"id": 7}, more=True),
        json.dumps({"requestId": "1", "success": False, "errors": [error]}),
    )
    with pytest.raises(SourceError, match=r"leads\.jsonl, line 2.*\n.*606.*rate limit"):
        marketo.land()


def test_a_fetch_that_broke_off_is_refused(marketo: Marketo) -> None:
    marketo.put("leads.jsonl", page({"id": 7}, more=True))
    with pytest.raises(SourceError, match="last page that announces another"):
        marketo.land()


def test_a_folder_without_responses_says_which_files_are_looked_for(marketo: Marketo) -> None:
    with pytest.raises(
        SourceError, match=r"an empty folder\n.*leads\.jsonl\.gz, activities\.jsonl"
    ):
        marketo.land()
    (marketo.folder / "marketo/people.json").write_text("{}")
    with pytest.raises(SourceError, match="no resource among 1 files"):
        marketo.land()


def test_a_custom_field_can_stand_for_a_standard_one(marketo: Marketo) -> None:
    marketo.describe(COMPANY + "    columns: {leads: {sfdcLeadId: crmId__c}}\n")
    marketo.put("leads.jsonl", page({"id": 7, "crmId__c": "00Q1"}))
    marketo.land()
    assert marketo.rows("lead", '"sfdcLeadId"') == [("00Q1",)]


def test_a_mapping_for_an_unknown_resource_names_the_nearest(marketo: Marketo) -> None:
    marketo.describe(COMPANY + "    columns: {lead: {sfdcLeadId: crmId__c}}\n")
    marketo.put("leads.jsonl", page({"id": 7}))
    with pytest.raises(SourceError, match="Did you mean 'leads'"):
        marketo.land()


def test_the_crm_must_be_another_source_of_the_company(marketo: Marketo) -> None:
    assert [s.crm_source for s in marketo.company.sources if s.type == "marketo_export"] == ["crm"]
    marketo.describe(COMPANY.replace("crm_source: crm", "crm_source: salesforce"))
    with pytest.raises(CompanyFileError, match=r"salesforce.*allowed: crm"):
        marketo.company  # noqa: B018
    marketo.describe(COMPANY.replace("crm_source: crm", "crm_source: marketing"))
    with pytest.raises(CompanyFileError, match=r"marketing.*allowed: crm"):
        marketo.company  # noqa: B018


def test_people_and_activities_about_mails_and_forms_feed_an_entity() -> None:
    fed = {table: VENDOR.feeds_of(table) for table in VENDOR.tables}
    assert set(fed) == set(RESOURCES)
    assert {table: set(feeds) for table, feeds in fed.items() if feeds} == {
        "lead": {"marketing_person"},
        "activity": {"email_event", "form_submission"},
    }
    with duckdb.connect() as connection:
        connection.execute('create table activity as select unnest(?) as "activityTypeId"', [
            ["1", "2", "6", "7", "8", "9", "10", "11", "12", "13", "22", "27", "104"]
        ])  # fmt: skip
        counted = connection.execute(
            f"select {fed['activity']['email_event']}, {fed['activity']['form_submission']} "
            "from activity"
        ).fetchone()
    assert counted == (7, 1)


def test_staging_reads_the_activities_that_the_balance_counts() -> None:
    model = PROJECT_ROOT / "dbt_project/models/staging/marketo/stg_marketo__email_events.sql"
    listed = ", ".join(f"'{number}'" for number in EMAIL_ACTIVITY_TYPES)
    assert f"in ({listed})" in model.read_text()
    assert SCHEMA == "raw_marketo"
