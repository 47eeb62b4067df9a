"""What the words of a search already answer: only what is said without doubt, and only of the first question."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from decision_trees.engine.documents import tree_from_document
from decision_trees.engine.model import Choice, Quantity, Tree
from decision_trees.search_kinds import note_on, note_on_later
from decision_trees.understanding import asked_later, understand


def tree_of(slug: str) -> Tree:
    return tree_from_document(
        yaml.safe_load((Path(settings.CONTENT_DIR) / "trees" / f"{slug}.yaml").read_text("utf-8"))
    )


@pytest.fixture(scope="module")
def missed_doses() -> Tree:
    return tree_of("missed-opioid-doses")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("missed 4 days", 4),
        ("client has missed methadone for 4 days", 4),
        ("missed three days of methadone", 3),
        ("not collected for 6 DAYS", 6),
        ("missed 1 day", 1),
        ("Missed 4 days of methadone", 4),
        ("missed four days", 4),
        ("missed 5 days of subutex", 5),
        ("missed 7 days methadone", 7),
        ("not collected for 4 days", 4),
        ("hasn't collected for 4 days", 4),
        ("hasn’t picked up for 4 days", 4),
        ("did not collect for 4 days", 4),
        ("hasn't had methadone for 4 days", 4),
        ("no methadone for 6 days", 6),
        ("no dose for 6 days", 6),
        ("4 days without methadone", 4),
        ("4 days missed", 4),
        ("has been 4 days without a dose", 4),
        ("missed pick ups 3 days", 3),
        ("missed pick-ups 3 days", 3),
        ("missed the last 4 days", 4),
        ("missed 4 days in a row, heroin on top", 4),
        ("client missed 4 days what should I do", 4),
        # Spans of days in other words.
        ("missed a fortnight", 14),
        ("missed methadone for a fortnight", 14),
        ("not collected for a fortnight", 14),
        ("missed 2 weeks of methadone", 14),
        ("two weeks without methadone", 14),
        ("4d missed", 4),
        ("missed pick-ups 4d", 4),
        ("5/7 missed", 5),
        ("missed 5/7", 5),
        ("not collected for 10/7", 10),
        ("no methadone for 2/52", 14),
        # Slips of the finger.
        ("misd 4 days", 4),
        ("mised 4 days", 4),
        ("hasn't had methadone for 6 days", 6),
        ("not picked up for 3 days", 3),
    ],
)
def test_a_number_of_days_is_understood(missed_doses, text, days):
    understood = understand(missed_doses, text)
    assert understood is not None
    assert understood.answer == Quantity(Decimal(days), "days")
    assert understood.question.id == missed_doses.start


@pytest.mark.parametrize(
    "text",
    [
        "missed 3 or 4 days",
        "missed 3-4 days",
        "missed about 4 days",
        "more than 3 days",
        "missed 4 doses",
        "missed 4",
        "missed 4 days in 28 days",
        "4 weeks",
        "day 4 of detox",
        "missed 4000 days",
        "2.5 days",
        "",
        # Denied, or another number than its digits.
        "not missed 4 days",
        "hasn't missed 4 days",
        "didn’t miss 4 days",
        "never missed, 4 days",
        "no missed doses for 4 days",
        "no doses missed for 4 days",
        "hasn't had any missed doses for 4 days",
        "not sure if missed 4 days",
        "denies he missed 4 days",
        "nothing missed 4 days",
        "missed -2 days",
        "missed >3 days",
        "missed 4 days and a half",
        # Another subject.
        "4 days",
        "I have been off work 4 days",
        "missed work 4 days",
        "missed 4 days of school",
        "works 5 days a week",
        "methadone every 2 days",
        "methadone 4 days",
        "prescription 7 days",
        "prescription for 14 days",
        "missed pick up of 7 days methadone",
        "missed 2 appointments in 5 days",
        "missed appointments 5 days",
        "missed dose, has been in treatment 30 days",
        "missed dose in treatment 30 days",
        "on methadone 5 days missed dose",
        "missed doses in 5 days",
        "missed dose was 4 days",
        "missed dose has had methadone for 4 days",
        "heroin 4 days a week",
        "heroin on top 3 days a week",
        "no heroin for 4 days",
        "missed dose of 60 ml methadone 5 days",
        "will be missing 4 days",
        # Another medicine.
        "antabuse missed 5 days",
        "missed 4 days diazepam",
        "missed 4 days of buvidal",
        "missed depot 4 days",
        "missed 4 days, pregabalin",
        "missed 4 days of an unheard-of medicine",
        # What looks like a span of days, or like a missed dose.
        "had methadone for 6 days",
        "missed 4 appointments",
        "missed 1/12",
        "missed 24/7",
        "missed 5/7/2026",
        "missed dose 5/7",
        "missed doses on 5/7",
        "not collected 5/7",
        "not collected since 5/7",
        "5/7 did not attend",
        "5/7 doses missed",
        "missed 5/7 days",
        "missed 5/7 and 6/7",
        "missed 3-4/7",
        "4/7",
        "4d",
        "missed tend",
        "missed twice a fortnight",
        "missed half a fortnight",
        "missed over a fortnight",
        "missed a fortnight ago",
        "missed a fortnight's pick-up",
        "missed a fortnight pick up",
        "missed 2 week pickup",
        "missed doses a fortnight",
        "not missed a fortnight",
        "missed 1.5 weeks",
        "missed 2 weeks and 3 days",
        "no heroin for 2 weeks",
        "missed work a fortnight",
        "not misd 4 days",
        "mixed 4 days",
        "misused 4 days",
        "off script 5 days",
        # Not certain.
        "3-4 days",
        "missed 3 - 4 days",
        "missed more than 3 days",
        "4 or 5 days",
        "missed 4 days or so",
        "missed 4 days ago",
        "missed 4 days last week",
        "missed 4 days a week",
        "missed 4 days, then 5 days",
    ],
)
def test_what_is_not_certain_is_not_filled_in(missed_doses, text):
    assert understand(missed_doses, text) is None


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("missed 4 days", "“4 days” is filled in. Check it before you continue."),
        ("5/7 missed", "“5/7” is filled in as 5 days. Check it before you continue."),
        ("missed a fortnight", "“a fortnight” is filled in as 14 days. Check it before you continue."),
    ],
)
def test_the_note_says_as_what_other_words_are_filled_in(missed_doses, text, note):
    understood = understand(missed_doses, text)
    assert understood is not None
    assert note_on(understood) == note


def test_the_cue_is_that_of_the_question_and_not_of_one_tree(missed_doses):
    first = missed_doses.question(missed_doses.start)
    drinking = replace(
        missed_doses,
        situation="Drinking again",
        questions=(replace(first, text="How many days has the person been drinking?"), *missed_doses.questions[1:]),
    )
    understood = understand(drinking, "drinking for 4 days")
    assert understood is not None
    assert understood.answer == Quantity(Decimal(4), "days")
    assert understood.words == "4 days"
    assert understand(drinking, "missed 4 days") is None
    assert understand(drinking, "not drinking for 4 days") is None


@pytest.mark.parametrize(
    "text",
    [
        "not in withdrawal, alcohol on breath",
        "isn't in withdrawal",
        "isn’t really in withdrawal",
        "never been in withdrawal",
        "no longer in withdrawal",
        "without being in withdrawal",
    ],
)
def test_an_option_that_is_denied_is_not_filled_in(text):
    assert understand(tree_of("breath-alcohol-before-dose"), text) is None


def test_a_later_question_is_never_answered():
    breath = tree_of("breath-alcohol-before-dose")
    assert understand(breath, "blew 0.42 mg/L before methadone") is None


@pytest.mark.parametrize(
    ("text", "words", "has_unit"),
    [
        ("blew 35", "35", False),
        ("blew 0.42 mg/L before methadone", "0.42 mg/l", True),
        ("0.35 on the breathalyser", "0.35", False),
        ("breath 0.4", "0.4", False),
        ("breath test 42 micrograms per 100 ml", "42 micrograms per 100 ml", True),
        ("35 µg/100ml on breath", "35 µg/100ml".casefold(), True),
    ],
)
def test_a_reading_is_named_with_the_question_that_asks_for_it(text, words, has_unit):
    breath = tree_of("breath-alcohol-before-dose")
    later = asked_later(breath, text)
    assert later is not None
    assert (later.question.id, later.words, later.has_unit) == ("reading", words, has_unit)
    assert words in note_on_later(later)
    assert ("in mg/L or in micrograms per 100 ml" in note_on_later(later)) is not has_unit


@pytest.mark.parametrize(
    "text",
    [
        "35 micrograms",
        "0.35",
        "breath test 2 weeks",
        "breath test in 2 weeks",
        "breath test 35 ml methadone",
        "breath 80%",
        "blew 35 or 40",
        "not blew 35",
        "blew about 35",
        "drink-drive limit 0.35",
        "blew over 35",
        "methadone 35 mg",
    ],
)
def test_what_may_be_no_reading_is_not_named(text):
    assert asked_later(tree_of("breath-alcohol-before-dose"), text) is None


def test_a_tree_that_asks_for_no_reading_names_none(missed_doses):
    assert asked_later(missed_doses, "blew 35") is None


def test_an_option_is_understood_when_it_is_named_word_for_word():
    breath = tree_of("breath-alcohol-before-dose")
    first = breath.question(breath.start)
    assert first is not None
    long = [option for option in first.options if len(option.label.split()) > 1]
    for option in long:
        understood = understand(breath, f"what if {option.label.lower()} today")
        assert understood is not None
        assert understood.answer == Choice(option.id)
