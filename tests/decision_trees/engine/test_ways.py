"""Every way through a tree: all that answers can take, and none that they cannot."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from math import prod

import pytest

from decision_trees.engine.model import AddOn, Context, Kind, Tree
from decision_trees.engine.walk import walk
from decision_trees.engine.ways import WayThrough, ways_through

from .brute_force import answers_that_differ
from .generator import SMALL, sound_tree
from .trees import dose_tree, options, otherwise, outcome, question, tree, when

MOST_COMBINATIONS = 3_000
Taken = tuple[tuple[tuple[str, int], ...], str]


def path(way: WayThrough) -> Taken:
    return tuple((step.question.id, step.position) for step in way.steps), way.outcome.id


def walked(made: Tree, context: Context) -> dict[Taken, list[set[str]]]:
    """Every way that the plain walk takes without a red flag, with the advice that joined each time."""
    answers = answers_that_differ(made, context)
    found: dict[Taken, list[set[str]]] = {}
    for row in product(*answers.values()):
        journey = walk(made, dict(zip(answers, row, strict=True)), context)
        if journey.red_flag is None and journey.outcome is not None:
            steps = tuple(
                (step.question.id, next(n for n, rule in enumerate(step.question.rules) if rule is step.rule))
                for step in journey.steps
            )
            advice = {applied.add_on.id for applied in journey.add_ons}
            found.setdefault((steps, journey.outcome.id), []).append(advice)
    return found


def small_trees() -> Iterator[tuple[int, Tree, Context]]:
    """Sound trees by chance with few enough combinations to walk them all."""
    for number in range(400):
        made = sound_tree(number, SMALL)
        if prod(len(each) for each in answers_that_differ(made.tree, made.context).values()) <= MOST_COMBINATIONS:
            yield number, made.tree, made.context


@pytest.mark.parametrize(("number", "made", "context"), list(islice(small_trees(), 25)))
def test_the_ways_are_those_that_walking_takes(number: int, made: Tree, context: Context) -> None:
    expected = walked(made, context)
    ways = ways_through(made, context, most=10_000)
    assert ways is not None
    assert {path(way) for way in ways} == set(expected)
    assert len(ways) == len(expected)

    def ids(advice: tuple[AddOn, ...]) -> set[str]:
        return {add_on.id for add_on in advice}

    for way in ways:
        joined = expected[path(way)]
        assert ids(way.always) == set.intersection(*joined)
        assert ids(way.sometimes) == set.union(*joined) - set.intersection(*joined)


def test_rules_that_contradict_each_other_are_no_way() -> None:
    colours = options("red", "green")
    made = tree(
        [
            question("a", Kind.ONE_OF, otherwise("b"), options=colours, not_known=""),
            question("b", Kind.YES_NO, when("a is red", "one"), when("a is green", "c")),
            question("c", Kind.YES_NO, when("a is red", "never"), otherwise("two")),
        ],
        [outcome("one"), outcome("two"), outcome("never")],
    )
    ways = ways_through(made)
    assert ways is not None
    assert [path(way) for way in ways] == [((("a", 0), ("b", 0)), "one"), ((("a", 0), ("b", 1), ("c", 1)), "two")]


def test_what_raises_a_red_flag_is_on_no_way() -> None:
    ways = ways_through(dose_tree())
    assert ways is not None
    assert "emergency" not in {way.outcome.id for way in ways}
    assert {way.outcome.id for way in ways} == {"assess", "retest", "carry-on"}


def test_too_many_ways_are_not_told() -> None:
    count = len(ways_through(dose_tree()) or ())
    assert ways_through(dose_tree(), most=count) is not None
    assert ways_through(dose_tree(), most=count - 1) is None


def test_a_tree_that_goes_round_has_no_ways() -> None:
    made = tree([question("a", Kind.YES_NO, otherwise("a"))], [])
    assert ways_through(made) == ()
