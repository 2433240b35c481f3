"""dbt's command lines as data.

Belongs here: pure functions from a run to arguments, tested as data. Does not belong here: running
dbt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

BEFORE_GATE = "path:models/staging resource_type:seed"
"""Staging and the canonical contract, which the gate judges, and the reference seeds."""

AFTER_GATE = "path:models/intermediate path:models/marts path:models/bi path:tests"
"""All that is built from what the gate admitted, and the tests over it."""


_VENDOR_FOLDERS = ("salesforce", "hubspot", "marketo", "segment", "zuora", "files")

NOT_AT_NIGHT = " ".join(
    [
        "resource_type:unit_test",
        *(f"resource_type:test,path:models/staging/{folder}" for folder in _VENDOR_FOLDERS),
    ]
)
"""Tests that prove models rather than data, and tests of a vendor's keys: the canonical tables are
their unions, so that unique keys there prove unique keys here, without reading raw once more."""


def build_arguments(variables: Mapping[str, Any], *, full_refresh: bool = False) -> list[str]:
    """Arguments of ``dbt build`` for one layer; the selection comes from the assets."""
    arguments = [
        "build",
        "--vars",
        json.dumps(dict(variables), sort_keys=True),
        # A test runs with the layer that completes its parents, never before they exist.
        "--indirect-selection",
        "cautious",
    ]
    return [*arguments, "--full-refresh"] if full_refresh else arguments
