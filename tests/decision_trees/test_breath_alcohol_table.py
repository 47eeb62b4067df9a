"""The tree on alcohol before an opioid dose, against the table written from the passages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from decision_trees.engine.journey import Journey
from decision_trees.engine.model import Answer, Answers, Choice, Context, Quantity, Selection, Tree
from decision_trees.engine.units import to_base
from decision_trees.engine.walk import walk

from .tables.breath_alcohol import (
    DRIVING_LIMIT,
    NOT_KNOWN,
    RESULTS,
    Person,
    every_person,
    every_set_of_risks,
    expected_advice,
    expected_result,
)
from .tables.reading import citations_shown, content_figures, content_tree, section_key, text_shown

SLUG = "breath-alcohol-before-dose"
MG_PER_LITRE = "mg-l"
MICROGRAMS_PER_100_ML = "ug-100ml"
NEVER_SAID_IN_WITHDRAWAL = ("come back", "sober", "return", "second test", "retest", "send them home", "later today")


@pytest.fixture(scope="module")
def tree() -> Tree:
    return content_tree(SLUG)


@pytest.fixture(scope="module")
def figures_today() -> Context:
    return Context(figures=content_figures())


def number(value: Decimal, unit: str) -> Quantity:
    return Quantity(value * 100 if unit == MICROGRAMS_PER_100_ML else value, unit)


def limit(value: Decimal | str, unit: str) -> Answer:
    return number(value, unit) if isinstance(value, Decimal) else Choice(value)


def answers_of(person: Person, unit: str = MG_PER_LITRE, unit_of_limits: str | None = None) -> Answers:
    unit_of_limits = unit_of_limits or unit
    risks = Selection(person.risks or ("none",)) if isinstance(person.risks, tuple) else Choice(person.risks)
    return {
        "looks": Choice(person.looks),
        "reading": Choice(NOT_KNOWN) if person.reading is None else number(person.reading, unit),
        "risks": risks,
        "individual-limit": limit(person.own_limit, unit_of_limits),
        "retest": Choice(person.retest),
        "dependent": Choice(person.dependent),
        "service-limit": limit(person.service_limit, unit_of_limits),
    }


def outcome_and_add_ons(journey: Journey) -> tuple[str, frozenset[str]]:
    assert journey.outcome is not None, (journey.answers, journey.question, journey.problems)
    return journey.outcome.id, frozenset(applied.add_on.id for applied in journey.add_ons)


def people_in_withdrawal() -> Iterator[Person]:
    return (person for person in every_person() if person.may_be_in_withdrawal)


def test_every_combination_reaches_the_result_and_the_advice_of_the_table(tree: Tree, figures_today: Context) -> None:
    for person in every_person():
        found = outcome_and_add_ons(walk(tree, answers_of(person), figures_today))
        expected = expected_result(person).outcome, frozenset(advice.add_on for advice in expected_advice(person))
        assert found == expected, person


def test_micrograms_per_100_ml_give_the_same_result_as_milligrams_per_litre(tree: Tree, figures_today: Context) -> None:
    for person in every_person():
        expected = expected_result(person).outcome, frozenset(advice.add_on for advice in expected_advice(person))
        in_micrograms = walk(tree, answers_of(person, MICROGRAMS_PER_100_ML), figures_today)
        assert outcome_and_add_ons(in_micrograms) == expected, person


def test_a_reading_in_one_unit_is_compared_with_limits_in_the_other(tree: Tree, figures_today: Context) -> None:
    for person in every_person():
        if person.reading is None or person.risks != ():
            continue
        mixed = walk(tree, answers_of(person, MICROGRAMS_PER_100_ML, MG_PER_LITRE), figures_today)
        same = walk(tree, answers_of(person), figures_today)
        assert outcome_and_add_ons(mixed) == outcome_and_add_ons(same), person


def test_0_42_milligrams_per_litre_is_42_micrograms_per_100_ml(tree: Tree, figures_today: Context) -> None:
    assert number(Decimal("0.42"), MICROGRAMS_PER_100_ML) == Quantity(Decimal("42.00"), MICROGRAMS_PER_100_ML)
    assert to_base(Quantity(Decimal(42), MICROGRAMS_PER_100_ML)) == Decimal("0.42")


def test_every_result_shows_the_passages_it_must_rest_on(tree: Tree, figures_today: Context) -> None:
    for person in every_person():
        journey = walk(tree, answers_of(person), figures_today)
        expected = expected_result(person)
        assert expected.cites <= citations_shown(journey), person
        assert journey.outcome is not None
        assert journey.outcome.basis.value == expected.basis, expected.says
        assert "5.2.4" in {section_key(citation) for citation in journey.outcome.citations}
        shown = {applied.add_on.id: set(applied.add_on.citations) for applied in journey.add_ons}
        for advice in expected_advice(person):
            assert advice.cites <= shown[advice.add_on], advice.says


def test_every_set_of_risks_adds_its_advice_to_every_result(tree: Tree, figures_today: Context) -> None:
    one_for_each_result = {expected_result(person).outcome: person for person in every_person()}
    for person in one_for_each_result.values():
        for risks in every_set_of_risks():
            asked = replace(person, risks=risks)
            found = outcome_and_add_ons(walk(tree, answers_of(asked), figures_today))
            expected = expected_result(asked).outcome, frozenset(each.add_on for each in expected_advice(asked))
            assert found == expected, asked


def test_the_table_and_the_tree_name_the_same_results(tree: Tree) -> None:
    assert {result.outcome for result in RESULTS} == {outcome.id for outcome in tree.outcomes}
    assert {expected_result(person).outcome for person in every_person()} == {outcome.id for outcome in tree.outcomes}


def test_the_table_and_the_tree_name_the_same_added_advice(tree: Tree) -> None:
    expected = {advice.add_on for person in every_person() for advice in expected_advice(person)}
    assert expected == {add_on.id for add_on in tree.add_ons}


def test_the_driving_limit_of_the_content_is_the_one_in_the_text() -> None:
    figure = content_figures()["drink-drive-breath-england-wales"]
    assert to_base(figure) == DRIVING_LIMIT


def test_in_withdrawal_nobody_is_asked_whether_they_can_come_back(tree: Tree, figures_today: Context) -> None:
    for person in people_in_withdrawal():
        journey = walk(tree, answers_of(person), figures_today)
        assert [step.question.id for step in journey.steps] == ["looks", "reading", "risks"], person


def test_in_withdrawal_nothing_on_the_screen_speaks_of_coming_back_or_being_sober(
    tree: Tree, figures_today: Context
) -> None:
    for person in people_in_withdrawal():
        text = text_shown(walk(tree, answers_of(person), figures_today)).lower()
        for words in NEVER_SAID_IN_WITHDRAWAL:
            assert words not in text, (words, person)


def test_exactly_0_35_is_not_above_and_the_screen_says_so(tree: Tree, figures_today: Context) -> None:
    for person in every_person():
        if person.reading != DRIVING_LIMIT:
            continue
        journey = walk(tree, answers_of(person), figures_today)
        ids = outcome_and_add_ons(journey)[1]
        assert "do-not-drive" not in ids
        assert "not above" in text_shown(journey)
        assert "Exactly 0.35 mg/L" in text_shown(journey)


def test_the_advice_on_driving_names_the_nations_it_holds_for(tree: Tree) -> None:
    for id in ("do-not-drive", "exactly-driving-limit"):
        add_on = next(each for each in tree.add_ons if each.id == id)
        assert "England and Wales" in add_on.text
        assert "Scotland" in add_on.text


def test_a_service_limit_from_the_settings_counts_like_the_answer(tree: Tree, figures_today: Context) -> None:
    for person in every_person():
        if not person.service_limit_matters or person.service_limit == NOT_KNOWN:
            continue
        answers = dict(answers_of(person))
        setting = answers.pop("service-limit")
        with_setting = Context(figures=figures_today.figures, settings={"breath-dispensing-limit": setting})
        journey = walk(tree, answers, with_setting)
        expected = expected_result(person).outcome, frozenset(advice.add_on for advice in expected_advice(person))
        assert outcome_and_add_ons(journey) == expected, person


def test_no_limit_and_limit_not_known_are_different_answers(tree: Tree, figures_today: Context) -> None:
    someone = Person("neither", Decimal("0.10"), "none-set", "yes", "no", "none-set", ())

    def result(own_limit: str, service_limit: str) -> str:
        person = replace(someone, own_limit=own_limit, service_limit=service_limit)
        return outcome_and_add_ons(walk(tree, answers_of(person), figures_today))[0]

    assert result("none-set", "none-set") == "carry-on"
    assert result("none-set", NOT_KNOWN) == "find-service-limit"
    assert result(NOT_KNOWN, "none-set") == "assess-and-set-limit"
