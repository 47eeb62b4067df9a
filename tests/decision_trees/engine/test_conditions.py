from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decision_trees.engine.conditions import (
    GRAMMAR_WORDS,
    All,
    Any_,
    AnyOf,
    CompareAnswer,
    CompareConstant,
    CompareFigure,
    Comparison,
    Condition,
    Includes,
    Is,
    IsNumber,
    NoneOf,
    Not,
    parse,
)
from decision_trees.engine.errors import ConditionSyntaxError
from decision_trees.engine.model import Answers, Choice, Context, Quantity, Selection

from .trees import dose_tree, mg

FIGURES = Context(figures={"drink-drive": mg("0.35")})

ids = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True).filter(lambda id: id not in GRAMMAR_WORDS)
choices = st.lists(ids | st.just("none"), min_size=1, max_size=4).map(tuple)
constants = st.builds(Quantity, st.decimals(0, 999, places=2), st.sampled_from(["mg-l", "days"]))
plain = st.one_of(
    st.builds(Is, ids, ids | st.just("none")),
    st.builds(AnyOf, ids, choices),
    st.builds(NoneOf, ids, choices),
    st.builds(Includes, ids, choices),
    st.builds(IsNumber, ids),
    st.builds(CompareConstant, ids, st.sampled_from(Comparison), constants),
    st.builds(CompareAnswer, ids, st.sampled_from(Comparison), ids),
    st.builds(CompareFigure, ids, st.sampled_from(Comparison), ids),
)
conditions = st.recursive(
    plain,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Any_(tuple(parts))),
    ),
    max_leaves=8,
)


@given(conditions)
def test_a_condition_written_as_a_sentence_is_read_back_the_same(condition: Condition) -> None:
    assert parse(condition.sentence()) == condition


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*sorted(GRAMMAR_WORDS), "looks", "(", ")", ",", "3", "days"])).map(" ".join)
)
def test_any_text_is_a_condition_or_an_error_that_says_what_to_write(text: str) -> None:
    try:
        condition = parse(text)
    except ConditionSyntaxError as caught:
        error = caught
    else:
        assert parse(condition.sentence()) == condition
        return
    assert 0 <= error.position <= len(text)
    assert "Character" in str(error)


@pytest.mark.parametrize(
    ("sentence", "advice"),
    [
        ("looks is not neither", "not looks is"),
        ("reading above 0,35 mg-l", "unit"),
        ("reading above 0.35", "unit"),
        ("reading above", "number with its unit"),
        ("looks", "Write after “looks”"),
        ("(looks is neither", "Close the bracket"),
        ("looks is neither dependent is yes", "“and” or “or”"),
        ("looks is any of neither,", "after the comma"),
        ("Looks is neither", "small letters"),
        ("", "id of a question"),
        ("not " * 100 + "looks is neither", "fewer brackets"),
        ("(" * 10_000, "fewer brackets"),
    ],
)
def test_an_error_says_what_to_write(sentence: str, advice: str) -> None:
    with pytest.raises(ConditionSyntaxError) as caught:
        parse(sentence)
    assert advice in str(caught.value)


def test_and_binds_tighter_than_or() -> None:
    assert parse("a is b or c is d and e is f") == Any_((Is("a", "b"), All((Is("c", "d"), Is("e", "f")))))


GIVEN: Answers = {
    "looks": Choice("neither"),
    "reading": mg("0.35"),
    "limit": Choice("not-known"),
    "risks": Selection(("cocaine", "sedatives")),
    "own": Quantity(Decimal(35), "ug-100ml"),
    "nothing": Selection(("none",)),
}


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        ("looks is neither", True),
        ("looks is any of withdrawal, neither", True),
        ("looks is none of withdrawal, intoxicated", True),
        ("looks is none of neither", False),
        ("unasked is neither", False),
        ("unasked is any of neither", False),
        ("unasked is none of neither", False),
        ("unasked includes neither", False),
        ("unasked above 1 mg-l", False),
        ("not unasked above 1 mg-l", True),
        ("risks includes sedatives", True),
        ("risks includes any of bingeing, cocaine", True),
        ("risks includes bingeing", False),
        ("risks is none of bingeing", True),
        ("risks is none of bingeing, cocaine", False),
        ("risks is none", False),
        ("nothing is none", True),
        ("nothing includes sedatives", False),
        ("limit is not-known", True),
        ("limit is number", False),
        ("reading is number", True),
        ("reading is none of not-known", True),
        ("reading above 0.35 mg-l", False),
        ("reading at least 0.35 mg-l", True),
        ("reading equals 35 ug-100ml", True),
        ("reading above 34.99 ug-100ml", True),
        ("reading below 0.36 mg-l", True),
        ("reading at most 0.34 mg-l", False),
        ("reading equals own", True),
        ("reading above limit", False),
        ("not reading above limit", True),
        ("reading at most limit", False),
        ("reading above 0 days", False),
        ("reading at least figure drink-drive", True),
        ("reading above figure drink-drive", False),
        ("reading at least figure unheard-of", False),
    ],
)
def test_a_condition_holds_as_the_grammar_says(sentence: str, holds: bool) -> None:
    assert parse(sentence).holds(GIVEN, FIGURES) is holds


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("reading above 0.35 mg-l", "Reading is above 0.35 mg/L"),
        ("looks is none of withdrawal, collapsed", "Looks is none of “Withdrawal” and “Collapsed”"),
        ("risks includes any of cocaine, sedatives", "Risks includes “Cocaine” or “Sedatives”"),
        ("limit is not-known and reading above limit", "Limit is “Not known” and reading is above limit"),
        ("reading above figure drink-drive", "Reading is above 0.35 mg/L"),
        ("risks is none", "Risks is “None of these”"),
    ],
)
def test_a_condition_describes_itself_with_labels(sentence: str, words: str) -> None:
    assert parse(sentence).describe(dose_tree(), FIGURES) == words


def test_a_figure_without_a_context_is_named() -> None:
    assert "drink drive" in parse("reading above figure drink-drive").describe(dose_tree())


def test_reasons_name_only_the_parts_that_hold() -> None:
    condition = parse("looks is withdrawal or reading above 0.1 mg-l and risks includes cocaine")
    assert condition.reasons(GIVEN, FIGURES) == {"reading", "risks"}


def test_a_condition_knows_what_it_reads() -> None:
    condition = parse("looks is withdrawal or not (reading above limit and risks includes cocaine)")
    assert condition.questions() == {"looks", "reading", "limit", "risks"}
    assert condition.options() == {("looks", "withdrawal"), ("risks", "cocaine")}


@given(conditions)
def test_what_is_decided_is_not_left_open(condition: Condition) -> None:
    holds = condition.holds(GIVEN, FIGURES)
    assert condition.outlook(GIVEN, FIGURES, frozenset()) == (holds, not holds)


def test_all_and_any_join_at_least_two() -> None:
    with pytest.raises(ValueError, match="at least two"):
        All((Is("a", "b"),))
