"""A series of the made company's nights against one load of the last night's state.

Belongs here: nights of what was new and changed, late rows among it. Does not belong here: the
numbers themselves (``test_truth``).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cultivar_demo.settings import TINY
from tests.support.demo import MadeCompany
from tests.support.published import differing_tables

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("made company's nights")]

NIGHTS = 5

WATCHED = {"hygiene.check_result"}
"""Tables that tell of the runs themselves."""


def test_five_nights_give_what_one_load_gives(tmp_path: Path) -> None:
    """Also on a day on which late rows and a new column arrive."""
    last = TINY.days
    first = last - NIGHTS
    replayed = MadeCompany(tmp_path / "replayed", "salesforce")
    replayed.make("--days", f"{first}-{last}", "--full")
    for night in range(first, last + 1):
        run = replayed.run(
            TINY.night(night).isoformat(),
            replayed.extracts / f"night-{night:04d}",
            full=False,
        )
    at_once = MadeCompany(tmp_path / "at_once", "salesforce")
    at_once.make()
    whole = at_once.run(TINY.night(last).isoformat())
    assert (
        differing_tables(
            run.home.published_database, whole.home.published_database, without_tables=WATCHED
        )
        == {}
    )
