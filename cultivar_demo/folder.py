"""A folder that is ours: what it was made from, and replacing it in one step.

Belongs here: the marker file and the swap of folders. Does not belong here: what lies inside.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MARKER = "cultivar-demo.json"
"""File in the folder that says what it was made from."""


class FolderError(Exception):
    """A folder that must not be written over; the message says what to do."""


def made_from(folder: Path) -> dict[str, Any] | None:
    """What ``folder`` was made from; None when it is absent or empty.

    Raises:
        FolderError: the folder holds something else, or its marker cannot be read.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    marker = folder / MARKER
    if not marker.is_file():
        raise FolderError(
            f"{folder} exists and was not made by this command (it has no {MARKER}). "
            "Choose another folder, or remove this one yourself."
        )
    try:
        content = json.loads(marker.read_text())
    except ValueError as error:
        raise FolderError(
            f"{marker} is damaged ({error}). Remove the folder {folder} yourself, then run again."
        ) from None
    return dict(content)


@contextmanager
def replacing(folder: Path, content: dict[str, Any]) -> Iterator[Path]:
    """A new folder that takes the place of ``folder`` when the block ends without an exception.

    It is written beside ``folder``, so that a stopped run leaves what was there before.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(folder)
    beside = folder.with_name(f".{folder.name}.making-{os.getpid()}")
    beside.mkdir()
    try:
        yield beside
        text = json.dumps(content, indent=2, sort_keys=True) + "\n"
        (beside / MARKER).write_text(text)
        if folder.exists():
            old = folder.with_name(f".{folder.name}.old-{os.getpid()}")
            folder.rename(old)
            beside.rename(folder)
            shutil.rmtree(old)
        else:
            beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def source_fingerprint() -> str:
    """A hash of this package's code: other code may make other files from the same knobs."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        digest.update(str(path.relative_to(package)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _remove_leftovers(folder: Path) -> None:
    """Remove what killed runs left beside ``folder``; put back what they had moved away."""
    for kind in ("making", "old"):
        for path in sorted(folder.parent.glob(f".{folder.name}.{kind}-*")):
            number = path.name.rsplit("-", 1)[1]
            if number.isdigit() and _is_running(int(number)):
                continue
            if kind == "old" and not folder.exists():
                path.rename(folder)
            else:
                shutil.rmtree(path, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
