"""What is particular to the tree on not benefiting from treatment."""

from __future__ import annotations

from .tables.lines import NONE, NOT_KNOWN
from .tables.not_benefiting import TABLE, Person
from .tables.reading import text_shown


def test_danger_wins_over_every_other_answer() -> None:
    for difficulty in ("violence", "mental-health", NOT_KNOWN):
        outcome = TABLE.outcome(Person(difficulty, "yes", "yes", NONE, "no"))
        assert outcome.urgency.value == "emergency"
        assert "999" in outcome.do_now


def test_missed_doses_do_not_wait_for_a_talk_about_reasons() -> None:
    outcome = TABLE.outcome(Person("missed-doses", "no-sign", "no", NOT_KNOWN, "yes"))
    assert outcome.next_trees == ("missed-opioid-doses",)
    assert "before the usual dose" in outcome.do_now


def test_every_result_but_the_emergency_warns_against_withdrawing_treatment() -> None:
    for outcome in TABLE.tree.outcomes:
        cautions = " ".join(statement.text for statement in outcome.cautions)
        if outcome.id != "emergency":
            assert "last resort" in cautions or "early step" in cautions, outcome.id


def test_another_drug_is_said_to_have_no_scenario() -> None:
    shown = text_shown(TABLE.journey(Person("other-drug", "no-sign", "yes", NONE, "no")))
    assert "no scenario in the documents" in shown
    assert "supervision" in shown


def test_every_difficulty_leads_to_a_tree_or_to_the_cited_section() -> None:
    for outcome in TABLE.tree.outcomes:
        if outcome.id != "emergency":
            assert outcome.next_trees or outcome.planned_trees, outcome.id
        assert all(planned.citations for planned in outcome.planned_trees), outcome.id
