"""What editors see of the search in the admin."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from search.editing import poor_searches
from search.query import SearchQuery

MAY_SEE_REPORT = "search.view_poorsearch"


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Searches that found too little, each with what can be done about it."""
    if not request.user.has_perm(MAY_SEE_REPORT):
        raise PermissionDenied
    rows = [
        {
            "words": words,
            "times": times,
            "search_url": f"{reverse('search:results')}?{urlencode({'q': SearchQuery.of(words).text})}",
        }
        for words, times in poor_searches()
    ]
    # Content stands above the search and is known by name only; where it is not installed, its link is left out.
    actions = [
        (label, url)
        for label, name in (
            ("Add a synonym", "wagtailsnippets_guidance_searchwords:add"),
            ("Add a best bet", "wagtailsnippets_search_bestbet:add"),
            ("Write a page", "wagtailadmin_explore_root"),
        )
        if (url := _address(name))
    ]
    return render(request, "search/admin/report.html", {"rows": rows, "actions": actions})


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
