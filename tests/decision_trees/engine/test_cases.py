from __future__ import annotations

from dataclasses import replace

import pytest

from decision_trees.engine.cases import (
    Case,
    Coverage,
    case_to_document,
    cases_from_document,
    coverage,
    run_case,
)
from decision_trees.engine.conditions import parse
from decision_trees.engine.errors import InvalidCases
from decision_trees.engine.goals import Part
from decision_trees.engine.model import Context, Kind, RedFlag

from .trees import add_on, dose_tree, mg, otherwise, outcome, question, tree, when

DOCUMENT = """
tree: small
cases:
  - id: calm
    story: Somebody calm.
    answers: {looks: neither, reading: {value: 0.20, unit: mg-l}, limit: none-set, risks: [none]}
    outcome: carry-on
    add_ons: []
    why: Nothing is above anything.
    citations: [a@b c]
  - id: high
    answers:
      looks: neither
      reading: {value: "42", unit: ug-100ml}
      limit: {value: "0.35", unit: mg-l}
      risks: [sedatives]
    outcome: retest
    add_ons: [mind-sedatives, do-not-drive]
"""


def test_cases_are_read_and_pass() -> None:
    cases = cases_from_document(DOCUMENT)
    assert [case.id for case in cases] == ["calm", "high"]
    assert cases[0].tree == "small"
    for case in cases:
        result = run_case(dose_tree(), case)
        assert result.passed, result.differences


@pytest.mark.parametrize(
    ("case", "difference"),
    [
        (Case("a", "retest", {"looks": "withdrawal"}), "It reaches “Do assess”; the case expects “Do retest”."),
        (
            Case("a", "retest", {"looks": "neither"}),
            "It stops at the question “What of reading?”; the case expects “Do retest”.",
        ),
        (Case("a", "gone", {"looks": "withdrawal"}), "It reaches “Do assess”; the case expects “gone”."),
        (Case("a", "assess", {"looks": "purple"}), "What of looks?: Choose one of the answers."),
        (
            Case("a", "assess", {"stranger": "x", "looks": "withdrawal"}),
            "stranger: This tree has no question “stranger”.",
        ),
        (
            Case("a", "assess", {"looks": "withdrawal"}, ("do-not-drive",)),
            "The advice “Advice do-not-drive” does not join.",
        ),
        (
            Case(
                "a",
                "assess",
                {"looks": "neither", "reading": "not-known", "limit": "not-known", "risks": "not-known"},
                (),
            ),
            "The advice “Advice mind-sedatives” joins too.",
        ),
    ],
)
def test_a_case_that_fails_says_how(case: Case, difference: str) -> None:
    result = run_case(dose_tree(), case)
    assert not result.passed
    assert any(each.startswith(difference) for each in result.differences)


def test_a_case_answers_for_itself_whatever_the_service_has_set() -> None:
    set_low = Context(settings={"service-limit": mg("0.01")})
    assert run_case(dose_tree(), cases_from_document(DOCUMENT)[0], set_low).passed


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("cases: none", "is a list"),
        ("[]", "keys “tree” and “cases”"),
        ("{cases: [{id: a, answers: {}, outcome: b, oops: c}]}", "case a: the key “oops”"),
        ("{cases: [{id: a, answers: {}}]}", "case a: “outcome” is missing"),
        ("{cases: [{id: a, answers: 3, outcome: b}]}", "case a: “answers” has a key"),
        ("{cases: [x]}", "case 1: “id” is missing"),
        (
            "{cases: [{id: a, answers: {}, outcome: b}, {id: a, answers: {}, outcome: b}]}",
            "case a: the id is used twice",
        ),
        ("{cases: [{id: a, answers: {}, outcome: b, add_ons: x}]}", "“add_ons” must be a list"),
        ("cases: [", "This is not YAML"),
    ],
)
def test_a_fault_in_a_file_of_cases_is_named(document: str, problem: str) -> None:
    with pytest.raises(InvalidCases) as caught:
        cases_from_document(document)
    assert any(problem in each for each in caught.value.problems)


# --- Where a case departs --------------------------------------------------------------------------------------------


def test_a_case_that_reaches_another_outcome_names_the_rule_that_led_away() -> None:
    answers = {"looks": "neither", "reading": {"value": "0.20", "unit": "mg-l"}, "limit": "none-set", "risks": ["none"]}
    (departure,) = run_case(dose_tree(), Case("a", "retest", answers)).departures
    assert (departure.part, departure.node, departure.rule) == (Part.QUESTION, "risks", 1)
    assert departure.message.endswith("It went another way at “What of risks?”, by rule 2.")


def test_the_question_named_is_the_last_from_which_the_outcome_could_be_reached() -> None:
    (departure,) = run_case(dose_tree(), Case("a", "retest", {"looks": "withdrawal"})).departures
    assert (departure.node, departure.rule) == ("looks", 0)


def test_a_case_led_away_by_a_red_flag_names_the_flag() -> None:
    (departure,) = run_case(dose_tree(), Case("a", "retest", {"looks": "collapsed"})).departures
    assert (departure.part, departure.node) == (Part.RED_FLAG, "collapsed")


def test_an_outcome_that_no_rule_leads_to_leaves_the_outcome_that_was_reached_to_be_named() -> None:
    (departure,) = run_case(dose_tree(), Case("a", "emergency", {"looks": "withdrawal"})).departures
    assert (departure.part, departure.node) == (Part.OUTCOME, "assess")


def test_a_case_that_stops_names_the_question_it_does_not_answer() -> None:
    (departure,) = run_case(dose_tree(), Case("a", "retest", {"looks": "neither"})).departures
    assert (departure.part, departure.node) == (Part.QUESTION, "reading")


def test_advice_that_comes_otherwise_is_named() -> None:
    answers = {"looks": "neither", "reading": "not-known", "limit": "not-known", "risks": "not-known"}
    departures = run_case(dose_tree(), Case("a", "assess", answers, ("do-not-drive",))).departures
    assert [(each.part, each.node) for each in departures] == [
        (Part.ADD_ON, "do-not-drive"),
        (Part.ADD_ON, "mind-sedatives"),
    ]


def test_a_case_is_written_as_an_entry_of_a_file_and_read_back() -> None:
    cases = cases_from_document(DOCUMENT)
    document = {"tree": "small", "cases": [case_to_document(case) for case in cases]}
    assert cases_from_document(document) == cases


# --- Coverage --------------------------------------------------------------------------------------------------------


def sides(left_out: Coverage) -> set[tuple[str, int | None, str]]:
    return {(gap.node, gap.rule, gap.side) for gap in left_out.boundaries}


def test_coverage_names_what_no_case_reaches_or_brings() -> None:
    left_out = coverage(dose_tree(), cases_from_document(DOCUMENT))
    assert left_out.outcomes == ("assess", "emergency")
    assert left_out.red_flags == ("collapsed",)
    assert left_out.add_ons == ()
    assert not left_out.is_complete
    assert coverage(dose_tree(), []).add_ons == ("do-not-drive", "mind-sedatives")


def test_coverage_names_every_answer_that_no_case_gives() -> None:
    assert coverage(dose_tree(), cases_from_document(DOCUMENT)).options == (
        ("looks", "withdrawal"),
        ("looks", "collapsed"),
        ("looks", "not-known"),
        ("reading", "not-known"),
        ("limit", "not-known"),
        ("risks", "cocaine"),
        ("risks", "not-known"),
    )
    assert ("reading", "number") in coverage(dose_tree(), []).options


def test_an_option_chosen_among_others_is_given() -> None:
    answers = {"looks": "neither", "reading": "not-known", "limit": "none-set", "risks": ["cocaine", "sedatives"]}
    given = coverage(dose_tree(), [Case("a", "assess", answers)]).options
    assert not {("risks", "cocaine"), ("risks", "sedatives")} & set(given)


@pytest.mark.parametrize(
    ("comparison", "asked_for"),
    [
        ("at most 2 days", {2, 3}),
        ("above 2 days", {2, 3}),
        ("at least 2 days", {1, 2}),
        ("below 2 days", {1, 2}),
        ("equals 2 days", {1, 2, 3}),
        ("above 0 days", {0, 1}),
        ("equals 4 days", {3, 4}),
    ],
)
def test_a_boundary_asks_for_the_numbers_right_beside_it(comparison: str, asked_for: set[int]) -> None:
    asked = question("missed", Kind.WHOLE_DAYS, when(f"missed {comparison}", "low"), otherwise("high"))
    small = tree([asked], [outcome("low"), outcome("high")])
    words = {"missed of 1 day" if value == 1 else f"missed of {value} days" for value in asked_for}
    assert {gap.side for gap in coverage(small, []).boundaries} == words
    standing = min(asked_for)
    reached = run_case(small, Case("a", "", {"missed": str(standing)})).journey.outcome
    assert reached is not None
    left = coverage(small, [Case("a", reached.id, {"missed": str(standing)})])
    assert len(left.boundaries) == len(asked_for) - 1


def test_a_number_further_off_leaves_the_boundary_open() -> None:
    asked = question("missed", Kind.WHOLE_DAYS, when("missed at most 2 days", "low"), otherwise("high"))
    small = tree([asked], [outcome("low"), outcome("high")])
    far = [Case("a", "low", {"missed": "1"}), Case("b", "high", {"missed": "4"})]
    assert sides(coverage(small, far)) == {("missed", 0, "missed of 2 days"), ("missed", 0, "missed of 3 days")}
    near = [*far, Case("c", "low", {"missed": "2"}), Case("d", "high", {"missed": "3"})]
    assert coverage(small, near).boundaries == ()


def test_a_figure_is_a_boundary_at_its_value_of_the_day() -> None:
    asked = question("reading", Kind.NUMBER, when("reading above figure limit", "high"), otherwise("low"))
    small = tree([asked], [outcome("low"), outcome("high")])
    left_out = coverage(small, [], Context(figures={"limit": mg("0.35")}))
    assert {gap.side for gap in left_out.boundaries} == {"reading of 0.35 mg/L", "reading of 0.36 mg/L"}


def test_two_numbers_compared_with_each_other_are_to_stand_side_by_side() -> None:
    def case(id: str, outcome: str, reading: str) -> Case:
        limit = {"value": "0.20", "unit": "mg-l"}
        answers = {"looks": "neither", "reading": {"value": reading, "unit": "mg-l"}, "limit": limit, "risks": ["none"]}
        return Case(id, outcome, answers)

    def left(*cases: Case) -> set[tuple[int | None, str]]:
        return {(gap.rule, gap.side) for gap in coverage(dose_tree(), cases).boundaries if "limit" in gap.side}

    open_ones = {(rule, f"reading {side} limit") for rule in (0, 2) for side in ("exactly", "just above")}
    assert left(case("a", "retest", "0.30"), case("b", "carry-on", "0.10")) == open_ones
    assert left(case("a", "retest", "0.21")) == {(0, "reading exactly limit"), (2, "reading exactly limit")}
    assert left(case("a", "retest", "0.21"), case("b", "carry-on", "0.20")) == set()


def test_a_boundary_counts_where_it_decides_the_condition() -> None:
    asked = question("hurt", Kind.YES_NO, otherwise("missed"))
    rule = when("hurt is yes and missed at most 2 days", "low")
    counted = question("missed", Kind.WHOLE_DAYS, rule, otherwise("high"))
    small = tree([asked, counted], [outcome("low"), outcome("high")])
    elsewhere = [Case("a", "high", {"hurt": "no", "missed": "2"}), Case("b", "high", {"hurt": "no", "missed": "3"})]
    assert len(coverage(small, elsewhere).boundaries) == 2
    there = [Case("a", "low", {"hurt": "yes", "missed": "2"}), Case("b", "high", {"hurt": "yes", "missed": "3"})]
    assert coverage(small, there).boundaries == ()


def test_a_boundary_of_a_red_flag_or_of_advice_is_named_at_it() -> None:
    left_out = coverage(dose_tree(), [])
    assert ("do-not-drive", None, "reading of 0.35 mg/L") in sides(left_out)
    assert ("do-not-drive", None, "reading of 0.36 mg/L") in sides(left_out)
    flagged = replace(dose_tree(), red_flags=(RedFlag("flag", parse("reading at least 2 mg-l"), "emergency"),))
    assert ("flag", None, "reading of 1.99 mg/L") in sides(coverage(flagged, []))


def test_every_gap_names_its_node_and_says_it_in_words() -> None:
    for gap in coverage(dose_tree(), []).gaps:
        assert gap.node
        assert gap.message.startswith("No passing case ")
        assert gap.message.endswith(".")


def test_a_case_that_fails_covers_nothing() -> None:
    assert "assess" in coverage(dose_tree(), [Case("a", "assess", {"looks": "neither"})]).outcomes


def test_a_side_that_no_number_can_stand_on_is_not_asked_for() -> None:
    asked = question("missed", Kind.WHOLE_DAYS, when("missed at least 0 days", "end"), otherwise("end"), not_known="")
    small = tree([asked], [outcome("end")])
    assert coverage(small, [Case("a", "end", {"missed": "0"})]).is_complete


def test_what_no_answers_can_do_is_not_asked_for() -> None:
    first = question("hurt", Kind.YES_NO, when("hurt is yes", "high"), otherwise("missed"))
    rules = (when("hurt is yes and missed at most 2 days", "low"), otherwise("high"))
    never = question("lost", Kind.YES_NO, otherwise("low"))
    small = tree(
        [first, question("missed", Kind.WHOLE_DAYS, *rules), never],
        [outcome("low"), outcome("high")],
        add_ons=(add_on("never", "lost is yes"),),
    )
    left_out = coverage(small, [])
    assert left_out.outcomes == ("high",)
    assert left_out.add_ons == ()
    assert left_out.boundaries == ()
    assert not [option for option in left_out.options if option[0] == "lost"]


def test_nothing_is_asked_for_of_a_tree_that_cannot_be_walked() -> None:
    assert coverage(tree([question("hurt", Kind.YES_NO, otherwise("nowhere"))], [outcome("end")]), []).is_complete
