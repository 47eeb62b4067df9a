"""Markdown as guidance is written in it, made into clean HTML.

No extension strikes text through: "about ~5 and then ~10" must stay readable. A citation in double square brackets
becomes whatever the caller makes of it, so that this module knows nothing of sources.
"""

from __future__ import annotations

import re
import threading
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import markdown
import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

#: Makes the mark of one citation, given the text between the brackets.
CitationMark = Callable[[str], ElementTree.Element]

_TAGS = {
    *("a", "abbr", "blockquote", "br", "code", "div", "em", "hr", "p", "pre", "span", "strong", "sub", "sup"),
    *("h2", "h3", "h4", "h5", "h6", "dd", "dl", "dt", "li", "ol", "ul"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
_ATTRIBUTES = {
    "a": {"href", "title", "class"},
    "abbr": {"title"},
    "ol": {"start"},
    "span": {"class"},
    "sup": {"class"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
#: Ahead of Markdown's own links, behind its code spans.
_PRIORITY = 175
#: One paragraph that Markdown would leave as it is: most passages. It begins with a letter, so that it is no list.
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]| (?=\S)|[.,;:'\"’‘“”()–—/%?…=+-])*")
_converters = threading.local()
_LINK_PATTERN = r"\[\[([^\[\]\n]+)\]\]"


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """HTML that is safe to show, and its headings in their order."""

    html: SafeString
    headings: tuple[Heading, ...]


def render(text: str, *, cite: CitationMark | None = None, taken_ids: set[str] | None = None) -> Rendered:
    """Make HTML of Markdown.

    Args:
        text: The Markdown.
        cite: Makes the mark of each citation. Without it the marks are left out.
        taken_ids: Ids that stand on the page already; those of the new headings are added.
    """
    if _PLAIN.fullmatch(text):
        return Rendered(mark_safe(f"<p>{text}</p>"), ())  # the pattern lets nothing through that is markup
    converter, guide = _converter()
    guide.begin(cite or _no_mark, taken_ids if taken_ids is not None else set())
    converted = converter.reset().convert(text)
    html = nh3.clean(converted, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)
    return Rendered(mark_safe(_marks_that_cling(_tables_that_scroll(html))), tuple(guide.headings))  # cleaned by nh3


def render_inline(text: str) -> SafeString:
    """Markdown of one line or cell, without the paragraph around it."""
    html = render(text).html.strip()
    inner = re.fullmatch(r"<p>(.*)</p>", html, re.DOTALL)
    return mark_safe(inner[1]) if inner and "<p>" not in inner[1] else mark_safe(html)  # cleaned by nh3


def unique_id(title: str, taken: set[str]) -> str:
    """An id for a heading that no other has."""
    base = slugify(title) or "section"
    candidate, count = base, 1
    while candidate in taken:
        count += 1
        candidate = f"{base}-{count}"
    taken.add(candidate)
    return candidate


def _converter() -> tuple[markdown.Markdown, _Guide]:
    """This thread's own: to make one costs more than to convert a paragraph, and it keeps state while it works."""
    if not hasattr(_converters, "own"):
        guide = _Guide()
        extensions: list[str | Extension] = ["tables", "sane_lists", "def_list", guide]
        _converters.own = markdown.Markdown(extensions=extensions, output_format="html"), guide
    own: tuple[markdown.Markdown, _Guide] = _converters.own
    return own


class _Guide(Extension):
    """What guidance adds to Markdown: citation marks, and headings that can be linked to."""

    def __init__(self) -> None:
        super().__init__()
        self.begin(_no_mark, set())

    def begin(self, cite: CitationMark, taken: set[str]) -> None:
        """Make ready for the next text."""
        self.cite, self.taken = cite, taken
        self.headings: list[Heading] = []

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - named by the library
        md.inlinePatterns.register(_CitationPattern(_LINK_PATTERN, md, self), "citation", _PRIORITY)
        md.treeprocessors.register(_Headings(md, self), "guide-headings", 5)


class _CitationPattern(InlineProcessor):
    def __init__(self, pattern: str, md: markdown.Markdown, guide: _Guide) -> None:
        super().__init__(pattern, md)
        self.guide = guide

    def handleMatch(self, match: re.Match[str], data: str) -> Any:  # type: ignore[override]  # noqa: N802 - named by the library
        return self.guide.cite(match[1].strip()), match.start(0), match.end(0)


class _Headings(Treeprocessor):
    """Gives headings ids. A page has one first-level heading, its title, so one in the text moves down."""

    def __init__(self, md: markdown.Markdown, guide: _Guide) -> None:
        super().__init__(md)
        self.guide = guide

    def run(self, root: ElementTree.Element) -> None:
        for element in root.iter():
            if re.fullmatch(r"h[1-6]", element.tag or ""):
                level = max(int(element.tag[1]), 2)
                element.tag = f"h{level}"
                title = "".join(_words_of(element)).strip()
                element.set("id", unique_id(title, self.guide.taken))
                self.guide.headings.append(Heading(level, element.attrib["id"], title))


def _words_of(element: ElementTree.Element) -> list[str]:
    """The text of a heading without the numbers of its citations."""
    parts = [element.text or ""]
    for child in element:
        if child.tag != "sup":
            parts.extend(_words_of(child))
        parts.append(child.tail or "")
    return parts


def _no_mark(text: str) -> ElementTree.Element:
    return ElementTree.Element("span")


def _marks_that_cling(html: str) -> str:
    """A mark stands at its word and never begins a line; two marks keep the space between them."""
    return re.sub(r"(?<!</sup>)\s+(?=<sup\b)", "", html)


def _tables_that_scroll(html: str) -> str:
    """A wide table scrolls inside itself, and can be scrolled from the keyboard."""
    html = re.sub(r"<th></th>", "<td></td>", html)
    html = re.sub(r"<th>", '<th scope="col">', html)
    opening = '<div class="portal-table" tabindex="0" role="region" aria-label="Table"><table>'
    return html.replace("<table>", opening).replace("</table>", "</table></div>")
