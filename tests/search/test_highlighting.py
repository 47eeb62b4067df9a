"""Snippets: the telling piece, its words marked, as plain text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlighting import BEGINNING, SNIPPET_WORDS, Highlighter, beginning, cut_to_keep
from search.lexicon import Lexicon
from search.planner import Alternative, Origin, SearchPlan, make_plan
from search.query import SearchQuery
from search.spelling import Spelling


def plan(text: str) -> SearchPlan:
    return make_plan(SearchQuery.of(text), Lexicon(), Spelling(dict.fromkeys(text.split(), 1)))


def marked(text: str, query: str) -> list[str]:
    return [segment.text for segment in Highlighter(plan(query)).snippet(text) if segment.marked]


def test_a_short_text_is_shown_whole():
    text = "One <b>dose</b> & “two” doses."
    assert "".join(segment.text for segment in Highlighter(plan("dose")).snippet(text)) == text
    assert marked(text, "dose") == ["dose", "doses"]


def test_a_long_text_is_cut_around_the_words():
    text = "Opening words that say little. " * 20 + "Missed doses need a review. " + "More of the same here. " * 20
    shown = Highlighter(plan("missed doses")).snippet(text)
    joined = "".join(segment.text for segment in shown)
    assert "Missed doses need a review" in joined
    assert joined.startswith("…")
    assert joined.endswith("…")
    assert len(joined.split()) <= SNIPPET_WORDS + 2


def test_neighbouring_words_are_marked_as_one():
    assert marked("The missed doses were many.", "missed doses") == ["missed doses"]


def test_stop_words_are_not_marked():
    assert marked("To be on time is to be kind.", "be on time") == ["time"]


def test_a_synonym_of_several_words_is_marked_only_where_they_stand_together():
    text = "A needle alone; a needle and syringe programme; a programme alone."
    query = plan("nsp")
    alternative = Alternative(
        0, 1, ("needl", "syring", "programm"), 0.8, Origin.SYNONYM, "needle and syringe programme"
    )
    shown = Highlighter(SearchPlan(query.query, query.terms, alternatives=(alternative,))).snippet(text)
    assert [segment.text for segment in shown if segment.marked] == ["needle", "syringe programme"]


def test_an_empty_text_gives_no_segments():
    assert Highlighter(plan("dose")).snippet("") == ()
    assert Highlighter(plan("dose")).snippet(" \n") == ()


@pytest.mark.parametrize(
    ("query", "text", "written"),
    [
        ("takehome", "Give take home doses.", "take home"),
        ("haemorrhage", "A haem-orrhage is looked for.", "haem-orrhage"),
        ("oedematous", "The legs are oede matous.", "oede matous"),
    ],
)
def test_a_word_that_the_text_writes_apart_is_marked_as_a_whole(query, text, written):
    found = marked(text, query)
    assert "".join(found) in (written, written.replace("-", ""))


WORDS = st.sampled_from(
    ["Missed", "doses", "the", "IT", "take-home", "take home", "½", "per cent", "5.2.6", "don’t", "é"]
)


@given(st.lists(st.tuples(WORDS, st.sampled_from([" ", ". ", ",\n", " – "])), max_size=60))
def test_a_text_is_marked_alike_however_it_was_cut(pieces):
    """An index keeps how a text is cut; where it does not, the text is cut when it is shown."""
    text = "".join(word + between for word, between in pieces)
    highlighter = Highlighter(plan("missed doses takehome IT percent"))
    assert highlighter.snippet(text, cut_to_keep(text)) == highlighter.snippet(text)


def test_what_is_kept_is_used():
    kept = json.loads(cut_to_keep("doses"))
    kept[2] = ["missed"]
    assert not any(each.marked for each in Highlighter(plan("doses")).snippet("doses", json.dumps(kept)))


def test_the_beginning_of_a_text_ends_with_a_whole_word():
    assert [each.text for each in beginning("A short one.")] == ["A short one."]
    (only,) = beginning("missed " * 60)
    assert only.text.endswith("missed …")
    assert len(only.text) <= BEGINNING + 2
