"""What the admin's own scripts ask for."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, JsonResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from guidance.choosing import describe, find, sources
from guidance.permissions import EDIT_PAGE, READ_STAFF_ONLY_SOURCE, permits
from search.engines.base import SearchUnavailable

NOT_ALLOWED = "You may not edit pages, so there is nothing to cite. Ask an operator for the role of an editor."
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
