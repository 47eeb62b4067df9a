"""Guidance as pages: an index of topics, topics, and guidance pages with recommendations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from guidance.blocks import BodyBlock, GapsBlock, RecommendationsBlock, TensionsBlock, TreesBlock, UpdateNotesBlock
from guidance.blocks.body import marks_in
from guidance.panels import CitationsPanel
from guidance.services.citing import CitationEntry

from .governed import GovernedPage

_ANCHOR_NUMBER = re.compile(r"^r([1-9][0-9]*)$")


class TopicIndexPage(GovernedPage):
    """All topics."""

    introduction = models.CharField(max_length=300, blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = ["guidance.TopicPage"]
    max_count = 1
    template = "guidance/topic_index_page.html"

    class Meta:
        verbose_name = "list of topics"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from guidance.presenters import present_topic_index

        return {**super().get_context(request, *args, **kwargs), **present_topic_index(self, request)}


class TopicPage(GovernedPage):
    """What we say about one topic: its guidance pages."""

    summary = models.CharField(max_length=400)
    order = models.PositiveSmallIntegerField(default=0, help_text="Topics are shown in this order.")

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("summary"), FieldPanel("order")]
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("summary")]
    parent_page_types: ClassVar[list[str]] = ["guidance.TopicIndexPage"]
    subpage_types: ClassVar[list[str]] = ["guidance.GuidancePage"]
    template = "guidance/topic_page.html"

    class Meta:
        verbose_name = "topic"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from guidance.presenters import present_topic

        return {**super().get_context(request, *args, **kwargs), **present_topic(self, request)}


class GuidancePage(GovernedPage):
    """What we say about something, in our own words, with the passages it rests on."""

    summary = models.CharField(max_length=400, help_text="One sentence.")
    owned_by = models.CharField("owner", max_length=120, blank=True, help_text="A role, not a person's name.")
    reviewed = models.DateField(null=True, blank=True)
    next_review = models.DateField(null=True, blank=True)
    trees = StreamField(TreesBlock(), blank=True, verbose_name="what to do next")
    recommendations = StreamField(RecommendationsBlock(), blank=True)
    body = StreamField(BodyBlock(), blank=True, verbose_name="why, and background")
    disagreements = StreamField(TensionsBlock(), blank=True, verbose_name="where sources disagree")
    gaps = StreamField(GapsBlock(), blank=True, verbose_name="what the documents do not say")
    update_notes = StreamField(UpdateNotesBlock(), blank=True)
    #: The highest number a recommendation of this page has ever had, so that none is given twice.
    last_number = models.PositiveSmallIntegerField(default=0, editable=False)

    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("summary")]
    parent_page_types: ClassVar[list[str]] = ["guidance.TopicPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "guidance/guidance_page.html"

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    *Page.content_panels,
                    FieldPanel("summary"),
                    FieldPanel("trees"),
                    FieldPanel("recommendations"),
                    FieldPanel("body"),
                    FieldPanel("disagreements"),
                    FieldPanel("gaps"),
                ],
                heading="Guidance",
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [FieldPanel("owned_by"), FieldRowPanel([FieldPanel("reviewed"), FieldPanel("next_review")])],
                        heading="Owner and review",
                    ),
                    FieldPanel("update_notes"),
                ],
                heading="Review",
            ),
            ObjectList([CitationsPanel(heading="What this page cites")], heading="Citations"),
            ObjectList(Page.promote_panels, heading="Promote"),
            ObjectList(Page.settings_panels, heading="Settings"),
        ]
    )

    class Meta:
        verbose_name = "guidance page"

    def clean(self) -> None:
        super().clean()
        self.number_recommendations()

    def number_recommendations(self) -> None:
        """Give every new recommendation the next number that none has had."""
        self.last_number = max([self.last_number, *(number for number in self._numbers())])
        for block in self.recommendations:
            if not block.value.get("anchor"):
                self.last_number += 1
                block.value["anchor"] = f"r{self.last_number}"

    def _numbers(self) -> Iterator[int]:
        for block in self.recommendations:
            match = _ANCHOR_NUMBER.match(block.value.get("anchor") or "")
            if match:
                yield int(match[1])

    def citation_entries(self) -> Iterable[CitationEntry]:
        """Each recommendation's citations, then those of the background and of the disagreements."""
        yield from self.own_citation_entries()
        for text in self.disagreement_citations():
            yield CitationEntry(text, f"{self.title}, where sources disagree", "disagreements")

    def own_citation_entries(self) -> Iterator[CitationEntry]:
        """What the page's own text cites."""
        for block in self.recommendations:
            anchor = block.value["anchor"]
            for text in block.value["citations"]:
                yield CitationEntry(text, f"{self.title}, recommendation {anchor.removeprefix('r')}", anchor)
        for text in self.body_citations():
            yield CitationEntry(text, f"{self.title}, background", "background")

    def body_citations(self) -> Iterator[str]:
        for block in self.body:
            if block.block_type == "markdown":
                yield from marks_in(block.value)
            elif block.block_type == "call_out":
                yield from marks_in(block.value["text"])
            elif block.block_type == "figure" and block.value:
                yield from (citation.value for citation in block.value.citations)

    def disagreement_citations(self) -> Iterator[str]:
        for block in self.disagreements:
            if block.value:
                for side in block.value.sides:
                    yield from side.value["citations"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from guidance.presenters import next_trees, page_breadcrumbs, present_guidance

        return {
            **super().get_context(request, *args, **kwargs),
            "breadcrumbs": page_breadcrumbs(self, request),
            "trees": next_trees(self, request),
            "guidance": present_guidance(self, request),
        }
