"""What the admin shows besides the forms: what can be cited, what search words would change, where a page is begun."""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.views.pages.create import CreateView
from wagtail.models import Page

from guidance.choosing import describe, find, sources
from guidance.discarding import discard, obstacle_to_discarding
from guidance.models import GlossaryTerm, SearchWords, TopicPage
from guidance.permissions import ADD_PAGE, EDIT_PAGE, READ_STAFF_ONLY_SOURCE, permits
from guidance.search_kinds import entry_of, groups_of
from search.audience import audience_of
from search.engines.base import SearchUnavailable
from search.permissions import KEEP_SEARCH_WORDS
from search.previewing import Preview, preview_words
from search.query import clean
from search.snippet_views import preview_response, unsaved

NOT_ALLOWED = "You may not edit pages, so there is nothing to cite. Ask an operator for the role of an editor."
#: The fields of search words and glossary terms that the search reads.
SEARCHED_FIELDS = ("term", "searched", "typed", "pairs", "ambiguous", "context")
#: Of the words of a search, a page's title holds this much.
TITLE_LENGTH = 255
UNAVAILABLE = "The search is not available at the moment. Try again in a minute, or paste a citation."


@require_safe
def citations(request: HttpRequest) -> JsonResponse:
    """What can be cited (`?q=words`, `&source=slug`, `&page=2`), or what citations point at (`?c=…&c=…`)."""
    if not permits(request.user, EDIT_PAGE):
        return JsonResponse({"results": [], "message": NOT_ALLOWED}, status=403)
    to_staff = permits(request.user, READ_STAFF_ONLY_SOURCE)
    asked = request.GET
    status = 200
    answer: dict[str, object]
    if "c" in asked:
        answer = {"results": [asdict(card) for card in describe(asked.getlist("c"), to_staff=to_staff)]}
    else:
        page = asked.get("page", "")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1
        source = next((slug for slug, _ in sources() if slug == asked.get("source")), "")
        try:
            found = find(asked.get("q", ""), source=source, page=number, to_staff=to_staff)
        except SearchUnavailable:
            answer, status = {"results": [], "more": False, "message": UNAVAILABLE}, 503
        else:
            answer = {
                "results": [asdict(card) for card in found.cards],
                "more": found.more,
                "message": found.message,
            }
        answer["sources"] = [{"slug": slug, "title": title} for slug, title in sources()]
    response = JsonResponse(answer, status=status)
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_safe
def still_here(request: HttpRequest) -> JsonResponse:
    """Asked before a form is sent: whoever is not logged in gets no answer. With it comes what the form has to send."""
    response = JsonResponse({"csrf": get_token(request)})
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def discard_draft(request: HttpRequest, page_id: int) -> HttpResponse:
    """Put what readers see back into the form, once that is confirmed. The draft stays in the history."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    edit = redirect("wagtailadmin_pages:edit", page.pk)
    obstacle = obstacle_to_discarding(page, request.user)
    if obstacle:
        messages.warning(request, obstacle)
        return edit
    if request.method != "POST" or request.POST.get("draft") != str(page.latest_revision_id):
        # The draft that was looked at is the one that is discarded.
        return render(request, "guidance/admin/discard_draft.html", {"page": page, "draft": page.latest_revision})
    discard(page, request.user)
    messages.success(request, f"The draft of “{page.title}” is discarded. It stays in the history.")
    return edit


@require_POST
def preview_search_words(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """What the search words in the posted form would change; 404 for a row that is not there."""
    return _preview(request, SearchWords, pk, (*SEARCHED_FIELDS, "weight"), "What these search words change")


@require_POST
def preview_glossary_term(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """What the words for search of the glossary term in the posted form would change; 404 for one that is not there."""
    return _preview(request, GlossaryTerm, pk, SEARCHED_FIELDS, "What this glossary term changes in search")


def _preview(
    request: HttpRequest,
    model: type[GlossaryTerm] | type[SearchWords],
    pk: int | None,
    fields: tuple[str, ...],
    title: str,
) -> HttpResponse:
    if not permits(request.user, KEEP_SEARCH_WORDS):
        raise PermissionDenied
    row, form = unsaved(model, pk, fields, request)

    def look() -> Preview:
        groups = groups_of(row)
        own_words = dict.fromkeys(text for group in groups for text in group.texts)
        return preview_words(entry_of(row), groups, own_words, audience_of(request.user))

    return preview_response(request, title, form, look)


@require_safe
def write_a_page(request: HttpRequest) -> HttpResponse:
    """Under which topic to write a page with this title (`?title=…`). Where there is one topic only, its form."""
    if not permits(request.user, ADD_PAGE):
        raise PermissionDenied
    title = clean(request.GET.get("title", ""))
    topics = [
        (topic.title, f"{reverse('guidance_write_a_page', args=[topic.pk])}?{urlencode({'title': title})}")
        for topic in TopicPage.objects.order_by("path")
        if topic.permissions_for_user(request.user).can_add_subpage()
    ]
    if len(topics) == 1:
        return redirect(topics[0][1])
    return render(request, "guidance/admin/write_a_page.html", {"title": title, "topics": topics})


class TitledPageView(CreateView):
    """Wagtail's own form for a new guidance page, opened with the title that the address gives. It saves as ever."""

    def get(self, request: HttpRequest) -> HttpResponse:
        self.page.title = capfirst(clean(request.GET.get("title", "")))[:TITLE_LENGTH]
        response: HttpResponse = super().get(request)
        return response
