"""Learning paths as pages, and what is kept about a person's progress: which steps, when, on which versions.

Answers given in practice are never kept, nor how often somebody tried.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from guidance.models import GovernedPage

from .blocks import OutcomesBlock, StepsBlock


class LearningIndexPage(GovernedPage):
    """All learning paths."""

    introduction = models.CharField(max_length=300, blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = ["learning.LearningPathPage"]
    max_count = 1
    template = "learning/learning_index_page.html"

    class Meta:
        verbose_name = "list of learning paths"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from .presenters import present_index

        return {**super().get_context(request, *args, **kwargs), **present_index(request)}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from .views import kept_apart

        return kept_apart(request, super().serve(request, *args, **kwargs))


class LearningPathPage(GovernedPage):
    """A path through guidance and trees, step by step."""

    audience = models.CharField("for whom", max_length=200)
    summary = models.CharField(max_length=400, blank=True, help_text="What the path is about, in one or two sentences.")
    can_do = StreamField(OutcomesBlock(), blank=True, verbose_name="what you will be able to do")
    steps = StreamField(StepsBlock(), blank=True)
    owned_by = models.CharField("owner", max_length=120, blank=True, help_text="A role, not a person's name.")
    reviewed = models.DateField(null=True, blank=True)
    next_review = models.DateField(null=True, blank=True)

    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("summary")]
    parent_page_types: ClassVar[list[str]] = ["learning.LearningIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "learning/learning_path_page.html"

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    *Page.content_panels,
                    FieldPanel("audience"),
                    FieldPanel("summary"),
                    FieldPanel("can_do"),
                    FieldPanel("steps"),
                ],
                heading="Path",
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [FieldPanel("owned_by"), FieldRowPanel([FieldPanel("reviewed"), FieldPanel("next_review")])],
                        heading="Owner and review",
                    )
                ],
                heading="Review",
            ),
            ObjectList(Page.promote_panels, heading="Promote"),
            ObjectList(Page.settings_panels, heading="Settings"),
        ]
    )

    class Meta:
        verbose_name = "learning path"

    def clean(self) -> None:
        super().clean()
        problems = self.step_id_problems()
        if problems:
            raise ValidationError({"steps": problems})

    def step_id_problems(self) -> list[str]:
        """Where a published step would lose its id, or an id would come to mean another step."""
        if self.pk is None:
            return []
        published = {step.step: step for step in self.published_steps.all()}
        id_of_block = {step.block: step.step for step in published.values()}
        problems = []
        for block in self.steps.get_prep_value():
            step_id, block_id = block["value"]["id"], block["id"] or ""
            if id_of_block.get(block_id, step_id) != step_id:
                problems.append(f"The step “{step_id}” was published as “{id_of_block[block_id]}”. Keep that id.")
            elif step_id in published and (published[step_id].block, published[step_id].kind) != (
                block_id,
                block["type"],
            ):
                problems.append(f"The id “{step_id}” belonged to another step of this path. Choose another id.")
        return problems

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from .outlines import outline_of
        from .presenters import present_path

        return {**super().get_context(request, *args, **kwargs), **present_path(outline_of(self), request)}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from .views import kept_apart

        return kept_apart(request, super().serve(request, *args, **kwargs))


class PublishedStep(models.Model):
    """An id that a step of a path has been published under. It stays when the step goes, so that none is re-used."""

    path = models.ForeignKey(LearningPathPage, on_delete=models.CASCADE, related_name="published_steps")
    step = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    block = models.CharField(max_length=64, help_text="Id of the block in the stream.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "step"], name="one_published_step_per_id")]

    def __str__(self) -> str:
        return f"{self.path_id} {self.step}"


class Enrolment(models.Model):
    """A person on a learning path, from their first step. It outlives the path, and goes with the person's account."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments")
    path = models.ForeignKey(LearningPathPage, null=True, on_delete=models.SET_NULL, related_name="enrolments")
    path_title = models.CharField(max_length=255)
    started_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "path"], name="one_enrolment_per_path")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.path_title}"


class StepProgress(models.Model):
    """A step that was opened or completed, with the versions that the person met. Completions are never changed.

    A step done again after it changed has a further row. The newest row of a step says how it stands.
    """

    class State(models.TextChoices):
        OPENED = "opened", "Opened"
        DONE = "done", "Done"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="progress")
    step = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State)
    opened_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)
    path_revision = models.PositiveBigIntegerField(null=True, help_text="Id of the path's published revision.")
    path_hash = models.CharField(max_length=64, help_text="Of the path's steps.")
    page_revision = models.PositiveBigIntegerField(
        null=True, help_text="Id of the published revision of the guidance page or the tree."
    )
    tree_version = models.PositiveIntegerField(null=True, help_text="Number of the tree's version.")
    content_hash = models.CharField(max_length=64, help_text="Of what was read or practised.")
    citations = models.JSONField(default=list, help_text="Citations that were met; each names its passage's hash.")

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "step progress"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "step"], condition=Q(state="opened"), name="one_open_attempt_per_step"
            ),
            models.CheckConstraint(
                condition=Q(state="opened", completed_at__isnull=True) | Q(state="done", completed_at__isnull=False),
                name="done_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.state}"
