"""A day that nobody watched: what the run makes of it against the ledger as of that day.

Belongs here: a first run for a day long past, over files of the last day. Does not belong here:
days that nights have watched (``test_nights``).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from cultivar_demo.ledger.basis import RECORDS
from cultivar_demo.ledger.write import write_ledger
from cultivar_demo.settings import TINY, cutoff
from cultivar_demo.write import as_recorded, make_world
from tests.support.demo import MadeCompany
from tests.support.truth import differences, put_side_by_side

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company")]

DAY = dt.date(2026, 6, 30)

# What was merged or deleted after the day still counted on it.
LEFT_OUT = """
    select record_id from record.not_counted
    where entity = '{entity}' and record_id not in (
        select record_id from record.merge where entity = '{entity}' and merged_at >= {end}
    )
"""

OF_WHOSE_ACCOUNT_IT_WAS = (
    "kpi_id in ('A01', 'A02', 'A03', 'A06') and segment_type = 'owner' and segment <> '(none)'"
)


@pytest.fixture(scope="module")
def past_truth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("past truth")
    world = make_world(TINY, has_dirt=True, progress=lambda _: None)
    end = f"timestamp '{cutoff(DAY)}'"
    left_out = {entity: LEFT_OUT.format(entity=entity, end=end) for entity in RECORDS}
    write_ledger(world, folder, bases=(as_recorded(left_out),), as_of=DAY)
    return folder


def test_a_day_that_nobody_watched_equals_the_ledger_as_of_it(
    salesforce: MadeCompany, past_truth: Path, tmp_path: Path
) -> None:
    """Three months of later changes, conversions, bookings and mails are undone or left out."""
    run = MadeCompany(tmp_path, "salesforce").run(DAY.isoformat(), salesforce.extracts)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{run.home.published_database}' as published (read_only)")
        put_side_by_side(connection, past_truth)
        for condition in ("segment_type = 'all'", OF_WHOSE_ACCOUNT_IT_WAS):
            assert differences(connection, DAY.isoformat(), condition) == []
        # It was no small thing to undo.
        changed = connection.execute(
            "select sum(not_yet_known_count), sum(modified_later_count) "
            "from published.marts.fct_as_of_basis"
        ).fetchall()
    ((not_yet_known, modified_later),) = changed
    assert not_yet_known > 1000
    assert modified_later > 100
