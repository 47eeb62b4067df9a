"""Best bets and the record of searches that found too little."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from search import services
from search.editing import changed_by, poor_searches, record_poor_search
from search.models import BestBet, PoorSearch
from search.remedies import Remedy, register_remedy, remedies_for

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


def line_of(html: str, words: str) -> str:
    return html[html.index(f'<th scope="row">{words}</th>') :].split("</tr>")[0]


def test_each_line_of_the_report_says_how_often_when_and_what_can_be_done(built, client):
    today = timezone.localdate()
    PoorSearch.objects.create(words="xylophone lessons", day=today - timedelta(days=40), times=2)
    PoorSearch.objects.create(words="xylophone lessons", day=today, times=1)
    user = get_user_model().objects.create_user("writer", password="secret-word-1")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    line = line_of(client.get(reverse("search_report")).content.decode(), "xylophone lessons")
    assert "<td>3</td>" in line
    assert line.index(date_format(today - timedelta(days=40), "j M Y")) < line.index(date_format(today, "j M Y"))
    assert f'href="{reverse("search:results")}?q=xylophone+lessons"' in line
    for label, address, field in (
        ("Add a synonym", reverse("wagtailsnippets_guidance_searchwords:add") + "?typed=xylophone+lessons", "typed"),
        ("Add a best bet", reverse("wagtailsnippets_search_bestbet:add") + "?words=xylophone+lessons", "words"),
    ):
        assert re.search(rf'<a href="{re.escape(address)}">{label}</a>', line)
        form = client.get(address).context["form"]
        assert form[field].value() == "xylophone lessons"
    assert f'<a href="{reverse("guidance_write_a_page")}?title=xylophone+lessons">Write a page</a>' in line


def test_a_remedy_is_offered_to_those_who_may_use_it_only(built, monkeypatch):
    editors = get_user_model().objects.create_user("writer", password="secret-word-1")
    editors.groups.add(Group.objects.get(name="Editors"))
    assert [label for label, _ in remedies_for(editors, "x")] == ["Add a synonym", "Add a best bet", "Write a page"]
    Group.objects.get(name="Editors").permissions.filter(codename="add_bestbet").first().delete()
    editors = get_user_model().objects.get(pk=editors.pk)
    assert [label for label, _ in remedies_for(editors, "x")] == ["Add a synonym", "Write a page"]
    assert remedies_for(get_user_model().objects.create_user("reader", password="secret-word-1"), "x") == []
    with pytest.raises(ValueError, match="registered already"):
        register_remedy(Remedy("Write a page", lambda user, words: ""))


def test_the_list_says_who_answers_for_a_best_bet_until_when_and_what_it_shows(built, client):
    user = get_user_model().objects.create_user("writer", password="secret-word-1")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    bet("xylophone")
    bet("old horse", days=-1)
    bet("gone", key="passage:gone")
    bet("secret animal", key="passage:staff")
    record_poor_search("xylophones")
    record_poor_search("old horse")
    html = client.get(reverse("wagtailsnippets_search_bestbet:list")).content.decode()
    row = {
        words: re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", next(r for r in html.split("<tr") if words in r)))
        for words in ("xylophone", "old horse", "gone", "secret animal")
    }
    assert all("Clinical lead" in each for each in row.values())
    assert "About passage:zebra" in row["xylophone"]
    assert "xylophones" in row["xylophone"]
    assert date_format(timezone.localdate() + timedelta(days=30), "j M Y") in row["xylophone"]
    assert [words for words, each in row.items() if "Ended" in each] == ["old horse"]
    assert "None, it has ended" in row["old horse"]
    assert [words for words, each in row.items() if "Target not found" in each] == ["gone"]
    assert [words for words, each in row.items() if "Not for everybody" in each] == ["secret animal"]


def test_a_best_bet_whose_target_goes_or_is_closed_shows_nothing(built, client):
    bet("stripy horse")
    bet("closed horse", key="passage:group")
    built.put("group", "For one group.", audience=("group:999999",))
    services.enqueue("passage", "group")
    built.objects.pop("zebra")
    services.enqueue("passage", "zebra")
    assert first("stripy horse") == []
    assert first("closed horse", audience=("everyone", "signed-in")) == []
    user = get_user_model().objects.create_user("writer", password="secret-word-1")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    html = client.get(reverse("wagtailsnippets_search_bestbet:list")).content.decode()
    assert html.count("Target not found") == 2
