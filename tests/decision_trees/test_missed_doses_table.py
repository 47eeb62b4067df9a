"""What is particular to the tree on missed opioid doses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from .tables.lines import NOT_KNOWN
from .tables.missed_doses import TABLE, Person
from .tables.reading import outcome_of, text_shown

HOLDS_THE_USUAL_DOSE = {"hold-until-confirmed", "hold-and-evaluate-tolerance", "urgent-assessment-today"}


@pytest.mark.parametrize(("days", "outcome"), [(3, "hold-until-confirmed"), (5, "hold-and-evaluate-tolerance")])
def test_exactly_three_and_exactly_five_take_the_safer_branch_and_say_why(days: int, outcome: str) -> None:
    someone = Person(days, "methadone", NOT_KNOWN, NOT_KNOWN, "no", "yes")
    journey = TABLE.journey(someone)
    one_more = TABLE.journey(replace(someone, days=days + 1))
    assert outcome_of(journey).id == outcome_of(one_more).id == outcome
    assert f"Exactly {days} days is treated as more than {days}" in text_shown(journey)
    assert f"Exactly {days} days is treated" not in text_shown(one_more)
    assert "X-03" in outcome_of(journey).conflicts


def test_the_usual_dose_is_held_whenever_three_or_more_were_missed_without_confirmation() -> None:
    for person, journey in TABLE.every_journey():
        if not person.prescriber_matters or person.prescriber == "confirmed":
            continue
        assert outcome_of(journey).id in HOLDS_THE_USUAL_DOSE, person
        assert outcome_of(journey).do_now.startswith("Do not give the usual dose"), person


def test_every_result_with_days_missed_points_to_the_current_clinical_guidelines() -> None:
    for person, journey in TABLE.every_journey():
        if person.missed_nothing:
            continue
        assert "current UK clinical guidelines" in text_shown(journey), person
