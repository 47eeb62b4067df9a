"""Staff are told why each hit is shown; nobody else is, and nobody else pays for it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from guidance.models import SearchWords
from guidance.search_kinds import search_words
from search import engine, explaining, services
from search.engines.base import SearchUnavailable
from search.explaining import explain_page
from search.lexicon import LexiconGroup
from search.models import BestBet
from search.predicates import EDITORS, LEARNERS, OPERATORS, TRAINERS
from search.query import SearchQuery
from tests.factories.guidance import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def built(content):
    content.put("zebra", "Zebras graze apart from the herd in the lower meadow.")
    content.put("secret", "Zebras that only staff may find.", audience=("signed-in",))
    content.put("herd", "A herd is counted every spring in the meadow.", topics=("animals",))
    for at in range(30):
        content.put(f"meadow-{at:02}", f"Meadow number {at} is mown in June.", topics=("meadows",))
    services.rebuild()
    return content


def html_for(client, person=None, **parameters) -> str:
    client.logout()
    if person:
        client.force_login(person)
    html = client.get(reverse("search:results"), parameters).content.decode()
    return re.sub(r"\s+", " ", html)


@pytest.mark.parametrize("role", [TRAINERS, EDITORS, OPERATORS])
def test_staff_see_for_each_hit_its_key_its_shares_and_how_the_search_was_understood(built, client, role):
    html = html_for(client, UserFactory(roles=[role]), q="zebras meadow")
    hits = len(re.findall(r'<li class="portal-result">', html))
    assert hits > 1
    assert html.count('<details class="portal-why-hit nhsuk-details">') == hits
    assert "<code>passage:zebra</code>" in html
    assert "Times: share of the query matched" in html
    assert "“zebras”, as <code>zebra</code>" in html


@pytest.mark.parametrize("roles", [None, (), (LEARNERS,)])
def test_nobody_else_sees_it_and_nothing_is_worked_out_for_them(built, client, monkeypatch, roles):
    def never(*args):
        raise AssertionError("It was worked out.")

    monkeypatch.setattr("search.views.explain_page", never)
    person = None if roles is None else UserFactory(roles=roles)
    assert "Why this hit" not in html_for(client, person, q="zebras meadow")


@pytest.mark.parametrize(("roles", "more"), [(None, 0), ((LEARNERS,), 1)])
def test_it_costs_others_no_query_but_the_look_at_the_roles_of_an_account(built, client, monkeypatch, roles, more):
    if roles:
        client.force_login(UserFactory(roles=roles))
    address = reverse("search:results")
    client.get(address, {"q": "zebras meadow"})
    with CaptureQueriesContext(connection) as asked:
        client.get(address, {"q": "zebras meadow"})
    monkeypatch.setattr("search.views.permits", lambda *args: False)
    with CaptureQueriesContext(connection) as without:
        client.get(address, {"q": "zebras meadow"})
    assert len(asked) == len(without) + more


def test_the_hits_of_the_page_shown_are_explained_with_its_filters(built):
    query = SearchQuery.of("meadow", topics=("meadows",), page=3)
    page = services.search(query)
    assert len(page.hits) == 10
    explained = explain_page(page, UserFactory(roles=[EDITORS]))
    for hit in page.hits:
        why = explained.why(hit.key)
        assert why.score == pytest.approx(hit.score, abs=0.001)
        assert sum(share.percent for share in why.shares) == pytest.approx(100, abs=1)
        factor = dict(why.factors).popitem()[1]
        assert sum(share.points for share in why.shares) * factor == pytest.approx(why.score, abs=0.001)


def test_what_was_given_up_is_not_explained(built):
    page = services.search(SearchQuery.of('"meadow zebras"'))
    assert page.hits
    assert page.relaxed
    assert explain_page(page, UserFactory()).why(page.hits[0].key).shares


def test_corrections_and_synonyms_are_named_with_the_row_that_gives_them(built, client, monkeypatch):
    row = SearchWords.objects.create(slug="zebra", term="zebra", typed="stripy horse")
    SearchWords.objects.create(slug="herd", term="herd", typed="stripy cattle")
    monkeypatch.setattr(engine, "_providers", {"words": search_words})
    html = html_for(client, UserFactory(roles=[EDITORS]), q="stripy horse meadw")
    assert "“meadw” was taken for “meadow”" in html
    address = reverse("wagtailsnippets_guidance_searchwords:edit", args=[row.pk])
    assert f'“zebra” for “stripy horse”, weight 0.80 · <a href="{address}">Search words: zebra</a>' in html
    assert "Search words: herd" not in html
    seen_by_trainer = html_for(client, UserFactory(roles=[TRAINERS]), q="stripy horse meadw")
    assert "· Search words: zebra" in seen_by_trainer
    assert address not in seen_by_trainer


def test_a_synonym_of_no_row_is_named_by_its_head(built, monkeypatch):
    groups = (LexiconGroup("zebra", members=("stripy horse",)),)
    monkeypatch.setattr(engine, "_providers", {"words": lambda: groups})
    page = services.search(SearchQuery.of("stripy horses"))
    understood = explain_page(page, UserFactory()).understood
    assert [(each.text, entry.label) for each in understood.synonyms for entry in each.entries] == [("zebra", "zebra")]


def test_a_best_bet_is_named_with_who_keeps_it(built, client):
    expires = timezone.localdate() + timedelta(days=30)
    bet = BestBet.objects.create(words="unicorn", key="passage:zebra", owner="Ann", expires=expires)
    html = html_for(client, UserFactory(roles=[EDITORS]), q="unicorns")
    assert reverse("wagtailsnippets_search_bestbet:edit", args=[bet.pk]) in html
    assert "unicorn, kept by Ann until" in html
    assert "It has no score for these words." in html


def test_nothing_is_explained_of_what_the_person_may_not_find(built):
    page = services.search(SearchQuery.of("zebras"))
    explained = explain_page(page, UserFactory(roles=[EDITORS]))
    assert not explained.why("passage:secret").shares


def test_an_engine_that_cannot_be_asked_takes_away_the_reasons_and_nothing_else(built, client, monkeypatch):
    class Away:
        def explain(self, plan, limit):
            raise SearchUnavailable("Away.")

    monkeypatch.setattr(explaining, "current_engine", lambda name: Away())
    html = html_for(client, UserFactory(roles=[EDITORS]), q="zebras meadow")
    assert "portal-result" in html
    assert "Why this hit" not in html
