"""People, the home page, and what readers report."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from guidance.models import GovernedPage


class User(AbstractUser):
    """Someone with an account. The portal asks for no more than it needs to let them in."""


class HomePage(GovernedPage):
    """The first page: the search box, what to do next, topics, learning, what changed. Its lists make themselves."""

    #: The label of the search box: it must say what the box is for.
    question = models.CharField(max_length=80, default="What is in front of you?")
    first_example = models.CharField(
        max_length=120, default="alcohol on breath before dose", help_text="A search shown as a link under the box."
    )
    second_example = models.CharField(max_length=120, default="missed three days of methadone")

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("question"), FieldPanel("first_example"), FieldPanel("second_example")], heading="Search box"
        ),
    ]
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "decision_trees.TreeIndexPage",
        "guidance.TopicIndexPage",
        "learning.LearningIndexPage",
    ]
    max_count = 1
    template = "portal/home_page.html"

    class Meta:
        verbose_name = "home page"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from .home import home_sections

        return {**super().get_context(request, *args, **kwargs), "sections": home_sections(request.user)}


class ProblemReport(models.Model):
    """What a reader says is wrong with a page. It holds nothing about the reader and nothing about a client."""

    class Kind(models.TextChoices):
        WRONG = "wrong", _("Something is wrong or out of date")
        UNSAFE = "unsafe", _("Following it could harm someone")
        CITATION = "citation", _("A citation does not support what is said")
        UNCLEAR = "unclear", _("I do not understand it")
        MISSING = "missing", _("Something is missing")
        BROKEN = "broken", _("The page does not work, or I cannot use it")

    class State(models.TextChoices):
        NEW = "new", _("New")
        OPEN = "open", _("Being looked at")
        CLOSED = "closed", _("Closed")

    created = models.DateTimeField(auto_now_add=True)
    page_path = models.CharField("page", max_length=500, help_text="The address without its question mark and after.")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = models.TextField("what is wrong", max_length=2000)
    state = models.CharField(max_length=20, choices=State.choices, default=State.NEW)
    outcome = models.TextField("what was done", blank=True, max_length=2000)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created"]
        verbose_name = "problem report"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.page_path}"


class SetUpStamp(models.Model):
    """What the set-up last did in this database, so that a second run need not do it again."""

    name = models.CharField(max_length=40, unique=True)
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "set-up stamp"

    def __str__(self) -> str:
        return self.name
