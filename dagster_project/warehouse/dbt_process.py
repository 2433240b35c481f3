"""dbt on the project as it was parsed last, which saves a night two parses of a thousand files.

Belongs here: when the parsed project may be used, and handing it to dbt's own runner. Does not
belong here: what dbt is asked to do. It runs as a script and imports nothing of the product.

dbt itself parses anew whenever a variable differs, and each night has a day of its own. No file of
this project is parsed otherwise for another variable (a test holds that): variables are read when
a model is compiled, which happens in every run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import SeedNode
from dbt.version import __version__

PROJECT = Path(__file__).parents[2] / "dbt_project"
SEEDS = PROJECT.parent / "seeds" / "reference"
PARSED = PROJECT / "target" / "partial_parse.msgpack"

WAREHOUSE = "warehouse"
"""Name of the database in every company's file, and so in whatever was parsed for a run."""


def main(arguments: list[str]) -> int:
    """Run dbt; returns its exit code."""
    # Only a build takes the project as it is; other commands are there to parse it.
    manifest = parsed_project() if "build" in arguments else None
    done = dbtRunner(manifest=manifest).invoke(arguments)
    if done.exception is not None:
        sys.stderr.write(f"{done.exception}\n")
        return 2
    return 0 if done.success else 1


def parsed_project() -> Manifest | None:
    """The parsed project; none if it is missing, of another dbt, or older than a file of it."""
    if not PARSED.exists():
        return None
    parsed_at = PARSED.stat().st_mtime
    if any(path.stat().st_mtime > parsed_at for path in _files()):
        return None
    manifest = Manifest.from_msgpack(PARSED.read_bytes())
    if manifest.metadata.dbt_version != __version__:
        return None
    if any(node.database != WAREHOUSE for node in manifest.nodes.values()):
        return None
    for node in manifest.nodes.values():
        if isinstance(node, SeedNode):
            # As it was named to the parse, which may have been started in another folder.
            node.root_path = str(PROJECT)
    return manifest


def _files() -> Iterator[Path]:
    yield from PROJECT.glob("*.yml")
    for folder in (*(PROJECT / name for name in ("models", "macros", "tests")), SEEDS):
        yield from (path for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
