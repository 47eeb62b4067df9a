"""A tree that is not finished: what can be said of the rest is said, and nothing that the finished tree makes untrue.

Rules of which exactly one must hold are taken to exclude each other; where they do not, there is a finding anyway.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from decision_trees.engine.conditions import All, Any_, Condition, Is, Not, parse
from decision_trees.engine.model import Kind, Order, Question, RedFlag, Rule, Tree
from decision_trees.engine.soundness import BLOCKING
from decision_trees.engine.validation import find_problems, prove

from .trees import DAYS, add_on, options, otherwise, outcome, question, random_trees, tree, when

ENDS = [outcome("low", 1), outcome("high", 5)]
SHAPE = BLOCKING | {"unreachable", "dead-end", "two-otherwise", "reads-later-question", "missing-not-known"}


def said(checked: Tree, unfinished: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    """What the proof says of combinations of answers."""
    findings = prove(checked, unfinished=unfinished).findings
    return {(finding.code, finding.node) for finding in findings if finding.code not in SHAPE}


def assert_no_false_alarm(found: set[tuple[str, str]], whole: Tree) -> None:
    """The whole tree is one way of finishing the other one."""
    known = said(whole)
    # Of a question that is not reached, it is as true that its answer changes nothing, and that its rules never apply.
    unreached = {node for code, node in known if code == "never-reached"}
    known |= {(code, node) for code in ("changes-nothing", "rule-never-wins") for node in unreached}
    assert any(code == "overlap" for code, _ in known) or found - known == set()


def _spoilt(condition: Condition, place: int) -> Condition:
    """One statement of the condition made unreadable."""
    count = len(condition.statements())
    match condition:
        case Not(inner):
            return Not(_spoilt(inner, place))
        case All(parts) | Any_(parts):
            made = []
            for part in parts:
                size = len(part.statements())
                made.append(_spoilt(part, place) if 0 <= place < size else part)
                place -= size
            return type(condition)(tuple(made))
    assert count == 1
    return Is("q0", f"no-such-option-{place}")


@given(random_trees(), st.data())
@settings(max_examples=120)
def test_a_statement_that_cannot_be_read_makes_no_false_alarm(whole: Tree, data: st.DataObject) -> None:
    with_conditions = [
        (number, place)
        for number, asked in enumerate(whole.questions)
        for place, rule in enumerate(asked.rules)
        if rule.when is not None
    ]
    if not with_conditions:
        return
    number, place = data.draw(st.sampled_from(with_conditions))
    asked = whole.questions[number]
    condition = asked.rules[place].when
    assert condition is not None
    at = data.draw(st.integers(0, len(condition.statements()) - 1))
    spoilt = replace(asked.rules[place], when=_spoilt(condition, at))
    spoilt_question = replace(asked, rules=(*asked.rules[:place], spoilt, *asked.rules[place + 1 :]))
    half = replace(whole, questions=(*whole.questions[:number], spoilt_question, *whole.questions[number + 1 :]))
    assert prove(half).combinations == 0
    assert_no_false_alarm(said(half), whole)


@given(random_trees(), st.data())
@settings(max_examples=120)
def test_a_target_that_is_not_there_makes_no_false_alarm(whole: Tree, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(whole.questions) - 1))
    asked = whole.questions[number]
    place = data.draw(st.integers(0, len(asked.rules) - 1))
    lost = replace(asked.rules[place], go="nowhere")
    lost_question = replace(asked, rules=(*asked.rules[:place], lost, *asked.rules[place + 1 :]))
    half = replace(whole, questions=(*whole.questions[:number], lost_question, *whole.questions[number + 1 :]))
    assert_no_false_alarm(said(half), whole)


@given(random_trees(), st.data())
@settings(max_examples=120)
def test_a_rule_that_is_left_out_for_now_makes_no_false_alarm(whole: Tree, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(whole.questions) - 1))
    asked = whole.questions[number]
    place = data.draw(st.integers(0, len(asked.rules) - 1))
    without = replace(asked, rules=(*asked.rules[:place], *asked.rules[place + 1 :]))
    half = replace(whole, questions=(*whole.questions[:number], without, *whole.questions[number + 1 :]))
    assert_no_false_alarm(said(half, (asked.id,)), whole)


@given(random_trees(), st.data())
@settings(max_examples=80)
def test_a_question_without_its_range_or_options_makes_no_false_alarm(whole: Tree, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(whole.questions) - 1))
    asked = whole.questions[number]
    bare = replace(asked, number=None) if asked.kind.is_numeric else replace(asked, options=(), not_known="")
    half = replace(whole, questions=(*whole.questions[:number], bare, *whole.questions[number + 1 :]))
    assert_no_false_alarm(said(half), whole)


def days(*rules: Rule, id: str = "days", **fields: object) -> Question:
    return replace(question(id, Kind.WHOLE_DAYS, *rules, not_known=""), **fields)  # type: ignore[arg-type]  # of Question


def test_one_broken_node_does_not_silence_the_others() -> None:
    first = question("first", Kind.YES_NO, when("first is perhaps", "days"), otherwise("days"), not_known="")
    gappy = days(when("days below 3 days", "low"), when("days above 3 days", "high"))
    found = find_problems(tree([first, gappy], ENDS))
    assert [(each.code, each.node) for each in found] == [("unknown-option", "first"), ("gap", "days")]
    assert found[1].message == "Days 3 days: no rule applies."


def test_nothing_is_said_of_what_an_unread_rule_may_settle() -> None:
    gappy = days(when("days below 3 days", "low"), when("days above 3 pints", "high"))
    assert [each.code for each in find_problems(tree([gappy], ENDS))] == ["unit-unknown"]
    gappy = days(when("days below 3 days", "low"))
    assert {each.code for each in find_problems(tree([gappy], ENDS))} >= {"gap"}
    assert [each.code for each in prove(tree([gappy], ENDS), unfinished=["days"]).findings] == ["unreachable"]


def test_the_rest_of_a_question_with_an_unread_rule_is_still_looked_at() -> None:
    rules = (
        when("days at most 3 days", "low"),
        when("days at least 3 days", "high"),
        when("days above 3 pints", "high"),
    )
    found = find_problems(tree([days(*rules)], ENDS))
    assert [(each.code, each.rule) for each in found] == [("unit-unknown", 2), ("overlap", 1)]


def test_a_circle_is_cut_and_the_rest_is_looked_at() -> None:
    first = question("first", Kind.YES_NO, when("first is yes", "second"), otherwise("low"), not_known="")
    second = question("second", Kind.YES_NO, when("second is yes", "first"), not_known="")
    found = [(each.code, each.node) for each in find_problems(tree([first, second], ENDS))]
    assert ("gap", "second") in found
    assert found.count(("cycle", "first")) == 1


def test_a_careless_answer_is_found_beside_a_broken_rule() -> None:
    rules = (when("ill is yes", "high"), when("ill is not-known", "low"), when("ill is no", "nowhere"))
    asked = question("ill", Kind.YES_NO, *rules)
    found = [(each.code, each.node) for each in find_problems(tree([asked], ENDS))]
    assert found == [("unknown-target", "ill"), ("not-known-less-careful", "ill")]


def test_red_flags_are_weighed_beside_a_broken_rule() -> None:
    rules = (when("ill is yes", "high"), otherwise("nowhere"))
    asked = question("ill", Kind.YES_NO, *rules, not_known="")
    flags = (RedFlag("one", parse("ill is yes"), "low"), RedFlag("two", parse("ill is yes and ill is no"), "gone"))
    found = {(each.code, each.node) for each in find_problems(tree([asked], ENDS, flags))}
    assert {("red-flag-less-careful", "one"), ("unknown-target", "two"), ("unknown-target", "ill")} <= found


def test_an_empty_tree_is_told_so() -> None:
    assert [each.code for each in find_problems(tree([], []))] == ["unknown-target", "no-outcome"]


def test_a_question_without_answers_yet_does_not_hide_what_follows() -> None:
    colour = question("colour", Kind.ONE_OF, otherwise("days"), not_known="")
    gappy = days(when("days below 3 days", "low"), order=Order.FIRST_FIT, number=replace(DAYS, maximum=Decimal(9)))
    found = find_problems(tree([colour, gappy], ENDS))
    gap = next(each for each in found if each.code == "gap")
    assert gap.message == "Days 3 days: no rule applies."
    assert ("too-few-options", "colour") in {(each.code, each.node) for each in found}


def test_advice_that_cannot_be_read_is_not_weighed() -> None:
    asked = question("ill", Kind.YES_NO, when("ill is yes", "high"), otherwise("low"), not_known="")
    idle = question("idle", Kind.YES_NO, otherwise("ill"), not_known="")
    checked = tree([idle, asked], ENDS, add_ons=(add_on("advice", "ill is perhaps"),))
    assert [each.code for each in find_problems(checked)] == ["unknown-option"]
    assert [each.code for each in find_problems(replace(checked, add_ons=()))] == ["changes-nothing"]


def test_options_given_twice_are_not_guessed_at() -> None:
    asked = question("colour", Kind.ONE_OF, when("colour is red", "low"), options=options("red", "red", "blue"))
    assert [each.code for each in find_problems(tree([asked], ENDS[:1]))] == ["duplicate-id"]
