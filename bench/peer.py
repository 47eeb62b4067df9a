"""A stock Wagtail site with the same text: `wagtail start`, a page type with a StreamField, the words of our pages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from pathlib import Path

STOCK = Path(__file__).resolve().parent / "stock"
SETTINGS = "peer.settings.production"


@dataclass
class PageText:
    """The words of a page's main part: a title, then headings and the rich text between them."""

    title: str = ""
    blocks: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Takes the words out of `<main>`, with headings, paragraphs, list items and links."""

    HEADINGS = frozenset({"h2", "h3", "h4", "h5"})
    PARTS = frozenset({"p", "li", "dt", "dd", "td", "th", "caption", "legend", "label", "summary", "blockquote", "div"})
    SILENT = frozenset({"script", "style", "svg", "select"})

    def __init__(self) -> None:
        super().__init__()
        self.page = PageText()
        self._inside = 0
        self._silent = 0
        self._kind = "p"
        self._words: list[str] = []
        self._rich: list[str] = []
        self._link = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "main":
            self._inside += 1
        elif tag in self.SILENT:
            self._silent += 1
        elif tag in self.HEADINGS or tag == "h1" or tag in self.PARTS:
            self._end_part()
            self._kind = tag
        elif tag == "a" and self._inside and not self._silent and self._kind not in self.HEADINGS | {"h1"}:
            self._words.append(f'<a href="{escape(dict(attributes).get("href") or "")}">')
            self._link = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._end_part()
            self._end_text()
            self._inside -= 1
        elif tag in self.SILENT:
            self._silent -= 1
        elif tag in self.HEADINGS or tag == "h1" or tag in self.PARTS:
            self._end_part()
        elif tag == "a" and self._link:
            self._words.append("</a>")
            self._link = False

    def handle_data(self, data: str) -> None:
        if self._inside and not self._silent:
            self._words.append(escape(data))

    def _end_part(self) -> None:
        if self._link:
            self._words.append("</a>")
            self._link = False
        text = re.sub(r"\s+", " ", "".join(self._words)).strip()
        kind, self._words, self._kind = self._kind, [], "p"
        if not text:
            return
        if kind == "h1":
            self.page.title = text
        elif kind in self.HEADINGS:
            self._end_text()
            self.page.blocks.append(("heading", text))
        else:
            self._rich.append(f"<ul><li>{text}</li></ul>" if kind == "li" else f"<p>{text}</p>")

    def _end_text(self) -> None:
        if self._rich:
            self.page.blocks.append(("paragraph", "".join(self._rich).replace("</ul><ul>", "")))
            self._rich = []


def text_of(html: str) -> PageText:
    """The words of one of our pages."""
    reader = _Reader()
    reader.feed(html)
    return reader.page


def peer_address(address: str) -> str:
    """Where the peer has the page: the same address, as far as Wagtail's slugs allow, without answers."""
    parts = [re.sub(r"[^a-z0-9-]+", "-", part.lower()).strip("-") for part in address.partition("?")[0].split("/")]
    return "/" + "".join(f"{part}/" for part in parts if part)


def make_peer(folder: Path, texts: Mapping[str, PageText]) -> None:
    """Write the project, its database, and a page for each text. The same interpreter as ours runs it."""
    make_empty_peer(folder)
    pages = [
        {"address": peer_address(address), "title": text.title, "body": text.blocks} for address, text in texts.items()
    ]
    (folder / "pages.json").write_text(json.dumps(pages), encoding="utf-8")
    _run(["fill.py"], folder)


def make_empty_peer(folder: Path) -> None:
    """Write the project and its database, with a home page and nothing else."""
    folder.mkdir(parents=True)
    _run(["-c", "from wagtail.bin.wagtail import main; main()", "start", "peer", str(folder)], folder)
    shutil.copy(STOCK / "local.py", folder / "peer" / "settings" / "local.py")
    shutil.copy(STOCK / "models.py", folder / "home" / "models.py")
    for name in ("fill.py", "peer_side.py"):
        shutil.copy(STOCK / name, folder / name)
    shutil.copytree(STOCK / "templates", folder / "home" / "templates", dirs_exist_ok=True)
    for command in (["makemigrations", "home"], ["migrate"]):
        _run(["manage.py", *command, "--verbosity", "0", "--settings", SETTINGS], folder)


def _run(arguments: list[str], folder: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": SETTINGS}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"The peer could not be made: {' '.join(arguments)}\n{done.stderr[-2000:]}")
