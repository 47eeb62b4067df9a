"""The search page. What comes from an address is cleaned, never refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from search import services
from search import suggestions as suggesting
from search.audience import audience_of
from search.editing import record_poor_search
from search.emergencies import sounds_like_an_emergency
from search.engines.base import SearchUnavailable
from search.explaining import PageExplained, WhyThisHit, explain_page
from search.kinds import all_kinds, kind_named
from search.permissions import SEE_WHY_THIS_HIT, permits
from search.personal import looks_personal, may_be_a_name
from search.query import CURRENT, HISTORIC, Order, SearchQuery
from search.results import FACETS, Facet, Hit, ResultPage

#: Choices in one facet of one address; nobody needs more, and each costs.
MAX_CHOICES = 10
FACET_TITLES = {"kind": "Kind", "source": "Source", "topic": "Topic", "status": "Status"}
STATUS_LABELS = {CURRENT: "Current", HISTORIC: "Historic"}
ORDER_LABELS = {Order.RELEVANCE: "Best answer", Order.NEWEST: "Newest", Order.OLDEST: "Oldest"}
#: Values of a facet that are listed.
FACET_LENGTH = 12
#: Page numbers shown on either side of the current one.
NEAR_PAGES = 2

_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


@dataclass(frozen=True)
class FacetLink:
    """A value of a facet as a link that chooses it or takes the choice away."""

    label: str
    count: int
    url: str
    selected: bool


@dataclass(frozen=True)
class FacetList:
    """A facet as the template shows it."""

    id: str
    title: str
    values: tuple[FacetLink, ...]


@dataclass(frozen=True)
class ShownHit:
    """A hit with the words that a template adds to it."""

    hit: Hit
    kind: str
    path: str
    text: str
    url: str = ""
    note: str = ""
    #: Where all of its section is.
    place_url: str = ""
    #: For staff only.
    why: WhyThisHit | None = None


@dataclass(frozen=True)
class OrderLink:
    """An order of the hits; without an address it is the one they have."""

    label: str
    url: str


@dataclass(frozen=True)
class StepLink:
    """The page before or after, by what it is called."""

    title: str
    url: str


@dataclass(frozen=True)
class PageLink:
    """A page number; without an address it stands for a gap."""

    number: int
    url: str
    current: bool


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Search, and show what was found, what to do next, and ways on when nothing was."""
    query = query_from(request)
    # All that a page may miss is given: a template looks long for what is not there.
    context: dict[str, object] = {"query": query, "asked": bool(query.text), "breadcrumbs": ()}
    context |= {"unavailable": False, "looks_personal": ""}
    status = 200
    if query.text:
        context["emergency"] = sounds_like_an_emergency(query.text)
        try:
            page = services.search(query, audience=query.audience)
        except SearchUnavailable:
            context["unavailable"] = True
            status = 503
        else:
            context.update(_presented(page))
            context["emergency"] = context["emergency"] or sounds_like_an_emergency(page.corrected_text)
            if permits(request.user, SEE_WHY_THIS_HIT) and (explained := explain_page(page, request.user)):
                context.update(_with_reasons(context, explained))
            if not page.total and not page.best_bets and not query.filtered and query.page == 1:
                record_poor_search(query.text)
                if may_be_a_name(query.text):
                    context["looks_personal"] = "a person's name"
        if personal := looks_personal(query.text):
            context["looks_personal"] = personal
    response = render(request, "search/results.html", context, status=status)
    # Always asked for anew, so that what was published a moment ago is found.
    patch_cache_control(response, private=True, no_cache=True)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What `q`, as far as it is typed, may become: `{"suggestions": [{"text", "kind", "place", "url"}, …]}`.

    An empty list where nothing fits, and where the index cannot be read: the field works without it.
    """
    try:
        found = suggesting.suggest(request.GET.get("q", ""), audience=audience_of(request.user))
    except SearchUnavailable:
        found = ()
    response = JsonResponse({"suggestions": [asdict(each) for each in found]})
    patch_cache_control(response, private=True, no_cache=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def query_from(request: HttpRequest) -> SearchQuery:
    """The query that an address asks for. What it cannot mean is left out."""
    parameters = request.GET
    page = parameters.get("page", "")
    query = SearchQuery.of(
        parameters.get("q", ""),
        kinds=tuple(value for value in _chosen(request, "kind") if kind_named(value)),
        sources=_chosen(request, "source"),
        topics=_chosen(request, "topic"),
        statuses=tuple(value for value in _chosen(request, "status") if value in STATUS_LABELS),
        order=Order(order) if (order := parameters.get("order", "")) in set(Order) else Order.RELEVANCE,
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1,
        exact=parameters.get("exact") == "1",
    )
    return replace(query, audience=audience_of(request.user)) if query.text else query


def address_of(query: SearchQuery, **changes: object) -> str:
    """The address of a query, back on the first page unless told otherwise."""
    query = replace(query, **{"page": 1, **changes})  # type: ignore[arg-type]  # the caller names fields of the class
    pairs = [("q", query.text)]
    pairs += [("kind", value) for value in query.kinds]
    pairs += [("source", value) for value in query.sources]
    pairs += [("topic", value) for value in query.topics]
    pairs += [("status", value) for value in query.statuses]
    if query.order is not Order.RELEVANCE:
        pairs.append(("order", query.order))
    if query.exact:
        pairs.append(("exact", "1"))
    if query.page > 1:
        pairs.append(("page", str(query.page)))
    return "?" + urlencode(pairs)


def _chosen(request: HttpRequest, name: str) -> tuple[str, ...]:
    values = (value for value in request.GET.getlist(name)[:MAX_CHOICES] if _SLUG.fullmatch(value))
    return tuple(dict.fromkeys(values))


def _presented(page: ResultPage) -> dict[str, object]:
    query = page.query
    return {
        "results": page,
        "next_steps": tuple(_next_step(hit, query) for hit in page.next_steps),
        "best_bets": tuple(_shown(hit) for hit in page.best_bets),
        "perhaps_hits": tuple(_shown(hit) for hit in page.perhaps_hits),
        "weak_hits": tuple(_shown(hit) for hit in page.weak_hits),
        "suggested_url": address_of(query, text=page.suggested_text) if page.suggested_text else "",
        "orders": tuple(
            OrderLink(label, "" if order is query.order else address_of(query, order=order))
            for order, label in ORDER_LABELS.items()
        ),
        "hits": tuple(_shown(hit) for hit in page.hits),
        "facets": _facets(page),
        "exact_url": address_of(query, exact=True) if page.corrected_text else "",
        "unfiltered_url": address_of(query, kinds=(), sources=(), topics=(), statuses=()) if query.filtered else "",
        "pages": _page_links(page),
        "previous": _step_link(page, page.query.page - 1),
        "next": _step_link(page, page.query.page + 1),
    }


def _with_reasons(context: Mapping[str, Any], explained: PageExplained) -> dict[str, object]:
    """The hits of a page, each with why it is there."""
    return {
        name: tuple(replace(item, why=explained.why(item.hit.key)) for item in context[name])
        for name in ("best_bets", "next_steps", "hits", "perhaps_hits", "weak_hits")
    }


def _shown(hit: Hit) -> ShownHit:
    kind = kind_named(hit.kind)
    text = "".join(segment.text for segment in hit.snippet)
    return ShownHit(
        hit,
        (kind.one or kind.label) if kind else hit.kind,
        " › ".join(hit.path),
        text,
        hit.url,
        place_url=hit.url.partition("#")[0],
    )


def _next_step(hit: Hit, query: SearchQuery) -> ShownHit:
    """A next step, opened with what the words already say filled in."""
    kind = kind_named(hit.kind)
    filled = kind.fill(hit.ref, query.text) if kind and kind.fill else None
    shown = _shown(hit)
    return replace(shown, url=filled.url, note=filled.note) if filled else shown


def _facets(page: ResultPage) -> tuple[FacetList, ...]:
    added = address_of(page.query)
    facets = (_facet(facet, page.query, added) for facet in page.facets)
    return tuple(facet for facet in facets if facet.values)


def _facet(facet: Facet, query: SearchQuery, added: str) -> FacetList:
    """A facet as links; `added`: the address of the query, to which a choice is added."""
    field = FACETS[facet.name]
    chosen: tuple[str, ...] = getattr(query, field)
    labels = {kind.name: kind.label for kind in all_kinds()} if facet.name == "kind" else {}
    labels |= STATUS_LABELS if facet.name == "status" else {}
    counted = {value.value for value in facet.values}
    links = [
        FacetLink(
            labels.get(value.value, value.label),
            value.count,
            address_of(query, **{field: _without(chosen, value.value)})
            if value.value in chosen
            else f"{added}&{facet.name}={quote_plus(value.value)}",
            value.value in chosen,
        )
        for value in facet.values[:FACET_LENGTH]
    ]
    # A choice that leaves nothing must still be there to be taken away.
    links += [
        FacetLink(labels.get(value, value), 0, address_of(query, **{field: _without(chosen, value)}), True)
        for value in chosen
        if value not in counted
    ]
    return FacetList(facet.name, FACET_TITLES[facet.name], tuple(links))


def _without(chosen: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(each for each in chosen if each != value)


def _page_links(page: ResultPage) -> tuple[PageLink, ...]:
    if page.pages < 2:
        return ()
    current = page.query.page
    numbers = sorted({1, page.pages, *range(current - NEAR_PAGES, current + NEAR_PAGES + 1)})
    numbers = [number for number in numbers if 1 <= number <= page.pages]
    links: list[PageLink] = []
    for number in numbers:
        if links and number > links[-1].number + 1:
            links.append(PageLink(number - 1, "", False))
        links.append(PageLink(number, address_of(page.query, page=number), number == current))
    return tuple(links)


def _step_link(page: ResultPage, number: int) -> StepLink | None:
    if not 1 <= number <= page.pages:
        return None
    return StepLink(f"Page {number} of {page.pages}", address_of(page.query, page=number))
