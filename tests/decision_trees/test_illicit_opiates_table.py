"""What is particular to the tree on illicit opiates on top of a prescription."""

from __future__ import annotations

import pytest

from .tables.illicit_opiates import PROPOSALS, TABLE, Person
from .tables.lines import NONE, NOT_KNOWN
from .tables.reading import outcome_of, statements_of, text_shown

THE_RULE = "towards-successful-treatment-completion@2009-07 6 #"


def test_causes_and_risks_never_change_the_result() -> None:
    for proposal in PROPOSALS:
        results = {outcome_of(journey).id for person, journey in TABLE.every_journey() if person.proposal == proposal}
        assert len(results) == 1, (proposal, results)


@pytest.mark.parametrize("proposal", PROPOSALS)
def test_no_result_lets_medicine_be_cut_as_a_punishment(proposal: str) -> None:
    outcome = TABLE.outcome(Person(NOT_KNOWN, "no", NOT_KNOWN, "no", NONE, proposal))
    assert any("sanction" in statement.text or "punish" in statement.text for statement in statements_of(outcome))
    assert any(citation.startswith(THE_RULE) for s in statements_of(outcome) for citation in s.citations)


def test_every_result_says_that_the_documents_are_silent_on_naloxone() -> None:
    for outcome in TABLE.tree.outcomes:
        assert any("naloxone" in gap for gap in outcome.gaps), outcome.id
        assert "X-30" in outcome.conflicts, outcome.id


def test_a_change_without_a_reason_is_treated_as_a_sanction_until_the_reason_is_known() -> None:
    for proposal in ("reason-unknown", NOT_KNOWN):
        shown = text_shown(TABLE.journey(Person(NONE, "no", NONE, "no", NONE, proposal)))
        assert "until you know it treat it as a sanction" in shown
        assert "Ask the prescriber today" in shown
