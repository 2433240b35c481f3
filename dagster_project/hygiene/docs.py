"""Data Docs that need no network: external links out, one small style sheet in.

Great Expectations' pages load style sheets, scripts and a logo from outside. Belongs here: taking
those out of the pages that a run wrote. Does not belong here: what the pages say.
"""

from __future__ import annotations

import re
from pathlib import Path

_STYLE_FILE = "static/cultivar.css"

# Enough of the grid and table look that the pages are written for.
_STYLE = """\
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1200px; padding: 1rem; }
.row { display: flex; flex-wrap: wrap; gap: 1rem; }
.col-lg-2, .col-md-2 { flex: 0 0 15rem; } .col-lg-8, .col-md-8, .col-lg-10 { flex: 1 1 40rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #ddd; padding: .3rem .5rem; text-align: left; vertical-align: top; }
pre, code { white-space: pre-wrap; overflow-wrap: anywhere; }
.badge { border-radius: .3rem; padding: .1rem .4rem; background: #eee; }
.modal, .d-none, .collapse:not(.show) { display: none; }
"""

_EXTERNAL = re.compile(
    r"""<script\b[^>]*\bsrc\s*=\s*["'](?:https?:)?//[^>]*>\s*</script>"""
    r"""|<(?:link|img)\b[^>]*\b(?:href|src)\s*=\s*["'](?:https?:)?//[^>]*>""",
    re.IGNORECASE,
)
_STYLE_URL = re.compile(r"""url\(\s*['"]?(?:https?:)?//[^)]*\)""", re.IGNORECASE)
_LINK = re.compile(r"""(<a\b[^>]*?)\s+href\s*=\s*["'](?:https?:)?//[^"']*["']""", re.IGNORECASE)


def strip_external_links(docs_dir: Path) -> int:
    """Make every page under ``docs_dir`` self-contained; returns the number of pages."""
    pages = sorted(docs_dir.rglob("*.html"))
    if not pages:
        return 0
    style = docs_dir / _STYLE_FILE
    style.parent.mkdir(parents=True, exist_ok=True)
    style.write_text(_STYLE, encoding="utf-8")
    for page in pages:
        depth = len(page.relative_to(docs_dir).parts) - 1
        link = f'<link rel="stylesheet" href="{"../" * depth}{_STYLE_FILE}">'
        text = _EXTERNAL.sub("", page.read_text(encoding="utf-8"))
        text = _STYLE_URL.sub("none", _LINK.sub(r"\1", text))
        page.write_text(text.replace("</head>", f"{link}</head>", 1), encoding="utf-8")
    for sheet in docs_dir.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        sheet.write_text(_STYLE_URL.sub("none", text), encoding="utf-8")
    return len(pages)
