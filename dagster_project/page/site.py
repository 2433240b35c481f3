"""Writing the page beside the one that people read, and pointing its index to the new one.

Each night has a folder of its own in the page's folder, named by its version. A page brings many
of its files only when they are looked at: whoever has last night's index open goes on reading
last night's files.
Belongs here: which files a page consists of. Does not belong here: what they say (``data.py``,
``templates/``, ``static/``).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from dagster_project.company.run import RunSettings
from dagster_project.html import html_templates
from dagster_project.page.data import page_data, page_statements
from dagster_project.page.library import write_library
from dagster_project.publish.publication import Version, read_manifest

_HERE = Path(__file__).parent
FOLDER = "page"
SCRIPTS = (
    "core.js",
    "format.js",
    "data.js",
    "statements.js",
    "table.js",
    "chart.js",
    "parts.js",
    "overview.js",
    "accounts.js",
    "leads.js",
    "pipeline.js",
    "forecast.js",
    "revenue.js",
    "retention.js",
    "market.js",
    "marketing.js",
    "people.js",
    "hygiene.js",
    "health.js",
    "main.js",
)
"""In the order in which the page loads them; modules cannot be imported from a file."""


@dataclass(frozen=True)
class Site:
    """A page that was written."""

    index: Path
    files: int
    size_bytes: int


def page_index(settings: RunSettings) -> Path:
    """The file to open."""
    return settings.home.published / FOLDER / "index.html"


def write_site(settings: RunSettings) -> Site:
    """Write the page of what is published now; whoever has the old one open keeps reading it."""
    published = settings.home.published
    manifest = read_manifest(published)
    if manifest is None:
        raise FileNotFoundError(f"nothing is published in {published}")
    version = manifest.version(manifest.current)
    folder = published / FOLDER
    folder.mkdir(exist_ok=True)
    new = folder / f".{version.version}.new"
    shutil.rmtree(new, ignore_errors=True)
    (new / "data").mkdir(parents=True)
    for name in ("page.css", *SCRIPTS):
        shutil.copyfile(_HERE / "static" / name, new / name)
    names = []
    low_n = settings.company.thresholds.low_n
    for name, content in page_data(settings.home.published_database, low_n):
        _write_data(new / "data", name, content)
        names.append(name)
    _write_data(new / "data", "statements", json.dumps(page_statements(low_n)))
    names.append("statements")
    _write_data(new / "data", "run", json.dumps(_run(settings, version) | {"data": names}))
    library = write_library(folder)
    shutil.rmtree(folder / version.version, ignore_errors=True)  # of a run that is executed again
    new.rename(folder / version.version)
    index = folder / "index.html"
    new_index = folder / ".index.new"
    new_index.write_text(_index(settings, version, library), encoding="utf-8")
    os.replace(new_index, index)
    kept = {index.name, library.name, *(other.version for other in manifest.versions)}
    _remove_all_but(folder, kept)
    files = [index, library, *(p for p in (folder / version.version).rglob("*") if p.is_file())]
    return Site(index, len(files), sum(path.stat().st_size for path in files))


def _remove_all_but(folder: Path, kept: Set[str]) -> None:
    for path in folder.iterdir():
        if path.name in kept:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _write_data(folder: Path, name: str, content: str) -> None:
    """JSON as a script that hands it over: a page opened from a file may not fetch."""
    text = f"cultivar.receive({json.dumps(name)}, {content});\n"
    (folder / f"{name}.js").write_text(text, encoding="utf-8")


def _run(settings: RunSettings, version: Version) -> dict[str, object]:
    """What the page says of the run and the company."""
    company = settings.company
    return {
        "company": company.title or company.name,
        "currency": company.reporting.currency,
        "time_zone": company.reporting.time_zone,
        "as_of": version.as_of_date.isoformat(),
        "data_end_on": company.data_end_on.isoformat() if company.data_end_on else None,
        "version": version.version,
        "run_id": version.run_id,
        "schema_version": version.schema_version,
        "low_n": company.thresholds.low_n,
        "tables": [{"name": table.name, "rows": table.rows} for table in version.tables],
    }


def _index(settings: RunSettings, version: Version, library: Path) -> str:
    company = settings.company
    return (
        html_templates(_HERE / "templates")
        .get_template("index.html.j2")
        .render(
            company=company.title or company.name,
            as_of=version.as_of_date.isoformat(),
            folder=version.version,
            library=library.name,
            scripts=SCRIPTS,
        )
    )
