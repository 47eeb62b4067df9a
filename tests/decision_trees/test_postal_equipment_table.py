"""What is particular to the tree on postal equipment and domestic abuse."""

from __future__ import annotations

import re

from .tables.lines import NONE
from .tables.postal_equipment import TABLE, Person
from .tables.reading import outcome_of, text_shown


def test_nothing_is_posted_unless_abuse_was_asked_about_in_private() -> None:
    for person, journey in TABLE.every_journey():
        if person.abuse != "not-suspected" or person.parcel != "no":
            assert outcome_of(journey).id not in ("post-as-supplement", "post-equipment-only"), person


def test_medicine_is_never_posted() -> None:
    for person, journey in TABLE.every_journey():
        if person.items != "equipment":
            assert re.search(r"Do not post (the |equipment or )?medicine", text_shown(journey)), person


def test_nobody_is_left_without_clean_equipment() -> None:
    for person, journey in TABLE.every_journey():
        if outcome_of(journey).id == "safe-way-today":
            assert "Do not leave the person without clean injecting equipment" in text_shown(journey), person
            assert outcome_of(journey).urgency.value == "today"


def test_the_safe_reading_is_labelled_as_our_inference() -> None:
    outcome = TABLE.outcome(Person("suspected", "equipment", "no", "yes", NONE, "lately"))
    assert "X-36" in outcome.conflicts
    posting = [statement for statement in outcome.cautions if statement.text.startswith("Do not post")]
    assert [statement.basis.value for statement in posting] == ["inference"]


def test_no_result_tells_staff_to_raise_abuse_at_a_distance() -> None:
    for person, journey in TABLE.every_journey():
        assert "Leave domestic abuse out of telephone and video appointments" in text_shown(journey), person
