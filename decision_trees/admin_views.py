"""What Wagtail's admin asks of trees: the check and the map while typing, what a refusal says, and trees as files."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages as admin_messages
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView

from guidance.permissions import ADD_PAGE, permits

from .admin_forms import LARGEST, TreePageForm
from .engine.errors import InvalidTree
from .live_check import live_check, live_map, page_as_typed, small_wrong_edits
from .models import TreeIndexPage, TreePage
from .transfer import CannotImport, export_page, import_tree

NOT_SENT = "This is not what the editor of trees sends. Load the page again."
TOO_LARGE = "The tree is too large to be checked. Split it into several trees."
NOT_PUBLISHED = (
    "Not published: the tree does not hold yet. What you typed stands in this form, and can be saved as a draft. "
    "What stops it:"
)


class TreeEditView(EditView):
    """The editor of a tree. Where the tree is refused it says that nothing typed is lost: Wagtail would say that the
    page could not be saved, which holds only of what cannot even be a draft."""

    def form_invalid(self, form: TreePageForm) -> Any:
        if not form.is_refused or self.expects_json_response or self.locked_for_user:
            return super().form_invalid(form)
        admin_messages.validation_error(self.request, NOT_PUBLISHED, form)
        self.has_unsaved_changes = True
        return self.render_to_response(self.get_context_data())


class TreeRevertView(TreeEditView, RevisionsRevertView):
    """The editor of a tree as it stood in an older draft."""


@require_POST
def check(request: HttpRequest, page_id: int) -> JsonResponse:
    """What is wrong with the tree as it stands in the form, and what it changes. Nothing is stored."""
    return _answered(request, page_id, live_check)


@require_POST
def drawing(request: HttpRequest, page_id: int) -> JsonResponse:
    """The map of the tree as it stands in the form. Nothing is stored."""
    return _answered(request, page_id, live_map)


@require_POST
def mutations(request: HttpRequest, page_id: int) -> JsonResponse:
    """Which small wrong edits of the tree in the form its cases would not catch. Nothing is stored."""
    return _answered(request, page_id, small_wrong_edits)


def _answered(request: HttpRequest, page_id: int, answer: Callable[[TreePage], dict[str, Any]]) -> JsonResponse:
    page = _editable(request, page_id)
    if len(request.body) > 3 * LARGEST:
        return JsonResponse({"message": TOO_LARGE}, status=413)
    try:
        sent = json.loads(request.body)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        return JsonResponse({"message": NOT_SENT}, status=400)
    response = JsonResponse(answer(page_as_typed(page, sent)))
    response["Cache-Control"] = "no-store"
    return response


def _editable(request: HttpRequest, page_id: int) -> TreePage:
    """The page, or a new one for id 0; for those only who may write it."""
    if not page_id:
        if not permits(request.user, ADD_PAGE):
            raise PermissionDenied
        return TreePage(live=False)
    page = get_object_or_404(TreePage, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page


@require_safe
def export(request: HttpRequest, page_id: int) -> HttpResponse:
    """The tree as it stands in the editor, as a file."""
    page = _editable(request, page_id)
    draft = page.get_latest_revision_as_object()
    try:
        text = export_page(draft)
    except InvalidTree as error:
        listed = format_html_join("", "<li>{}</li>", ((problem,) for problem in error.problems[:8]))
        messages.error(request, format_html("The tree is half-written and makes no file yet.<ul>{}</ul>", listed))
        return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{draft.slug}.yaml"'
    return response


class TreeFileForm(forms.Form):
    """A tree's file."""

    file = forms.FileField(
        label="File",
        help_text="YAML or JSON, as “Export as a file” writes it. It becomes a draft; nothing is published.",
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json"}),
    )

    new_slug = forms.SlugField(
        label="Slug of a new tree",
        required=False,
        help_text="Only to bring the file in as another tree beside the one it came from: small letters, digits and "
        "hyphens, the last part of its address.",
    )

    def clean_file(self) -> str:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError("The file is too large for a tree. Split the tree into several.")
        try:
            text: str = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError("The file is not UTF-8 text. Save it as UTF-8 and choose it again.") from error
        return text


@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Choose a file; its tree becomes a draft."""
    if not permits(request.user, ADD_PAGE):
        raise PermissionDenied
    form = TreeFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            imported = import_tree(form.cleaned_data["file"], request.user, form.cleaned_data["new_slug"])
        except CannotImport as error:
            for problem in error.problems:
                form.add_error(None, problem)
        else:
            new = "is a new draft" if imported.is_new else "has a new draft on top of what stands"
            said = f"“{imported.page.title}” {new}. Nothing is published. {imported.said_of_covered}"
            messages.success(request, said.strip())
            if imported.problems:
                count = len(imported.problems)
                found = "1 finding stops" if count == 1 else f"{count} findings stop"
                messages.warning(request, f"{found} it from being published. The tab “Tree” shows them.")
            return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=[imported.page.pk]))
    index = TreeIndexPage.objects.first()
    context = {"form": form, "index": index, "schema": reverse("decision_trees:schema")}
    status = 422 if form.errors else 200
    return render(request, "decision_trees/admin/import_file.html", context, status=status)
