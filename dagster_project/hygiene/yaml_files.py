"""Reading hand-kept YAML into models, with errors that say where and what is allowed.

Belongs here: the error, the reader, and how one problem is put into words. Does not belong here:
what a rule or a piece of evidence is (``rules``, ``evidence``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

_Read = TypeVar("_Read", bound=BaseModel)


class RuleFileError(ValueError):
    """A rule file, or a company's threshold, that cannot be used; the message says where."""


def read_model(
    path: Path,
    model: type[_Read],
    models_by_key: Mapping[str, type[BaseModel]],
) -> _Read:
    """The file as a ``model``.

    Args:
        path: the file.
        model: its shape.
        models_by_key: key → the model of what stands under it, to name the keys allowed there.

    Raises:
        RuleFileError: naming the file, the rule, the key and what is allowed.
    """
    content = _read_yaml(path)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise RuleFileError(
            "\n".join(
                _explained(path, content, dict(problem), model, models_by_key)
                for problem in error.errors()
            )
        ) from error


def _explained(
    path: Path,
    content: Any,
    problem: Mapping[str, Any],
    model: type[BaseModel],
    models_by_key: Mapping[str, type[BaseModel]],
) -> str:
    """One validation problem as: file, rule id, key, what is wrong, what is allowed."""
    location: tuple[str | int, ...] = tuple(problem["loc"])
    where = [path.name]
    if len(location) > 1 and location[0] == "rules":
        entry = content["rules"][location[1]]
        where.append(f"rule {entry.get('id', f'number {int(location[1]) + 1}')}")
        location, model = location[2:], models_by_key["rules"]
    for part in location[:-1]:
        model = models_by_key.get(str(part), model)
    key = ".".join(str(part) for part in location)
    context = problem.get("ctx", {})
    kind = problem["type"]
    if kind == "literal_error":
        text = f"{problem['input']!r} is not allowed; allowed: {context['expected']}"
    elif kind == "extra_forbidden":
        text = f"is not a key; allowed: {', '.join(model.model_fields)}"
    elif kind == "missing":
        text = "is missing"
    elif kind == "string_pattern_mismatch":
        text = f"{problem['input']!r} is not allowed; allowed: text like {context['pattern']}"
    else:
        text = str(problem["msg"]).removeprefix("Value error, ")
    return ": ".join([*where, key, text] if key else [*where, text])


class _UniqueKeyLoader(yaml.SafeLoader):
    """Refuses a mapping that has a key twice: the second would silently win."""


def _unique_mapping(loader: _UniqueKeyLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key_node, _ in node.value:
        if key_node.value in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"key '{key_node.value}' is given twice", key_node.start_mark
            )
        seen.add(key_node.value)
    return loader.construct_mapping(node, deep=True)


_UniqueKeyLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)


def _read_yaml(path: Path) -> Any:
    try:
        # A SafeLoader subclass: it builds plain values only.
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise RuleFileError(f"{path.name}: line {line}: {error.problem}") from error
    if not isinstance(content, dict):
        raise RuleFileError(f"{path.name}: the file must be a mapping")
    return content
