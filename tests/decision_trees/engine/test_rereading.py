"""Texts that name a number which the rules no longer name are listed to be read again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from decision_trees.engine.conditions import parse
from decision_trees.engine.model import Question, Rule, Tree
from decision_trees.engine.rereading import texts_to_read_again

from .trees import dose_tree


def with_rule(sentence: str, words: str) -> Tree:
    made = dose_tree()
    first = made.questions[0]
    asked: Question = replace(first, rules=(Rule(first.rules[0].go, parse(sentence)),), why=words)
    outcomes = tuple(replace(each, title="An end", do_now="Do so.", because="So.") for each in made.outcomes)
    return replace(made, questions=(asked,), outcomes=outcomes, red_flags=(), add_ons=(), title="A tree", gaps=())


def named(words: str, before: str = "missed at least 3 days", after: str = "missed at least 2 days") -> bool:
    found = texts_to_read_again(with_rule(before, words), with_rule(after, words))
    return words in {text.text for text in found}


@pytest.mark.parametrize(
    "words", ["After three days.", "Three or four days", "At 3 days", "(3)", "from 3, the dose waits"]
)
def test_a_moved_number_is_found_in_digits_and_in_words(words: str) -> None:
    assert named(words)


@pytest.mark.parametrize("words", ["After 13 days.", "0.3 mg", "3.5 days", "Thirty days", "section 5.2.3", "Two days"])
def test_other_numbers_are_left_alone(words: str) -> None:
    assert not named(words)


def test_a_number_that_some_rule_still_names_has_not_moved() -> None:
    assert not named(
        "At 3 days", before="missed at least 3 days", after="missed at least 2 days and missed below 3 days"
    )


def test_a_text_that_was_changed_with_the_rules_was_looked_at() -> None:
    before = with_rule("missed at least 3 days", "At 3 days")
    after = with_rule("missed at least 2 days", "At 2 days, and not at 3 days")
    assert "At 2 days, and not at 3 days" not in {text.text for text in texts_to_read_again(before, after)}


def test_an_outcome_whose_own_rule_moved_is_read_again_though_another_rule_names_the_number() -> None:
    made = dose_tree()
    first = made.questions[0]
    ends = made.outcomes[:2]
    titles = ("One or two days", "Two days or more")

    def tree(low: str, high: str) -> Tree:
        rules = (Rule(ends[0].id, parse(low)), Rule(ends[1].id, parse(high)))
        outcomes = tuple(replace(each, title=title) for each, title in zip(ends, titles, strict=True))
        return replace(made, questions=(replace(first, rules=rules),), outcomes=outcomes, red_flags=(), add_ons=())

    before = tree("missed at most 2 days", "missed at least 3 days")
    after = tree("missed at most 1 days", "missed at least 2 days")
    found = {text.text for text in texts_to_read_again(before, after)}
    assert "One or two days" in found
    assert "Two days or more" not in found, "of the other outcome this is so"
