"""Suggestions while somebody types: what is matched, who may see it, and that nothing that is typed breaks anything."""

from __future__ import annotations

import doctest
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import editing, engine, kinds, prefixes, services
from search import suggestions as suggesting
from search.documents import SearchDocument
from search.engines.base import SearchUnavailable
from search.engines.embedded import EmbeddedEngine
from search.engines.titles import titles_for, tokens_of
from search.kinds import SearchKind, Suggested
from search.lexicon import LexiconGroup
from search.models import BestBet, PoorSearch
from search.prefixes import beginnings, folded
from search.suggestions import MOST, suggest
from tests.search.test_fuzz import hostile_queries

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/search/suggestions/"


def give_no_documents(ref: str = "") -> list[SearchDocument]:
    return []


@pytest.fixture
def put(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts documents into an index of its own; of six kinds, as the portal has them, the last is never suggested."""
    settings.SEARCH_INDEX_PATH = tmp_path / "search.sqlite3"
    monkeypatch.setattr(kinds, "_kinds", {})
    monkeypatch.setattr(engine, "_providers", {})
    editing.forget_best_bets()
    section = Suggested("Section")
    for name, order, suggested, next_step in (
        ("tree", 10, Suggested("What to do next", by_extra=True), True),
        ("page", 20, Suggested("Guidance page"), False),
        ("passage", 30, section, False),
        ("in-brief", 32, section, False),
        ("glossary", 50, Suggested("Glossary term"), False),
        ("outcome", 14, None, True),
    ):
        kinds.register_kind(
            SearchKind(name, name, give_no_documents, give_no_documents, order, "", next_step, suggested=suggested)
        )
    engine.embedded_engine().rebuild([])

    def write(kind: str, title: str, **rest: Any) -> None:
        key = rest.pop("key", f"{kind}:{title}")
        given = {"body": title, "url": f"/{kind}/{title}/", "ref": key} | rest
        engine.embedded_engine().replace([SearchDocument(key=key, kind=kind, title=title, **given)])

    return write


def texts(typed: str, *carried: str) -> list[str]:
    return [each.text for each in suggest(typed, audience=("everyone", *carried))]


def test_the_examples_in_the_documentation_hold() -> None:
    assert doctest.testmod(prefixes).failed == 0


# Matching


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Missed doses and pharmacies", "miss"),
        ("Missed doses and pharmacies", "MISSED DOS"),
        ("Missed doses and pharmacies", "pharm"),
        ("Missed doses and pharmacies", "pharmacies miss"),
        ("Missed doses and pharmacies", "pharmacy"),
        ("Missed doses and pharmacies", "dose"),
        ("Missed doses and pharmacies", "missed doses of"),
        ("A dose before noon", "doses"),
        ("A dose before noon", "the dose"),
        ("Missed pick-ups", "pickup"),
        ("Missed pick-ups", "pick-up"),
        ("Naïve opioid users", "naive"),
        ("Naive opioid users", "NAÏVE"),
        ("Naive opioid users", "naïv"),
        ("Three principles", "thre"),
        ("Three principles", "three"),
        ("5.2.6 Client misses doses", "5.2.6"),
        ("5.2.6 Client misses doses", "5.2"),
        ("5.2.6 Client misses doses", "5.2."),
        ("5.2.6 Client misses doses", "section 5.2.6"),
        ("QRP 2: Screening", "qrp 2"),
        ("Behaviour that changes", "behavior"),
        ("People’s own words", "people's"),
    ],
)
def test_the_beginning_of_any_word_finds_the_title(put: Callable[..., None], title: str, typed: str) -> None:
    put("page", title)
    put("page", "Rooms, keys and rotas")
    assert texts(typed) == [title]


@pytest.mark.parametrize("typed", ["", " ", "m", "-", "…", "osed", "issed", "missed zebras", "5.3", "mi5sed", "2.6"])
def test_what_begins_no_word_finds_nothing(put: Callable[..., None], typed: str) -> None:
    put("page", "Missed doses")
    put("passage", "5.2.6 Client misses doses")
    assert texts(typed) == []


@pytest.mark.parametrize("typed", ["methodone", "mehtad", "metadone", "methhado", "emthadone", "methadonw"])
def test_one_slip_is_forgiven(put: Callable[..., None], typed: str) -> None:
    put("page", "Starting methadone")
    assert texts(typed) == ["Starting methadone"]


@pytest.mark.parametrize("typed", ["mxth", "mxthxdone", "methado9"])
def test_a_short_word_two_slips_or_a_code_are_not(put: Callable[..., None], typed: str) -> None:
    put("page", "Starting methadone")
    assert texts(typed) == []


def test_a_slip_is_forgiven_only_where_nothing_is_called_so(put: Callable[..., None]) -> None:
    put("page", "Heroine of the story")
    put("page", "Herein lies the rule")
    assert texts("herei") == ["Herein lies the rule"]


def test_a_tree_is_found_by_the_words_its_editors_gave_it_and_other_kinds_are_not(put: Callable[..., None]) -> None:
    put("tree", "Give the dose, hold it or reassess?", extra="pharmacy rang")
    put("page", "Working together", extra="pharmacy rang")
    assert texts("pharm") == ["Give the dose, hold it or reassess?"]


# What is shown, and in which order


def test_next_steps_come_first_and_what_to_search_for_last(put: Callable[..., None]) -> None:
    given = (LexiconGroup("dosage", ("dose size",)),)
    engine.register_lexicon("words", lambda: given)
    for kind in ("glossary", "in-brief", "page", "outcome", "tree"):
        put(kind, f"Doses of a {kind}", body="The dosage and the dose size.")
    found = suggest("dos")
    labels = ["What to do next", "Guidance page", "Section", "Glossary term", "Search for this", "Search for this"]
    assert [each.kind for each in found] == labels
    assert found[-1].url == "/search/?q=dose+size"


def test_no_kind_crowds_out_the_others(put: Callable[..., None]) -> None:
    for kind in ("tree", "page", "passage", "glossary"):
        for at in range(12):
            put(kind, f"Doses {at} in a {kind}")
    labels = [each.kind for each in suggest("dose")]
    assert len(labels) == MOST
    assert [labels.count(kind) for kind in ("What to do next", "Guidance page", "Section", "Glossary term")] == [
        4,
        2,
        1,
        1,
    ]


def test_what_begins_with_the_word_comes_first_however_much_else_holds_it(put: Callable[..., None]) -> None:
    for at in range(40):
        put("passage", f"Room {at} for methadone")
    put("passage", "Methadone")
    assert texts("meth")[0] == "Methadone"


def test_numbered_sections_stand_in_their_order(put: Callable[..., None]) -> None:
    for title in ("5.2.2 Cocaine", "5.2 What failure is", "5.2.1 Opiates, and all that is said of them"):
        put("passage", title)
    assert texts("5.2") == ["5.2 What failure is", "5.2.1 Opiates, and all that is said of them", "5.2.2 Cocaine"]


def test_a_section_is_named_once_and_opens_at_its_top(put: Callable[..., None]) -> None:
    shared = {"suggested_at": "/sources/guide/5/", "source": "guide", "path": ("The guide", "Part 2")}
    put("passage", "Lanterns", key="one", url="/sources/guide/5/#one", **shared)
    put("passage", "Lanterns", key="two", url="/sources/guide/5/#two", **shared)
    put("in-brief", "Lanterns", key="three", url="/sources/guide/5/", source="guide", path=("The guide",))
    (found,) = suggest("lant")
    assert (found.url, found.place) == ("/sources/guide/5/", "The guide")


def test_words_are_offered_only_where_they_find_something_and_say_something_new(put: Callable[..., None]) -> None:
    given = (LexiconGroup("lantern light", ("lantern glow", "lanterns"), typed=("lantern slang",)),)
    engine.register_lexicon("words", lambda: given)
    put("page", "Evenings", body="The lantern light is warm, and lanterns last.")
    assert texts("lant") == ["lanterns", "lantern light"]
    assert texts("lantern") == ["lantern light"]  # Enter searches for what stands in the field already
    put("glossary", "Lantern light")
    assert texts("lantern") == ["Lantern light"]


def test_a_word_of_the_street_is_answered_with_what_it_is_taken_for(put: Callable[..., None]) -> None:
    given = (
        LexiconGroup("lantern", typed=("glim", "old glim"), ambiguous=("glim",)),
        LexiconGroup("lamp", typed=("glim",)),
        LexiconGroup("torch", typed=("glim",)),
        LexiconGroup("dusk", typed=("glim",), weight=0.5),
    )
    engine.register_lexicon("words", lambda: given)
    put("page", "Evenings", body="Lanterns at dusk.")
    put("page", "Keys", body="A lamp.", audience=("signed-in",))
    (found,) = suggest("Glims")
    assert (found.text, found.kind, found.url) == ("lantern (for glim)", "Search for this", "/search/?q=lantern")
    assert texts("glim", "signed-in") == ["lantern (for glim)", "lamp (for glim)"]
    assert texts("old glim") == ["lantern (for old glim)"]
    # Not before it is whole, and not among other words.
    assert texts("gli") == texts("glim keys") == []
    put("glossary", "Lantern", extra="glim")
    assert texts("lantern") == ["Lantern"]


def test_the_words_of_best_bets_are_offered_for_as_long_as_they_count(put: Callable[..., None]) -> None:
    put("page", "Evenings", key="page:1")
    tomorrow = timezone.localdate() + timedelta(days=1)
    bet = BestBet.objects.create(words="zebra crossing\nzoo", key="page:1", owner="Editor", expires=tomorrow)
    assert [(each.text, each.url) for each in suggest("zeb")] == [("zebra crossing", "/search/?q=zebra+crossing")]
    bet.expires = timezone.localdate() - timedelta(days=1)
    bet.save()
    assert suggest("zeb") == ()


# Who may see it


def test_a_restricted_title_is_suggested_to_those_who_may_find_it_only(put: Callable[..., None]) -> None:
    put("page", "Lantern rota", audience=("signed-in",))
    put("page", "Lantern keys", audience=("group:1&group:2", "unrestricted"))
    assert texts("lant") == []
    assert texts("lantren") == []
    assert texts("lant", "signed-in", "group:1") == ["Lantern rota"]
    assert texts("lant", "signed-in", "group:1", "group:2") == ["Lantern keys", "Lantern rota"]
    assert texts("lantren", "unrestricted") == ["Lantern keys"]


def test_hidden_titles_take_no_place_from_those_that_may_be_seen(put: Callable[..., None]) -> None:
    for at in range(60):
        put("page", f"Lantern {at}", audience=("signed-in",))
    put("page", "Lanterns for all")
    assert texts("lant") == ["Lanterns for all"]
    assert texts("lantren") == ["Lanterns for all"]


def test_a_heading_is_seen_by_whoever_may_find_one_of_its_passages(put: Callable[..., None]) -> None:
    put("passage", "Lanterns", key="open", suggested_at="/s/")
    put("passage", "Lanterns", key="closed", suggested_at="/s/", audience=("signed-in",))
    assert texts("lant") == ["Lanterns"]
    engine.embedded_engine().delete(["open"])
    assert texts("lant") == []
    assert texts("lant", "signed-in") == ["Lanterns"]
    engine.embedded_engine().delete(["closed"])
    assert texts("lant", "signed-in") == []


def test_words_that_only_hidden_documents_hold_are_not_offered(put: Callable[..., None]) -> None:
    given = (LexiconGroup("lantern", ("lamp oil",)),)
    engine.register_lexicon("words", lambda: given)
    put("page", "Rota", key="page:1", body="Lamp oil is kept here.", audience=("signed-in",))
    BestBet.objects.create(words="lamplight", key="page:1", owner="Editor", expires=timezone.localdate())
    assert texts("lam") == []
    assert texts("lam", "signed-in") == ["lamp oil", "lamplight"]


# A title is suggested exactly as long as something that may be found is called by it

WORDS = ["lantern", "lamp", "lime", "dusk", "dose"]
TITLES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
WRITTEN = st.tuples(
    st.integers(0, 6), st.one_of(st.none(), TITLES), st.sampled_from(["everyone", "signed-in", "group:1&group:2"])
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(WRITTEN, max_size=14),
    typed=st.sampled_from(["la", "lam", "l1", "li", "dusk", "lantern du", "dose"]),
    carried=st.sets(st.sampled_from(["signed-in", "group:1", "group:2"])),
)
def test_the_index_agrees_with_looking_at_every_title(
    put: Callable[..., None], changes: list[tuple[int, str | None, str]], typed: str, carried: set[str]
) -> None:
    index: EmbeddedEngine = engine.embedded_engine()
    index.rebuild([])
    held: dict[int, tuple[str, str]] = {}
    for number, title, token in changes:
        if title is None:
            held.pop(number, None)
            index.delete([f"p:{number}"])
        else:
            held[number] = (title, token)
            put("passage", title, key=f"p:{number}", suggested_at="/s/", audience=(token,))
    tokens = {"everyone", *carried}
    expected = {
        title
        for title, token in held.values()
        if tokens.issuperset(token.split("&"))
        and all(any(word.startswith(part) for word in title.split()) for part in typed.split())
    }
    found = index.suggestions(
        lambda connection: titles_for(connection, beginnings(typed), tokens_of(connection, tuple(tokens)), 50)
    )
    assert {each.text for each in found.get("Section", [])} == expected


# Whatever is typed


def test_ten_thousand_things_typed_by_chance_break_nothing(put: Callable[..., None]) -> None:
    put("page", "Missed doses")
    put("passage", "5.2.6 Missed doses and 0.35 mg/L")
    for typed in hostile_queries(10_000, seed=20261126):
        assert len(suggest(typed)) <= MOST


HOSTILE = st.one_of(
    st.text(max_size=400),
    st.text(alphabet="\"'*()[]{}^:-+~NEAROT AND\x00\\%_;=·à\u202e", max_size=100),
    st.sampled_from(['start : "x"', "start:mis*", '"mis', "mis*", "NEAR(mis", "' OR 1=1 --", "x" * 5000, "\ud800mis"]),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=HOSTILE, typed=HOSTILE)
def test_any_title_can_be_kept_and_anything_be_typed(put: Callable[..., None], title: str, typed: str) -> None:
    readable = title.encode("utf-8", "replace").decode().replace("\0", " ")
    put("page", f"Tapir {readable}", key="strange")
    assert texts("tapir") == [" ".join(f"Tapir {readable}".split())]
    suggest(typed)


@settings(max_examples=200, deadline=None)
@given(typed=st.text(max_size=200))
def test_typed_words_are_few_and_folded(typed: str) -> None:
    asked = beginnings(typed)
    assert len(asked) <= prefixes.MAX_WORDS
    assert all(each.letters and folded(each.letters) == each.letters for each in asked)


# The address


@pytest.fixture
def ask(client: Any, put: Callable[..., None]) -> Callable[..., Any]:
    put("tree", "Missed doses: what now?", url="/decision-trees/missed/")
    put("page", "Missed lanterns", audience=("signed-in",))
    return lambda **parameters: client.get(ADDRESS, parameters)


def test_the_answer_is_small_and_plain(ask: Callable[..., Any]) -> None:
    response = ask(q="miss")
    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content) == {
        "suggestions": [
            {
                "text": "Missed doses: what now?",
                "kind": "What to do next",
                "place": "",
                "url": "/decision-trees/missed/",
            }
        ]
    }


def test_the_answer_stays_out_of_caches_and_search_engines(ask: Callable[..., Any]) -> None:
    response = ask(q="miss")
    assert {"private", "no-cache"} <= set(response["Cache-Control"].split(", "))
    assert response["X-Robots-Tag"] == "noindex"


def test_people_are_suggested_what_they_may_see(ask: Callable[..., Any], client: Any) -> None:
    assert "lanterns" not in ask(q="miss").content.decode()
    client.force_login(get_user_model().objects.create_user("reader"))
    assert "lanterns" in ask(q="miss").content.decode()


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"q": ""},
        {"q": ["miss", "dose"]},
        {"q": "miss\x00ed"},
        {"q": '"miss'},
        {"q": "x" * 5000},
        {"q": "miss " * 1000},
        {"nonsense": "1"},
    ],
)
def test_nonsense_in_the_address_gives_an_answer(ask: Callable[..., Any], parameters: dict[str, Any]) -> None:
    response = ask(**parameters)
    assert response.status_code == 200
    assert isinstance(json.loads(response.content)["suggestions"], list)


def test_bytes_that_are_no_text_give_an_answer(ask: Callable[..., Any], client: Any) -> None:
    assert client.get(f"{ADDRESS}?q=%ff%fe%00miss").status_code == 200


def test_only_reading_is_allowed(ask: Callable[..., Any], client: Any) -> None:
    assert client.post(ADDRESS, {"q": "miss"}).status_code == 405


def test_without_an_index_nothing_is_suggested_and_none_is_built(ask: Callable[..., Any], settings: Any) -> None:
    settings.SEARCH_INDEX_PATH = settings.SEARCH_INDEX_PATH.with_name("elsewhere.sqlite3")
    assert json.loads(ask(q="miss").content) == {"suggestions": []}
    assert not settings.SEARCH_INDEX_PATH.exists()


def test_an_index_that_cannot_be_read_is_no_error(ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **rest: object) -> None:
        raise SearchUnavailable("being written")

    monkeypatch.setattr(suggesting, "suggest", fail)
    assert json.loads(ask(q="miss").content) == {"suggestions": []}


def test_what_is_typed_is_neither_stored_nor_logged(
    ask: Callable[..., Any], caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    with caplog.at_level(logging.DEBUG):
        ask(q="zanzibar")
    assert not PoorSearch.objects.exists()
    assert "zanzibar" not in caplog.text
    folder = settings.SEARCH_INDEX_PATH.parent
    assert not any(b"zanzibar" in path.read_bytes() for path in folder.iterdir() if path.is_file())


def test_it_costs_two_database_queries_at_most(
    ask: Callable[..., Any], django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    ask(q="miss")
    with django_assert_max_num_queries(2):
        ask(q="miss")


def test_a_change_is_suggested_as_soon_as_it_is_committed(content: Any, client: Any) -> None:
    kinds._kinds["passage"] = SearchKind(
        "passage", "Passages", content.everything, content.one, suggested=Suggested("Section")
    )
    services.rebuild()
    with transaction.atomic():
        content.put("one", "Text.", title="Lanterns")
        services.enqueue("passage", "one")
        assert texts("lant") == []
    assert texts("lant") == ["Lanterns"]
    with transaction.atomic():
        del content.objects["one"]
        services.enqueue("passage", "one")
    assert texts("lant") == []
