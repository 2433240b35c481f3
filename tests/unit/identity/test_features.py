"""What is left of names that people write differently.

Belongs here: single names. Does not belong here: how alike two records are (integration tests).
"""

from __future__ import annotations

import duckdb
import pytest

from dagster_project.identity.features import _company_key

NAMES = {
    "Müller & Söhne GmbH & Co. KG": "muller and sohne",
    "MULLER AND SOHNE": "muller and sohne",
    "Société Générale S.A.": "societe generale",
    "A.P. Møller-Mærsk A/S": "ap moller maersk",
    "Zhang Trading Co., Ltd.": "zhang trading",
    "Straßenbau Łódź spółka z o.o.": "strassenbau lodz",
    "Acme Incorporated": "acme",
    "SA Recycling": "sa recycling",
    "Acme Services": "acme services",
    "O'Neill Ltd": "oneill",
    "株式会社": "株式会社",
    "Inc.": "inc",
    "...": None,
    None: None,
}


@pytest.mark.parametrize(("written", "key"), NAMES.items())
def test_a_company_is_told_without_legal_form_accents_case_and_punctuation(
    written: str | None, key: str | None
) -> None:
    """Forms go from the end only, two of them as well; nothing but a form is a name."""
    with duckdb.connect() as connection:
        query = f"select {_company_key('written')} from (select $written::varchar as written)"
        assert connection.execute(query, {"written": written}).fetchall() == [(key,)]
