"""Writing the page's folder and swapping it in as a whole.

Belongs here: which files a page consists of. Does not belong here: what they say (``data.py``,
``templates/``, ``static/``).
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from dagster_project.company.run import RunSettings
from dagster_project.html import html_templates
from dagster_project.page.data import page_data
from dagster_project.page.library import write_library
from dagster_project.publish.publication import Version, read_manifest

_HERE = Path(__file__).parent
FOLDER = "page"
SCRIPTS = (
    "core.js",
    "format.js",
    "data.js",
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
    folder, new, old = (published / name for name in (FOLDER, ".page.next", ".page.previous"))
    for left_over in (new, old):
        shutil.rmtree(left_over, ignore_errors=True)
    (new / "data").mkdir(parents=True)
    library = write_library(new, folder if folder.is_dir() else None)
    for name in ("page.css", *SCRIPTS):
        shutil.copyfile(_HERE / "static" / name, new / name)
    thresholds = settings.company.thresholds
    names = []
    for name, content in page_data(settings.home.published_database, thresholds.low_n):
        _write_data(new / "data", name, content)
        names.append(name)
    run = _run(settings, manifest.version(manifest.current)) | {"data": names}
    _write_data(new / "data", "run", json.dumps(run))
    (new / "index.html").write_text(_index(settings, library.name), encoding="utf-8")
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return Site(folder / "index.html", len(files), sum(path.stat().st_size for path in files))


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


def _index(settings: RunSettings, library: str) -> str:
    company = settings.company
    return (
        html_templates(_HERE / "templates")
        .get_template("index.html.j2")
        .render(
            company=company.title or company.name,
            as_of=settings.as_of_date.isoformat(),
            library=library,
            scripts=SCRIPTS,
        )
    )
