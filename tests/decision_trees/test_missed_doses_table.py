"""The tree on missed opioid doses, against the table written from the passages."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from decision_trees.engine.journey import Journey
from decision_trees.engine.model import Answers, Choice, Context, Quantity, Selection, Tree
from decision_trees.engine.walk import walk

from .tables.missed_doses import NOT_KNOWN, RESULTS, Person, every_person, expected_advice, expected_result
from .tables.reading import citations_shown, content_figures, content_tree, section_key, text_shown

SLUG = "missed-opioid-doses"
HOLDS_THE_USUAL_DOSE = {"hold-until-confirmed", "hold-and-evaluate-tolerance", "urgent-assessment-today"}
A_DOSE = re.compile(
    r"\b\d+(\.\d+)?\s?(mg|milligram|ml\b|per cent|%)|\b(half|quarter|third) (of )?(the|a) (usual )?dose", re.IGNORECASE
)


@pytest.fixture(scope="module")
def tree() -> Tree:
    return content_tree(SLUG)


@pytest.fixture(scope="module")
def figures_today() -> Context:
    return Context(figures=content_figures())


def answers_of(person: Person) -> Answers:
    return {
        "days": Choice(NOT_KNOWN) if person.days is None else Quantity(Decimal(person.days), "days"),
        "medicine": Choice(person.medicine),
        "prescriber": Choice(person.prescriber),
        "cause": Selection(person.cause) if isinstance(person.cause, tuple) else Choice(person.cause),
        "injecting": Choice(person.injecting),
        "protocol": Choice(person.protocol),
    }


def outcome_and_add_ons(journey: Journey) -> tuple[str, frozenset[str]]:
    assert journey.outcome is not None, (journey.answers, journey.question, journey.problems)
    return journey.outcome.id, frozenset(applied.add_on.id for applied in journey.add_ons)


def test_every_combination_reaches_the_result_and_the_advice_of_the_table(tree: Tree, figures_today: Context) -> None:
    for person in every_person():
        found = outcome_and_add_ons(walk(tree, answers_of(person), figures_today))
        expected = expected_result(person).outcome, frozenset(advice.add_on for advice in expected_advice(person))
        assert found == expected, person


def test_every_result_shows_the_passages_it_must_rest_on(tree: Tree, figures_today: Context) -> None:
    for person in every_person():
        journey = walk(tree, answers_of(person), figures_today)
        expected = expected_result(person)
        assert expected.cites <= citations_shown(journey), person
        assert journey.outcome is not None
        assert journey.outcome.basis.value == expected.basis, expected.says
        assert "5.2.6" in {section_key(citation) for citation in journey.outcome.citations}
        shown = {applied.add_on.id: set(applied.add_on.citations) for applied in journey.add_ons}
        for advice in expected_advice(person):
            assert advice.cites <= shown[advice.add_on], advice.says


def test_the_table_and_the_tree_name_the_same_results(tree: Tree) -> None:
    assert {result.outcome for result in RESULTS} == {outcome.id for outcome in tree.outcomes}
    assert {expected_result(person).outcome for person in every_person()} == {outcome.id for outcome in tree.outcomes}


def test_the_table_and_the_tree_name_the_same_added_advice(tree: Tree) -> None:
    expected = {advice.add_on for person in every_person() for advice in expected_advice(person)}
    assert expected == {add_on.id for add_on in tree.add_ons}


@pytest.mark.parametrize(("days", "outcome"), [(3, "hold-until-confirmed"), (5, "hold-and-evaluate-tolerance")])
def test_exactly_three_and_exactly_five_take_the_safer_branch_and_say_why(
    tree: Tree, figures_today: Context, days: int, outcome: str
) -> None:
    someone = Person(days, "methadone", NOT_KNOWN, NOT_KNOWN, "no", "yes")
    journey = walk(tree, answers_of(someone), figures_today)
    one_more = walk(tree, answers_of(replace(someone, days=days + 1)), figures_today)
    assert outcome_and_add_ons(journey)[0] == outcome_and_add_ons(one_more)[0] == outcome
    assert f"Exactly {days} days is treated as more than {days}" in text_shown(journey)
    assert f"Exactly {days} days is treated" not in text_shown(one_more)
    assert journey.outcome is not None
    assert "X-03" in journey.outcome.conflicts


def test_the_usual_dose_is_held_whenever_three_or_more_were_missed_without_confirmation(
    tree: Tree, figures_today: Context
) -> None:
    for person in every_person():
        if not person.prescriber_matters or person.prescriber == "confirmed":
            continue
        journey = walk(tree, answers_of(person), figures_today)
        assert journey.outcome is not None
        assert journey.outcome.id in HOLDS_THE_USUAL_DOSE, person
        assert journey.outcome.do_now.startswith("Do not give the usual dose"), person


def test_no_result_names_a_dose(tree: Tree, figures_today: Context) -> None:
    assert A_DOSE.search("start at 20 mg")
    for person in every_person():
        assert not A_DOSE.search(text_shown(walk(tree, answers_of(person), figures_today))), person


def test_every_result_with_days_missed_points_to_the_current_clinical_guidelines(
    tree: Tree, figures_today: Context
) -> None:
    for person in every_person():
        if person.missed_nothing:
            continue
        assert "current UK clinical guidelines" in text_shown(walk(tree, answers_of(person), figures_today)), person
