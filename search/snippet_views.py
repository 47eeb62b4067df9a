"""What the snippets that steer the search have in common: a form filled in by its address, and a preview."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.forms import BaseModelForm, Media, modelform_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from wagtail.admin.panels import Panel
from wagtail.snippets.views.snippets import CreateView

from search.engines.base import SearchUnavailable
from search.previewing import MOST_QUERIES, Preview
from search.query import clean


class FilledInCreateView(CreateView):
    """A new snippet, with what the address says filled in: `?words=missed+doses`."""

    #: Names of the fields that an address may fill in.
    filled_by_address: ClassVar[tuple[str, ...]] = ()

    def get_initial(self) -> dict[str, Any]:
        given = {name: clean(self.request.GET.get(name, "")) for name in self.filled_by_address}
        return {**super().get_initial(), **{name: value for name, value in given.items() if value}}


class PreviewPanel(Panel):
    """A button that sends the form as it stands to a preview in a tab of its own. Needs no script; saves nothing."""

    def __init__(self, url_name: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url_name = url_name

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "url_name": self.url_name}

    class BoundPanel(Panel.BoundPanel):
        template_name = "search/admin/preview_panel.html"

        @property
        def media(self) -> Media:
            return super().media + Media(js=["search/preview_button.js"])

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            # A copy starts from a saved row and is none yet.
            arguments = [self.instance.pk] if self.request.resolver_match.url_name == "edit" else []
            context["preview_url"] = reverse(self.panel.url_name, args=arguments)
            return context


def unsaved(model: Any, pk: int | None, fields: tuple[str, ...], request: HttpRequest) -> tuple[Any, BaseModelForm]:
    """The row as the posted form has it, in memory only, and the form with what is wrong with those fields."""
    stored = get_object_or_404(model, pk=pk) if pk else None
    form = modelform_factory(model, fields=fields)(request.POST, instance=stored)
    form.is_valid()
    return form.instance, form


def preview_response(
    request: HttpRequest, title: str, form: BaseModelForm, look: Callable[[], Preview]
) -> HttpResponse:
    """The preview as a page; `look` works it out, and is called only where the form has what it needs.

    Status 503 with what to do where the search cannot be asked.
    """
    preview: Preview | None = None
    unavailable, status = "", 200
    if not form.errors:
        try:
            preview = look()
        except SearchUnavailable as error:
            unavailable, status = str(error), 503
    context = {
        "title": title,
        "preview": preview,
        "unavailable": unavailable,
        "form": form,
        "most": MOST_QUERIES,
    }
    return render(request, "search/admin/preview.html", context, status=status)
