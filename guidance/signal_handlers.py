"""What happens by itself when content changes: the generation, the record of citations and the search follow."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import post_delete
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from . import generation
from .models import Edition, Figure, GlossaryTerm, Section, Source, Tension
from .services import citing


def record_what_the_page_cites(sender: object, instance: Any, **kwargs: Any) -> None:
    citing.record_page(instance)
    generation.bump_generation()


def forget_what_the_page_cites(sender: object, instance: Any, **kwargs: Any) -> None:
    citing.forget_citations(instance.pk)
    generation.bump_generation()


def record_what_pages_below_cite(sender: object, instance: Any, **kwargs: Any) -> None:
    citing.record_pages_below(instance)
    generation.bump_generation()


def connect() -> None:
    """Called once, when the app is ready."""
    generation.connect()
    generation.watch(
        Edition, Figure, GlossaryTerm, Redirect, Section, Site, Source, Tension, PageViewRestriction, Group
    )
    generation.watch_relation(PageViewRestriction.groups.through)
    page_published.connect(record_what_the_page_cites, dispatch_uid="guidance-record-citations")
    page_unpublished.connect(forget_what_the_page_cites, dispatch_uid="guidance-forget-citations")
    # Every page type's deletion ends in the deletion of its row in Wagtail's own table.
    post_delete.connect(forget_what_the_page_cites, sender=Page, dispatch_uid="guidance-forget-deleted")
    post_page_move.connect(record_what_pages_below_cite, dispatch_uid="guidance-record-moved")
    page_slug_changed.connect(record_what_pages_below_cite, dispatch_uid="guidance-record-renamed")
