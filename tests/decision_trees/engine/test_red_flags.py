"""Red flags always win: what the proof says of them, against a judge that lists every answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from decision_trees.engine.conditions import parse
from decision_trees.engine.model import Context, Kind, Order, RedFlag, Rule, Tree
from decision_trees.engine.soundness import Finding
from decision_trees.engine.validation import find_problems, prove
from decision_trees.engine.walk import walk

from .brute_force import Judge
from .trees import (
    add_on,
    all_answers,
    conditions,
    days,
    options,
    otherwise,
    outcome,
    question,
    random_trees,
    tree,
    when,
)

CODES = {"red-flag-shadowed", "red-flag-less-careful", "red-flag-too-late"}
ENDS = [outcome("low", 1), outcome("middle", 2), outcome("high", 3)]


@st.composite
def flagged_trees(draw: st.DrawFn) -> Tree:
    """Trees with two or three red flags, some of which read several questions."""
    checked = draw(random_trees())
    flags = tuple(
        RedFlag(
            f"flag-{n}", draw(conditions(list(checked.questions), 2)), draw(st.sampled_from(["low", "middle", "high"]))
        )
        for n in range(draw(st.integers(2, 3)))
    )
    return replace(checked, red_flags=flags)


def of_flags(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.code in CODES]


@given(flagged_trees())
@settings(max_examples=300)
def test_the_proof_finds_what_listing_every_answer_finds(checked: Tree) -> None:
    found = {(each.code, each.node) for each in of_flags(find_problems(checked))}
    assert found == {(code, node) for code, node in Judge(checked).judge() if code in CODES}


@given(flagged_trees())
@settings(max_examples=150)
def test_a_counterexample_is_one(checked: Tree) -> None:
    # The walk refuses rules that overlap.
    checked = replace(checked, questions=tuple(replace(each, order=Order.FIRST_FIT) for each in checked.questions))
    findings = find_problems(checked)
    flags = {each.id: each for each in checked.red_flags}
    for finding in of_flags(findings):
        journey = walk(checked, dict(finding.answers))
        flag = flags[finding.node]
        assert journey.outcome is not None
        level = next(each.care_level for each in checked.outcomes if each.id == flag.outcome)
        if finding.code == "red-flag-less-careful":
            assert journey.red_flag == flag
            # Those that hold together with it do not excuse it.
            kept = tuple(each for each in checked.red_flags if not each.when.holds(journey.answers, Context()))
            without = walk(replace(checked, red_flags=kept), dict(finding.answers)).outcome
            assert without is not None
            assert without.care_level > level
        else:
            assert journey.outcome.care_level < level
            assert journey.red_flag != flag


def asked(*rules: Rule, id: str = "looks", **fields: object) -> Tree:
    made = question(id, Kind.ONE_OF, *rules, options=options("well", "ill", "collapsed"), not_known="")
    return tree([made], ENDS, **fields)  # type: ignore[arg-type]  # fields of Tree


def test_of_two_red_flags_that_hold_together_the_more_careful_comes_first() -> None:
    rules = (when("looks is well", "low"), otherwise("middle"))
    ill = RedFlag("ill", parse("looks is any of ill, collapsed"), "middle")
    gone = RedFlag("gone", parse("looks is collapsed"), "high")
    found = of_flags(find_problems(asked(*rules, red_flags=(ill, gone))))
    assert [(each.code, each.node) for each in found] == [("red-flag-shadowed", "gone")]
    assert found[0].message == (
        "Looks “Collapsed”: this red flag holds, but “ill” above it holds too and leads to “Do middle” (care level 2),"
        " not “Do high” (care level 3). Put this one first."
    )
    assert of_flags(find_problems(asked(*rules, red_flags=(gone, ill)))) == []


def test_a_red_flag_leads_to_nothing_less_careful_than_the_rules() -> None:
    checked = asked(
        when("looks is well", "low"), otherwise("high"), red_flags=(RedFlag("ill", parse("looks is ill"), "middle"),)
    )
    (found,) = of_flags(find_problems(checked))
    assert (found.code, found.node) == ("red-flag-less-careful", "ill")
    assert found.message == (
        "Looks “Ill”: this red flag leads to “Do middle” (care level 2);"
        " without it the result is “Do high” (care level 3)."
    )


def test_red_flags_that_hold_together_do_not_excuse_each_other() -> None:
    """Without either of them alone the other is raised; the rules would lead higher than both."""
    looks = question("looks", Kind.ONE_OF, otherwise("alone"), options=options("well", "ill"), not_known="")
    alone = question(
        "alone",
        Kind.ONE_OF,
        when("looks is ill", "high"),
        when("looks is well", "low"),
        options=options("yes", "no", "partly"),
        not_known="",
    )
    flags = (
        RedFlag("by-day", parse("alone is yes"), "middle"),
        RedFlag("by-night", parse("looks is ill and alone is yes or looks is well and alone is no"), "middle"),
    )
    (found,) = of_flags(find_problems(tree([looks, alone], ENDS, flags)))
    assert (found.code, found.node) == ("red-flag-less-careful", "by-day")
    assert "without it and “by-night” the result is “Do high” (care level 3)." in found.message


def test_what_the_rules_would_have_asked_further_is_told() -> None:
    looks = question(
        "looks",
        Kind.ONE_OF,
        when("looks is well", "low"),
        otherwise("alone"),
        options=options("well", "ill"),
        not_known="",
    )
    alone = question("alone", Kind.YES_NO, when("alone is yes", "high"), otherwise("middle"), not_known="")
    checked = tree([looks, alone], ENDS, red_flags=(RedFlag("ill", parse("looks is ill"), "middle"),))
    (found,) = of_flags(find_problems(checked))
    assert "without it, and with alone “Yes”, the result is “Do high”" in found.message
    assert [id for id, _ in found.answers] == ["looks", "alone"]


def test_a_red_flag_that_is_certain_is_raised_before_the_journey_ends() -> None:
    """It waits for an answer that makes no difference, and on one way that is not asked."""
    looks = question(
        "looks",
        Kind.ONE_OF,
        when("looks is ill", "low"),
        otherwise("alone"),
        options=options("well", "ill"),
        not_known="",
    )
    alone = question("alone", Kind.YES_NO, when("alone is yes", "middle"), otherwise("low"), not_known="")
    flag = RedFlag("ill", parse("looks is ill and alone is any of yes, no"), "high")
    (found,) = of_flags(find_problems(tree([looks, alone], ENDS, red_flags=(flag,))))
    assert (found.code, found.node) == ("red-flag-too-late", "ill")
    assert found.message.startswith("Looks “Ill”: the journey ends with “Do low” (care level 1).")
    no_matter = replace(flag, when=parse("looks is ill and alone is yes"))
    assert of_flags(find_problems(tree([looks, alone], ENDS, red_flags=(no_matter,)))) == []


@pytest.mark.parametrize(
    ("sentence", "last", "expected"),
    [
        ("first at least second", 4, True),
        ("first above second", 4, False),
        ("first above 2 days and (second at most first or second above 3 days)", 3, True),
        ("first at most second", 0, True),
    ],
)
def test_a_comparison_is_certain_where_the_range_leaves_no_room(sentence: str, last: int, expected: bool) -> None:
    """The second number is asked only after other first numbers; at the end of its range a comparison is certain."""
    ends = (when(f"first equals {last} days", "low"), otherwise("second"))
    first = question("first", Kind.WHOLE_DAYS, *ends, not_known="")
    second = question(
        "second", Kind.WHOLE_DAYS, when("second at least 2 days", "middle"), otherwise("low"), not_known=""
    )
    found = of_flags(find_problems(tree([first, second], ENDS, red_flags=(RedFlag("flag", parse(sentence), "high"),))))
    late = [each for each in found if each.code == "red-flag-too-late"]
    assert [dict(each.answers) for each in late] == [{"first": days(last)}] * expected


@given(random_trees(), st.data())
@settings(max_examples=100)
def test_added_advice_never_hides_an_outcome(checked: Tree, data: st.DataObject) -> None:
    """Whatever advice says, each journey ends as it does without any."""
    said = tuple(
        replace(add_on(f"advice-{n}", "q0 is yes"), when=data.draw(conditions(list(checked.questions), 2)))
        for n in range(3)
    )
    with_advice, without = replace(checked, add_ons=said), replace(checked, add_ons=())
    for row in product(*(all_answers(each) for each in checked.questions)):
        given_answers = dict(zip((each.id for each in checked.questions), row, strict=True))
        one, other = walk(with_advice, given_answers), walk(without, given_answers)
        assert (one.outcome, one.red_flag, one.question) == (other.outcome, other.red_flag, other.question)


@pytest.mark.parametrize("careful", [True, False])
def test_an_answer_marked_as_careful_is_held_to_it(careful: bool) -> None:
    rules = (when("looks is well", "low"), when("looks is ill", "middle"), when("looks is collapsed", "high"))
    checked = asked(*rules)
    marked = ("ill",) if careful else ()
    checked = replace(checked, questions=(replace(checked.questions[0], careful=marked),))
    found = prove(checked).findings
    assert [(each.code, each.node) for each in found] == [("careful-answer-less-careful", "looks")] * careful
    assert [each.message for each in found] == [
        "With “Ill” the result is “Do middle” (care level 2); with “Collapsed” it is “Do high” (care level 3)."
    ] * careful


# --- Rules that a red flag takes everything from ------------------------------------------------------------------


def taken(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.code == "rule-never-wins"]


def test_a_rule_that_never_applies_because_of_a_red_flag_says_so_with_answers_that_show_it() -> None:
    asked = question("missed", Kind.WHOLE_DAYS, when("missed above 2 days", "high"), otherwise("low"))
    flag = RedFlag("long-gap", parse("missed above 1 days"), "high")
    (finding,) = taken(find_problems(replace(tree([asked], ENDS[::2]), red_flags=(flag,))))
    assert finding.rule == 0
    assert "never applies: missed is above 2 days. The red flag “long-gap” takes all its answers" in finding.message
    assert "its answers, as with missed 3 days." in finding.message
    assert "Take the rule out, or narrow the red flag." in finding.message
    assert dict(finding.answers).keys() == {"missed"}


def test_two_red_flags_that_share_the_answers_of_a_rule_are_both_named() -> None:
    asked = question("missed", Kind.WHOLE_DAYS, when("missed above 2 days", "high"), otherwise("low"))
    flags = (
        RedFlag("four", parse("missed at least 4 days"), "high"),
        RedFlag("more", parse("missed above 2 days"), "high"),
    )
    (finding,) = taken(find_problems(replace(tree([asked], ENDS[::2]), red_flags=flags)))
    assert "The red flags “four” and “more” take all its answers" in finding.message


def test_a_rule_that_never_applies_for_another_reason_names_no_red_flag() -> None:
    rules = [when("missed at least 0 days", "low"), when("missed above 3 days", "high")]
    asked = question("missed", Kind.WHOLE_DAYS, *rules, order=Order.FIRST_FIT)
    flag = RedFlag("long-gap", parse("missed is not-known"), "high")
    (finding,) = taken(find_problems(replace(tree([asked], ENDS[::2]), red_flags=(flag,))))
    assert "red flag" not in finding.message


@given(flagged_trees())
@settings(max_examples=200)
def test_the_answers_of_such_a_rule_raise_a_red_flag_that_is_named(checked: Tree) -> None:
    findings = find_problems(checked)
    # Where two rules hold at once, a walk stops.
    assume(not any(finding.code == "overlap" for finding in findings))
    for finding in taken(findings):
        if finding.answers:
            raised = walk(checked, dict(finding.answers)).red_flag
            assert raised is not None
            assert f"“{raised.id}”" in finding.message
