from __future__ import annotations

import pytest

from decision_trees.engine.cases import Case, cases_from_document, coverage, run_case
from decision_trees.engine.errors import InvalidCases
from decision_trees.engine.model import Context, Kind

from .trees import dose_tree, mg, options, otherwise, outcome, question, tree, when

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
        (Case("a", "retest", {"looks": "withdrawal"}), "It reaches “assess”; the case expects “retest”."),
        (Case("a", "retest", {"looks": "neither"}), "It stops at the question “reading”; the case expects “retest”."),
        (Case("a", "assess", {"looks": "purple"}), "looks: Choose one of the answers."),
        (
            Case("a", "assess", {"stranger": "x", "looks": "withdrawal"}),
            "stranger: This tree has no question “stranger”.",
        ),
        (Case("a", "assess", {"looks": "withdrawal"}, ("do-not-drive",)), "The advice “do-not-drive” does not join."),
        (
            Case(
                "a",
                "assess",
                {"looks": "neither", "reading": "not-known", "limit": "not-known", "risks": "not-known"},
                (),
            ),
            "The advice “mind-sedatives” joins too.",
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


def test_coverage_names_outcomes_and_sides_that_no_case_reaches() -> None:
    left_out = coverage(dose_tree(), cases_from_document(DOCUMENT))
    assert left_out.outcomes == ("assess", "emergency")
    assert {(each.question, each.side) for each in left_out.boundaries} == {("reading", "not (reading is above limit)")}
    assert not left_out.is_complete


def test_a_case_that_fails_covers_nothing() -> None:
    assert "assess" in coverage(dose_tree(), [Case("a", "assess", {"looks": "neither"})]).outcomes


def test_a_side_that_no_number_can_stand_on_is_not_asked_for() -> None:
    asked = question(
        "missed",
        Kind.WHOLE_DAYS,
        when("missed at least 0 days", "end"),
        otherwise("end"),
        options=options("never"),
    )
    case = Case("a", "end", {"missed": "2"})
    assert coverage(tree([asked], [outcome("end")]), [case]).is_complete
