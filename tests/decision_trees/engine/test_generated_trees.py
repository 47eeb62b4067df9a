"""Random sound trees: the prover finds nothing, and finds what listing every combination finds."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from math import prod

import pytest

from decision_trees.engine.conditions import (
    All,
    CompareAnswer,
    CompareConstant,
    CompareFigure,
    Comparison,
    Condition,
    Includes,
    IsNumber,
    Not,
    parse,
)
from decision_trees.engine.documents import tree_from_document, tree_to_document
from decision_trees.engine.graph import conditions_of
from decision_trees.engine.model import Asks, Kind, NumberRange, Order, Rule, Tree
from decision_trees.engine.validation import prove

from .agreement import JUDGED, LISTED_AT_MOST, disagreement
from .brute_force import Judge, answers_that_differ
from .generator import LARGE, MIDDLE, SEED, SMALL, Made, careful_codes, nodes_of, sound_tree, synthetic
from .smt import SecondJudge
from .trees import all_answers, days, otherwise, outcome, question, tree


@pytest.fixture(scope="module")
def sound_trees() -> list[Made]:
    return [sound_tree(n, size) for size, count in ((SMALL, 80), (MIDDLE, 80), (LARGE, 40)) for n in range(count)]


def test_two_hundred_sound_trees_raise_no_alarm(sound_trees: list[Made]) -> None:
    assert len(sound_trees) == 200
    alarms = {
        number: findings
        for number, made in enumerate(sound_trees)
        if (findings := prove(made.tree, made.context).findings)
    }
    assert alarms == {}


def test_the_prover_and_the_plain_judge_agree_on_them(sound_trees: list[Made]) -> None:
    listed = 0
    for made in sound_trees:
        proof = prove(made.tree, made.context)
        if proof.combinations <= LISTED_AT_MOST:
            listed += 1
            assert disagreement(made.tree, made.context, proof) == (set(), set())
    assert listed > 150


def test_the_plain_judge_says_the_same_of_every_answer_and_of_one_of_each_sort(sound_trees: list[Made]) -> None:
    """So nothing is lost where it lists but one of each sort of answers that no statement tells apart."""
    listed = 0
    for made in sound_trees[:160]:
        checked, context = made.tree, made.context
        if prod(len(all_answers(asked)) for asked in checked.questions) <= LISTED_AT_MOST:
            listed += 1
            assert Judge(checked, context).judge() == Judge(checked, context, _sorts(made)).judge() == set()
    assert listed > 60


def _sorts(made: Made) -> dict[str, list[object]]:
    return {id: list(answers) for id, answers in answers_that_differ(made.tree, made.context).items()}


def test_numbers_on_any_grids_are_judged_as_by_listing_them_all() -> None:
    """Few numbers stand for all, also where two that are compared hardly ever meet."""
    chance = random.Random(f"{SEED}, grids")
    codes: Counter[str] = Counter()
    for _ in range(400):
        checked = _numbers_compared(chance)
        proved = {(each.code, each.node) for each in prove(checked).findings if each.code in JUDGED}
        proved |= {("never-reached", each.node) for each in prove(checked).findings if each.code == "unreachable"}
        assert proved == Judge(checked).judge()
        codes.update(code for code, _ in proved)
    assert codes["changes-nothing"] > 50


def _numbers_compared(chance: random.Random) -> Tree:
    """Two to four numbers, each on a grid of its own, and rules that compare them anyhow."""
    ids = [f"n{place}" for place in range(chance.randint(2, 4))]
    asked = []
    for place, id in enumerate(ids):
        first, step = (
            Decimal(chance.choice(("0", "0.5", "1.25", "2"))),
            Decimal(chance.choice(("0.5", "1.5", "2", "5"))),
        )
        numbers = NumberRange("days", ("days",), first, first + step * chance.randint(1, 4), step)
        after = otherwise(ids[place + 1]) if place + 1 < len(ids) else otherwise("high")
        asked.append(question(id, Kind.NUMBER, after, not_known="", number=numbers))

    def compared() -> Condition:
        one, other = chance.sample(ids, 2)
        if chance.random() < 0.2:
            return CompareConstant(one, chance.choice(list(Comparison)), days(chance.randint(0, 5)))
        return CompareAnswer(one, chance.choice(list(Comparison)), other)

    rules = [
        Rule("low", compared() if chance.random() < 0.6 else All((compared(), Not(compared())))),
        otherwise("high"),
    ]
    asked[-1] = replace(asked[-1], rules=tuple(rules))
    return tree(asked, [outcome("low", 1), outcome("high", 2)])


def test_a_second_judge_finds_nothing_in_them_either(sound_trees: list[Made]) -> None:
    for made in sound_trees[::8]:
        judge = SecondJudge(made.tree, made.context)
        for asked in made.tree.questions:
            assert judge.gap(asked.id) is None
            assert judge.overlap(asked.id) is None
            assert [code for code in careful_codes(asked) if judge.careless(asked.id, code)] == []


def test_the_trees_are_varied(sound_trees: list[Made]) -> None:
    trees = [made.tree for made in sound_trees]
    questions = [asked for each in trees for asked in each.questions]
    statements = Counter(
        type(statement) for each in trees for condition in conditions_of(each) for statement in condition.statements()
    )
    assert {asked.kind for asked in questions} == set(Kind)
    assert {asked.order for asked in questions} == set(Order)
    assert {asked.asks for asked in questions} == set(Asks)
    assert min(statements[each] for each in (CompareAnswer, CompareConstant, CompareFigure, Includes, IsNumber)) > 50
    assert sum(len(each.red_flags) > 1 for each in trees) > 15
    assert sum(bool(asked.careful) for asked in questions) > 50
    assert sum(bool(asked.options) and asked.kind.is_numeric for asked in questions) > 50
    assert sum(_is_reached_by_several_ways(each) for each in trees) > 40
    assert sum(_compares_grids(each) for each in trees) > 10


def _is_reached_by_several_ways(checked: Tree) -> bool:
    ways = Counter(rule.go for asked in checked.questions for rule in asked.rules)
    return any(ways[asked.id] > 1 for asked in checked.questions)


def _compares_grids(checked: Tree) -> bool:
    """Whether numbers on different grids are compared with each other."""
    steps = {asked.id: asked.number.step for asked in checked.questions if asked.number}
    statements = [each for condition in conditions_of(checked) for each in condition.statements()]
    return any(isinstance(each, CompareAnswer) and steps[each.question] != steps[each.other] for each in statements)


def test_the_same_number_makes_the_same_tree_and_trees_survive_their_document(sound_trees: list[Made]) -> None:
    assert sound_tree(5, SMALL) == sound_trees[5]
    for made in sound_trees:
        assert tree_from_document(tree_to_document(made.tree)) == made.tree
        assert all(parse(condition.sentence()) == condition for condition in conditions_of(made.tree))


@pytest.mark.prove
@pytest.mark.parametrize("number", range(1, 13))
def test_no_tree_of_two_thousand_nodes_is_given_up(number: int) -> None:
    made = synthetic(2_000, number=number)
    assert nodes_of(made.tree) == 2_000
    assert prove(made.tree, made.context).findings == ()


def test_the_tree_for_measuring_has_the_size_that_is_asked_for() -> None:
    made = synthetic(300, 12)
    assert nodes_of(made.tree) == 300
    assert sum(asked.number is not None for asked in made.tree.questions) == 12
    assert synthetic(300, 12) == made
    assert prove(made.tree, made.context).findings == ()
