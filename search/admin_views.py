"""What editors see of the search in the admin."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from search.audience import audience_of
from search.editing import poor_search_lines
from search.models import BestBet
from search.permissions import KEEP_BEST_BETS, SEE_POOR_SEARCHES, permits
from search.previewing import preview_bet
from search.query import SearchQuery
from search.remedies import remedies_for
from search.snippet_views import preview_response, unsaved


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Searches that found too little, each with what this person can do about it."""
    if not permits(request.user, SEE_POOR_SEARCHES):
        raise PermissionDenied
    rows = [
        {
            "line": line,
            "search_url": f"{reverse('search:results')}?{urlencode({'q': SearchQuery.of(line.words).text})}",
            "remedies": remedies_for(request.user, line.words),
        }
        for line in poor_search_lines()
    ]
    return render(request, "search/admin/report.html", {"rows": rows})


@require_POST
def preview_best_bet(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """What the best bet in the posted form would change; 404 for one that is not there."""
    if not permits(request.user, KEEP_BEST_BETS):
        raise PermissionDenied
    bet, form = unsaved(BestBet, pk, ("words", "key", "expires"), request)
    return preview_response(
        request, "What this best bet changes", form, lambda: preview_bet(bet, audience_of(request.user))
    )
