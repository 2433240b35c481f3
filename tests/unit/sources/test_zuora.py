"""Zuora's export: objects by name, fields by name, records by id."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from dagster_project.company import CompanyFileError, load_company
from dagster_project.sources.errors import SourceError
from tests.support.sources import Night

DAY = dt.date(2026, 6, 30)
COMPANY = """
name: billed
sources: [{name: billing, type: zuora_export, path: export}]
"""


class ZuoraNight(Night):
    schemas = ("raw_zuora",)


@pytest.fixture
def night(tmp_path: Path) -> Night:
    (tmp_path / "company.yml").write_text(COMPANY)
    (tmp_path / "export").mkdir()
    return ZuoraNight(tmp_path)


def write(night: Night, name: str, *lines: str) -> None:
    (night.folder / "export" / name).write_text("\n".join(lines) + "\n")


def test_objects_are_found_by_name_and_further_fields_are_kept(night: Night) -> None:
    write(night, "rateplancharge.csv", "id,MRR,Region__c", "c1,10.50,EMEA")
    write(night, "Invoice.csv", "Id", "i1")
    night.run(DAY)
    query = "select _record_id, MRR, Quantity, _custom_fields from raw_zuora.rate_plan_charge"
    assert night.rows(query) == [("c1", "10.50", None, '{"Region__c":"EMEA"}')]
    assert night.rows("select count(*) from raw_zuora.subscription") == [(0,)]


def test_a_charge_that_is_no_longer_exported_is_marked(night: Night) -> None:
    write(night, "RatePlanCharge.csv", "Id,MRR", "c1,10", "c2,20")
    night.run(DAY)
    write(night, "RatePlanCharge.csv", "Id,MRR", "c1,10")
    night.run(DAY)
    query = "select _record_id, _is_absent from raw_zuora.rate_plan_charge order by 1"
    assert night.rows(query) == [("c1", False), ("c2", True)]


def test_a_custom_field_can_take_a_standard_ones_place(night: Night) -> None:
    (night.folder / "company.yml").write_text(
        COMPANY.replace(
            "path: export", "path: export, columns: {Account: {CrmId: Salesforce_Id__c}}"
        )
    )
    write(night, "Account.csv", "Id,CrmId,Salesforce_Id__c", "a1,,0012x00000KLmNoAAL")
    night.run(DAY)
    assert night.rows("select CrmId from raw_zuora.account") == [("0012x00000KLmNoAAL",)]


@pytest.mark.parametrize(
    ("file", "lines", "found"),
    [
        ("Invoice.csv", ["Id", "i1"], "no object among 1 files"),
        ("Account.csv", ["Id,Name", ",Acme"], "no key"),
        ("Account.csv", ["Id,Name", "a1,Acme", "a1,Acme"], "'a1' 2 times"),
    ],
)
def test_what_is_no_export_is_refused(
    night: Night, file: str, lines: list[str], found: str
) -> None:
    write(night, file, *lines)
    with pytest.raises(SourceError, match=found):
        night.run(DAY)


def test_the_crm_it_names_must_be_a_source(night: Night) -> None:
    path = night.folder / "company.yml"
    path.write_text(COMPANY.replace("path: export", "path: export, crm_source: crn"))
    with pytest.raises(CompanyFileError, match=r"source 'billing' has crm_source 'crn'"):
        load_company(path)
