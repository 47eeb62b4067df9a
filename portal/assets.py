"""The NHS design system's open front end, taken from the pinned Python package that carries it prebuilt.

Nothing of it is committed. What would call a foreign host (its typeface, which is not ours to use, and its source maps,
which the package does not ship) is taken out; nothing else is changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

PACKAGE = "wagtail-nhsuk-frontend"
_CARRIED = re.compile(
    r"^wagtailnhsukfrontend/static/wagtailnhsukfrontend/(?:css|js)/nhsuk-frontend-(.+)\.min\.(css|js)$"
)
_FOREIGN_FONT_FACE = re.compile(r"@font-face\s*\{[^{}]*assets\.nhs\.uk[^{}]*\}")
_SOURCE_MAP_IN_CSS = re.compile(r"\s*/\*# sourceMappingURL=[^*]*\*/")
_SOURCE_MAP_IN_JS = re.compile(r"(?m)^//# sourceMappingURL=.*$\n?")

#: Raised whenever `clean` or the licence text changes, so that earlier output is not taken for up to date.
_RECIPE = "2"

LICENCE = """\
nhsuk-frontend {version}, as published by NHS England (https://github.com/nhsuk/nhsuk-frontend).
Changed here: rules that load a typeface from another host, and references to source maps, are taken out.

The MIT License (MIT)

Copyright (c) 2018 NHS England (formerly NHS Digital)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without
limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the
Software, and to permit persons to whom the Software is furnished to do so, subject to the following
conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions
of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED
TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL
THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF
CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER
DEALINGS IN THE SOFTWARE.
"""


class AssetsMissing(Exception):
    """The front end cannot be prepared; the message says what to do."""


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """The files the installed package carries."""

    version: str
    css: Path
    js: Path


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `prepare` did."""

    version: str
    folder: Path
    changed: bool


def clean_css(text: str) -> str:
    """The style sheet without what calls a foreign host.

    >>> clean_css("@font-face{src:url(https://assets.nhs.uk/a.woff)}b{c:d}/*# sourceMappingURL=x.map */")
    'b{c:d}'
    """
    return _SOURCE_MAP_IN_CSS.sub("", _FOREIGN_FONT_FACE.sub("", text))


def clean_js(text: str) -> str:
    """The module without its reference to a source map."""
    return _SOURCE_MAP_IN_JS.sub("", text)


def find_front_end() -> FrontEnd:
    """The front end inside the installed package. Reads the package's own list of files and imports nothing."""
    try:
        files = distribution(PACKAGE).files or []
    except PackageNotFoundError as missing:
        raise AssetsMissing(f"The package {PACKAGE} is not installed. Run `make setup`.") from missing
    found: dict[str, tuple[str, Path]] = {}
    for file in files:
        if match := _CARRIED.match(file.as_posix()):
            found[match[2]] = (match[1], Path(str(file.locate())))
    absent = [kind for kind in ("css", "js") if kind not in found or not found[kind][1].is_file()]
    if absent:
        raise AssetsMissing(
            f"The package {PACKAGE} does not hold nhsuk-frontend's {' and '.join(absent)}. "
            "Install it again with `make setup`; if its version was raised, check portal/assets.py against it."
        )
    return FrontEnd(version=found["css"][0], css=found["css"][1], js=found["js"][1])


def prepare(folder: Path) -> Prepared:
    """Write the front end to `folder` unless it is there already.

    The files are `nhsuk-frontend.min.css`, `nhsuk-frontend.min.js` and `nhsuk-frontend-licence.txt`.
    """
    front_end = find_front_end()
    stamp = folder / "prepared.txt"
    mark = _mark_of(front_end)
    outputs = {
        "nhsuk-frontend.min.css": lambda: clean_css(front_end.css.read_text(encoding="utf-8")),
        "nhsuk-frontend.min.js": lambda: clean_js(front_end.js.read_text(encoding="utf-8")),
        "nhsuk-frontend-licence.txt": lambda: LICENCE.format(version=front_end.version),
    }
    if (
        stamp.is_file()
        and stamp.read_text(encoding="utf-8") == mark
        and all((folder / name).is_file() for name in outputs)
    ):
        return Prepared(front_end.version, folder, changed=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in outputs.items():
            (folder / name).write_text(content(), encoding="utf-8")
        stamp.write_text(mark, encoding="utf-8")
    except OSError as failure:
        raise AssetsMissing(f"The front end cannot be written to {folder}: {failure.strerror or failure}.") from failure
    return Prepared(front_end.version, folder, changed=True)


def _mark_of(front_end: FrontEnd) -> str:
    """Changes when the package's files or our recipe change; cheap, so that every start may ask."""
    digest = sha256(_RECIPE.encode())
    for path in (front_end.css, front_end.js):
        facts = path.stat()
        digest.update(f"{path.name} {facts.st_size} {facts.st_mtime_ns}".encode())
    return f"{front_end.version} {digest.hexdigest()}\n"
