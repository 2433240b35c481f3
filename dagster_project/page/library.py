"""The charts' library as one script that needs no network.

Vega and Vega-Lite draw the charts. Their own people bundle them in ``vl-convert-python``, which
comes with our lock file; it makes the script, nothing of it is downloaded.
Belongs here: that script and its notice. Does not belong here: any chart.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

_NOTICE = (
    "/*! Vega, Vega-Lite, Vega-Embed and what they use: BSD-3-Clause and MIT, see "
    "https://github.com/vega and https://github.com/vega/vl-convert. Bundled by "
    "vl-convert-python {version}. */\n"
)


def library_file() -> str:
    """Name of the script, which changes with its version."""
    return f"vega-{version('vl-convert-python')}.js"


def write_library(folder: Path) -> Path:
    """Write the script into ``folder``, unless it is there."""
    target = folder / library_file()
    if target.is_file():
        return target
    # Imported when a script is made: it brings a JavaScript engine with it.
    import vl_convert

    # The library's stub forgets that the snippet may be left out.
    bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    text = _NOTICE.format(version=version("vl-convert-python")) + bundle
    new = target.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, target)
    return target
