"""Words of questions and answers that changed, changed places, or are there twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from decision_trees.engine.model import Context, Kind, Option, Question
from decision_trees.engine.rewording import Exchanged, asked_otherwise, exchanged
from decision_trees.engine.validation import find_problems

from .trees import options, otherwise, outcome, question, tree, when

AWAKE, DROWSY, ASLEEP = (Option(id, id.capitalize()) for id in ("awake", "drowsy", "asleep"))


def looks(*given: Option, not_known: str = "Not known") -> Question:
    return question("looks", Kind.ONE_OF, otherwise("low"), options=given, not_known=not_known)


def relabelled(option: Option, words: str) -> Option:
    return replace(option, label=words)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param(
            looks(AWAKE, DROWSY),
            looks(relabelled(AWAKE, "Drowsy"), relabelled(DROWSY, "Awake")),
            {("Drowsy", "drowsy", "awake"), ("Awake", "awake", "drowsy")},
            id="two changed places",
        ),
        pytest.param(
            looks(AWAKE, DROWSY),
            looks(relabelled(AWAKE, "Fine"), relabelled(DROWSY, " awake. ")),
            {(" awake. ", "awake", "drowsy")},
            id="one took the words of another",
        ),
        pytest.param(
            looks(AWAKE, DROWSY),
            looks(relabelled(AWAKE, "Not known"), DROWSY, not_known="Awake"),
            {("Not known", "not-known", "awake"), ("Awake", "awake", "not-known")},
            id="an answer and not known",
        ),
        pytest.param(looks(AWAKE, DROWSY), looks(DROWSY, AWAKE), set(), id="only the order"),
        pytest.param(
            looks(AWAKE, DROWSY), looks(relabelled(AWAKE, "Wide awake"), DROWSY, ASLEEP), set(), id="words of their own"
        ),
        pytest.param(
            looks(AWAKE, DROWSY), looks(AWAKE, Option("drowsy-2", "Drowsy")), set(), id="an answer that was made anew"
        ),
    ],
)
def test_words_that_stand_for_another_answer_are_found(
    before: Question, after: Question, found: set[tuple[str, str, str]]
) -> None:
    assert set(exchanged(before, after)) == {Exchanged("looks", *each) for each in found}


def test_a_question_asks_otherwise_when_a_reader_sees_other_words() -> None:
    rules = when("looks is awake", "low"), otherwise("high")
    before = question("looks", Kind.ONE_OF, *rules, options=(AWAKE, DROWSY))
    outcomes = [outcome("low"), outcome("high")]
    for after, otherwise_put in (
        (replace(before, text="Is the person asleep?"), True),
        (replace(before, hint="Look at the eyes."), True),
        (replace(before, options=(AWAKE, relabelled(DROWSY, "Sleepy"))), True),
        (replace(before, why="It matters."), False),
        (replace(before, rules=before.rules[1:]), False),
    ):
        found = asked_otherwise(tree([before], outcomes), tree([after], outcomes))
        assert found == (("looks",) if otherwise_put else ())


def test_two_that_read_the_same_are_found_at_their_node() -> None:
    rules = when("looks is awake", "low"), otherwise("next")
    first = question("looks", Kind.ONE_OF, *rules, options=(AWAKE, DROWSY))
    second = question("next", Kind.ONE_OF, otherwise("high"), options=options("a", "b"))
    outcomes = [outcome("low"), outcome("high")]

    def found(first: Question, second: Question = second) -> set[str]:
        problems = find_problems(tree([first, second], outcomes), Context())
        return {each.node for each in problems if each.code == "same-words"}

    assert found(first) == set()
    assert found(replace(first, options=(AWAKE, relabelled(DROWSY, "AWAKE ")))) == {"looks"}
    assert found(replace(first, not_known="Drowsy.")) == {"looks"}
    assert found(replace(first, text=second.text)) == {"looks", "next"}
    outcomes = [replace(each, title="Give the dose") for each in outcomes]
    assert found(first) == {"low", "high"}
