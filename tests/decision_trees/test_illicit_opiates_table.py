"""The tree on illicit opiates on top of a prescription, against the table written from the passages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from decision_trees.engine.model import Answers, Tree
from decision_trees.engine.walk import walk

from .tables.comparing import Table, answer_of, differences, outcome_of, statements_of, wrong_grounds
from .tables.illicit_opiates import ADDED_ADVICE, PROPOSALS, RESULTS, Person, every_person
from .tables.lines import NONE, NOT_KNOWN
from .tables.reading import content_tree, text_shown

A_DOSE = re.compile(r"\b\d+(\.\d+)?\s?(mg|milligram|micrograms|ml)\b", re.IGNORECASE)
THE_RULE = "towards-successful-treatment-completion@2009-07 6 #"


def answers_of(person: Person) -> Answers:
    return {
        "how-known": answer_of(person.how_known),
        "restarted": answer_of(person.restarted),
        "problems": answer_of(person.problems),
        "injecting": answer_of(person.injecting),
        "social": answer_of(person.social),
        "proposal": answer_of(person.proposal),
    }


TABLE = Table(every_person, answers_of, RESULTS, ADDED_ADVICE)


@pytest.fixture(scope="module")
def tree() -> Tree:
    return content_tree("illicit-opiates-on-top")


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
    person = Person(NONE, "no", NONE, "no", NONE, "no")
    unknown = care(tree, replace(person, proposal=NOT_KNOWN))
    assert all(unknown >= care(tree, replace(person, proposal=proposal)) for proposal in PROPOSALS)


def test_causes_and_risks_never_change_the_result(tree: Tree) -> None:
    for proposal in PROPOSALS:
        results = {
            outcome_of(walk(tree, answers_of(person))).id for person in every_person() if person.proposal == proposal
        }
        assert len(results) == 1, (proposal, results)


def test_no_result_names_a_dose(tree: Tree) -> None:
    assert A_DOSE.search("start at 20 mg")
    for text in _texts(tree):
        assert not A_DOSE.search(text), text


def _texts(tree: Tree) -> list[str]:
    statements = [statement.text for outcome in tree.outcomes for statement in statements_of(outcome)]
    first = [text for outcome in tree.outcomes for text in (outcome.title, outcome.do_now, outcome.because)]
    return [*first, *statements, *(add_on.text for add_on in tree.add_ons)]


@pytest.mark.parametrize("proposal", PROPOSALS)
def test_no_result_lets_medicine_be_cut_as_a_punishment(tree: Tree, proposal: str) -> None:
    journey = walk(tree, answers_of(Person(NOT_KNOWN, "no", NOT_KNOWN, "no", NONE, proposal)))
    outcome = outcome_of(journey)
    assert any("sanction" in statement.text or "punish" in statement.text for statement in statements_of(outcome))
    assert any(citation.startswith(THE_RULE) for s in statements_of(outcome) for citation in s.citations)


def test_every_result_says_that_the_documents_are_silent_on_naloxone(tree: Tree) -> None:
    for outcome in tree.outcomes:
        assert any("naloxone" in gap for gap in outcome.gaps), outcome.id
        assert "X-30" in outcome.conflicts, outcome.id


def test_a_change_without_a_reason_is_treated_as_a_sanction_until_the_reason_is_known(tree: Tree) -> None:
    for proposal in ("reason-unknown", NOT_KNOWN):
        shown = text_shown(walk(tree, answers_of(Person(NONE, "no", NONE, "no", NONE, proposal))))
        assert "until you know it treat it as a sanction" in shown
        assert "Ask the prescriber today" in shown
