"""Trees as Wagtail pages, the numbered versions that readers see, and the local settings a service fills in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.models import Page
from wagtail.search import index

from guidance.models import GovernedPage
from guidance.services.citing import CitationEntry

from .admin_forms import TreeCopyForm, TreePageForm
from .editor.panels import TreeEditorPanel
from .engine.units import UNITS

_ONE_PER_LINE = "One per line."
#: What Wagtail calls the publication of a page whose time has come.
SCHEDULED = "wagtail.publish.scheduled"


class TreeIndexPage(GovernedPage):
    """All trees, by the situation a practitioner is in."""

    introduction = models.CharField(max_length=300, blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types: ClassVar[list[str]] = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = ["decision_trees.TreePage"]
    max_count = 1
    template = "decision_trees/tree_index_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from .services import trees_by_situation

        return {**super().get_context(request, *args, **kwargs), "trees": trees_by_situation(request.user)}

    class Meta:
        verbose_name = "list of trees"


class TreePage(GovernedPage):
    """A decision tree as its editors write it. Readers walk the last published `TreeVersion`."""

    situation = models.CharField(
        max_length=160,
        help_text="The line on the home page, in a practitioner's words: “Alcohol on the breath and a dose is due”.",
    )
    summary = models.CharField(max_length=400, help_text="What the tree decides, in one sentence.")
    audience = models.CharField(max_length=200, help_text="Who asks.")
    at_hand = models.TextField("to have at hand", blank=True, help_text=_ONE_PER_LINE)
    topics = models.TextField(blank=True, help_text=f"Topics, by slug. {_ONE_PER_LINE}")
    words = models.TextField(
        "words people type", blank=True, help_text=f"Search offers the tree for these words. {_ONE_PER_LINE}"
    )
    gaps = models.TextField("what the documents do not say", blank=True, help_text=_ONE_PER_LINE)
    owned_by = models.CharField("owner", max_length=120, blank=True)
    reviewed = models.DateField(null=True, blank=True)
    next_review = models.DateField(null=True, blank=True)
    change_note = models.CharField(max_length=300, help_text="What changed, for readers.")

    #: What the engine reads, in the form of `content/trees/*.yaml`: start, citations, questions, red flags, added
    #: advice, outcomes. A draft may be half-written, and its conditions may be data (`engine/condition_data.py`).
    document = models.JSONField("tree", default=dict, blank=True)
    #: In the form of `content/trees/*.cases.yaml`.
    cases = models.JSONField(default=list, blank=True)

    base_form_class = TreePageForm
    copy_form_class = TreeCopyForm
    parent_page_types: ClassVar[list[str]] = ["decision_trees.TreeIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "decision_trees/tree_page.html"

    search_fields = [*Page.search_fields, index.SearchField("situation"), index.SearchField("summary")]

    _about_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("situation"),
        FieldPanel("summary"),
        FieldPanel("audience"),
        FieldPanel("at_hand"),
        FieldPanel("change_note"),
        MultiFieldPanel(
            [FieldPanel("owned_by"), FieldPanel("reviewed"), FieldPanel("next_review")], heading="Owner and review"
        ),
        FieldPanel("gaps"),
        MultiFieldPanel([FieldPanel("topics"), FieldPanel("words")], heading="How it is found"),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(_about_panels, heading="About"),
            TreeEditorPanel(heading="Tree"),
            ObjectList(Page.promote_panels, heading="Promote"),
            ObjectList(Page.settings_panels, heading="Settings"),
        ]
    )

    class Meta:
        verbose_name = "decision tree"

    def save(self, *args: Any, **kwargs: Any) -> Any:
        if self.alias_of_id and self._state.adding:
            raise ValidationError(ONE_PLACE)
        # Every way of publishing ends here with `live` set, whatever form, action or command began it.
        if self.live and not kwargs.get("update_fields"):
            from .publishing import refuse_unless_sound

            refuse_unless_sound(self)
        return super().save(*args, **kwargs)

    def publish(self, revision: Any, *args: Any, log_action: Any = True, **kwargs: Any) -> None:
        """Publish a revision, or schedule it: the page, its version and what it cites, or nothing of it.

        Raises `CannotPublish`, which says all that stops it.
        """
        from .publishing import CannotPublish, refuse, take_off_schedule

        try:
            with transaction.atomic():
                refuse(revision.as_object())
                super().publish(revision, *args, log_action=log_action, **kwargs)
        except CannotPublish as refused:
            if log_action != SCHEDULED:
                raise
            # Nobody waits for an answer here, and other pages are published in the same run.
            take_off_schedule(revision, refused)

    def citation_entries(self) -> Iterable[CitationEntry]:
        from .services import citation_entries

        return citation_entries(self)

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "decision_trees/tree_preview.html"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from .reading_views import start

        return start(request, self.slug)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> TemplateResponse:
        from .presenters import preview_of

        return TemplateResponse(
            request, self.get_preview_template(request, mode_name), {"page": self, "preview": preview_of(self)}
        )


NEVER_CHANGED = "A published version is never changed nor taken away. Publish the next one, or unpublish the tree."
ONE_PLACE = "A tree stands in one place: an alias would be a second one with the same versions. Copy it instead."


class KeptQuerySet(models.QuerySet[Any]):
    """What was published is added and read."""

    def with_later_cases(self) -> KeptQuerySet:
        """Versions with what `TreeVersion.latest_cases` reads, in the same query."""
        newest = LaterCases.objects.filter(version=models.OuterRef("pk")).order_by("-pk").values("cases")[:1]
        return self.annotate(newest_cases=models.Subquery(newest))

    def update(self, **kwargs: Any) -> int:
        raise TypeError(NEVER_CHANGED)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError(NEVER_CHANGED)


class Kept(models.Model):
    """What was published, and is never changed nor taken away."""

    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError(NEVER_CHANGED)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(NEVER_CHANGED)


class TreeVersion(Kept):
    """What the public walks: a tree as it was published, with a number that is never re-used.

    `document` is the tree in the form of `engine/documents.py`; `hash` is its SHA-256 in canonical form. `certificate`
    is the proof in the form of `engine/certificate.py`, and `cases` are those that passed when it was published.
    """

    #: Results name a version by its number for ever, so a tree that has versions is unpublished and never deleted.
    page = models.ForeignKey(TreePage, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    document = models.JSONField()
    cases = models.JSONField(default=list, blank=True)
    certificate = models.JSONField(default=dict, blank=True)
    change_note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("page", "-number")
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="one_version_a_number")]

    def __str__(self) -> str:
        return f"{self.page_id} version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("decision_trees:start", args=[self.document["slug"]])

    def latest_cases(self) -> list[dict[str, Any]]:
        """The cases that were published last with this version."""
        if hasattr(self, "newest_cases"):
            later = self.newest_cases
        else:
            later = self.later_cases.values_list("cases", flat=True).last()
        cases: list[dict[str, Any]] = self.cases if later is None else later
        return cases

    def keep_certificate(self, certificate: dict[str, Any]) -> None:
        """Add the certificate of a version from before they were kept: the one thing that is ever added."""
        self.certificate = certificate
        TreeVersion._base_manager.filter(pk=self.pk, certificate={}).update(certificate=certificate)


class LaterCases(Kept):
    """Cases that were published after their version. They change no result, so the version stays, and keeps its own."""

    version = models.ForeignKey(TreeVersion, on_delete=models.PROTECT, related_name="later_cases")
    cases = models.JSONField(default=list)
    #: Empty where the note of the page told nothing new.
    change_note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.version} with other cases"


class LocalSetting(models.Model):
    """A value that the sources leave to the service, with who set it and when."""

    class State(models.TextChoices):
        NUMBER = "number", "A number"
        NONE_SET = "none-set", "The service has no such limit"

    slug = models.SlugField(unique=True, help_text="The id that a question's “setting” names.")
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=12, choices=State.choices, default=State.NUMBER)
    value = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)
    unit = models.CharField(max_length=20, choices=[(u.id, u.symbol) for u in UNITS.values()], blank=True)
    owner = models.CharField(max_length=120, help_text="Who answers for the value: a role, not a name.")
    set_on = models.DateField()

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        # A value that no question can take would be as good as none, and nobody would be told.
        self.full_clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.state == self.State.NUMBER and (self.value is None or not self.unit):
            raise ValidationError("Enter the number and its unit, or say that the service has no such limit.")
        from .services import trees_in_force
        from .setting_values import refusals

        if problems := list(refusals(self, trees_in_force().values())):
            raise ValidationError({"value" if self.state == self.State.NUMBER else "state": problems})
