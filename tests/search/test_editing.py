"""Best bets and the record of searches that found too little."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from search import services
from search.editing import changed_by, poor_searches, record_poor_search
from search.models import BestBet, PoorSearch

pytestmark = pytest.mark.django_db(transaction=True)
ANSWER = "Zebras graze apart from the herd in the lower meadow."


@pytest.fixture
def built(content):
    content.put("zebra", ANSWER)
    content.put("staff", "Pangolins for staff only.", audience=("signed-in",))
    for at in range(30):
        content.put(f"filler-{at}", f"Rooms and rotas of building {at}.")
    services.rebuild()
    return content


def bet(words: str, key: str = "passage:zebra", days: int = 30) -> BestBet:
    return BestBet.objects.create(
        words=words, key=key, owner="Clinical lead", expires=timezone.localdate() + timedelta(days=days)
    )


def first(text: str, **rest: object) -> list[str]:
    return [hit.key for hit in services.search(text, **rest).best_bets]


def test_a_best_bet_comes_first_whatever_case_plural_and_small_words(built):
    bet("stripy horse\nhorse with stripes")
    assert first("the Stripy HORSES?") == ["passage:zebra"]
    assert first("horse with stripes") == ["passage:zebra"]
    assert first("horse") == []


def test_a_best_bet_ends_with_its_last_day_and_goes_when_it_is_deleted(built):
    bet("old horse", days=-1)
    today = bet("new horse", days=0)
    assert first("old horse") == []
    assert first("new horse") == ["passage:zebra"]
    today.delete()
    assert first("new horse") == []


def test_a_best_bet_shows_nothing_that_a_person_may_not_find(built):
    bet("secret animal", key="passage:staff")
    assert first("secret animal") == []
    assert first("secret animal", audience=("everyone", "signed-in")) == ["passage:staff"]


def test_searches_that_found_nothing_are_counted_and_nothing_else_is_kept(built, client):
    for _ in range(3):
        client.get(reverse("search:results"), {"q": "Xylophone  lessons"})
    client.get(reverse("search:results"), {"q": "zebras"})
    assert poor_searches() == [("xylophone lessons", 3)]
    assert {field.name for field in PoorSearch._meta.get_fields()} == {"id", "words", "day", "times"}
    assert changed_by(["xylophone lesson"]) == ["xylophone lessons"]


@pytest.mark.parametrize(
    "text", ["Mr Smith xylophone", "xylophone 07700 900123", "xylophone for 485 777 3456", "Kevin Xylophone"]
)
def test_what_looks_personal_is_not_stored_and_the_searcher_is_told(built, client, text):
    html = client.get(reverse("search:results"), {"q": text}).content.decode()
    assert "It was not stored" in html
    assert not PoorSearch.objects.exists()


def test_long_searches_are_not_stored_and_old_counts_go(built):
    record_poor_search("one two three four five six seven eight nine ten eleven")
    assert not PoorSearch.objects.exists()
    PoorSearch.objects.create(words="old", day=timezone.localdate() - timedelta(days=100), times=5)
    record_poor_search("new")
    assert poor_searches() == [("new", 1)]


def test_the_report_is_for_writers(built, client):
    record_poor_search("xylophone")
    address = reverse("search_report")
    assert client.get(address).status_code == 302
    user = get_user_model().objects.create_user("writer", password="secret-word-1")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    html = client.get(address).content.decode()
    for words in ("xylophone", "Add a synonym", "Add a best bet", "Write a page"):
        assert words in html
