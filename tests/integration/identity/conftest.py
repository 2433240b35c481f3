"""Small companies behind a gate, of which identity reads what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.support.linkage import write_known_domains

COLUMNS = {
    "account": "account_id account_name parent_account_id merged_into_account_id website_domain "
    "phone street postal_code city country owner_id",
    "contact": "contact_id account_id merged_into_contact_id first_name last_name email "
    "email_domain phone mobile_phone title",
    "lead": "lead_id converted_account_id converted_contact_id merged_into_lead_id first_name "
    "last_name email email_domain phone mobile_phone company_name lead_status",
    "opportunity": "opportunity_id merged_into_opportunity_id account_id",
    "lead_history": "lead_history_id lead_id field_name new_value changed_at",
}

Row = Mapping[str, Any]
#: Entity → its rows; what a row does not say is empty.
Behind = Callable[[Mapping[str, Sequence[Row]]], duckdb.DuckDBPyConnection]


@pytest.fixture
def behind_gate() -> Iterator[Behind]:
    """Puts records behind a gate; a second call is the next night of the same warehouse."""
    with duckdb.connect() as con:
        con.execute("create schema canonical; create schema gate; create schema hygiene")

        def fill(records: Mapping[str, Sequence[Row]]) -> duckdb.DuckDBPyConnection:
            for entity, columns in COLUMNS.items():
                rows = records.get(entity, [])
                texts = {
                    name: pa.array([row.get(name) for row in rows], pa.string())
                    for name in (*columns.split(), "source_name", "source_record_id", "created_at",
                                 "modified_at")
                }  # fmt: skip
                con.register("given", pa.table(texts))
                con.execute(
                    f"""
                    create or replace table canonical.{entity} as
                    select * replace (
                        coalesce(source_name, 'crm') as source_name,
                        coalesce(source_record_id, {entity}_id) as source_record_id,
                        cast(coalesce(created_at, '2026-01-01') as timestamptz) as created_at,
                        cast(coalesce(modified_at, '2026-01-01') as timestamptz) as modified_at
                    ),
                    {"lead_status = 'converted' as is_converted," if entity == "lead" else ""}
                    {
                        f"case when merged_into_{entity}_id is not null then 'merged' end"
                        if f"merged_into_{entity}_id" in texts
                        else "cast(null as varchar)"
                    }
                        as exclusion_reason
                    from given
                    """
                )
                con.unregister("given")
                con.execute(
                    f"create or replace view gate.{entity} as from canonical.{entity} "
                    "where exclusion_reason is null"
                )
            write_known_domains(con)
            return con

        yield fill
