"""What a word is."""

from __future__ import annotations

import doctest

import pytest

from search import analysis, lexicon, query, spelling
from search.analysis import compounds, content_words, fingerprint, index_terms, stem, words


@pytest.mark.parametrize("module", [analysis, lexicon, query, spelling])
def test_the_examples_in_the_docstrings_hold(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("text", ["0.35", "5.2.6", "2006/07", "cg115"])
def test_numbers_and_codes_stay_as_they_are(text):
    assert [word.text for word in words(text)] == [text]
    assert stem(text) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("behaviour", "behavior"),
        ("paediatric", "pediatric"),
        ("stabilisation", "stabilization"),
        ("programme", "program"),
        ("counselling", "counseling"),
        ("oedema", "edema"),
        ("diarrhoea", "diarrhea"),
        ("haemorrhage", "hemorrhage"),
        ("analyse", "analyze"),
        ("prescriber's", "prescriber"),
        ("assessments", "assessing"),
    ],
)
def test_relatives_and_spelling_variants_share_a_stem(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("opioid", "opiate"), ("prescribe", "describe"), ("four", "flour")])
def test_different_words_do_not(one, other):
    assert stem(one) != stem(other)


def test_compatibility_forms_greek_letters_and_units_are_written_out():
    assert [word.text for word in words("β-blocker 1.73 m² 5 µg ½")][:2] == ["beta", "blocker"]
    assert [word.text for word in words("1.73 m²")] == ["1.73", "m2"]
    assert [word.text for word in words("5 µg")] == ["5", "microgram"]


def test_footnote_marks_glued_to_words_and_years_are_dropped():
    assert [word.text for word in words("DANOS.³⁹ and services¹² in 2004¹⁶")] == [
        "danos",
        "and",
        "services",
        "in",
        "2004",
    ]


def test_every_word_knows_where_it_stands():
    text = "Take-home doses: “0.35 mg/L”, naïve"
    assert [text[word.start : word.end] for word in words(text)] == [
        "Take",
        "home",
        "doses",
        "0.35",
        "mg",
        "L",
        "naïve",
    ]


def test_codes_written_apart_and_hyphenated_words_are_also_joined():
    text = "NA 99 and co-occurring, not 5 days"
    assert [joined for _, _, joined in compounds(text, words(text))] == ["na99", "cooccurring"]


def test_an_abbreviation_that_is_a_word_is_indexed_apart():
    assert "=met" in index_terms("Offer MET now")
    assert "=met" not in index_terms("They met now")


def test_stop_words_go_unless_nothing_else_is_left_or_they_are_abbreviations():
    assert [word.text for word in content_words("what do I do about IT")] == ["it"]
    assert [word.text for word in content_words("who is it")] == ["who", "is", "it"]


def test_layout_does_not_change_a_fingerprint():
    assert fingerprint("One  text,\n– twice") == fingerprint("one text twice")
