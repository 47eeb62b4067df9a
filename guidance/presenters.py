"""What the templates of topics and guidance pages receive."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from wagtail.models import Page

from guidance import markdown
from guidance.blocks.recommendation import INFERENCE
from guidance.citations import ResolvedCitation, resolve_texts
from guidance.generation import remembered
from guidance.markdown import Heading, unique_id
from guidance.services.tensions import TensionView, tension_views_by_id, texts_of_tensions_by_id
from guidance.visibility import address_of, passes_restrictions, visible_to

#: Fewer headings than this need no contents list.
CONTENTS_FROM = 4
#: Depth of the home page in Wagtail's tree; what lies below it has breadcrumbs.
HOME_DEPTH = 2

WHAT_TO_DO = ("recommendations", "What to do")
#: The anchor of the background; its headings are the editor's own.
BACKGROUND = "background"
DISAGREE = ("disagreements", "Where the documents disagree")
GAPS = ("gaps", "What the documents do not say")


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    url: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class RecommendationView:
    anchor: str
    number: str
    text: str
    strength: str
    basis: str
    year: int | None
    citations: tuple[ResolvedCitation, ...]
    why: str


@dataclass(frozen=True, slots=True)
class CitedSource:
    title: str
    url: str
    year: int | None
    status: str


@dataclass(frozen=True, slots=True)
class UpdateNote:
    date: date
    text: str


@dataclass(frozen=True, slots=True)
class GuidanceView:
    """A guidance page as every reader sees it."""

    recommendations: tuple[RecommendationView, ...]
    body: SafeString
    references: tuple[ResolvedCitation, ...]
    tensions: tuple[TensionView, ...]
    gaps: tuple[str, ...]
    sources: tuple[CitedSource, ...]
    update_notes: tuple[UpdateNote, ...]
    contents: tuple[Link, ...]


class CitationNumbers:
    """Numbers the citations of a text in the order in which they are met."""

    def __init__(self, resolved: Mapping[str, ResolvedCitation]) -> None:
        self._resolved = resolved
        self._numbers: dict[str, int] = {}

    @property
    def cited(self) -> tuple[ResolvedCitation, ...]:
        return tuple(self._resolved[text] for text in self._numbers)

    def mark(self, text: str) -> ElementTree.Element:
        """The mark of one citation: its number, a link that opens where it points."""
        citation = self._resolved.get(text)
        mark = ElementTree.Element("sup", {"class": "portal-reference"})
        if citation is None:
            return mark
        number = self._numbers.setdefault(text, len(self._numbers) + 1)
        link = ElementTree.SubElement(mark, "a", {"href": citation.url, "title": citation.label})
        words = ElementTree.SubElement(link, "span", {"class": "nhsuk-u-visually-hidden"})
        words.text = "Source "
        words.tail = str(number)
        return mark


def present_guidance(page: Any, request: HttpRequest) -> GuidanceView:
    """The page's content, made once for all readers until something public changes. A preview is made on its own."""
    if getattr(request, "is_preview", False):
        return _guidance_view(page)
    memory = remembered("guidance pages")
    if page.pk not in memory:
        memory[page.pk] = _guidance_view(page)
    view: GuidanceView = memory[page.pk]
    return view


def next_trees(page: Any, request: HttpRequest) -> tuple[Link, ...]:
    """The trees that say what to do next, as far as this person may see them."""
    ids = _ids(page.trees)
    if not ids:
        return ()
    # Not the pages themselves, which would bring whole trees along.
    model = page.trees.stream_block.child_blocks["tree"].target_model
    rows = model.objects.live().filter(pk__in=ids).values_list("pk", "title", "situation", "url_path", "path")
    found = {pk: (Link(title, address_of(url_path), situation), path) for pk, title, situation, url_path, path in rows}
    chosen = [found[pk] for pk in ids if pk in found]
    return tuple(link for link, path in chosen if passes_restrictions(request.user, path))


def page_breadcrumbs(page: Any, request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """The way back up, from below the home page to the page's parent."""
    memory = remembered("breadcrumbs")
    if page.path not in memory:
        above = getattr(page, "routed_through", None)
        if above is None:
            ancestors = page.get_ancestors().filter(depth__gt=HOME_DEPTH) if page.depth else Page.objects.none()
            above = ancestors.values_list("title", "url_path")
        memory[page.path] = tuple((title, address_of(url_path)) for title, url_path in above)
    items: tuple[tuple[str, str], ...] = memory[page.path]
    return items


def present_topic_index(page: Any, request: HttpRequest) -> dict[str, Any]:
    """All topics with their guidance pages, in two queries."""
    from guidance.models import GuidancePage, TopicPage

    topics = visible_to(request.user, TopicPage.objects.child_of(page)).order_by("order", "title")
    pages = visible_to(request.user, GuidancePage.objects.descendant_of(page)).defer_streamfields().order_by("title")
    by_topic: dict[str, list[Link]] = {}
    for guidance in pages:
        by_topic.setdefault(guidance.path[: -Page.steplen], []).append(_page_link(guidance, request))
    return {
        "breadcrumbs": page_breadcrumbs(page, request),
        "topics": [(_page_link(topic, request), by_topic.get(topic.path, [])) for topic in topics],
    }


def present_topic(page: Any, request: HttpRequest) -> dict[str, Any]:
    from guidance.models import GuidancePage

    pages = visible_to(request.user, GuidancePage.objects.child_of(page)).defer_streamfields().order_by("title")
    return {
        "breadcrumbs": page_breadcrumbs(page, request),
        "pages": [_page_link(guidance, request) for guidance in pages],
    }


def _page_link(page: Any, request: HttpRequest) -> Link:
    return Link(page.title, page.get_url(request) or "", page.summary)


def _guidance_view(page: Any) -> GuidanceView:
    own = [str(entry.citation) for entry in page.own_citation_entries()]
    # Together with those of the disagreements, so that both cost one look-up.
    disagreements = _ids(page.disagreements)
    resolved = resolve_texts([*own, *texts_of_tensions_by_id(disagreements)])
    numbers = CitationNumbers(resolved)
    taken = {BACKGROUND, *(heading_id for heading_id, _ in (WHAT_TO_DO, DISAGREE, GAPS))}
    taken |= {block.value["anchor"] for block in page.recommendations}
    body, headings = _body(page.body, numbers, taken)
    tensions = tension_views_by_id(disagreements)
    gaps = tuple(block.value for block in page.gaps)
    return GuidanceView(
        recommendations=tuple(_recommendation(block.value, resolved) for block in page.recommendations),
        body=body,
        references=numbers.cited,
        tensions=tensions,
        gaps=gaps,
        sources=_sources(
            [
                *(resolved[text] for text in own),
                *(citation for tension in tensions for side in tension.sides for citation in side.citations),
            ]
        ),
        update_notes=tuple(
            sorted(
                (UpdateNote(block.value["date"], block.value["text"]) for block in page.update_notes),
                key=lambda note: note.date,
                reverse=True,
            )
        ),
        contents=_contents(page, headings, tensions, gaps),
    )


def _ids(stream: Any) -> list[int]:
    """The keys of chosen rows, without fetching the rows."""
    return [block["value"] for block in stream.raw_data if block["value"]]


def _recommendation(value: Any, resolved: Mapping[str, ResolvedCitation]) -> RecommendationView:
    citations = tuple(resolved[text] for text in value["citations"])
    return RecommendationView(
        anchor=value["anchor"],
        number=value["anchor"].removeprefix("r"),
        text=value["text"],
        strength=value["strength"],
        basis=value["basis"],
        year=None if value["basis"] == INFERENCE else _oldest(citations),
        citations=citations,
        why=value["why"],
    )


def _oldest(citations: Iterable[ResolvedCitation]) -> int | None:
    """The year a statement is marked with: that of the oldest text it rests on."""
    return min((citation.year for citation in citations if citation.year), default=None)


def _body(blocks: Any, numbers: CitationNumbers, taken: set[str]) -> tuple[SafeString, list[Heading]]:
    parts: list[SafeString] = []
    headings: list[Heading] = []
    for block in blocks:
        if block.block_type == "markdown":
            rendered = markdown.render(block.value, cite=numbers.mark, taken_ids=taken)
            headings += rendered.headings
            parts.append(rendered.html)
        elif block.block_type == "heading":
            heading = Heading(2, unique_id(block.value, taken), block.value)
            headings.append(heading)
            parts.append(format_html('<h2 id="{}">{}</h2>', heading.id, heading.text))
        elif block.block_type == "call_out":
            text = markdown.render(block.value["text"], cite=numbers.mark, taken_ids=taken)
            parts.append(block.render({"text": text.html}))
        elif block.block_type == "figure":
            citations = resolve_texts(citation.value for citation in block.value.citations) if block.value else {}
            parts.append(block.render({"citations": tuple(citations.values())}))
        else:
            parts.append(block.render())
    return format_html_join("\n", "{}", ((part,) for part in parts)), headings


def _sources(citations: Iterable[ResolvedCitation]) -> tuple[CitedSource, ...]:
    """Each source that the page rests on, once, by title."""
    found = {
        citation.ref.source: CitedSource(
            citation.source,
            f"/sources/{citation.ref.source}/",
            citation.year,
            "historic" if citation.historic else "current",
        )
        for citation in citations
        if citation.source_is_known
    }
    return tuple(sorted(found.values(), key=lambda source: source.title))


def _contents(page: Any, headings: list[Heading], tensions: tuple[Any, ...], gaps: tuple[str, ...]) -> tuple[Link, ...]:
    """The second-level headings of the page in their order, or nothing while there are few."""
    entries: list[tuple[str, str]] = []
    if len(page.recommendations):
        entries.append(WHAT_TO_DO)
    entries += [(heading.id, heading.text) for heading in headings if heading.level == 2]
    if tensions:
        entries.append(DISAGREE)
    if gaps:
        entries.append(GAPS)
    if len(entries) < CONTENTS_FROM:
        return ()
    return tuple(Link(title, f"#{anchor}") for anchor, title in entries)
