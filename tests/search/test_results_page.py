"""The search page over HTTP."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from search import services
from search.audience import audience_of
from search.engines.base import SearchUnavailable

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/search/"


@pytest.fixture
def open_search(client, content):
    content.put(
        "dose", "Missed <em>doses</em> and what to do about them.", year=2009, historic=True, path=("Guide", "5")
    )
    content.put("exchange", "A needle exchange by the river.", source="guide", labels=(("guide", "The guide"),))
    content.put("staff", "A needle cupboard for staff.", audience=("signed-in",))
    services.rebuild()

    def get(**parameters: object):
        return client.get(ADDRESS, parameters)

    return get


def test_a_hit_shows_where_it_is_what_it_is_and_why(open_search):
    html = open_search(q="missed doses").content.decode()
    assert 'href="/sources/passage:dose/"' in html
    assert "Guide › 5" in html
    assert "Historic" in html
    assert "2009" in html
    assert "<mark>Missed</mark>" in html
    assert "&lt;em&gt;" in html
    assert "What to do next" in html


def test_the_box_keeps_the_words_and_they_are_escaped(open_search):
    html = open_search(q='"><script>alert(1)</script>').content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_correction_can_be_undone(open_search):
    html = open_search(q="neddle exchange").content.decode()
    assert "Showing results for" in html
    assert "?q=neddle+exchange&amp;exact=1" in html
    assert "Showing results for" not in open_search(q="neddle exchange", exact="1").content.decode()


def test_facets_are_links_with_counts_and_can_be_taken_back(open_search):
    html = open_search(q="needle exchange").content.decode()
    assert "?q=needle+exchange&amp;source=guide" in html
    assert "The guide" in html
    chosen = open_search(q="needle exchange", source="guide").content.decode()
    assert 'href="?q=needle+exchange"' in chosen


def test_nothing_found_gives_three_ways_on(open_search):
    response = open_search(q="zebras")
    html = response.content.decode()
    assert response.status_code == 200
    assert "Nothing here answers" in html
    assert all(f'href="{way}"' in html for way in ("/decision-trees/", "/guidance/", "/sources/"))


def test_an_empty_search_is_a_kind_page_too(open_search):
    assert "Ways on" in open_search().content.decode()
    assert open_search(q="   ").status_code == 200


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "needle\x00exchange"},
        {"q": "needle", "page": "-1"},
        {"q": "needle", "page": "٣"},
        {"q": "needle", "page": "9" * 400},
        {"q": "needle", "kind": "nonsense"},
        {"q": "needle", "kind": ["passage"] * 500},
        {"q": "needle", "source": "' OR 1=1 --"},
        {"q": "needle", "topic": "\x00"},
        {"q": "x" * 10_000},
        {"q": '"needle', "exact": "maybe"},
        {"nonsense": "1"},
    ],
)
def test_nonsense_in_the_address_gives_a_page(open_search, parameters):
    # The portal may refuse an address that is too long, in a page of its own.
    assert open_search(**parameters).status_code in {200, 414}


def links(html: str) -> list[str]:
    """What leads to the page before and after, as it stands and is read out."""
    steps = re.findall(r'<a class="portal-pagination__step[^>]*>.*?</a>', html, re.DOTALL)
    return [re.sub(r"\s+", " ", step.replace("\n", " ")) for step in steps]


def test_pages_lead_to_the_one_before_and_the_one_after(open_search, content):
    for at in range(25):
        content.put(f"vole-{at}", f"Voles of kind {at}.", section=str(at))
    services.rebuild()
    first, second, third = (links(open_search(q="voles", page=page).content.decode()) for page in (1, 2, 3))
    assert len(first) == len(third) == 1
    assert len(second) == 2
    assert 'rel="next"' in first[0]
    assert 'Next</span> <span class="portal-pagination__title">Page 2 of 3' in first[0]
    assert 'rel="prev"' in third[0]
    assert 'href="?q=voles&amp;page=2"' in third[0]
    assert 'href="?q=voles"' in second[0]


def test_a_page_beyond_the_last_says_that_it_is_the_last(open_search, content):
    for at in range(25):
        content.put(f"vole-{at}", f"Voles of kind {at}.", section=str(at))
    services.rebuild()
    assert "There are only 3 pages; this is the last." in open_search(q="voles", page=99).content.decode()
    assert "this is the last" not in open_search(q="voles", page=3).content.decode()
    assert "There is only one page." in open_search(q="needle exchange", page=2).content.decode()


def test_people_find_what_they_may_see(open_search, client):
    assert "cupboard" not in open_search(q="needle").content.decode()
    client.force_login(get_user_model().objects.create_user("reader"))
    assert "cupboard" in open_search(q="needle").content.decode()


def test_groups_are_audiences(content):
    person = get_user_model().objects.create_user("reader")
    group = Group.objects.create(name="Team")
    person.groups.add(group)
    assert audience_of(person) == ("everyone", "signed-in", f"group:{group.pk}")


def test_a_search_that_cannot_answer_says_so(open_search, monkeypatch):
    def fail(*args: object, **rest: object) -> None:
        raise SearchUnavailable("gone")

    monkeypatch.setattr(services, "search", fail)
    response = open_search(q="needle")
    assert response.status_code == 503
    assert "Search does not work at the moment" in response.content.decode()


def test_what_was_asked_stays_out_of_caches_and_search_engines(open_search):
    response = open_search(q="needle")
    assert "private" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


def test_only_reading_is_allowed(client, content):
    assert client.post(ADDRESS, {"q": "needle"}).status_code == 405


def test_the_page_stays_within_its_queries(open_search, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        open_search(q="needle exchange")
