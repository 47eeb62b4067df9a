"""Reading the files of `content/`, with errors that name the file and the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from guidance.starter import CannotLoad

_FENCE = "---"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A Markdown file with facts on top."""

    facts: dict[str, Any]
    body: str


def read_yaml(path: Path) -> Any:
    """What a YAML file holds.

    Raises:
        CannotLoad: with file, line and column, where it is not there, not text, or not YAML.
    """
    return _parsed(_text(path), path)


def read_mapping(path: Path) -> dict[str, Any]:
    return _mapping(read_yaml(path), path)


def read_list(path: Path) -> list[dict[str, Any]]:
    """A file that holds a list of items, each with fields. A file that is not there holds none."""
    if not path.exists():
        return []
    found = read_yaml(path) or []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise CannotLoad(f"{path.name}: the file must hold a list of items with fields.")
    return found


def read_front_matter(path: Path) -> FrontMatter:
    """A Markdown file that begins with YAML between two lines of three hyphens."""
    lines = _text(path).splitlines()
    if not lines or lines[0].strip() != _FENCE or _FENCE not in (line.strip() for line in lines[1:]):
        raise CannotLoad(f"{path.name}, line 1: the file must begin with its facts between two lines of ---.")
    end = next(at for at, line in enumerate(lines[1:], start=1) if line.strip() == _FENCE)
    facts = _mapping(_parsed("\n".join(["", *lines[1:end]]), path), path)
    return FrontMatter(facts, "\n".join(lines[end + 1 :]).strip() + "\n")


def required(item: Mapping[str, Any], field: str, where: str) -> Any:
    """A field that must be there.

    Raises:
        CannotLoad: naming the place, when it is missing or empty.
    """
    value = item.get(field)
    if value is None or value == "":
        raise CannotLoad(f"{where}: “{field}” is missing.")
    return value


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CannotLoad(f"{path.name}: not readable as UTF-8 text at byte {error.start}.") from error
    except OSError as error:
        raise CannotLoad(f"{path.name}: {error.strerror or 'cannot be read'}.") from error


def _parsed(text: str, path: Path) -> Any:
    try:
        return yaml.load(text, Loader=_LOADER)  # the C form of the safe loader where there is one
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise CannotLoad(f"{path.name}{place}: {error.problem or 'not YAML'}.") from error
    except yaml.YAMLError as error:
        raise CannotLoad(f"{path.name}: {error}.") from error


def _mapping(found: Any, path: Path) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise CannotLoad(f"{path.name}: the file must hold fields with values.")
    return found
