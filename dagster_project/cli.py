"""The command line: ``cultivar nightly | page | dev | check | query``, which the Makefile calls.

Belongs here: arguments, live progress, exit codes. Does not belong here: what a run does (the job
``nightly``), and what the summary says (``publish.summary``).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.company import CompanyFileError, RunSettings
from dagster_project.company.run import DEFAULT_COMPANY
from dagster_project.contract import PROJECT_ROOT
from dagster_project.display import Display

PROCESS_TAG = "cultivar/process"
"""Tag of a run with the process that executes it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns 0 if it did what it says."""
    parser = argparse.ArgumentParser(prog="cultivar", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("nightly", "run everything for one night, from files to publication"),
        ("page", "open the page of what was published"),
        ("dev", "open the Dagster user interface, with its schedule"),
        ("check", "check the company file and its files' mapping, and load nothing"),
        (
            "query",
            "metrics of what was published, with the options of `mf query`",
        ),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--company", default=str(DEFAULT_COMPANY))
        command.add_argument("--as-of", default="", help="YYYY-MM-DD; by default yesterday")
        command.add_argument("--home", default="", help="by default data/<company>")
    parsed, options = parser.parse_known_args(arguments)
    if options and parsed.command != "query":
        parser.error(f"unrecognized arguments: {' '.join(options)}")
    try:
        settings = _settings(parsed)
    except (CompanyFileError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    _prepare_environment(parsed, settings)
    if parsed.command == "page":
        return _page(settings)
    if parsed.command == "dev":
        return _dev(settings)
    if parsed.command == "check":
        return _check(settings)
    if parsed.command == "query":
        return _query(settings, options)
    return _nightly(settings)


def _settings(parsed: argparse.Namespace) -> RunSettings:
    from dagster_project.hygiene.ratchets import check_ratchets
    from dagster_project.hygiene.rules import check_settings, default_rules
    from dagster_project.hygiene.settings import gate_settings
    from dagster_project.resources import run_settings

    settings = run_settings(parsed.company, parsed.home, parsed.as_of)
    # Rules and their thresholds are known only to the rules; a typo in what names them, the waivers
    # among it, should not wait for the gate.
    rules = default_rules()
    of_the_gate = gate_settings(settings, "none", rules)
    check_settings(rules, of_the_gate)
    check_ratchets(rules, of_the_gate)
    return settings


def _prepare_environment(parsed: argparse.Namespace, settings: RunSettings) -> None:
    home = settings.home
    os.environ["CULTIVAR_COMPANY"] = str(Path(parsed.company).resolve())
    os.environ["CULTIVAR_HOME"] = str(home.root)
    os.environ["CULTIVAR_AS_OF"] = parsed.as_of
    # What dbt parses names the database of the warehouse.
    os.environ["CULTIVAR_WAREHOUSE"] = str(home.warehouse)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    # The environment need not be activated: dbt and the server's parts lie beside this interpreter.
    beside = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])
    home.dagster.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PROJECT_ROOT / "dagster.yaml", home.dagster / "dagster.yaml")


def _page(settings: RunSettings) -> int:
    import webbrowser

    from dagster_project.page.site import page_index

    index = page_index(settings)
    if not index.is_file():
        print(
            f"There is no page in {index.parent}. "
            f"A night makes it: make nightly COMPANY={settings.company.path}",
            file=sys.stderr,
        )
        return 2
    print(f"The page of {settings.company.name}: {index}")
    # Without a browser on this machine, the path says what to open elsewhere.
    webbrowser.open(index.as_uri())
    return 0


def _dev(settings: RunSettings) -> int:
    port = os.environ.get("PORT", "3000")
    print(f"Dagster for {settings.company.name}: http://localhost:{port}")
    location = {
        "module_name": "dagster_project.definitions",
        "location_name": "cultivar",
        "working_directory": str(PROJECT_ROOT),
    }
    workspace = settings.home.dagster / "workspace.yaml"
    workspace.write_text(json.dumps({"load_from": [{"python_module": location}]}), encoding="utf-8")
    # Every process of the server finds this package, wherever it is started.
    paths = [str(PROJECT_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    # Elsewhere than beside the dagster.yaml that was copied, which dagster would warn of.
    os.chdir(settings.home.dagster)
    command = ["dagster", "dev", "-w", str(workspace), "-p", port]
    os.execv(Path(sys.executable).with_name("dagster"), command)  # noqa: S606


def _check(settings: RunSettings) -> int:
    import tempfile

    from dagster_project.sources.errors import SourceError
    from dagster_project.sources.lake import Lake
    from dagster_project.sources.landing import LandedTable, land_source
    from dagster_project.sources.ledger import Ledger
    from dagster_project.sources.registry import plan_source

    failures = 0
    for source in settings.company.sources:
        with tempfile.TemporaryDirectory() as folder:
            try:
                plan = plan_source(source, settings.company)
                tables = land_source(plan, Ledger(Path(folder)), settings.as_of_date)
                if plan.lake is not None:
                    lake = Lake(Path(folder) / "lake", source.name)
                    events = lake.land(
                        plan.lake, settings.company.reporting.time_zone, settings.as_of_date
                    )
                    tables.append(LandedTable(events.table, events.rows, True, ()))
            except SourceError as error:
                failures += 1
                print(error, file=sys.stderr)
                continue
        for table in tables:
            print(f"{source.name}: {table.table}: {table.rows:,} rows")
    print(f"{settings.company.path} is {'not usable' if failures else 'fine'}.")
    return 1 if failures else 0


def _query(settings: RunSettings, options: Sequence[str]) -> int:
    from dagster_project.publish.semantic_layer import write_semantic_project

    try:
        folder = write_semantic_project(settings.home)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    # The command behind `mf query`; `mf` itself would first ask the network for a newer version.
    from dbt_metricflow.cli.main import query as mf_query

    os.chdir(folder)
    mf_query.main(args=list(options), prog_name="cultivar query", standalone_mode=False)
    return 0


def _nightly(settings: RunSettings) -> int:
    from dagster_project.build import build_defs
    from dagster_project.publish.summary import print_summary

    with Display(settings) as display:
        display.step("start", "loading definitions")
        job = build_defs().resolve_job_def("nightly")
        with dg.DagsterInstance.get() as instance:
            _end_dead_runs(instance)
            result = job.execute_in_process(
                instance=instance,
                raise_on_error=False,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                tags={
                    "as_of_date": settings.as_of_date.isoformat(),
                    PROCESS_TAG: str(os.getpid()),
                },
            )
    if not result.success:
        _print_failure(settings, result, display)
        return 1
    print_summary(settings, display.console)
    return 0


def _end_dead_runs(instance: dg.DagsterInstance) -> None:
    """Mark as failed what a killed process left as running; it would block the schedule's queue."""
    running = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
    for run in instance.get_runs(running):
        process = run.tags.get(PROCESS_TAG)
        if process is not None and not _is_alive(int(process)):
            instance.report_run_failed(run, f"Its process {process} ended without a word.")


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _print_failure(settings: RunSettings, result: Any, display: Display) -> None:
    from dagster_project.publish.assets import PUBLISHED_KEY

    done = {event.asset_key for event in result.all_events if event.is_step_materialization}
    told = (
        "was published, and what comes after that failed"
        if PUBLISHED_KEY in done
        else "failed; what was published before is unchanged"
    )
    print(f"\nThe nightly run {told}.\n", file=sys.stderr)
    reasons = [_told(event) for event in result.all_events if event.is_step_failure]
    if not reasons:  # it failed before any step began
        reasons = [
            _innermost(e.event_specific_data.error) for e in result.all_events if e.is_failure
        ]
    for text in reasons:
        print(f"{text}\n", file=sys.stderr)
    print(
        f"Details: {display.log}, or `make dev COMPANY={settings.company.path}` "
        f"and there run {result.run_id[:8]}.",
        file=sys.stderr,
    )


def _told(event: Any) -> str:
    """What a failed step says to people: its own description, else the error at the bottom."""
    failure = event.step_failure_data
    said = failure.user_failure_data.description if failure.user_failure_data else None
    return f"Step {event.step_key}:\n{said or _innermost(failure.error)}"


def _innermost(error: Any) -> str:
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else "no reason was given; see the log"


if __name__ == "__main__":
    sys.exit(main())
