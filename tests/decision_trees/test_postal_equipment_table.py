"""The tree on postal equipment and domestic abuse, against the table written from the passages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from decision_trees.engine.model import Answers, Tree
from decision_trees.engine.walk import walk

from .tables.comparing import Table, answer_of, differences, outcome_of, statements_of, wrong_grounds
from .tables.lines import NONE, NOT_KNOWN
from .tables.postal_equipment import ADDED_ADVICE, RESULTS, Person, every_person
from .tables.reading import content_tree, text_shown

A_DOSE = re.compile(r"\b\d+(\.\d+)?\s?(mg|milligram|micrograms|ml)\b", re.IGNORECASE)


def answers_of(person: Person) -> Answers:
    return {
        "abuse": answer_of(person.abuse),
        "items": answer_of(person.items),
        "parcel": answer_of(person.parcel),
        "collect": answer_of(person.collect),
        "outstanding": answer_of(person.outstanding),
        "last-visit": answer_of(person.last_visit),
    }


TABLE = Table(every_person, answers_of, RESULTS, ADDED_ADVICE)


@pytest.fixture(scope="module")
def tree() -> Tree:
    return content_tree("postal-equipment-and-domestic-abuse")


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
        assert care(tree, replace(person, abuse=NOT_KNOWN)) >= level, person
        assert care(tree, replace(person, parcel=NOT_KNOWN)) >= level, person
        assert care(tree, replace(person, collect=NOT_KNOWN)) >= level, person


def test_no_result_names_a_dose(tree: Tree) -> None:
    assert A_DOSE.search("start at 20 mg")
    for text in _texts(tree):
        assert not A_DOSE.search(text), text


def _texts(tree: Tree) -> list[str]:
    statements = [statement.text for outcome in tree.outcomes for statement in statements_of(outcome)]
    first = [text for outcome in tree.outcomes for text in (outcome.title, outcome.do_now, outcome.because)]
    return [*first, *statements, *(add_on.text for add_on in tree.add_ons)]


def test_nothing_is_posted_unless_abuse_was_asked_about_in_private(tree: Tree) -> None:
    for person in every_person():
        outcome = outcome_of(walk(tree, answers_of(person)))
        if person.abuse != "not-suspected" or person.parcel != "no":
            assert outcome.id not in ("post-as-supplement", "post-equipment-only"), person


def test_medicine_is_never_posted(tree: Tree) -> None:
    for person in every_person():
        if person.items != "equipment":
            shown = text_shown(walk(tree, answers_of(person)))
            assert re.search(r"Do not post (the |equipment or )?medicine", shown), person


def test_nobody_is_left_without_clean_equipment(tree: Tree) -> None:
    for person in every_person():
        journey = walk(tree, answers_of(person))
        if outcome_of(journey).id == "safe-way-today":
            assert "Do not leave the person without clean injecting equipment" in text_shown(journey), person
            assert outcome_of(journey).urgency.value == "today"


def test_the_safe_reading_is_labelled_as_our_inference(tree: Tree) -> None:
    outcome = outcome_of(walk(tree, answers_of(Person("suspected", "equipment", "no", "yes", NONE, "lately"))))
    assert "X-36" in outcome.conflicts
    posting = [statement for statement in outcome.cautions if statement.text.startswith("Do not post")]
    assert [statement.basis.value for statement in posting] == ["inference"]


def test_no_result_tells_staff_to_raise_abuse_at_a_distance(tree: Tree) -> None:
    for person in every_person():
        assert "Leave domestic abuse out of telephone and video appointments" in text_shown(
            walk(tree, answers_of(person))
        ), person
