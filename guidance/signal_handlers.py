"""What happens by itself when content changes: the generation, the record of citations and the search follow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from guidance import generation
from guidance.models import (
    Edition,
    Figure,
    GlossaryTerm,
    GuidancePage,
    SearchWords,
    Section,
    Source,
    Tension,
    TopicPage,
)
from guidance.services import citing, indexing
from guidance.signals import cited_source_changed, page_access_changed, passages_imported, sections_changed


def record_what_the_page_cites(sender: object, instance: Any, **kwargs: Any) -> None:
    citing.record_page(instance)
    generation.bump_generation()


def forget_what_the_page_cites(sender: object, instance: Any, **kwargs: Any) -> None:
    citing.forget_citations(instance.pk)
    generation.bump_generation()


def follow_pages_to_their_new_address(sender: object, instance: Any, **kwargs: Any) -> None:
    for page in citing.record_pages_below(instance):
        indexing.index_page(page)
    generation.bump_generation()


def index_page(sender: object, instance: Any, **kwargs: Any) -> None:
    indexing.index_page(instance)


def index_topic(sender: object, instance: TopicPage, **kwargs: Any) -> None:
    indexing.index_topic(instance)


def index_pages(sender: object, pages: Iterable[Any], **kwargs: Any) -> None:
    for page in pages:
        indexing.index_page(page)


def say_that_access_changed(sender: object, instance: PageViewRestriction, **kwargs: Any) -> None:
    generation.bump_generation()
    page_access_changed.send(sender=Page, pages=citing.pages_below(instance.page))


def index_imported_passages(sender: object, edition: Edition, **kwargs: Any) -> None:
    indexing.index_edition(edition)
    generation.bump_generation()


def index_changed_sections(sender: object, changed: Iterable[int], removed: Iterable[int], **kwargs: Any) -> None:
    indexing.index_sections({*changed, *removed})
    generation.bump_generation()


def index_section(sender: object, instance: Section, **kwargs: Any) -> None:
    indexing.index_sections([instance.pk])


def index_source(sender: object, instance: Source, **kwargs: Any) -> None:
    indexing.index_source(instance)
    # Whether the source is historic stands with what rests on it.
    cited_source_changed.send(sender=Source, pages=citing.pages_citing(instance))


def index_term(sender: object, instance: GlossaryTerm, **kwargs: Any) -> None:
    indexing.index_term(instance)


def connect() -> None:
    """Called once, when the app is ready."""
    generation.connect()
    generation.watch(Edition, Figure, GlossaryTerm, SearchWords, Section, Source, Tension)
    generation.watch(Group, Redirect, Site)

    page_published.connect(record_what_the_page_cites, dispatch_uid="guidance-record-citations")
    page_unpublished.connect(forget_what_the_page_cites, dispatch_uid="guidance-forget-citations")
    # Every page type's deletion ends in the deletion of its row in Wagtail's own table.
    post_delete.connect(forget_what_the_page_cites, sender=Page, dispatch_uid="guidance-forget-deleted")
    post_page_move.connect(follow_pages_to_their_new_address, dispatch_uid="guidance-follow-moved")
    page_slug_changed.connect(follow_pages_to_their_new_address, dispatch_uid="guidance-follow-renamed")

    for signal in (page_published, page_unpublished, post_delete):
        signal.connect(index_page, sender=GuidancePage, dispatch_uid=f"guidance-index-page-{id(signal)}")
    for signal in (page_published, page_unpublished):
        signal.connect(index_topic, sender=TopicPage, dispatch_uid=f"guidance-index-topic-{id(signal)}")
    post_delete.connect(index_page, sender=TopicPage, dispatch_uid="guidance-index-deleted-topic")

    post_save.connect(say_that_access_changed, sender=PageViewRestriction, dispatch_uid="guidance-access-saved")
    post_delete.connect(say_that_access_changed, sender=PageViewRestriction, dispatch_uid="guidance-access-deleted")
    m2m_changed.connect(
        say_that_access_changed, sender=PageViewRestriction.groups.through, dispatch_uid="guidance-access-groups"
    )
    page_access_changed.connect(index_pages, dispatch_uid="guidance-index-access")
    cited_source_changed.connect(index_pages, dispatch_uid="guidance-index-citing")

    passages_imported.connect(index_imported_passages, dispatch_uid="guidance-index-passages")
    sections_changed.connect(index_changed_sections, dispatch_uid="guidance-index-sections")
    for signal in (post_save, post_delete):
        signal.connect(index_section, sender=Section, dispatch_uid=f"guidance-index-section-{id(signal)}")
        signal.connect(index_term, sender=GlossaryTerm, dispatch_uid=f"guidance-index-term-{id(signal)}")
    post_save.connect(index_source, sender=Source, dispatch_uid="guidance-index-source")
