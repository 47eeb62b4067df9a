"""What every engine promises, on a small corpus of our own words. `test_embedded_engine.py` has what only one does."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.documents import SearchDocument
from search.engines.base import (
    IndexMissing,
    SearchEngine,
    SearchUnavailable,
    UnknownEngine,
    engine_named,
    register_engine,
)
from search.engines.embedded import EmbeddedEngine
from search.lexicon import Lexicon
from search.planner import make_plan
from search.query import Order, SearchQuery
from search.results import Facet
from tests.search.conftest import Searching, corpus, document

OWN_PROCESS = multiprocessing.get_context("spawn")


def counts(facets: tuple[Facet, ...], name: str) -> dict[str, int]:
    return {value.value: value.count for facet in facets if facet.name == name for value in facet.values}


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("therapeutic alliance", "alliance"),
        ("alliances", "alliance"),
        ("care plans", "planning"),
        ("behavior stabilization", "behaviour"),
        ("0.35", "breath"),
        ("5.2.6", "table"),
        ("table 4", "table"),
        ("CG115", "table"),
        ("qrc3", "table"),
        ("QRC 3", "table"),
        ("breathaliser", "breath"),
        ("theraputic aliance", "alliance"),
        ("blew over", "breath"),
        ("what do I do when somebody missed doses", "missed"),
        ("MET", "enhancement"),
        ("using gear", "opioid"),
    ],
)
def test_the_right_passage_comes_first(searching, query, first):
    assert searching.keys(query)[0] == first


def test_synonyms_find_both_ways_below_the_word_itself(searching):
    assert searching.keys("needle exchange") == ["exchange", "programme"]
    assert searching.keys("needle and syringe programme") == ["programme", "exchange"]
    assert set(searching.keys("NSP")) == {"exchange", "programme"}


def test_a_code_does_not_find_its_neighbours(searching):
    assert searching.keys("CG116") == []
    assert searching.keys("0.36") == []


def test_what_the_documents_do_not_hold_finds_nothing(searching):
    assert searching.keys("zebra crossing paint") == []
    assert searching.ask("chess").total == 0


def test_quoted_words_must_stand_together(searching):
    assert searching.keys('"plan is looked at"') == ["planning"]
    assert searching.keys('"plan at looked is"') == []


def test_the_snippet_marks_the_words_and_holds_nothing_else(searching):
    hit = searching.ask("methadone breathalyser").hits[0]
    assert "".join(segment.text for segment in hit.snippet) == hit.body
    assert [segment.text for segment in hit.snippet if segment.marked] == ["breathalyser", "methadone"]


def test_an_extract_shows_only_what_its_licence_allows(searching):
    body = "Secret opening words. " + "The hidden passage speaks of zebras at length. " * 5
    searching.engine.replace([document("extract", body, shown="Zebras, in short.")])
    hit = searching.ask("hidden zebras").hits[0]
    assert "".join(segment.text for segment in hit.snippet) == "Zebras, in short."
    assert [segment.text for segment in hit.snippet if segment.marked] == ["Zebras"]


def test_words_that_only_help_to_find_are_never_shown(searching):
    searching.engine.replace([document("brief", "The body.", extra="Quokkas and wallabies.")])
    hit = searching.ask("quokkas").hits[0]
    assert hit.key == "brief"
    assert "uokka" not in "".join(segment.text for segment in hit.snippet)


def test_what_a_person_may_not_see_is_neither_found_nor_counted_nor_suggested(searching):
    searching.engine.replace(
        [
            document("open", "Aardvarks are welcome here.", source="handbook"),
            document("staff", "Aardvarks and pangolins, for staff.", source="rota", audience=("signed-in",)),
            document("team", "Aardvarks for two teams.", source="team", audience=("group:1&group:2",)),
        ]
    )
    public = searching.ask("aardvarks")
    assert (public.total, counts(public.facets, "source")) == (1, {"handbook": 1})
    assert searching.ask("pangolin").total == 0
    assert searching.ask("pangoln").plan.corrected_text == ""
    staff = ("everyone", "signed-in")
    assert searching.ask("aardvarks", audience=staff).total == 2
    assert searching.ask("pangoln", audience=staff).plan.corrected_text == "pangolins"
    assert searching.ask("aardvarks", audience=(*staff, "group:1")).total == 2
    assert searching.ask("aardvarks", audience=(*staff, "group:1", "group:2")).total == 3


def test_a_facet_counts_what_choosing_it_gives(searching):
    searching.engine.replace(
        [
            document("one", "Llamas graze.", source="farm", topics=("wool",), labels=(("farm", "The farm"),)),
            document("two", "Llamas hum.", source="farm", topics=("wool", "sound")),
            document("three", "Llamas spit.", source="zoo", kind="page"),
        ]
    )
    everything = searching.ask("llamas")
    assert counts(everything.facets, "kind") == {"passage": 2, "page": 1}
    assert counts(everything.facets, "source") == {"farm": 2, "zoo": 1}
    assert counts(everything.facets, "topic") == {"wool": 2, "sound": 1}
    for name, field in (("kind", "kinds"), ("source", "sources"), ("topic", "topics")):
        for value, count in counts(everything.facets, name).items():
            assert searching.ask("llamas", **{field: (value,)}).total == count
    chosen = searching.ask("llamas", sources=("farm",))
    assert counts(chosen.facets, "source") == {"farm": 2, "zoo": 1}
    assert counts(chosen.facets, "kind") == {"passage": 2}
    labels = {value.value: value.label for facet in everything.facets for value in facet.values}
    assert labels["farm"] == "The farm"


def test_the_same_words_are_shown_once_and_a_section_as_one_hit(searching):
    searching.engine.replace(
        [
            document("a", "Okapi rules, in full.", source="zoo", section="1"),
            document("b", "Okapi rules in full", source="zoo", section="2"),
            document("c", "Okapi food.", source="zoo", section="1"),
            document("d", "Okapi sleep.", source="zoo", section="1"),
        ]
    )
    found = searching.ask("okapi")
    assert found.total == 3
    assert len(found.hits) == 1
    assert found.hits[0].more == 2
    assert len(found.hits[0].neighbours) == 2


def test_trees_that_fit_come_first_and_are_not_listed_twice(searching):
    searching.engine.replace([document("tree", "Missed doses on some days", kind="tree", title="Missed doses?")])
    query = SearchQuery.of("missed doses")
    plan = make_plan(query, Lexicon(), searching.engine.vocabulary(query.audience))
    found = searching.engine.search(plan, lifted_kinds=("tree",))
    assert [hit.key for hit in found.lifted] == ["tree"]
    assert "tree" not in [hit.key for hit in found.hits]
    assert found.total == len(found.hits) + 1


def test_of_a_tree_that_fits_its_start_comes_before_its_parts(searching):
    parts = [
        document("start", "Gerbil days were missed. Which ones?", kind="tree", section="gerbil"),
        document("end", "Gerbil days", kind="outcome", section="gerbil", title="Gerbil days"),
        document("lonely", "Gerbil days", kind="outcome", section="other", title="Gerbil days, otherwise"),
    ]
    searching.engine.replace(parts)
    query = SearchQuery.of("gerbil days")
    plan = make_plan(query, Lexicon(), searching.engine.vocabulary(query.audience))
    found = searching.engine.search(plan, lifted_kinds=("tree", "outcome"))
    assert {hit.key for hit in found.lifted} == {"start", "lonely"}
    assert found.hits[0].key == "end"


def test_a_low_weight_holds_a_document_down(searching):
    searching.engine.replace(
        [document("text", "Wombats dig holes."), document("reference", "Wombats, wombats: a study.", weight=0.3)]
    )
    assert searching.keys("wombats") == ["text", "reference"]


def test_pages_follow_one_another_without_overlap(searching):
    pages = [searching.keys("rotas", page=page, limit=10) for page in (1, 2, 3)]
    assert len({key for page in pages for key in page}) == sum(map(len, pages)) >= 30


def test_an_object_is_replaced_as_a_whole(searching):
    parts = [document("q:1", "First yak.", ref="yak"), document("q:2", "Second yak.", ref="yak")]
    searching.engine.replace_objects([("passage", "yak", parts)])
    searching.engine.replace_objects([("passage", "yak", parts[1:])])
    assert searching.keys("yak") == ["q:2"]
    searching.engine.replace_objects([("passage", "yak", [])])
    assert searching.keys("yak") == []
    assert searching.engine.vocabulary(("everyone",)).knows("yak") is False


def test_deleting_takes_a_document_out_and_unknown_keys_do_no_harm(searching):
    assert searching.engine.delete(["alliance", "never-there"]) == 1
    assert searching.keys("therapeutic alliance") == []


def test_readers_see_the_old_index_until_a_rebuild_is_done(searching, open_engine):
    other = Searching(open_engine(), Lexicon())
    seen = []

    def documents():
        yield document("new", "Therapeutic walruses.")
        seen.append((other.keys("therapeutic alliance"), other.engine.document_count()))
        yield document("newer", "More walruses.")

    searching.engine.rebuild(documents())
    assert seen == [(["alliance"], len(corpus()))]
    assert set(other.keys("walruses")) == {"new", "newer"}
    assert other.engine.document_count() == 2


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(searching):
    def documents():
        yield document("new", "Walruses.")
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        searching.engine.rebuild(documents())
    assert searching.keys("therapeutic alliance") == ["alliance"]


def _write_elsewhere(open_engine: Callable[[], SearchEngine], number: int) -> None:
    engine = open_engine()
    for at in range(10):
        with engine.in_turn():
            engine.replace([document(f"p{number}-{at}", f"Marmoset {number} wrote line {at}.")])


def test_several_processes_write_and_every_reader_sees_it_at_once(searching, open_engine):
    assert searching.keys("marmoset") == []
    writers = [OWN_PROCESS.Process(target=_write_elsewhere, args=(open_engine, number)) for number in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    assert searching.ask("marmoset", limit=50).total == 20


def test_threads_read_while_one_writes(searching):
    failures: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(20):
                assert searching.keys("therapeutic alliance") == ["alliance"]
        except BaseException as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for at in range(10):
        searching.engine.replace([document(f"extra-{at}", f"Numbat {at}.")])
    for reader in readers:
        reader.join()
    assert failures == []


def test_a_score_can_be_explained(searching):
    query = SearchQuery.of("needle exchange")
    plan = make_plan(query, searching.lexicon, searching.engine.vocabulary(query.audience))
    first = searching.engine.explain(plan, 1)[0]
    assert first.key == "exchange"
    assert {"needle", "exchange"} <= {label for label, _ in first.parts}


def test_a_document_that_nobody_may_find_is_refused():
    with pytest.raises(ValueError, match="audience"):
        SearchDocument(key="x", kind="passage", title="", body="", url="", audience=())


def test_a_missing_index_says_what_to_do(open_engine):
    engine = open_engine()
    with pytest.raises(IndexMissing, match="rebuild_search"):
        engine.vocabulary(("everyone",))
    assert engine.document_count() == 0


def test_a_turn_is_waited_for_and_given_up_in_time(searching, open_engine):
    with searching.engine.in_turn(), pytest.raises(SearchUnavailable, match="moment"), open_engine().in_turn(0.1):
        pass
    with open_engine().in_turn(0.1):
        pass


def test_a_rebuild_tells_how_far_it_is(open_engine):
    told = []
    many = [document(f"many-{at}", f"Vole {at}.") for at in range(1100)]
    assert open_engine().rebuild(iter(many), progress=told.append) == 1100
    assert told[:2] == [500, 1000]


def test_an_unknown_engine_is_named_in_one_line_and_a_double_refused():
    with pytest.raises(UnknownEngine, match="not part of this release"):
        engine_named("telepathy")
    with pytest.raises(ValueError, match="already"):
        register_engine("embedded", lambda: EmbeddedEngine(Path("unused")))


HOSTILE = st.one_of(
    st.text(max_size=5000),
    st.text(alphabet="\"'*()[]{}^:-+~NEAROT AND\x00\\%_;=·à\u202e", max_size=200),
    st.sampled_from(
        ['"', '""', '"unclosed', "a AND", "NEAR(", "title:x", "*", "-", "x" * 5000, "=met", "·", "' OR 1=1 --"]
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE, page=st.integers(-5, 10**6))
def test_no_query_raises(searching, text, page):
    found = searching.ask(text, page=page)
    assert found.total >= len(found.hits)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.text(max_size=500), title=st.text(max_size=50))
def test_any_text_can_be_indexed_and_shown_back_unchanged(searching, body, title):
    searching.engine.replace([document("strange", f"Tapir {body}", title=title)])
    hit = next(hit for hit in searching.ask("tapir").hits if hit.key == "strange")
    assert hit.body == f"Tapir {body}"


@pytest.mark.parametrize("order", [Order.NEWEST, Order.OLDEST])
def test_by_date_the_first_of_all_that_match_come_first_and_those_without_a_date_last(open_engine, order):
    dated = [
        document(f"vole-{year}", f"Voles, {'and other animals, ' * (year % 30)}", year=year)
        for year in range(1900, 2020)
    ]
    engine = open_engine()
    engine.rebuild([*dated, document("undated", "Voles voles voles.", title="Voles")])
    asked = Searching(engine, Lexicon())
    years = list(range(1900, 2020))
    expected = [f"vole-{year}" for year in (sorted(years, reverse=order is Order.NEWEST))]
    # Fewer are listed than match, whatever their score.
    assert asked.keys("voles", order=order, limit=10) == expected[:10]
    listed = asked.ask("voles", order=order).listed
    last = asked.keys("voles", order=order, limit=10, page=-(-listed // 10))[-1]
    assert last == ("undated" if listed > len(years) else expected[listed - 1])


def test_a_filter_changes_no_score(open_engine):
    """Of a hit that is found with the filter and without it, however many others the filter takes away."""
    engine = open_engine()
    engine.rebuild(
        document(f"vole-{at:03}", "Voles. " + "Other animals too. " * (at % 7), kind=("passage", "page")[at % 3 == 0])
        for at in range(330)
    )
    asked = Searching(engine, Lexicon())
    scores = {hit.key: hit.score for hit in asked.ask("voles", limit=100).hits}
    filtered = {hit.key: hit.score for hit in asked.ask("voles", limit=100, kinds=("page",)).hits}
    both = scores.keys() & filtered.keys()
    assert len(both) > 5
    assert {key: filtered[key] for key in both} == {key: scores[key] for key in both}
