"""Telling the search what has changed. The index follows when the transaction commits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guidance.models import Edition, GlossaryTerm, GuidancePage, Source, TopicPage
from guidance.search_kinds import GLOSSARY, IN_BRIEF, PAGE, PASSAGE, RECOMMENDATION
from search.services import enqueue


def index_page(page: Any) -> None:
    """A page has been published, unpublished or deleted, or who may see it has changed."""
    if isinstance(page, GuidancePage):
        enqueue(PAGE, page.pk)
        enqueue(RECOMMENDATION, page.pk)
    elif isinstance(page, TopicPage):
        enqueue(PAGE, page.pk)


def index_topic(topic: TopicPage) -> None:
    """A topic's name stands on every page below it."""
    index_page(topic)
    for page in GuidancePage.objects.child_of(topic):
        index_page(page)


def index_sections(section_ids: Iterable[int]) -> None:
    """The text, the heading or the In brief of sections has changed, or they are gone."""
    for section_id in section_ids:
        enqueue(PASSAGE, section_id)
        enqueue(IN_BRIEF, section_id)


def index_edition(edition: Edition) -> None:
    index_sections(edition.sections.values_list("pk", flat=True))


def index_source(source: Source) -> None:
    """Title, status and licence of a source stand with each of its passages."""
    for edition in source.editions.all():
        index_edition(edition)


def index_term(term: GlossaryTerm) -> None:
    enqueue(GLOSSARY, term.pk)
