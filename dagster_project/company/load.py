"""Reading and validating a company file.

Belongs here: YAML in, ``Company`` out, and errors that name file, line, key, what was found and
what is allowed. Does not belong here: what the keys mean (``model``).
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from dagster_project.company.model import Company


class CompanyFileError(Exception):
    """A company file that cannot be used; the message says where and what to do."""


def load_company(path: str | Path) -> Company:
    """Read and validate the company file at ``path``.

    Raises:
        CompanyFileError: the file is missing, is not YAML, or breaks the schema. The message
            names the file, the line, the key, what was found and what is allowed.
    """
    path = Path(path)
    if not path.is_file():
        near = sorted(str(p) for p in path.parent.glob("*.yml")) if path.parent.is_dir() else []
        hint = f"Found there: {', '.join(near)}." if near else "That folder has no company file."
        raise CompanyFileError(
            f"{path}: there is no such company file. {hint} "
            "Give one with COMPANY=companies/<name>.yml."
        )
    text = path.read_text(encoding="utf-8-sig")
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not readable"
        raise CompanyFileError(f"{path}{where}: this is not valid YAML: {problem}.") from error
    if not isinstance(content, dict):
        raise CompanyFileError(
            f"{path}: a company file is a set of keys (name, sources, …), "
            f"found {'nothing' if content is None else type(content).__name__}."
        )
    content.pop("path", None)
    try:
        return Company.model_validate(_fill_variables(content, path) | {"path": path.resolve()})
    except ValidationError as error:
        lines = [_describe(problem, path, root) for problem in _causes(error.errors())]
        count = "1 mistake" if len(lines) == 1 else f"{len(lines)} mistakes"
        raise CompanyFileError(f"{path} has {count}:\n" + "\n".join(lines)) from None


def _fill_variables(value: Any, path: Path) -> Any:
    """Fill ``${VARIABLE}`` in every source's path, and nowhere else."""
    for source in value.get("sources") or []:
        if isinstance(source, dict) and isinstance(source.get("path"), str):
            for name in re.findall(r"\$\{(\w+)\}", source["path"]):
                if name not in os.environ:
                    raise CompanyFileError(
                        f"{path}: sources.path uses ${{{name}}}, which is not set. "
                        f"Set the environment variable {name}."
                    )
                source["path"] = source["path"].replace(f"${{{name}}}", os.environ[name])
    return value


def _causes(problems: Sequence[Any]) -> list[Any]:
    """The problems without those that only follow: wrong items make a list count as short."""
    return [
        problem
        for problem in problems
        if problem["type"] != "too_short"
        or not any(
            other is not problem and other["loc"][: len(problem["loc"])] == problem["loc"]
            for other in problems
        )
    ]


def _describe(problem: Any, path: Path, root: yaml.Node | None) -> str:
    location = list(problem["loc"])
    if location[:1] == ["sources"] and len(location) > 2:
        del location[2]  # pydantic names the type of the source there; the file has no such key
    key = ".".join(str(part) for part in location) or "(the whole file)"
    found = problem.get("input")
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        allowed = _allowed_keys(location[:-1])
        near = difflib.get_close_matches(str(location[-1]), allowed, 1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        message = f"unknown key.{hint} Allowed here: {', '.join(allowed) or 'other keys'}"
    elif problem["type"] == "missing":
        message = "this key is required and missing"
    elif isinstance(found, str | int | float | bool) and "found" not in message:
        message = f"found {found!r}; {message[:1].lower()}{message[1:]}"
    line = _line(root, location)
    return f"  {path.name}{f', line {line}' if line else ''}: {key}: {message}."


def _line(node: yaml.Node | None, location: Sequence[Any]) -> int | None:
    """Line of the deepest part of ``location`` that the file holds."""
    line = None
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            if part >= len(node.value):
                break
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _allowed_keys(location: Sequence[Any]) -> list[str]:
    """Keys that the schema allows at ``location``."""
    models: list[type[BaseModel]] = [Company]
    for part in location:
        if isinstance(part, int):
            continue
        found = [
            _models_in(m.model_fields[part].annotation) for m in models if part in m.model_fields
        ]
        if found:
            models = [model for group in found for model in group]
    return sorted(
        {name for m in models for name in m.model_fields if name != "path" or m is not Company}
    )


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for arg in getattr(annotation, "__args__", ()) for m in _models_in(arg)]
