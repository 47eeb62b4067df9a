from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decision_trees.engine.graph import longest_path
from decision_trees.engine.journey import AnsweredBy, Status, what_would_change
from decision_trees.engine.model import Answer, Answers, Choice, Context, Kind, Order, Quantity, Selection, Tree
from decision_trees.engine.walk import find_end, walk

from .trees import all_answers, dose_tree, mg, otherwise, outcome, question, random_trees, tree, when

CALM: dict[str, Answer] = {
    "looks": Choice("neither"),
    "reading": mg("0.20"),
    "limit": mg("0.35"),
    "risks": Selection(("sedatives",)),
}


def result(answers: Answers, context: Context | None = None) -> str | None:
    journey = walk(dose_tree(), answers, context)
    return journey.outcome.id if journey.outcome is not None else None


def test_without_answers_the_first_question_is_open() -> None:
    journey = walk(dose_tree(), {})
    assert journey.status is Status.QUESTION
    assert journey.question is not None
    assert journey.question.id == "looks"
    assert journey.questions_left_at_most == 4


def test_an_outcome_comes_with_its_path_and_the_advice_that_joins() -> None:
    journey = walk(dose_tree(), CALM)
    assert journey.status is Status.OUTCOME
    assert journey.outcome is not None
    assert journey.outcome.id == "carry-on"
    assert [step.question.id for step in journey.steps] == ["looks", "reading", "limit", "risks"]
    assert [(applied.add_on.id, applied.because) for applied in journey.add_ons] == [("mind-sedatives", ("risks",))]


@pytest.mark.parametrize(
    ("reading", "limit", "expected"),
    [
        ("0.34", "0.35", "carry-on"),
        ("0.35", "0.35", "carry-on"),
        ("0.36", "0.35", "retest"),
        ("0", "0", "carry-on"),
    ],
)
def test_a_reading_exactly_at_the_limit_is_not_above_it(reading: str, limit: str, expected: str) -> None:
    assert result(CALM | {"reading": mg(reading), "limit": mg(limit)}) == expected


def test_both_units_lead_to_the_same_result() -> None:
    high = CALM | {"reading": mg("0.42")}
    assert result(high) == result(CALM | {"reading": Quantity(mg("42").value, "ug-100ml")}) == "retest"


def test_changing_an_answer_keeps_the_earlier_and_later_ones() -> None:
    changed = walk(dose_tree(), CALM | {"reading": mg("0.5")})
    assert changed.outcome is not None
    assert changed.outcome.id == "retest"
    assert changed.unused == ()


def test_answers_off_the_path_change_nothing_and_are_named() -> None:
    answers = CALM | {"looks": Choice("withdrawal"), "reading": mg("2")}
    journey = walk(dose_tree(), answers)
    assert journey.outcome is not None
    assert journey.outcome.id == "assess"
    assert journey.add_ons == ()
    assert journey.unused == ("reading", "limit", "risks")


def test_a_red_flag_wins_over_the_path_and_is_told() -> None:
    journey = walk(dose_tree(), CALM | {"looks": Choice("collapsed")})
    assert journey.outcome is not None
    assert journey.outcome.id == "emergency"
    assert journey.red_flag is not None
    assert journey.trace()[-1]["red_flag"] == "collapsed"
    assert journey.steps[-1].rule is None


def test_a_red_flag_wins_over_an_outcome_reached_by_the_same_answer() -> None:
    flagged = dose_tree()
    rules = (when("looks is collapsed", "assess"), *flagged.questions[0].rules)
    first = replace(flagged.questions[0], rules=rules, order=Order.FIRST_FIT)
    journey = walk(replace(flagged, questions=(first, *flagged.questions[1:])), {"looks": Choice("collapsed")})
    assert journey.outcome is not None
    assert journey.outcome.id == "emergency"


def test_a_local_setting_answers_its_question() -> None:
    without = {id: answer for id, answer in CALM.items() if id != "limit"}
    journey = walk(dose_tree(), without, Context(settings={"service-limit": mg("0.10")}))
    assert journey.outcome is not None
    assert journey.outcome.id == "retest"
    assert journey.steps[2].source is AnsweredBy.SETTING
    assert walk(dose_tree(), {}, Context(settings={"service-limit": mg("0.10")})).questions_left_at_most == 3


def test_a_local_setting_wins_over_an_answer_in_the_address() -> None:
    journey = walk(dose_tree(), CALM, Context(settings={"service-limit": Choice("none-set")}))
    assert journey.steps[2].answer == Choice("none-set")
    assert journey.unused == ("limit",)


def test_a_setting_that_is_not_an_answer_is_told_and_the_question_asked() -> None:
    journey = walk(dose_tree(), CALM, Context(settings={"service-limit": mg("99")}))
    assert journey.steps[2].answer == CALM["limit"]
    assert [problem.code for problem in journey.problems] == ["setting-not-usable"]


def test_an_outdated_answer_stops_at_its_question_with_a_problem() -> None:
    journey = walk(dose_tree(), CALM | {"looks": Choice("purple")})
    assert journey.question is not None
    assert journey.question.id == "looks"
    assert [problem.code for problem in journey.problems] == ["not-an-option"]
    assert journey.steps == ()


def test_a_gap_gives_no_result_and_says_where_to_take_it() -> None:
    gap = tree([question("sure", Kind.YES_NO, when("sure is yes", "go-on"))], [outcome("go-on")])
    journey = walk(gap, {"sure": Choice("no")})
    assert journey.status is Status.QUESTION
    assert journey.is_broken
    assert journey.problems[0].code == "no-rule"
    assert "prescriber or a supervisor" in journey.problems[0].message
    assert journey.question is not None
    assert journey.steps == ()


def test_rules_that_contradict_each_other_give_no_result() -> None:
    rules = (when("sure is yes", "go-on"), when("sure is any of yes, no", "stop"))
    overlap = tree([question("sure", Kind.YES_NO, *rules)], [outcome("go-on"), outcome("stop")])
    assert [problem.code for problem in walk(overlap, {"sure": Choice("yes")}).problems] == ["rules-overlap"]
    first = replace(overlap, questions=(replace(overlap.questions[0], order=Order.FIRST_FIT),))
    journey = walk(first, {"sure": Choice("yes")})
    assert journey.outcome is not None
    assert journey.outcome.id == "go-on"


@pytest.mark.parametrize(
    "broken",
    [
        tree([question("a", Kind.YES_NO, otherwise("a"))], [outcome("end")]),
        tree([question("a", Kind.YES_NO, otherwise("nowhere"))], [outcome("end")]),
        tree([], []),
        tree([question("a", Kind.YES_NO)], []),
    ],
)
def test_a_broken_tree_gives_no_result(broken: Tree) -> None:
    journey = walk(broken, {"a": Choice("yes")})
    assert journey.outcome is None
    assert journey.is_broken


def test_the_trace_explains_every_step_in_plain_values() -> None:
    trace = json.loads(json.dumps(walk(dose_tree(), CALM).trace()))
    assert [step["question"] for step in trace] == ["looks", "reading", "limit", "risks"]
    assert trace[-1]["because"] == "Reading is at most limit"
    assert trace[-1]["go"] == "carry-on"
    assert trace[1]["value"] == {"value": "0.2", "unit": "mg-l"}


junk = st.one_of(
    st.builds(Choice, st.text(max_size=3)),
    st.builds(Selection, st.lists(st.text(max_size=3)).map(tuple)),
    st.builds(Quantity, st.decimals(), st.sampled_from(["days", "mg-l", "x"])),
    st.text(),
    st.none(),
    st.integers(),
)


@given(random_trees(), st.data())
@settings(max_examples=60)
def test_walking_always_returns_whatever_is_given(walked: Tree, data: st.DataObject) -> None:
    answers = {
        asked.id: data.draw(st.sampled_from(all_answers(asked)) | junk, label=asked.id) for asked in walked.questions
    }
    answers["stranger"] = data.draw(junk)
    journey = walk(walked, answers)
    assert (journey.outcome is not None) == (journey.status is Status.OUTCOME)
    assert journey.outcome is not None or journey.problems
    json.dumps(journey.trace())
    what_would_change(walked, answers)


@given(random_trees(), st.data())
@settings(max_examples=60)
def test_never_more_questions_come_than_were_promised(walked: Tree, data: st.DataObject) -> None:
    answers: dict[str, Answer] = {}
    promised = walk(walked, answers).questions_left_at_most
    assert promised <= longest_path(walked)
    while True:
        journey = walk(walked, answers)
        if journey.question is None or journey.is_broken:
            break
        assert 1 <= journey.questions_left_at_most <= promised
        promised = journey.questions_left_at_most - 1
        answers[journey.question.id] = data.draw(st.sampled_from(all_answers(journey.question)))


def test_the_promise_follows_an_otherwise_that_stands_above_a_rule_that_holds() -> None:
    first = question("first", Kind.YES_NO, otherwise("second"), when("start is yes", "low"), order=Order.FIRST_FIT)
    start = question("start", Kind.YES_NO, otherwise("first"))
    second = question("second", Kind.YES_NO, otherwise("low"))
    walked = tree([start, first, second], [outcome("low")])
    assert walk(walked, {"start": Choice("yes")}).questions_left_at_most == 2


def test_the_promise_shrinks_once_rules_are_ruled_out() -> None:
    assert walk(dose_tree(), {"looks": Choice("neither")}).questions_left_at_most == 3
    assert walk(dose_tree(), {"looks": Choice("neither"), "limit": mg("1")}).questions_left_at_most == 2


def test_what_would_change_is_said_in_words() -> None:
    said = {
        (change.question.id, change.target.id): change.alternatives for change in what_would_change(dose_tree(), CALM)
    }
    assert said == {
        ("looks", "assess"): ("“Withdrawal”", "“Not known”"),
        ("looks", "emergency"): ("“Collapsed”",),
        ("reading", "retest"): ("reading above 0.35 mg/L",),
        ("reading", "assess"): ("“Not known”",),
        ("limit", "retest"): ("limit below 0.2 mg/L",),
        ("limit", "assess"): ("“Not known”",),
    }


def test_changes_are_said_in_the_unit_that_was_entered() -> None:
    answers = CALM | {"reading": Quantity(mg("20").value, "ug-100ml")}
    words = [text for change in what_would_change(dose_tree(), answers) for text in change.alternatives]
    assert "reading above 35 micrograms per 100 ml" in words


def test_changes_lead_to_a_further_question_too() -> None:
    (change,) = [
        each for each in what_would_change(dose_tree(), {"looks": Choice("withdrawal")}) if not each.leads_to_outcome
    ]
    assert change.target.id == "reading"
    assert change.alternatives == ("“Neither”",)


@given(random_trees(), st.data())
@settings(max_examples=40)
def test_every_change_does_lead_where_it_says(walked: Tree, data: st.DataObject) -> None:
    answers = {asked.id: data.draw(st.sampled_from(all_answers(asked))) for asked in walked.questions}
    for change in what_would_change(walked, answers):
        for other in change.answers:
            journey = walk(walked, {**answers, change.question.id: other})
            assert change.target in (journey.outcome, journey.question)


@given(random_trees(), st.data())
@settings(max_examples=40)
def test_no_single_answer_that_changes_the_outcome_is_left_out(walked: Tree, data: st.DataObject) -> None:
    answers = {asked.id: data.draw(st.sampled_from(all_answers(asked))) for asked in walked.questions}
    journey = walk(walked, answers)
    if journey.outcome is None:
        return
    told = {(change.question.id, change.target.id) for change in what_would_change(walked, answers)}
    for step in journey.steps:
        if step.question.kind is Kind.SEVERAL_OF:
            continue
        for other in all_answers(step.question):
            changed = walk(walked, {**answers, step.question.id: other})
            if changed.outcome is not None and changed.outcome != journey.outcome:
                assert (step.question.id, changed.outcome.id) in told


@given(random_trees(), st.data())
@settings(max_examples=100)
def test_the_short_walk_ends_where_the_whole_one_ends(walked: Tree, data: st.DataObject) -> None:
    asked = data.draw(st.lists(st.sampled_from(walked.questions), unique=True))
    answers = {each.id: data.draw(st.sampled_from(all_answers(each))) for each in asked}
    whole = walk(walked, answers)
    left_out = {"add_ons": (), "questions_left_at_most": min(whole.questions_left_at_most, 1)}
    assert find_end(walked, answers, Context()) == replace(whole, **left_out)
