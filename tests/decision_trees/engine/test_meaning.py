"""What an edit changes, against the plain judge: both versions walked with every answer that either takes."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import product
from math import prod

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from decision_trees.engine.conditions import All, Any_, Not, parse
from decision_trees.engine.errors import CannotCompare
from decision_trees.engine.meaning import MAX_REGIONS, ChangeGroup, MeaningDiff, compare, questions_in_order
from decision_trees.engine.model import Answer, Answers, Context, Kind, Order, Quantity, Question, Rule, Tree
from decision_trees.engine.proof.answer_space import AnswerSpace
from decision_trees.engine.proof.layout import Layout
from decision_trees.engine.units import from_base

from .edits import edited
from .generator import SMALL, grid_of, sound_tree, synthetic
from .trees import (
    BREATH,
    DAYS,
    add_on,
    all_answers,
    dose_tree,
    mg,
    options,
    otherwise,
    outcome,
    question,
    random_trees,
    tree,
    when,
)

SHORT = replace(BREATH, maximum=Decimal("0.4"), step=Decimal("0.05"))
#: Edits are tried on trees with at most so many combinations of answers in either version.
MOST = 6000
ENDS = [outcome("low", 1), outcome("middle", 2), outcome("high", 3)]

Result = tuple[str | None, frozenset[str]]


class Version:
    """One version, walked plainly. Rules that contradict each other end the walk, as an unknown answer does."""

    def __init__(self, made: Tree, context: Context) -> None:
        self.tree = made
        self.context = context
        self.questions = {each.id: each for each in made.questions}
        self.known = {each.id: set(_every_answer(each)) for each in made.questions}

    def walk(self, given: Answers) -> Result:
        taken: dict[str, Answer] = {}
        node = self.tree.start
        while node in self.questions:
            if given[node] not in self.known[node]:
                return None, frozenset()
            taken[node] = given[node]
            flag = next((each for each in self.tree.red_flags if each.when.holds(taken, self.context)), None)
            if flag is not None:
                node = flag.outcome
                break
            asked = self.questions[node]
            rules = list(asked.rules)
            if asked.order is Order.EXACTLY_ONE:
                rules.sort(key=lambda rule: rule.when is None)
            holding = [each for each in rules if each.when is None or each.when.holds(taken, self.context)]
            rule = next(iter(holding), None)
            apart = {each.go for each in holding if each.when is not None}
            if rule is None or (asked.order is Order.EXACTLY_ONE and len(apart) > 1):
                return None, frozenset()
            node = rule.go
        joined = (
            each.id for each in self.tree.add_ons if node not in each.not_with and each.when.holds(taken, self.context)
        )
        return node, frozenset(joined)


def _every_answer(asked: Question) -> list[Answer]:
    """With numbers in every unit that is taken."""
    found = [answer for answer in all_answers(asked) if not isinstance(answer, Quantity)]
    if asked.number is None or not asked.kind.is_numeric:
        return found
    return [from_base(value, unit) for value in grid_of(asked.number) for unit in asked.number.units] + found


def _union(before: Tree, after: Tree) -> dict[str, list[Answer]]:
    found: dict[str, dict[Answer, None]] = {}
    for asked in (*before.questions, *after.questions):
        found.setdefault(asked.id, {}).update(dict.fromkeys(_every_answer(asked)))
    return {id: list(answers) for id, answers in found.items()}


def _combinations(listed: dict[str, list[Answer]]) -> Iterator[dict[str, Answer]]:
    for row in product(*listed.values()):
        yield dict(zip(listed, row, strict=True))


def _groups_with(diff: MeaningDiff, answers: Answers) -> list[ChangeGroup]:
    return [group for group in diff.groups for region in group.regions if region.contains(answers)]


def _told(group: ChangeGroup) -> tuple[object, ...]:
    if group.changes_advice_only:
        return group.advice_added, group.advice_dropped
    return group.before, group.after


def _changes(old: Result, new: Result) -> list[tuple[object, ...]]:
    if old[0] != new[0]:
        return [(old[0], new[0])]
    if old[0] is None:
        return []
    return [*(((id,), ()) for id in new[1] - old[1]), *(((), (id,)) for id in old[1] - new[1])]


def judge(before: Tree, after: Tree, context: Context) -> MeaningDiff:
    """Compare, and check every answer against two plain walks."""
    diff = compare(before, after, context)
    versions = (Version(before, context), Version(after, context))
    for answers in _combinations(_union(before, after)):
        old, new = (version.walk(answers) for version in versions)
        groups = _groups_with(diff, answers)
        assert sorted(map(_told, groups), key=str) == sorted(_changes(old, new), key=str), (answers, groups)
        assert all(old[0] in group.outcomes for group in groups if group.changes_advice_only)
    _judge_counts(diff, versions, context)
    return diff


def _judge_counts(diff: MeaningDiff, versions: tuple[Version, Version], context: Context) -> None:
    trees = (versions[0].tree, versions[1].tree)
    space = AnswerSpace.of(trees, context, questions_in_order(Layout(trees[0]), Layout(trees[1])))
    standing = {id: list(space.standing(id)) for id in space.variables}
    assert diff.total == prod(map(len, standing.values()))
    results = [tuple(version.walk(answers) for version in versions) for answers in _combinations(standing)]
    assert diff.changed == sum(old[0] != new[0] for old, new in results)
    assert diff.advice_changed == sum(old[0] == new[0] is not None and old[1] != new[1] for old, new in results)
    changes = Counter(change for old, new in results for change in _changes(old, new))
    assert changes == {_told(group): group.count for group in diff.groups}
    assert all(group.unlisted == 0 for group in diff.groups)


def _size(*trees: Tree) -> int:
    return prod(map(len, _union(trees[0], trees[-1]).values()))


@pytest.mark.parametrize("part", range(10))
def test_a_thousand_random_edits_change_what_walking_every_answer_says(part: int) -> None:
    chance = random.Random(f"edits, part {part}")
    judged = changed = 0
    number = 1000 * part
    while judged < 100:
        number += 1
        made = sound_tree(number, SMALL)
        after = edited(chance, made.tree, chance.choice([1, 1, 2]))
        try:
            compare(made.tree, after, made.context)
        except CannotCompare:
            continue
        if _size(made.tree, after) > MOST:
            continue
        diff = judge(made.tree, after, made.context)
        judged += 1
        changed += not diff.is_same
    assert changed > 50


@given(random_trees(), random_trees(), st.integers(0, 10**6), st.booleans())
@settings(max_examples=60)
def test_trees_with_gaps_and_overlaps_are_compared_too(before: Tree, other: Tree, seed: int, unlike: bool) -> None:
    after = other if unlike else edited(random.Random(seed), before, 2)
    assume(_size(before, after) <= MOST)
    try:
        judge(before, after, Context())
    except CannotCompare:
        assume(False)


@given(random_trees())
@settings(max_examples=30)
def test_a_tree_is_the_same_as_itself(checked: Tree) -> None:
    diff = compare(checked, checked)
    assert diff.is_same
    assert diff.groups == ()


# --- In words -------------------------------------------------------------------------------------------------------


def told(before: Tree, after: Tree) -> list[tuple[str | None, str | None, list[str]]]:
    groups = judge(before, after, Context()).groups
    return [(group.before, group.after, [region.words(after) for region in group.regions]) for group in groups]


def missed(*rules: Rule, **fields: object) -> Tree:
    return tree([question("days", Kind.WHOLE_DAYS, *rules, **fields)], ENDS)  # type: ignore[arg-type]  # of Question


def test_a_moved_bound_is_told_as_a_range() -> None:
    before = missed(when("days at most 3 days", "low"), otherwise("high"))
    after = missed(when("days at most 1 days", "low"), otherwise("high"))
    assert told(before, after) == [("low", "high", ["days above 1 day and at most 3 days"])]


def test_a_single_number_and_a_code_are_told_together() -> None:
    before = missed(when("days at most 3 days", "low"), otherwise("high"))
    after = missed(when("days at most 2 days or days is not-known", "low"), when("days at least 3 days", "high"))
    assert told(before, after) == [
        ("low", "high", ["days of exactly 3 days"]),
        ("high", "low", ["days “Not known”"]),
    ]


def limits(*rules: Rule) -> Tree:
    reading = question("reading", Kind.NUMBER, otherwise("limit"), not_known="")
    limit = question("limit", Kind.NUMBER, *rules, options=options("none-set"))
    return tree([reading, limit], ENDS)


def test_numbers_that_are_compared_are_told_by_how_they_compare() -> None:
    """301 times 301 readings and limits, of which those that are the same change."""
    rest = when("limit is any of none-set, not-known", "middle")
    before = limits(when("reading above limit", "high"), when("reading at most limit", "low"), rest)
    after = limits(when("reading at least limit", "high"), when("reading below limit", "low"), rest)
    (group,) = compare(before, after).groups
    (region,) = group.regions
    assert (group.before, group.after, region.words(after)) == ("low", "high", "reading the same as limit")
    assert region.contains({"reading": mg("0.42"), "limit": mg("0.42")})
    assert not region.contains({"reading": mg("0.42"), "limit": mg("0.43")})


def test_most_of_a_list_is_told_by_what_is_left_out() -> None:
    colour = question("colour", Kind.ONE_OF, when("colour is red", "high"), otherwise("low"))
    colour = replace(colour, options=options("red", "green", "blue", "grey"))
    before = tree([colour], ENDS)
    after = tree([replace(colour, rules=(when("colour is red", "high"), otherwise("middle")))], ENDS)
    assert told(before, after) == [("low", "middle", ["colour anything but “Red”"])]


def risks(*rules: Rule, **fields: object) -> Tree:
    asked = question("risks", Kind.SEVERAL_OF, *rules, options=options("sedatives", "cocaine", "alcohol", "other"))
    return tree([replace(asked, order=Order.FIRST_FIT, **fields)], ENDS)  # type: ignore[arg-type]  # of Question


def test_options_are_told_by_what_is_chosen_and_what_is_not() -> None:
    before = risks(when("risks includes sedatives", "high"), otherwise("low"))
    after = risks(when("risks includes sedatives and not risks includes cocaine", "high"), otherwise("low"))
    assert told(before, after) == [("high", "low", ["risks including “Sedatives” and “Cocaine”"])]
    after = risks(
        when("risks includes sedatives", "high"), when("risks is none of cocaine", "middle"), otherwise("low")
    )
    assert told(before, after) == [("low", "middle", ["risks not including “Sedatives” or “Cocaine”"])]
    after = risks(when("risks includes sedatives", "high"), when("risks is none", "middle"), otherwise("low"))
    assert told(before, after) == [("low", "middle", ["risks “None of these”"])]


def test_questions_that_do_not_matter_are_not_told() -> None:
    before = dose_tree()
    after = replace(before, red_flags=())
    after = replace(after, red_flags=(replace(before.red_flags[0], outcome="assess"),))
    (group,) = compare(before, after).groups
    assert [region.words(after) for region in group.regions] == ["looks “Collapsed”"]


def test_only_what_a_journey_meets_is_a_change() -> None:
    """The rule that is changed reads an answer that the red flag never lets through."""
    before = dose_tree()
    looks = before.questions[0]
    rules = (
        when("looks is any of withdrawal, not-known", "assess"),
        when("looks is collapsed", "retest"),
        *looks.rules[1:],
    )
    assert compare(before, replace(before, questions=(replace(looks, rules=rules), *before.questions[1:]))).is_same


def test_an_answer_that_one_version_does_not_take_has_no_result_there() -> None:
    narrow = replace(DAYS, maximum=Decimal(4))
    wide = replace(DAYS, maximum=Decimal(9))
    rules = (when("days at most 3 days", "low"), otherwise("high"))
    (group,) = judge(missed(*rules, number=narrow), missed(*rules, number=wide), Context()).groups
    assert (group.before, group.after) == (None, "high")
    assert [region.words(missed(*rules)) for region in group.regions] == ["days above 4 days"]


def test_a_unit_that_is_no_longer_taken_is_told() -> None:
    rules = (when("reading above 0.35 mg-l", "high"), otherwise("low"))
    before = tree([question("reading", Kind.NUMBER, *rules, not_known="", number=SHORT)], ENDS)
    after = tree([question("reading", Kind.NUMBER, *rules, not_known="", number=replace(SHORT, units=("mg-l",)))], ENDS)
    assert told(before, after) == [
        ("low", None, ["reading at most 35 micrograms per 100 ml in micrograms per 100 ml"]),
        ("high", None, ["reading above 35 micrograms per 100 ml in micrograms per 100 ml"]),
    ]


def test_advice_that_changes_is_told_apart_from_outcomes_and_once_for_all_of_them() -> None:
    asked = (when("days at most 1 days", "low"), when("days above 1 days", "high"), when("days is not-known", "high"))
    before = replace(
        missed(*asked), add_ons=(add_on("wait", "days at most 2 days"), add_on("old", "days is not-known"))
    )
    after = replace(
        missed(*asked), add_ons=(add_on("wait", "days at most 3 days"), add_on("new", "days at most 1 days"))
    )
    diff = judge(before, after, Context())
    assert diff.changed == 0
    said = [(group.advice_added, group.advice_dropped, group.outcomes) for group in diff.groups]
    assert sorted(said) == [((), ("old",), ("high",)), (("new",), (), ("low",)), (("wait",), (), ("high",))]
    whole = judge(before, replace(before, add_ons=(add_on("wait", "days is number"), before.add_ons[1])), Context())
    assert [(group.before, group.after) for group in whole.groups] == [("high", "high")]
    ever = judge(before, replace(before, add_ons=()), Context())
    assert [(group.advice_dropped, set(group.outcomes), group.before) for group in ever.groups] == [
        (("wait",), {"low", "high"}, None),
        (("old",), {"high"}, "high"),
    ]


def test_everything_may_change() -> None:
    before, after = missed(otherwise("low")), missed(otherwise("high"))
    assert told(before, after) == [("low", "high", ["whatever is answered"])]


def test_more_regions_than_anybody_reads_are_counted_but_not_listed() -> None:
    ids = [f"q{n}" for n in range(12)]
    asked = [
        question(id, Kind.YES_NO, otherwise(after), not_known="")
        for id, after in zip(ids, [*ids[1:], "low"], strict=True)
    ]
    odd = parse("q0 is yes")
    for id in ids[1:]:
        odd = Any_((All((odd, Not(parse(f"{id} is yes")))), All((Not(odd), parse(f"{id} is yes")))))
    last = replace(asked[-1], rules=(Rule("high", odd), otherwise("low")))
    before = tree(asked, ENDS)
    (group,) = compare(before, tree([*asked[:-1], last], ENDS)).groups
    assert group.count == 2**11
    assert len(group.regions) == MAX_REGIONS
    assert group.unlisted == 2**11 - sum(region.count for region in group.regions) > 0


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (missed(otherwise("days")), "circle"),
        (replace(missed(otherwise("low")), start="nowhere"), "nowhere"),
        (missed(otherwise("low"), number=replace(DAYS, step=Decimal(0))), "step"),
        (replace(missed(otherwise("low")), outcomes=(*ENDS, ENDS[0])), "used by 2"),
    ],
)
def test_a_tree_that_cannot_be_walked_is_refused_in_words(broken: Tree, said: str) -> None:
    whole = missed(otherwise("low"))
    with pytest.raises(CannotCompare, match=said) as refused:
        compare(whole, broken)
    assert "after the edit" in str(refused.value)
    with pytest.raises(CannotCompare, match="before the edit"):
        compare(broken, whole)


def test_a_large_edit_of_a_large_tree_is_compared_in_time() -> None:
    made = synthetic(400)
    after = edited(random.Random(3), made.tree, 6)
    started = time.process_time()
    diff = compare(made.tree, after, made.context)
    assert diff.changed > 0
    assert time.process_time() - started < 10
