"""The command ``cultivar-demo``: makes a company, its vendors' files and the truth about it.

Belongs here: options, their errors, exit codes. Does not belong here: the work (``write``), what
is said meanwhile (``report``). Exit codes: 0 done or nothing to do, 1 refused or failed, 2 wrong
options, 130 stopped.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from cultivar_demo.dirt.deliveries import DEFECTS
from cultivar_demo.folder import FolderError, made_from, replacing, source_fingerprint
from cultivar_demo.report import funnel, progress_of, size_of
from cultivar_demo.settings import TINY, Settings
from cultivar_demo.write import (
    VENDORS,
    Nights,
    Written,
    can_break,
    knobs_of,
    make_world,
    write_nights,
    write_truth,
)

DEFAULT_OUT = Path("data/extracts/demo")
DEFAULT_TRUTH = Path("data/truth/demo")
PROFILES = {"default": Settings(), "tiny": TINY}
_KNOBS = (
    "profile",
    "accounts",
    "months",
    "events_per_day",
    "seed",
    "no_dirt",
    "defect",
    "day",
    "days",
)
"""Options that say which company; without any, a company that is there already is kept."""


class OptionError(Exception):
    """Options that do not go together or are out of range."""


@dataclass(frozen=True)
class Plan:
    """What is to be made: the knobs, and which of the two folders are not up to date."""

    settings: Settings
    crm: str
    has_dirt: bool
    nights: Nights
    defect: str | None

    @property
    def extracts(self) -> dict[str, Any]:
        """What the extracts are made from."""
        return knobs_of(self.settings, self.crm, self.nights, self.has_dirt, self.defect)

    @property
    def truth(self) -> dict[str, Any]:
        """What the truth is made from: whoever delivers it, and whenever."""
        return {**asdict(self.settings), "dirt": self.has_dirt}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return _run(options)
    except OptionError as error:
        print(f"{parser.prog}: {error} (--help lists all options)", file=sys.stderr)
        return 2
    except (FolderError, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{parser.prog}: stopped; nothing was changed", file=sys.stderr)
        return 130


def _run(options: argparse.Namespace) -> int:
    out, truth = _folders(options)
    plan = _plan(options)
    has_knobs = any(getattr(options, knob) not in (None, False) for knob in _KNOBS)
    if not options.force and not has_knobs:
        found = _plan_of(made_from(out))
        plan = found if found and found.crm == (options.vendors or found.crm) else plan
    fingerprint = source_fingerprint()
    has_to_write = _has_to_write(out, plan.extracts, fingerprint, is_forced=options.force)
    has_to_tell = truth is not None and _has_to_write(
        truth, plan.truth, fingerprint, is_forced=options.force
    )
    if not has_to_write and not has_to_tell:
        print(f"{out} is up to date ({_described(plan.extracts)}); --force makes it anew")
        return 0
    _make(plan, out if has_to_write else None, truth if has_to_tell else None, fingerprint, options)
    return 0


def _make(
    plan: Plan, out: Path | None, truth: Path | None, fingerprint: str, options: argparse.Namespace
) -> None:
    from cultivar_demo.world.steps import STEPS

    begin = time.monotonic()
    nights = plan.nights.last - plan.nights.first + 1
    steps = len(STEPS) + 1 + nights * len(VENDORS[plan.crm]) + 1
    written = Written()
    with progress_of(steps, is_quiet=options.quiet) as progress:
        world = make_world(plan.settings, has_dirt=plan.has_dirt, progress=progress)
        if out is not None:
            with replacing(out, {**plan.extracts, "made_by": fingerprint}) as folder:
                written = write_nights(world, plan.crm, plan.nights, folder, progress, plan.defect)
        if truth is not None:
            progress("truth")
            with replacing(truth, {**plan.truth, "made_by": fingerprint}) as folder:
                write_truth(world, folder, progress)
    if options.quiet:
        return
    print(f"A company with {_described(plan.extracts)}:")
    print("\n".join(funnel(world)))
    for vendor, rows in written.rows.items():
        print(f"  {vendor:<24} {rows:>12,} rows")
    for name, folder_made in (("extracts", out), ("truth", truth)):
        if folder_made is not None:
            files, size = size_of(folder_made)
            print(f"{name}: {folder_made} ({files:,} files, {size / 1e6:,.1f} MB)")
    print(f"{time.monotonic() - begin:.1f} s")


def _has_to_write(
    folder: Path, knobs: dict[str, Any], fingerprint: str, *, is_forced: bool
) -> bool:
    """Whether ``folder`` has to be made.

    Raises:
        FolderError: it holds another company, or something that is not ours.
    """
    found = made_from(folder)
    if found is None or is_forced:
        return True
    made_by = found.pop("made_by", None)
    different = [name for name in knobs if found.get(name) != knobs[name]]
    if not different:
        return made_by != fingerprint
    differences = ", ".join(
        f"{name} {_value(found.get(name))} instead of {_value(knobs[name])}" for name in different
    )
    raise FolderError(
        f"{folder} holds a company made with {differences}. "
        "--force writes it over; --out and --truth choose other folders."
    )


def _folders(options: argparse.Namespace) -> tuple[Path, Path | None]:
    out: Path = options.out or DEFAULT_OUT
    if options.no_truth:
        return out, None
    if options.truth is not None:
        truth: Path = options.truth
    else:
        truth = DEFAULT_TRUTH if options.out is None else out.with_name(f"{out.name}-truth")
    absolute = truth.absolute()
    if absolute == out.absolute() or out.absolute() in absolute.parents:
        raise OptionError(f"--truth {truth} lies in --out {out}, where a pipeline may read it")
    if absolute in out.absolute().parents:
        raise OptionError(f"--out {out} lies in --truth {truth}, which is replaced as a whole")
    return out, truth


def _plan(options: argparse.Namespace) -> Plan:
    given = {
        knob.name: getattr(options, knob.name)
        for knob in fields(Settings)
        if getattr(options, knob.name) is not None
    }
    try:
        settings = replace(PROFILES[options.profile or "default"], **given)
    except ValueError as error:
        raise OptionError(str(error)) from None
    crm = options.vendors or "salesforce"
    if options.defect and not can_break(crm, options.defect):
        raise OptionError(f"--defect {options.defect} breaks a file that {crm} does not deliver")
    return Plan(
        settings=settings,
        crm=crm,
        has_dirt=not options.no_dirt,
        nights=_nights(options, settings),
        defect=options.defect,
    )


def _plan_of(found: dict[str, Any] | None) -> Plan | None:
    """The plan from which a folder was made; None where its marker is of another kind."""
    try:
        return found and Plan(
            settings=Settings(**{knob.name: found[knob.name] for knob in fields(Settings)}),
            crm=found["vendors"],
            has_dirt=found["dirt"],
            nights=Nights(**found["nights"]),
            defect=found["defect"],
        )
    except (KeyError, TypeError):
        return None


def _nights(options: argparse.Namespace, settings: Settings) -> Nights:
    if options.days is not None:
        first, last = options.days
        _check_night(first, settings), _check_night(last, settings)
        return Nights(first, last, is_full=options.full or first == 1, in_folders=True)
    if options.day is not None:
        _check_night(options.day, settings)
        is_full = options.full or options.day == 1
        return Nights(options.day, options.day, is_full=is_full, in_folders=False)
    if options.full:
        raise OptionError("--full goes with --day or --days; without them everything is written")
    return Nights(settings.days, settings.days, is_full=True, in_folders=False)


def _check_night(night: int, settings: Settings) -> None:
    if not 1 <= night <= settings.days:
        raise OptionError(
            f"night {night} does not exist: {settings.months} months have nights 1 "
            f"({settings.first_day}) to {settings.days} ({settings.last_day})"
        )


def _range(text: str) -> tuple[int, int]:
    first, separator, last = text.partition("-")
    if not (separator and first.isdigit() and last.isdigit() and int(first) <= int(last)):
        raise argparse.ArgumentTypeError(f"'{text}' is no range of nights such as 1-30")
    return int(first), int(last)


def _described(knobs: dict[str, Any]) -> str:
    return (
        f"{knobs['accounts']:,} accounts, {knobs['months']} months, "
        f"{knobs['events_per_day']:,} events a day, seed {knobs['seed']}, {knobs['vendors']}, "
        f"{'with' if knobs['dirt'] else 'without'} dirt, "
        f"{_value(knobs['nights'])}"
    )


def _value(value: Any) -> str:
    """A knob's value in words."""
    if isinstance(value, dict):
        nights = Nights(**value)
        if nights.first < nights.last:
            return f"nights {nights.first} to {nights.last}"
        return f"night {nights.last}{' (all up to then)' if nights.is_full else ''}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cultivar-demo",
        description="Make a company whose every number is known: its vendors' files and the truth.",
        epilog="The same seed and knobs give the same files, byte for byte.",
    )
    company = parser.add_argument_group("the company")
    company.add_argument(
        "--profile", choices=tuple(PROFILES), help="default knobs (default), or a tiny company"
    )
    company.add_argument("--accounts", type=int, help="companies in the market, 50 to 2,000,000")
    company.add_argument("--months", type=int, help="months simulated, 3 to 60")
    company.add_argument("--events-per-day", type=int, help="product events a day, 0 to 10,000,000")
    company.add_argument("--seed", type=int, help="any whole number; another gives another company")
    company.add_argument("--no-dirt", action="store_true", help="records as they should be")
    company.add_argument(
        "--defect", choices=tuple(DEFECTS),
        help="break the last delivery as a whole, so that this table rule stops the night",
    )  # fmt: skip
    files = parser.add_argument_group("its files")
    files.add_argument(
        "--vendors", choices=tuple(VENDORS),
        help="salesforce: with Marketo (default); hubspot: one tool for both",
    )  # fmt: skip
    files.add_argument("--out", type=Path, help=f"folder of the extracts (default {DEFAULT_OUT})")
    files.add_argument(
        "--truth", type=Path,
        help=f"folder of the truth (default {DEFAULT_TRUTH}, or <out>-truth with --out)",
    )  # fmt: skip
    files.add_argument("--no-truth", action="store_true", help="write the extracts only")
    files.add_argument("--force", action="store_true", help="write over another made company")
    files.add_argument("--quiet", action="store_true", help="say nothing unless it fails")
    nights = parser.add_mutually_exclusive_group()
    nights.add_argument("--day", type=int, metavar="N", help="only what came on night N, from 1")
    nights.add_argument(
        "--days", type=_range, metavar="A-B", help="nights A to B, a folder a night: night-0001, …"
    )
    parser.add_argument(
        "--full", action="store_true", help="with --day or --days: first everything up to then"
    )
    return parser
