"""Sources, their sections and passages, and the glossary. Guidance pages are served by Wagtail."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from guidance import source_presenters as present
from guidance.citations import passage_url
from guidance.generation import remembered
from guidance.models import Edition, GlossaryTerm, Passage, Section, Source

_LIST = ("Sources", "/sources/")


@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """Every document we cite, with its status and year."""
    editions = Edition.objects.filter(is_current=True).select_related("source").order_by("source__title")
    return TemplateResponse(request, "guidance/source_list.html", {"editions": list(editions)})


@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """A source in its current edition: facts, and the contents list with In briefs."""
    edition = (
        Edition.objects.filter(source__slug=slug)
        .select_related("source__superseded_by")
        .order_by("-is_current", "-year")
        .first()
    )
    if edition is None:
        raise Http404("No source has this address.")
    return _edition_page(request, edition)


@require_safe
def edition(request: HttpRequest, slug: str, label: str) -> HttpResponse:
    """One edition. The current one stands at the source's own address."""
    found = _edition(slug, label)
    return redirect("guidance:source", slug) if found.is_current else _edition_page(request, found)


@require_safe
def section(request: HttpRequest, slug: str, label: str, section_slug: str) -> HttpResponse:
    """One section: status, In brief, the text as its licence allows, and what cites it."""
    found = _edition(slug, label)
    sections = present.all_sections(found)
    position = next((at for at, each in enumerate(sections) if each.slug == section_slug), None)
    if position is None:
        raise Http404("No section of this edition has this address.")
    here = sections[position]
    text = present.pieces(here, found, to_staff=present.may_read_staff_only(request.user))
    citing = present.cited_by_in_section(here, found, _hashes(text), request.user)
    citation, citation_label = present.section_citation(here, found)
    context = {
        "source": found.source,
        "edition": found,
        "section": here,
        "banner": present.banner(found.source, found),
        "breadcrumbs": [_LIST, (str(found.source), present.source_url(found.source)), *_above(here, sections, found)],
        "pieces": text,
        "citing": citing,
        "section_cited_by": citing.get("", []),
        "citation": citation,
        "citation_label": citation_label,
        "subsections": [present.section_link(each, found) for each in sections if each.parent_id == here.pk],
        "previous": present.section_link(sections[position - 1], found) if position else None,
        "next": present.section_link(sections[position + 1], found) if position + 1 < len(sections) else None,
        "has_extracts": any(piece.passage and piece.passage.is_extract for piece in text),
        "is_withheld": bool(text) and found.source.licence_allows != Source.Licence.FULL_TEXT,
    }
    return TemplateResponse(request, "guidance/section.html", context)


@require_safe
def passage(request: HttpRequest, passage_id: str) -> HttpResponse:
    """The permanent address of a passage: leads to its place in its section."""
    found = get_object_or_404(Passage.objects.select_related("section__edition__source"), pk=passage_id)
    place = found.section
    return redirect(passage_url(place.edition.source.slug, place.edition.label, place.slug, found.passage_id))


@require_safe
def passage_cited_by(request: HttpRequest, passage_id: str) -> HttpResponse:
    """What on this portal rests on a passage."""
    found = get_object_or_404(Passage.objects.select_related("section__edition__source"), pk=passage_id)
    place, found_edition = found.section, found.section.edition
    view = present.passage_view(found, place, found_edition, to_staff=present.may_read_staff_only(request.user))
    link = present.section_link(place, found_edition)
    context = {
        "passage": view,
        "source": found_edition.source,
        "section": link,
        "entries": present.cited_by(found, request.user),
        "breadcrumbs": [
            _LIST,
            (str(found_edition.source), present.source_url(found_edition.source)),
            (link.title, link.url),
        ],
    }
    return TemplateResponse(request, "guidance/passage_cited_by.html", context)


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """The words of the field and what they mean, by first letter."""
    memory = remembered("glossary by letter")
    if "letters" not in memory:
        letters: dict[str, list[GlossaryTerm]] = {}
        for term in sorted(GlossaryTerm.objects.all(), key=lambda each: each.term.casefold()):
            first = term.term[0].upper()
            letters.setdefault(first if first.isalpha() else "0-9", []).append(term)
        memory["letters"] = list(letters.items())
    return TemplateResponse(request, "guidance/glossary.html", {"letters": memory["letters"]})


def _edition(slug: str, label: str) -> Edition:
    return get_object_or_404(Edition.objects.select_related("source__superseded_by"), source__slug=slug, label=label)


def _edition_page(request: HttpRequest, found: Edition) -> HttpResponse:
    context = {
        "source": found.source,
        "edition": found,
        "banner": present.banner(found.source, found),
        "facts": present.source_facts(found.source, found),
        "contents": present.contents(found),
        "breadcrumbs": [_LIST],
        "page_title": found.source.title,
    }
    return TemplateResponse(request, "guidance/source.html", context)


def _hashes(text: tuple[present.Piece, ...]) -> set[str]:
    passages = [piece.passage for piece in text if piece.passage]
    passages += [row for piece in text if piece.table for row in piece.table.rows]
    return {each.hash12 for each in passages}


def _above(here: Section, sections: tuple[Section, ...], found: Edition) -> list[tuple[str, str]]:
    """The sections above this one, outermost first."""
    by_id = {each.pk: each for each in sections}
    above: list[tuple[str, str]] = []
    parent = by_id.get(here.parent_id) if here.parent_id else None
    while parent is not None:
        link = present.section_link(parent, found)
        above.insert(0, (link.title, link.url))
        parent = by_id.get(parent.parent_id) if parent.parent_id else None
    return above
