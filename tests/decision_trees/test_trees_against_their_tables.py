"""What every tree owes its table, and the table its tree."""

from __future__ import annotations

from typing import Any

import pytest

from .tables.comparing import (
    Table,
    assert_none,
    differences,
    doses_named,
    less_careful_when_not_known,
    off_the_sections,
    reached,
    wrong_grounds,
)
from .tables.doses import names_a_dose
from .tables.every_table import TABLES
from .test_written_cases import SLUGS

every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.slug, scope="module")


def test_every_tree_has_one_table() -> None:
    assert sorted(table.slug for table in TABLES) == SLUGS


@every_table
def test_every_combination_reaches_the_result_and_the_advice_of_the_table(table: Table[Any]) -> None:
    assert_none(differences(table))


@every_table
def test_every_result_and_advice_rests_on_what_the_table_says(table: Table[Any]) -> None:
    assert_none(wrong_grounds(table))


@every_table
def test_every_result_itself_cites_a_section_of_the_table(table: Table[Any]) -> None:
    assert_none(off_the_sections(table))


@every_table
def test_the_table_and_the_tree_name_the_same_results_and_advice(table: Table[Any]) -> None:
    assert {line.outcome for line in table.results} == {outcome.id for outcome in table.tree.outcomes}
    assert {line.add_on for line in table.advice} == {add_on.id for add_on in table.tree.add_ons}


@every_table
def test_the_combinations_meet_every_result_and_advice(table: Table[Any]) -> None:
    met = [reached(journey) for _, journey in table.every_journey()]
    assert {outcome for outcome, _ in met} == {outcome.id for outcome in table.tree.outcomes}
    assert {id for _, advice in met for id in advice} == {add_on.id for add_on in table.tree.add_ons}


@every_table
def test_every_combination_answers_every_question(table: Table[Any]) -> None:
    questions = {question.id for question in table.tree.questions}
    for person in table.every_person():
        assert set(table.answers_of(person)) == questions, person


@every_table
def test_not_knowing_is_never_less_careful_than_an_answer(table: Table[Any]) -> None:
    assert_none(less_careful_when_not_known(table))


@every_table
def test_no_result_names_a_dose(table: Table[Any]) -> None:
    assert_none(doses_named(table))


@pytest.mark.parametrize(
    "text",
    [
        "Start at 20 mg",
        "start at 2.5mg.",
        "a 20-mg dose",
        "20 milligrams",
        "200 micrograms",
        "20 ml",
        "give 20% less",
        "30 per cent of it",
        "Half of the usual dose",
        "a third of a dose",
        "20 mg after 0.35 mg/L",
    ],
)
def test_a_dose_is_seen(text: str) -> None:
    assert names_a_dose(text, ["mg/L"])


@pytest.mark.parametrize(
    "text", ["Above 0.35 mg/L", "35 micrograms per 100 ml", "3 days", "Ring 999", "half of the people"]
)
def test_a_reading_is_no_dose(text: str) -> None:
    assert not names_a_dose(text, ["mg/L", "micrograms per 100 ml"])
