"""Best bets and the record of searches that found too little."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from search import editing, engine, services
from search.editing import HELD, changed_by, poor_searches, record_poor_search
from search.engines.base import SearchUnavailable
from search.lexicon import LexiconGroup
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


def on_three_days(*searches: str) -> None:
    """Searches with words that nobody here has written are stored on the third day."""
    for ago in (2, 1, 0):
        with time_machine.travel(timezone.now() - timedelta(days=ago)):
            for text in searches:
                record_poor_search(text)


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
    for ago in (2, 1, 0):
        with time_machine.travel(timezone.now() - timedelta(days=ago)):
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


@pytest.mark.parametrize(
    "text",
    [
        "k.braithwaite 04-may-79",
        "12 acacia avenue client",
        "ref 123456 missed dose",
        "J Smith 12 March",
        "PNC 12/345678A",
    ],
)
def test_what_identifies_somebody_is_never_stored_however_often_it_is_searched(built, text):
    on_three_days(text, text)
    assert not PoorSearch.objects.exists()


@pytest.mark.parametrize("text", ["karen braithwaite", "darren w hep c result", "meadow braithwaite 12"])
def test_a_word_that_nobody_here_has_written_is_not_stored_in_words(built, text):
    record_poor_search(text)
    record_poor_search(text.upper())
    (row,) = PoorSearch.objects.all()
    assert row.words.startswith(HELD)
    assert row.times == 2
    assert not any(word in row.words for word in ("karen", "darren", "braithwaite"))
    assert poor_searches() == changed_by([text]) == []


def test_the_hash_of_words_held_back_is_keyed(built, settings):
    record_poor_search("karen braithwaite")
    settings.SECRET_KEY = "another"
    record_poor_search("karen braithwaite")
    assert PoorSearch.objects.values("words").distinct().count() == 2


def test_unknown_words_are_stored_from_the_third_day_on_with_what_was_counted_before(built):
    today = timezone.now()
    for ago, times in ((9, 2), (3, 1)):
        with time_machine.travel(today - timedelta(days=ago)):
            for _ in range(times):
                record_poor_search("Wibble  dust")
    assert poor_searches() == []
    record_poor_search("wibble dust")
    assert poor_searches() == [("wibble dust", 4)]
    record_poor_search("wibble dust")
    assert poor_searches() == [("wibble dust", 5)]
    assert not PoorSearch.objects.filter(words__startswith=HELD).exists()


def test_days_longer_ago_than_counts_are_kept_do_not_let_words_out(built):
    for ago in (200, 100, 0):
        with time_machine.travel(timezone.now() - timedelta(days=ago)):
            record_poor_search("wibble dust")
    assert poor_searches() == []


def test_known_words_stop_words_and_numbers_are_stored_at_once(built, monkeypatch):
    groups = (LexiconGroup("heroin", (), ("brown",)),)
    monkeypatch.setattr(engine, "_providers", {"words": lambda: groups})
    record_poor_search("what about 12 meadows with brown 3.5")
    assert poor_searches() == [("what about 12 meadows with brown 3.5", 1)]


def test_a_search_that_begins_like_what_is_held_back_is_shown(built):
    on_three_days("held: zebra")
    assert poor_searches() == [("held: zebra", 3)]


def test_words_are_held_back_where_the_index_cannot_be_asked(content):
    record_poor_search("meadow")
    assert poor_searches() == []
    assert PoorSearch.objects.get().words.startswith(HELD)


def test_long_searches_are_not_stored_and_old_counts_go(built):
    record_poor_search("one two three four five six seven eight nine ten eleven")
    assert not PoorSearch.objects.exists()
    PoorSearch.objects.create(words="old", day=timezone.localdate() - timedelta(days=100), times=5)
    record_poor_search("meadow rota")
    with time_machine.travel(timezone.now() + timedelta(days=1)):  # once a day, what is too old goes
        record_poor_search("meadow rota")
    assert poor_searches() == [("meadow rota", 2)]


def test_a_search_is_counted_once_more_each_time_and_a_full_day_takes_no_new_one(built, monkeypatch):
    monkeypatch.setattr(editing, "MOST_A_DAY", 1)
    for text in ("meadow rota", "meadow rota", "rota rooms"):
        record_poor_search(text)
    assert poor_searches() == [("meadow rota", 2)]


def test_the_report_is_for_writers(built, client):
    on_three_days("xylophone")
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
    on_three_days("xylophones", "old horse")
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


def test_the_key_of_a_best_bet_must_name_what_the_editor_may_find(built, client):
    user = get_user_model().objects.create_user("writer", password="secret-word-1")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    add = reverse("wagtailsnippets_search_bestbet:add")
    last = timezone.localdate() + timedelta(days=30)
    fields = {"words": "xylophone", "key": "passage:gone", "owner": "Ann", "expires": last.isoformat(), "note": ""}
    refused = client.post(add, fields)
    assert refused.status_code == 200
    assert "Nothing that you may find has the key “passage:gone”" in refused.content.decode()
    for key in ("passage:zebra", "passage:staff"):
        assert client.post(add, {**fields, "key": key}).status_code == 302
    # Its target has gone meanwhile: it can still be ended.
    stored = BestBet.objects.get(key="passage:zebra")
    built.objects.pop("zebra")
    services.enqueue("passage", "zebra")
    edit = reverse("wagtailsnippets_search_bestbet:edit", args=[stored.pk])
    assert client.post(edit, {**fields, "key": "passage:zebra", "note": "Over."}).status_code == 302


def test_a_best_bet_can_be_kept_while_the_search_cannot_be_asked(built, client, monkeypatch):
    user = get_user_model().objects.create_user("writer", password="secret-word-1")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)

    def away(key: str, audience: tuple[str, ...]) -> str | None:
        raise SearchUnavailable

    monkeypatch.setattr("search.wagtail_hooks.title_of", away)
    last = timezone.localdate() + timedelta(days=30)
    fields = {"words": "xylophone", "key": "passage:gone", "owner": "Ann", "expires": last.isoformat(), "note": ""}
    assert client.post(reverse("wagtailsnippets_search_bestbet:add"), fields).status_code == 302
