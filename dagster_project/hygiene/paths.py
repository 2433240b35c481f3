"""Where the hand-kept and generated files of the Great Expectations context lie."""

from __future__ import annotations

from pathlib import Path

#: The Great Expectations context: configuration, rules, and the JSON generated from the rules.
EXPECTATIONS_DIR = Path(__file__).resolve().parents[2] / "expectations"

#: The rules, one YAML file per business object.
RULES_DIR = EXPECTATIONS_DIR / "rules"

#: What rules ask of other records, one YAML file per business object.
EVIDENCE_DIR = EXPECTATIONS_DIR / "evidence"

#: Rules about what a source delivered as a whole.
DELIVERY_FILE = EXPECTATIONS_DIR / "delivery" / "tables.yml"

#: Rules about events that are judged where they are added up.
STREAMS_FILE = EXPECTATIONS_DIR / "streams" / "events.yml"
