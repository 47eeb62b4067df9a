"""How a query is understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from search.lexicon import Lexicon, groups_from_glossary
from search.planner import Origin, SearchPlan, make_plan
from search.query import MAX_QUERY, SearchQuery, clean
from search.spelling import ByLength, Spelling
from tests.search.conftest import GLOSSARY

WORDS = """breathalyser methadone needle exchange syringe programme contingency management buprenorphine diamorphine
coca ethylene cocaethylene take home met motivational enhancement therapy file fine accredited opioid opiate breath test
comprehensive assessment acupuncture interviewing lock box qrc3""".split()  # noqa: SIM905 - a list of words reads better as text


def plan(text: str, **rest: object) -> SearchPlan:
    return make_plan(
        SearchQuery.of(text, **rest), Lexicon(groups_from_glossary(GLOSSARY)), Spelling(dict.fromkeys(WORDS, 3))
    )


def texts(made: SearchPlan, origin: Origin) -> set[str]:
    return {each.text for each in made.alternatives if each.origin is origin}


@given(
    st.lists(st.text("abc", max_size=9), max_size=30),
    st.text("abc", min_size=1, max_size=9),
    st.sampled_from([0.72, 0.85]),
)
def test_no_like_text_is_passed_over_for_its_length(given_texts, asked, least):
    alike = {at for at, text in enumerate(given_texts) if OSA.normalized_similarity(asked, text) >= least}
    assert {at for _, at in ByLength(given_texts).like(asked, least)} == alike


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("breathaliser", "breathalyser"),
        ("buprenorfine", "buprenorphine"),
        ("comprehesive assesment", "comprehensive assessment"),
        ("diamorfine", "diamorphine"),
        ("interveiwing", "interviewing"),
        ("acupunture", "acupuncture"),
        ("methadoen", "methadone"),
    ],
)
def test_a_misspelling_is_taken_for_the_word_of_the_index(typed, meant):
    assert plan(typed).corrected_text == meant


@pytest.mark.parametrize("typed", ["fire", "5.2.7", "cg116", "needles", "breathalyzer", "xyzzy", "booze"])
def test_what_is_no_misspelling_is_left_alone(typed):
    assert plan(typed).corrected_text == ""


def test_search_instead_for_takes_the_words_as_typed():
    made = plan("breathaliser", exact=True)
    assert made.corrected_text == ""
    assert not made.alternatives


def test_a_correction_keeps_the_rest_of_the_query():
    assert plan("the Breathaliser, 0.35?").corrected_text == "the breathalyser, 0.35?"


def test_synonyms_are_found_both_ways_and_count_for_less():
    there, back = plan("NSP").alternatives, plan("needle exchange").alternatives
    assert {each.text for each in there} == {"needle exchange", "needle and syringe programme"}
    assert {each.text for each in back} == {"NSP", "needle and syringe programme"}
    assert all(0 < each.weight < 1 for each in (*there, *back))


def test_a_synonym_of_the_corrected_word_is_found_too():
    assert "breath test" in texts(plan("breathaliser"), Origin.SYNONYM)


def test_words_that_are_only_typed_find_and_are_not_found():
    assert "NSP" in texts(plan("works"), Origin.SYNONYM)
    assert "works" not in texts(plan("NSP"), Origin.SYNONYM)


def test_an_ambiguous_word_needs_its_context():
    assert not texts(plan("gear box"), Origin.SYNONYM)
    assert "opioid" in texts(plan("using gear"), Origin.SYNONYM)
    assert "opioid" in texts(plan("gear"), Origin.SYNONYM)


def test_things_in_one_row_of_the_glossary_are_not_mixed_up():
    assert texts(plan("QRC"), Origin.SYNONYM) == {"quality requirement"}
    assert not texts(plan("QRP"), Origin.SYNONYM)


def test_capitals_make_an_abbreviation_of_an_ordinary_word():
    made = plan("offer MET")
    assert "motivational enhancement therapy" in texts(made, Origin.SYNONYM)
    assert [term.stem for term in made.terms] == ["offer", "=met"]
    assert not texts(plan("we met today"), Origin.SYNONYM)


def test_words_written_apart_are_tried_together_and_the_reverse():
    assert "cocaethylene" in texts(plan("coca-ethylene"), Origin.COMPOUND)
    assert "lock box" in texts(plan("lockbox"), Origin.COMPOUND)
    assert "qrc3" in texts(plan("QRC 3"), Origin.COMPOUND)


def test_quoted_words_are_a_phrase():
    made = plan('missed "needle exchange"')
    assert [phrase.text for phrase in made.phrases] == ["needle exchange"]


def test_words_of_every_request_count_little():
    weights = {term.text: term.weight for term in plan("what should I do to help with methadone").terms}
    assert weights["help"] < weights["methadone"] == 1


@pytest.mark.parametrize("text", ["", "   ", "\x00", "?!", "—", '""'])
def test_a_query_without_words_is_an_empty_plan(text):
    assert plan(text).empty


def test_a_query_is_cut_and_cleaned():
    assert len(clean("word " * 5000)) <= MAX_QUERY
    assert clean("a\x00b\u2028c") == "a b c"
    assert SearchQuery.of("x", page=-3, limit=10**9).page == 1
    assert SearchQuery.of("x", limit=10**9).limit == 100
