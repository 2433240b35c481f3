"""The funnel of a made company as a picture, beside its ledger.

Belongs here: drawing. Does not belong here: counting (``report``).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from cultivar_demo.report import funnel_numbers
from cultivar_demo.world.world import World

_WIDTH, _ROW, _TOP, _MIDDLE = 760, 44, 52, 430
_WIDEST = 300

_STYLE = """
    .bar { fill: #5b7fa6; } .last { fill: #3f8a57; }
    .title { fill: #17212e; font-size: 17px; font-weight: 600; }
    .name { fill: #17212e; font-size: 14px; text-anchor: end; }
    .number { fill: #47525f; font-size: 13px; }
    @media (prefers-color-scheme: dark) {
      .bar { fill: #7fa6d1; } .last { fill: #6cba85; }
      .title, .name { fill: #e8edf3; } .number { fill: #b3bdc9; }
    }
"""


def write_funnel(world: World, path: Path) -> None:
    """Draw the funnel of ``world`` as SVG: a bar a step, with its number.

    Lengths go with the square root of the numbers, which differ too much for a plain scale.
    """
    path.write_text(funnel_svg(funnel_numbers(world), world.settings.months), encoding="utf-8")


def funnel_svg(steps: Sequence[tuple[str, int]], months: int) -> str:
    """The picture of ``steps`` (name, number), widest possible bar for the largest number."""
    largest = max([number for _, number in steps] + [1])
    height = _TOP + _ROW * len(steps) + 12
    rows = []
    before: int | None = None
    for place, (name, number) in enumerate(steps):
        y = _TOP + _ROW * place
        width = max(2.0, _WIDEST * (number / largest) ** 0.5)
        is_last = place == len(steps) - 1
        # A company has several leads, a customer several deals: no share of another kind of thing.
        share = (
            f"  ·  {number / before:.0%} of the step before"
            if before is not None and number < before and not is_last
            else ""
        )
        kind = "bar last" if is_last else "bar"
        rows.append(
            f'  <text class="name" x="{_MIDDLE - 190}" y="{y + 21}">{escape(name)}</text>\n'
            f'  <rect class="{kind}" x="{_MIDDLE - 175}" y="{y + 4}" width="{width:.1f}" '
            f'height="26" rx="4"/>\n'
            f'  <text class="number" x="{_MIDDLE - 165 + width:.1f}" y="{y + 22}">'
            f"{number:,}{share}</text>"
        )
        before = number
    told = ", ".join(f"{name} {number:,}" for name, number in steps)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img" aria-labelledby="title description" '
        'font-family="system-ui, -apple-system, Segoe UI, Roboto, sans-serif">\n'
        f'  <title id="title">From the market to customers in {months} months</title>\n'
        f'  <desc id="description">{escape(told)}.</desc>\n'
        f"  <style>{_STYLE}  </style>\n"
        f'  <text class="title" x="24" y="30">From the market to customers in {months} months'
        "</text>\n" + "\n".join(rows) + "\n</svg>\n"
    )
