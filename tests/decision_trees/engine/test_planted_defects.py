"""Defects planted in sound trees: every one is found, named where it was planted, and shown by an example."""

from __future__ import annotations

from collections import Counter

import pytest

from decision_trees.engine.answers import answers_to_json
from decision_trees.engine.cases import Case, coverage, run_case
from decision_trees.engine.conditions import CompareConstant
from decision_trees.engine.model import NOT_KNOWN, Answer, Choice, Context, Question, Tree
from decision_trees.engine.soundness import Finding
from decision_trees.engine.units import from_base, to_base
from decision_trees.engine.validation import prove

from .agreement import LISTED_AT_MOST, disagreement
from .brute_force import walk_plainly
from .defects import KINDS, Change, Planted, moved_bounds, plant
from .generator import MIDDLE, SMALL, Made, Path, careful_codes, grid_of, sound_tree
from .smt import SecondJudge
from .trees import all_answers

EACH = 64


@pytest.fixture(scope="module")
def planted() -> dict[str, list[Planted]]:
    return {kind: [plant(kind, number) for number in range(EACH)] for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_every_planted_defect_is_found_and_named_where_it_was_planted(
    planted: dict[str, list[Planted]], kind: str
) -> None:
    assert len(planted[kind]) >= 60
    missed = [each.what for each in planted[kind] if not _named(each, kind)]
    assert missed == []


def _named(defect: Planted, kind: str) -> list[Finding]:
    findings = prove(defect.tree, defect.context).findings
    return [each for each in findings if each.code in KINDS[kind] and each.node == defect.node]


def test_there_are_five_hundred_of_many_sorts_in_varied_trees(planted: dict[str, list[Planted]]) -> None:
    every = [each for defects in planted.values() for each in defects]
    assert len(every) >= 500
    assert len({each.tree for each in every}) > 500
    assert len({each.sound for each in every}) > 300
    for kind, defects in planted.items():
        sorts = Counter(each.way for each in defects)
        assert len(sorts) > 1, kind
        assert max(sorts.values()) < 0.8 * len(defects), kind
        assert prove(defects[0].sound, defects[0].context).findings == ()


@pytest.mark.parametrize("kind", ["gap", "overlap", "bound"])
def test_the_example_of_a_finding_breaks_at_the_node(planted: dict[str, list[Planted]], kind: str) -> None:
    for defect in planted[kind]:
        for finding in _named(defect, kind):
            end = walk_plainly(defect.tree, dict(finding.answers), defect.context)
            assert end.broken == (finding.code, defect.node)
            assert end.asked == tuple(id for id, _ in finding.answers)
            assert finding.message.startswith(defect.node.replace("-", " ").capitalize()) or len(finding.answers) > 1


def test_the_example_of_a_careless_answer_ends_lower_than_a_sibling(planted: dict[str, list[Planted]]) -> None:
    for defect in planted["not-known"]:
        asked = defect.tree.question(defect.node)
        assert asked is not None
        levels = {each.id: each.care_level for each in defect.tree.outcomes}
        for finding in _named(defect, "not-known"):
            answers = dict(finding.answers)
            given = answers[defect.node]
            assert isinstance(given, Choice)
            assert given.option in careful_codes(asked)
            low = walk_plainly(defect.tree, answers, defect.context).outcome
            assert low is not None
            assert f"“Do {low}” (care level {levels[low]})" in finding.message


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "cycle"])
def test_the_prover_and_the_plain_judge_agree_on_broken_trees(planted: dict[str, list[Planted]], kind: str) -> None:
    listed = 0
    for defect in planted[kind]:
        proof = prove(defect.tree, defect.context)
        if _can_be_walked(defect.tree) and proof.combinations <= LISTED_AT_MOST:
            listed += 1
            assert disagreement(defect.tree, defect.context, proof) == (set(), set()), defect.what
    assert listed > 15


def _can_be_walked(checked: Tree) -> bool:
    known = {each.id for each in (*checked.questions, *checked.outcomes)}
    return all(rule.go in known for asked in checked.questions for rule in asked.rules)


def test_a_circle_is_told_with_the_rule_that_leads_round(planted: dict[str, list[Planted]]) -> None:
    for defect in planted["cycle"]:
        (finding,) = _named(defect, "cycle")
        asked = defect.tree.question(defect.node)
        assert asked is not None
        assert finding.rule is not None
        assert f"{defect.node} → {asked.rules[finding.rule].go}" in finding.message


@pytest.mark.parametrize("kind", ["gap", "overlap", "bound"])
def test_a_second_judge_finds_them_too(planted: dict[str, list[Planted]], kind: str) -> None:
    for defect in planted[kind][::4]:
        judge = SecondJudge(defect.tree, defect.context)
        for code, example in (("gap", judge.gap(defect.node)), ("overlap", judge.overlap(defect.node))):
            found = {finding.code for finding in _named(defect, kind)}
            assert (example is not None) is (code in found)
            if example is not None:
                assert walk_plainly(defect.tree, example, defect.context).broken == (code, defect.node)


def test_a_second_judge_finds_careless_answers_too(planted: dict[str, list[Planted]]) -> None:
    for defect in planted["not-known"][::4]:
        asked = defect.tree.question(defect.node)
        assert asked is not None
        judge = SecondJudge(defect.tree, defect.context)
        levels = {each.id: each.care_level for each in defect.tree.outcomes}
        found = {finding.code for finding in _named(defect, "not-known")}
        for code in careful_codes(asked):
            example = judge.careless(asked.id, code)
            name = "not-known-less-careful" if code == NOT_KNOWN else "careful-answer-less-careful"
            assert (example is not None) is (name in found)
            if example is not None:
                low = walk_plainly(defect.tree, example, defect.context).outcome
                ends = [
                    walk_plainly(defect.tree, {**example, asked.id: other}, defect.context).outcome
                    for other in all_answers(asked)
                ]
                assert low is not None
                assert levels[low] < max(levels[end] for end in ends if end is not None)


# --- A bound before an `otherwise` -----------------------------------------------------------------------------------


def test_a_bound_moved_before_an_otherwise_is_caught_by_the_cases_of_its_two_sides() -> None:
    """There it makes neither gap nor overlap: the tree is sound, and wrong. Only cases can tell."""
    caught = 0
    for number in range(120):
        made = sound_tree(number, MIDDLE if number % 2 else SMALL)
        for asked in made.tree.questions:
            if asked.number is None or not any(rule.when is None for rule in asked.rules):
                continue
            for change in moved_bounds(made.tree, asked):
                differing = _what_differs(made, asked, change)
                if differing is not None and prove(change.tree, made.context).findings == ():
                    _assert_cases_catch_it(made, asked, change, differing)
                    caught += 1
    assert caught >= 60


def _what_differs(made: Made, asked: Question, change: Change) -> Path | None:
    """Answers that end elsewhere since the bound was moved, if there are any."""
    for path in made.paths[asked.id][:3]:
        for number in all_answers(asked):
            answers = _completed(made.tree, {**path, asked.id: number})
            if _end(made.tree, answers, made.context) != _end(change.tree, answers, made.context):
                return answers
    return None


def _completed(checked: Tree, path: Path) -> Path:
    return {each.id: path.get(each.id) or all_answers(each)[0] for each in checked.questions}


def _end(checked: Tree, answers: Path, context: Context) -> str | None:
    return walk_plainly(checked, answers, context).outcome


def _assert_cases_catch_it(made: Made, asked: Question, change: Change, differing: Path) -> None:
    """Of the sound tree's cases on both sides of the bound one fails, and what is missing then names the question."""
    cases = _cases_of_both_sides(made, asked, differing)
    assert all(run_case(made.tree, case, made.context).passed for case in cases)
    failing = [case.id for case in cases if not run_case(change.tree, case, made.context).passed]
    assert failing, change.what
    assert all(id.startswith(asked.id) for id in failing)
    untested = coverage(change.tree, cases, made.context).boundaries
    assert asked.id in {boundary.question for boundary in untested}


def _cases_of_both_sides(made: Made, asked: Question, differing: Path) -> list[Case]:
    """One case on each number next to the bounds of the question: on it, before it and after it."""
    assert asked.number is not None
    unit = asked.number.units[0]
    grid = grid_of(asked.number)
    bounds = {
        to_base(statement.constant)
        for rule in asked.rules
        for statement in (rule.when.statements() if rule.when is not None else ())
        if isinstance(statement, CompareConstant) and statement.question == asked.id
    }
    near = [value for value in grid if any(abs(value - bound) <= asked.number.step for bound in bounds)]
    cases = []
    for value in near:
        answers: dict[str, Answer] = {**differing, asked.id: from_base(value, unit)}
        end = walk_plainly(made.tree, answers, made.context)
        written = answers_to_json(made.tree, {id: answers[id] for id in end.asked})
        cases.append(Case(f"{asked.id}-at-{value}", end.outcome or "", written, tuple(end.add_ons)))
    return cases
