"""What the words of a search already answer: only what is said without doubt, and only of the first question."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from decision_trees.engine.documents import tree_from_document
from decision_trees.engine.model import Choice, Quantity, Tree
from decision_trees.understanding import understand


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
    ],
)
def test_what_is_not_certain_is_not_filled_in(missed_doses, text):
    assert understand(missed_doses, text) is None


def test_a_later_question_is_never_answered():
    breath = tree_of("breath-alcohol-before-dose")
    assert understand(breath, "blew 0.42 mg/L before methadone") is None


def test_an_option_is_understood_when_it_is_named_word_for_word():
    breath = tree_of("breath-alcohol-before-dose")
    first = breath.question(breath.start)
    assert first is not None
    long = [option for option in first.options if len(option.label.split()) > 1]
    for option in long:
        understood = understand(breath, f"what if {option.label.lower()} today")
        assert understood is not None
        assert understood.answer == Choice(option.id)
