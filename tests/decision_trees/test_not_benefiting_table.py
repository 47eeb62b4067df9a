"""The tree on not benefiting from treatment, against the table written from the passages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from decision_trees.engine.model import Answers, Tree
from decision_trees.engine.walk import walk

from .tables.comparing import Table, answer_of, differences, outcome_of, statements_of, wrong_grounds
from .tables.lines import NONE, NOT_KNOWN
from .tables.not_benefiting import ADDED_ADVICE, RESULTS, Person, every_person
from .tables.reading import content_tree, text_shown

A_DOSE = re.compile(r"\b\d+(\.\d+)?\s?(mg|milligram|micrograms|ml)\b", re.IGNORECASE)


def answers_of(person: Person) -> Answers:
    return {
        "difficulty": answer_of(person.difficulty),
        "danger": answer_of(person.danger),
        "explored": answer_of(person.explored),
        "needs": answer_of(person.needs),
        "early": answer_of(person.early),
    }


TABLE = Table(every_person, answers_of, RESULTS, ADDED_ADVICE)


@pytest.fixture(scope="module")
def tree() -> Tree:
    return content_tree("not-benefiting-from-treatment")


def test_every_combination_reaches_the_result_and_the_advice_of_the_table(tree: Tree) -> None:
    assert list(differences(tree, TABLE)) == []


def test_every_result_and_advice_rests_on_what_the_table_says(tree: Tree) -> None:
    assert list(wrong_grounds(tree, TABLE)) == []


def test_the_table_and_the_tree_name_the_same_results_and_advice(tree: Tree) -> None:
    assert {result.outcome for result in RESULTS} == {outcome.id for outcome in tree.outcomes}
    assert {line.add_on for line in ADDED_ADVICE} == {add_on.id for add_on in tree.add_ons}


def care(tree: Tree, person: Person) -> int:
    return outcome_of(walk(tree, answers_of(person))).care_level


def test_not_knowing_is_never_less_careful_than_an_answer(tree: Tree) -> None:
    for person in every_person():
        level = care(tree, person)
        assert care(tree, replace(person, difficulty=NOT_KNOWN)) >= level, person
        assert care(tree, replace(person, explored=NOT_KNOWN)) >= level, person


def test_no_result_names_a_dose(tree: Tree) -> None:
    assert A_DOSE.search("start at 20 mg")
    for text in _texts(tree):
        assert not A_DOSE.search(text), text


def _texts(tree: Tree) -> list[str]:
    statements = [statement.text for outcome in tree.outcomes for statement in statements_of(outcome)]
    first = [text for outcome in tree.outcomes for text in (outcome.title, outcome.do_now, outcome.because)]
    return [*first, *statements, *(add_on.text for add_on in tree.add_ons)]


def test_danger_wins_over_every_other_answer(tree: Tree) -> None:
    for difficulty in ("violence", "mental-health", NOT_KNOWN):
        person = Person(difficulty, "yes", "yes", NONE, "no")
        outcome = outcome_of(walk(tree, answers_of(person)))
        assert outcome.urgency.value == "emergency"
        assert "999" in outcome.do_now


def test_missed_doses_do_not_wait_for_a_talk_about_reasons(tree: Tree) -> None:
    outcome = outcome_of(walk(tree, answers_of(Person("missed-doses", "no-sign", "no", NOT_KNOWN, "yes"))))
    assert outcome.next_trees == ("missed-opioid-doses",)
    assert "before the usual dose" in outcome.do_now


def test_every_result_but_the_emergency_warns_against_withdrawing_treatment(tree: Tree) -> None:
    for outcome in tree.outcomes:
        cautions = " ".join(statement.text for statement in outcome.cautions)
        if outcome.id != "emergency":
            assert "last resort" in cautions or "early step" in cautions, outcome.id


def test_another_drug_is_said_to_have_no_scenario(tree: Tree) -> None:
    shown = text_shown(walk(tree, answers_of(Person("other-drug", "no-sign", "yes", NONE, "no"))))
    assert "no scenario in the documents" in shown
    assert "supervision" in shown


def test_every_difficulty_leads_to_a_tree_or_to_the_cited_section(tree: Tree) -> None:
    for outcome in tree.outcomes:
        if outcome.id != "emergency":
            assert outcome.next_trees or outcome.planned_trees, outcome.id
        assert all(planned.citations for planned in outcome.planned_trees), outcome.id
