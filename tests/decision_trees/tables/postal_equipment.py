"""Postal equipment and domestic abuse: the expected result for every combination, written from the passages.

Source: Remote and in-person interventions (2023), "Needle and syringe services" and "Domestic abuse". An "L" number in
a comment is the line of its stored text. "Inference" marks what the text leaves open;
docs/decisions/0003-careful-readings.md gives the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from .comparing import Table
from .lines import NONE, NOT_KNOWN, YES_NO_NOT_KNOWN, Advice, Result

ABUSE = ("known", "suspected", "not-suspected", NOT_KNOWN)
ITEMS = ("equipment", "medicine", "both")
OUTSTANDING: tuple[tuple[str, ...] | str, ...] = (
    NONE,
    ("wound-check",),
    ("bbv-test",),
    ("hepatitis-b-vaccine",),
    ("referral",),
    ("injecting-advice",),
    ("bbv-test", "wound-check"),
    ("hepatitis-b-vaccine", "referral"),
    ("bbv-test", "hepatitis-b-vaccine", "injecting-advice", "referral", "wound-check"),
    NOT_KNOWN,
)
LAST_VISIT = ("lately", "long-ago", "never", NOT_KNOWN)

EQUIPMENT = "Needle and syringe services"
DOMESTIC_ABUSE = "Domestic abuse"
INTRODUCTION = "Introduction > The increase of remote interventions in the pandemic"


@dataclass(frozen=True)
class Person:
    """One combination of answers."""

    abuse: str
    items: str
    parcel: str
    collect: str
    outstanding: tuple[str, ...] | str
    last_visit: str


def every_person() -> Iterator[Person]:
    for answers in product(ABUSE, ITEMS, YES_NO_NOT_KNOWN, YES_NO_NOT_KNOWN, OUTSTANDING, LAST_VISIT):
        yield Person(*answers)


def abuse_was_asked_about_in_private_and_is_not_suspected(person: Person) -> bool:
    return person.abuse == "not-suspected"


def not_suspected_and_only_medicine(person: Person) -> bool:
    return abuse_was_asked_about_in_private_and_is_not_suspected(person) and person.items == "medicine"


def nobody_could_take_the_parcel(person: Person) -> bool:
    return abuse_was_asked_about_in_private_and_is_not_suspected(person) and person.parcel == "no"


def nobody_could_take_the_parcel_and_it_holds_equipment_only(person: Person) -> bool:
    return nobody_could_take_the_parcel(person) and person.items == "equipment"


def nobody_could_take_the_parcel_and_medicine_is_wanted_too(person: Person) -> bool:
    return nobody_could_take_the_parcel(person) and person.items == "both"


def they_cannot_collect_as_far_as_anyone_knows(person: Person) -> bool:
    return person.collect in ("no", NOT_KNOWN)


def abuse_is_known_or_suspected(person: Person) -> bool:
    return person.abuse in ("known", "suspected")


def abuse_has_not_been_asked_about(person: Person) -> bool:
    return person.abuse == NOT_KNOWN


def the_parcel_could_be_opened_or_taken(person: Person) -> bool:
    return abuse_was_asked_about_in_private_and_is_not_suspected(person)


RESULTS: tuple[Result[Person], ...] = (
    # L107-109 speak of equipment only; L158 names posted medicine as a danger. Inference: medicine is not posted.
    Result(not_suspected_and_only_medicine, "medicine-not-posted", "inference", frozenset({EQUIPMENT, DOMESTIC_ABUSE})),
    # L107-109: a supplement, with visits encouraged.
    Result(
        nobody_could_take_the_parcel_and_it_holds_equipment_only,
        "post-as-supplement",
        "good-practice",
        frozenset({EQUIPMENT}),
    ),
    # Both rows at once: the equipment may be posted, the medicine may not. Inference.
    Result(
        nobody_could_take_the_parcel_and_medicine_is_wanted_too,
        "post-equipment-only",
        "inference",
        frozenset({EQUIPMENT, DOMESTIC_ABUSE}),
    ),
    # Silent. Neither posted nor left without: a supervisor or safeguarding lead, today. Not known counts as cannot.
    Result(
        they_cannot_collect_as_far_as_anyone_knows,
        "safe-way-today",
        "inference",
        frozenset({EQUIPMENT, DOMESTIC_ABUSE, INTRODUCTION}),
    ),
    # L158: enable collection in person. "Do not post" is the safe reading, inference.
    Result(
        abuse_is_known_or_suspected,
        "collect-in-person",
        "inference",
        frozenset({EQUIPMENT, DOMESTIC_ABUSE, INTRODUCTION}),
    ),
    # L156, L162: ask, in private and not by phone or video. Until then as careful as suspected: inference.
    Result(
        abuse_has_not_been_asked_about,
        "offer-and-ask",
        "inference",
        frozenset({EQUIPMENT, DOMESTIC_ABUSE, INTRODUCTION}),
    ),
    # L158 carried over to someone else who could take the parcel. Inference; not known counts as could.
    Result(
        the_parcel_could_be_opened_or_taken,
        "offer-collection-first",
        "inference",
        frozenset({EQUIPMENT, DOMESTIC_ABUSE}),
    ),
)


def everybody(_: Person) -> bool:
    return True


def medicine_is_wanted_and_the_result_is_not_about_it(person: Person) -> bool:
    """Two results say themselves that medicine is not posted."""
    return person.items in ("medicine", "both") and not (
        not_suspected_and_only_medicine(person) or nobody_could_take_the_parcel_and_medicine_is_wanted_too(person)
    )


def _equipment_is_wanted(person: Person) -> bool:
    """What is due at a needle and syringe programme is asked only where equipment is wanted."""
    return person.items in ("equipment", "both")


def this_is_outstanding(item: str) -> Callable[[Person], bool]:
    return lambda person: (
        _equipment_is_wanted(person) and isinstance(person.outstanding, tuple) and item in person.outstanding
    )


def what_is_outstanding_is_not_known(person: Person) -> bool:
    return _equipment_is_wanted(person) and person.outstanding == NOT_KNOWN


def the_last_visit_was_long_ago_or_is_not_known(person: Person) -> bool:
    return _equipment_is_wanted(person) and person.last_visit in ("long-ago", NOT_KNOWN)


def the_person_never_came(person: Person) -> bool:
    return _equipment_is_wanted(person) and person.last_visit == "never"


ADDED_ADVICE: tuple[Advice[Person], ...] = (
    # L156: staff avoid the subject by phone and video. Messages, and a person who asks for help: inference.
    Advice(everybody, "not-by-phone-or-video", "inference", frozenset({DOMESTIC_ABUSE})),
    # L162: with everybody who is seen remotely, safely and sensitively.
    Advice(everybody, "share-support-information", "good-practice", frozenset({DOMESTIC_ABUSE})),
    # L156: routinely. L162: in-person reviews as the occasion.
    Advice(abuse_has_not_been_asked_about, "ask-in-private", "good-practice", frozenset({DOMESTIC_ABUSE})),
    # L107 and L158: nothing supports posting medicine. Inference.
    Advice(
        medicine_is_wanted_and_the_result_is_not_about_it,
        "do-not-post-medicine",
        "inference",
        frozenset({EQUIPMENT, DOMESTIC_ABUSE}),
    ),
    # L111-115: what a visit is good for, one by one.
    Advice(this_is_outstanding("wound-check"), "visit-for-wounds", "good-practice", frozenset({EQUIPMENT})),
    Advice(this_is_outstanding("bbv-test"), "visit-for-testing", "good-practice", frozenset({EQUIPMENT})),
    Advice(this_is_outstanding("hepatitis-b-vaccine"), "visit-for-vaccine", "good-practice", frozenset({EQUIPMENT})),
    Advice(this_is_outstanding("referral"), "visit-for-referral", "good-practice", frozenset({EQUIPMENT})),
    Advice(this_is_outstanding("injecting-advice"), "visit-for-advice", "good-practice", frozenset({EQUIPMENT})),
    Advice(what_is_outstanding_is_not_known, "find-out-what-is-due", "inference", frozenset({EQUIPMENT})),
    # L109: visits at least some of the time.
    Advice(the_last_visit_was_long_ago_or_is_not_known, "visit-is-due", "good-practice", frozenset({EQUIPMENT})),
    # L109, and L21 on remote contact in structured treatment. That equipment does not wait for the visit is inference.
    Advice(the_person_never_came, "never-met", "inference", frozenset({EQUIPMENT, INTRODUCTION})),
)


TABLE = Table(
    "postal-equipment-and-domestic-abuse",
    every_person,
    RESULTS,
    ADDED_ADVICE,
    sections=frozenset({EQUIPMENT, DOMESTIC_ABUSE}),
)
