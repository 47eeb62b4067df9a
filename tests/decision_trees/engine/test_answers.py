from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decision_trees.engine.answers import (
    answer_problem,
    answer_text,
    answers_from_json,
    answers_from_pairs,
    answers_to_json,
    pairs_from_answers,
    parse_answer,
)
from decision_trees.engine.errors import InvalidAnswer
from decision_trees.engine.model import Answer, Choice, Kind, Quantity, Question, Selection
from decision_trees.engine.units import from_base, to_base

from .trees import all_answers, days, dose_tree, mg, options, question

READING = question("reading", Kind.NUMBER, not_known="Not measured")
DAYS_MISSED = question("missed", Kind.WHOLE_DAYS)
RISKS = question("risks", Kind.SEVERAL_OF, options=options("sedatives", "cocaine"))
LOOKS = question("looks", Kind.ONE_OF, options=options("withdrawal", "neither"), not_known="")


@pytest.mark.parametrize(
    ("asked", "raw", "unit", "code"),
    [
        (LOOKS, [], None, "missing"),
        (LOOKS, ["  "], None, "missing"),
        (LOOKS, ["drunk"], None, "not-an-option"),
        (LOOKS, ["not-known"], None, "not-an-option"),
        (LOOKS, ["neither", "withdrawal"], None, "more-than-one"),
        (RISKS, ["sedatives", "none"], None, "mixed-none"),
        (RISKS, ["not-known", "cocaine"], None, "mixed-not-known"),
        (RISKS, ["heroin"], None, "not-an-option"),
        (READING, ["0,42"], "mg-l", "not-a-number"),
        (READING, ["1e2"], "mg-l", "not-a-number"),
        (READING, ["NaN"], "mg-l", "not-a-number"),
        (READING, ["Infinity"], "mg-l", "not-a-number"),
        (READING, ["-1"], "mg-l", "not-a-number"),
        (READING, ["+1"], "mg-l", "not-a-number"),
        (READING, ["1_000"], "mg-l", "not-a-number"),
        (READING, ["٠.٤٢"], "mg-l", "not-a-number"),
        (READING, ["0.42 mg"], "mg-l", "not-a-number"),
        (READING, ["0" * 13], "mg-l", "too-long"),
        (READING, ["9" * 10_000], "mg-l", "too-long"),
        (READING, ["3.01"], "mg-l", "too-high"),
        (READING, ["301"], "ug-100ml", "too-high"),
        (READING, ["0.425"], "mg-l", "not-on-step"),
        (READING, ["42.5"], "ug-100ml", "not-on-step"),
        (READING, ["0.42"], None, "unit-missing"),
        (READING, ["0.42"], "stone", "unit-unknown"),
        (READING, ["0.42"], "days", "unit-unknown"),
        (READING, ["0.42", "not-known"], "mg-l", "more-than-one"),
        (DAYS_MISSED, ["1.5"], None, "not-on-step"),
        (DAYS_MISSED, ["5"], None, "too-high"),
    ],
)
def test_nonsense_is_refused_with_a_stable_code(asked: Question, raw: list[str], unit: str | None, code: str) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        parse_answer(asked, raw, unit)
    assert caught.value.code == code
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("asked", "raw", "unit", "answer"),
    [
        (LOOKS, "neither", None, Choice("neither")),
        (RISKS, ["sedatives", "cocaine"], None, Selection(("cocaine", "sedatives"))),
        (RISKS, ["none"], None, Selection(("none",))),
        (RISKS, ["not-known"], None, Choice("not-known")),
        (READING, [" 0.420 "], "mg-l", mg("0.42")),
        (READING, [".42"], "mg-l", mg("0.42")),
        (READING, ["007"], "ug-100ml", Quantity(Decimal(7), "ug-100ml")),
        (READING, ["0"], "mg-l", mg("0")),
        (READING, ["3"], "mg-l", mg("3")),
        (READING, ["not-known"], "mg-l", Choice("not-known")),
        (DAYS_MISSED, ["3"], None, days(3)),
        (DAYS_MISSED, ["3.0"], None, days(3)),
    ],
)
def test_what_people_mean_is_read(asked: Question, raw: str | list[str], unit: str | None, answer: Answer) -> None:
    assert parse_answer(asked, raw, unit) == answer


def test_a_comma_is_answered_with_the_number_to_write() -> None:
    with pytest.raises(InvalidAnswer, match=r"0\.42"):
        parse_answer(READING, "0,42", "mg-l")


def test_bounds_are_told_in_the_unit_that_was_entered() -> None:
    with pytest.raises(InvalidAnswer, match="300 micrograms per 100 ml"):
        parse_answer(READING, "301", "ug-100ml")


@given(st.integers(0, 300))
def test_both_units_of_breath_alcohol_mean_the_same_number(hundredths: int) -> None:
    in_mg = parse_answer(READING, f"{hundredths / 100:.2f}", "mg-l")
    in_ug = parse_answer(READING, str(hundredths), "ug-100ml")
    assert isinstance(in_mg, Quantity)
    assert isinstance(in_ug, Quantity)
    assert to_base(in_mg) == to_base(in_ug)
    assert from_base(to_base(in_mg), "ug-100ml") == in_ug


@given(st.data())
def test_answers_go_through_an_address_and_json_unchanged(data: st.DataObject) -> None:
    tree = dose_tree()
    answers = {asked.id: data.draw(st.sampled_from(all_answers(asked))) for asked in tree.questions}
    pairs = pairs_from_answers(tree, answers)
    shuffled = data.draw(st.permutations(pairs))
    assert answers_from_pairs(tree, shuffled) == (answers, ())
    assert pairs_from_answers(tree, answers_from_pairs(tree, shuffled)[0]) == pairs
    assert answers_from_json(tree, answers_to_json(tree, answers)) == (answers, ())


def test_an_address_has_one_way_of_being_written() -> None:
    answers = {"risks": Selection(("sedatives", "cocaine")), "reading": mg("0.420"), "looks": Choice("neither")}
    assert pairs_from_answers(dose_tree(), answers) == (
        ("looks", "neither"),
        ("reading", "0.42"),
        ("reading.unit", "mg-l"),
        ("risks", "cocaine"),
        ("risks", "sedatives"),
    )


def test_the_pages_own_keys_are_passed_over_and_others_named() -> None:
    pairs = [("v", "3"), ("at", "looks"), ("x" * 10_000, "1"), ("looks.unit", "mg-l"), ("looks", "purple")]
    answers, problems = answers_from_pairs(dose_tree(), pairs)
    assert answers == {}
    assert [problem.code for problem in problems] == ["unknown-question", "unknown-question", "not-an-option"]
    assert all(len(problem.question) <= 40 and len(problem.message) < 200 for problem in problems)


def test_a_flood_of_nonsense_gives_few_problems() -> None:
    _, problems = answers_from_pairs(dose_tree(), [(f"k{n}", "1") for n in range(5000)])
    assert len(problems) == 20


def test_a_unit_without_a_number_is_no_answer() -> None:
    assert answers_from_pairs(dose_tree(), [("reading", ""), ("reading.unit", "mg-l"), ("limit.unit", "mg-l")]) == (
        {},
        answers_from_pairs(dose_tree(), [("reading", "")])[1],
    )


@given(st.lists(st.tuples(st.sampled_from(["looks", "reading", "reading.unit", "risks", "zz"]) | st.text(), st.text())))
def test_no_address_raises(pairs: list[tuple[str, str]]) -> None:
    answers, _ = answers_from_pairs(dose_tree(), pairs)
    for id, answer in answers.items():
        asked = dose_tree().question(id)
        assert asked is not None
        assert answer_problem(asked, answer) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["value", "unit", "x"]), inner),
    max_leaves=4,
)


@given(
    st.dictionaries(st.sampled_from(["looks", "reading", "reading.unit", "risks"]) | st.text(max_size=5), json_values)
)
def test_no_json_raises(mapping: dict[str, object]) -> None:
    answers_from_json(dose_tree(), mapping)


@pytest.mark.parametrize(
    "value",
    [{"value": "0.42", "unit": "mg-l"}, {"value": 0.42, "unit": "mg-l"}, {"value": "42", "unit": "ug-100ml"}],
)
def test_json_numbers_come_with_their_unit(value: object) -> None:
    answers, problems = answers_from_json(dose_tree(), {"reading": value})
    assert problems == ()
    assert isinstance(answers["reading"], Quantity)
    assert to_base(answers["reading"]) == Decimal("0.42")


def test_json_may_give_the_unit_beside_the_number() -> None:
    answers, _ = answers_from_json(dose_tree(), {"reading": "0.42", "reading.unit": "mg-l"})
    assert answers == {"reading": mg("0.42")}


@given(
    st.one_of(
        st.builds(
            Quantity, st.decimals(allow_nan=True, allow_infinity=True), st.sampled_from(["mg-l", "ug-100ml", "x"])
        ),
        st.builds(
            Quantity,
            st.sampled_from([Decimal("1E+999999"), Decimal("1E-999999"), Decimal("1." + "0" * 60 + "1")]),
            st.just("mg-l"),
        ),
        st.builds(Choice, st.text()),
        st.builds(Selection, st.lists(st.text()).map(tuple)),
        st.none(),
        st.text(),
    )
)
def test_no_value_raises_when_it_is_checked(value: object) -> None:
    for asked in dose_tree().questions:
        if answer_problem(asked, value) is None:
            assert value in all_answers(asked) or isinstance(value, Quantity)


def test_a_number_of_endless_digits_is_not_taken_for_the_one_it_rounds_to() -> None:
    assert answer_problem(READING, mg("1." + "0" * 60 + "1")) is not None


def test_an_answer_is_shown_by_its_labels() -> None:
    assert answer_text(RISKS, Selection(("cocaine", "sedatives"))) == "Sedatives, Cocaine"
    assert answer_text(READING, Choice("not-known")) == "Not measured"
    assert answer_text(READING, mg("0.420")) == "0.42 mg/L"
    assert answer_text(DAYS_MISSED, days(1)) == "1 day"
