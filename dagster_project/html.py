"""HTML from templates.

Belongs here: how every template is read and filled, once: what is filled in is escaped, and what is
missing is an error. Does not belong here: the templates, and what fills them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def html_templates(folder: Path) -> Environment:
    """The templates of ``folder``."""
    # Imported when a run writes pages, not when definitions load.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
