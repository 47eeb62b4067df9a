"""Keeping the record of which live page cites which passage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from guidance.citations import CitationRef, InvalidCitation, parse


@dataclass(frozen=True, slots=True)
class CitationEntry:
    """One citation on a page.

    Attributes:
        citation: A citation string, or one already read.
        label: What cites, in words: the page's title, with the recommendation, question or outcome where there is one.
        anchor: The place on the page, without the number sign.
        url: Where it opens. Empty: the page's own address with the anchor.
    """

    citation: str | CitationRef
    label: str
    anchor: str = ""
    url: str = ""


def record_citations(page: Any, entries: Iterable[CitationEntry]) -> int:
    """Replace what is recorded for a page; returns how many entries there are. A page that is not live has none."""
    from guidance.models.citations import Citation

    rows = _rows(page, entries) if page.live else []
    with transaction.atomic():
        Citation.objects.filter(page_id=page.pk).delete()
        Citation.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def record_page(page: Any) -> int:
    """Record what a page itself says that it cites."""
    entries = getattr(page, "citation_entries", None)
    return record_citations(page, entries() if entries else ())


def pages_below(page: Any) -> list[Any]:
    """A page and all below it, as their own types."""
    from wagtail.models import Page

    return list(Page.objects.descendant_of(page, inclusive=True).specific())


def record_pages_below(page: Any) -> list[Any]:
    """Record a page and all below it anew, because their addresses have changed. Returns them."""
    pages = pages_below(page)
    for each in pages:
        record_page(each)
    return pages


def pages_citing(source: Any) -> list[Any]:
    """The live pages that cite any edition of a source, as their own types."""
    from wagtail.models import Page

    from guidance.models.citations import Citation

    cited_on = Citation.objects.filter(source=source.slug).values("page_id")
    return list(Page.objects.filter(pk__in=cited_on).specific())


def forget_citations(page_id: int) -> None:
    """A page has been unpublished or deleted: it cites nothing any more."""
    from guidance.models.citations import Citation

    Citation.objects.filter(page_id=page_id).delete()


def _rows(page: Any, entries: Iterable[CitationEntry]) -> list[Any]:
    from guidance.models.citations import Citation

    own_url = page.get_url() or ""
    rows = {}
    for entry in entries:
        try:
            ref = parse(entry.citation) if isinstance(entry.citation, str) else entry.citation
        except InvalidCitation:
            # The editor refuses these; one that came in another way points at nothing and is cited by nothing.
            continue
        url = entry.url or (f"{own_url}#{entry.anchor}" if entry.anchor else own_url)
        rows[ref, url, entry.label] = Citation(
            page_type=page._meta.label,
            page_id=page.pk,
            anchor=entry.anchor,
            label=entry.label[:400],
            url=url,
            source=ref.source,
            edition=ref.edition,
            section_key=ref.section_key,
            hash12=ref.hash12,
        )
    return list(rows.values())
