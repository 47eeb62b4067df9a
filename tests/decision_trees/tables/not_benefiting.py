"""Not benefiting from treatment: the expected result for every combination, written from the passages.

Source: Towards successful treatment completion (2009), sections 5.1, 5.2 and 6; on mental health, the analysis of the
better care guide (2019). An "L" number in a comment is the line of the stored text of the 2009 guide, or of the named
document. "Inference" marks what the text leaves open; docs/decisions/0003-careful-readings.md gives the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from .comparing import Table
from .lines import NONE, NOT_KNOWN, YES_NO_NOT_KNOWN, Advice, Result

DIFFICULTIES = (
    "illicit-opiates",
    "cocaine-or-crack",
    "alcohol",
    "benzodiazepines",
    "unit-rules",
    "missed-appointments",
    "missed-doses",
    "transfer",
    "violence",
    "mental-health",
    "other-drug",
    NOT_KNOWN,
)
DANGER = ("yes", "no-sign")
NEEDS: tuple[tuple[str, ...] | str, ...] = (
    NONE,
    ("drug-use",),
    ("psychiatric",),
    ("dose",),
    ("benefits",),
    ("housing",),
    ("employment",),
    ("dose", "drug-use"),
    ("benefits", "housing"),
    ("housing", "psychiatric"),
    ("benefits", "dose", "drug-use", "employment", "housing", "psychiatric"),
    NOT_KNOWN,
)


@dataclass(frozen=True)
class Person:
    """One combination of answers."""

    difficulty: str
    danger: str
    explored: str
    needs: tuple[str, ...] | str
    early: str


def every_person() -> Iterator[Person]:
    for answers in product(DIFFICULTIES, DANGER, YES_NO_NOT_KNOWN, NEEDS, YES_NO_NOT_KNOWN):
        yield Person(*answers)


def someone_may_be_in_danger(person: Person) -> bool:
    """Asked where danger is most likely: violence, mental health, or nobody knows what is wrong."""
    return person.difficulty in ("violence", "mental-health", NOT_KNOWN) and person.danger == "yes"


def doses_are_missed(person: Person) -> bool:
    return person.difficulty == "missed-doses"


def there_was_violence(person: Person) -> bool:
    return person.difficulty == "violence"


def the_difficulty_is_not_clear(person: Person) -> bool:
    return person.difficulty == NOT_KNOWN


def the_reasons_are_not_known_to_be_explored(person: Person) -> bool:
    return person.explored != "yes"


def the_main_difficulty_is(difficulty: str) -> Callable[[Person], bool]:
    return lambda person: person.difficulty == difficulty


RESULTS: tuple[Result[Person], ...] = (
    # General safety, not from the texts. Inference. L683: the risks to staff and to the person.
    Result(someone_may_be_in_danger, "emergency", "inference", frozenset({"6", "4.5"})),
    # L602, L606: no usual dose after three days until the prescriber has confirmed. Not put off for a talk: inference.
    Result(doses_are_missed, "missed-doses", "good-practice", frozenset({"5.2.6", "5.1", "6"})),
    # L683, L703-707, L766, L768. Withdrawal of treatment is a last resort.
    Result(there_was_violence, "violence", "good-practice", frozenset({"6", "6.1", "6.3", "5.1"})),
    # L446 and L602: explore the reasons; look for what could harm soonest. The order is inference.
    Result(the_difficulty_is_not_clear, "find-out-first", "inference", frozenset({"5.1", "5.2.6", "6"})),
    # L446: explore the reasons in the first instance. L450: against the start. L681: review the plan.
    Result(the_reasons_are_not_known_to_be_explored, "explore-first", "good-practice", frozenset({"5.1", "5.2", "6"})),
    # L454-474.
    Result(
        the_main_difficulty_is("illicit-opiates"),
        "illicit-opiates",
        "good-practice",
        frozenset({"5.1", "5.2.1", "6"}),
    ),
    # L478-486, and L535 on alcohol with cocaine.
    Result(
        the_main_difficulty_is("cocaine-or-crack"),
        "cocaine-or-crack",
        "good-practice",
        frozenset({"5.1", "5.2.2", "5.2.4", "6"}),
    ),
    # L520-526, L555.
    Result(the_main_difficulty_is("alcohol"), "alcohol", "good-practice", frozenset({"5.1", "5.2.4", "6"})),
    # L546-555.
    Result(
        the_main_difficulty_is("benzodiazepines"), "benzodiazepines", "good-practice", frozenset({"5.1", "5.2.4", "6"})
    ),
    # L490-507.
    Result(the_main_difficulty_is("unit-rules"), "unit-rules", "good-practice", frozenset({"5.1", "5.2.3", "6"})),
    # L565-594.
    Result(
        the_main_difficulty_is("missed-appointments"),
        "missed-appointments",
        "good-practice",
        frozenset({"5.1", "5.2.5", "6"}),
    ),
    # L625-657.
    Result(the_main_difficulty_is("transfer"), "transfer", "good-practice", frozenset({"5.1", "5.2.7", "6"})),
    # Better care L32-36, L63, L65.
    Result(
        the_main_difficulty_is("mental-health"),
        "mental-health",
        "good-practice",
        frozenset({"5.1", "No wrong door", "Commentary > NICE quality statements", "6"}),
    ),
    # No scenario in the documents: to supervision (L444). Inference.
    Result(the_main_difficulty_is("other-drug"), "other-drug", "inference", frozenset({"5.1", "6"})),
)


def _the_plan_is_asked_about(person: Person) -> bool:
    """Needs and time in treatment are not asked where something more urgent has been found."""
    return not any(
        urgent(person)
        for urgent in (someone_may_be_in_danger, doses_are_missed, there_was_violence, the_difficulty_is_not_clear)
    )


def _needs(person: Person) -> tuple[str, ...]:
    return person.needs if isinstance(person.needs, tuple) and _the_plan_is_asked_about(person) else ()


def help_with_drug_use_is_needed(person: Person) -> bool:
    return "drug-use" in _needs(person)


def help_with_a_psychiatric_disorder_is_needed(person: Person) -> bool:
    return "psychiatric" in _needs(person)


def the_dose_may_not_be_right(person: Person) -> bool:
    return "dose" in _needs(person)


def practical_help_is_needed(person: Person) -> bool:
    return any(need in _needs(person) for need in ("benefits", "housing", "employment"))


def no_need_has_been_found(person: Person) -> bool:
    return _the_plan_is_asked_about(person) and person.needs in (NONE, NOT_KNOWN)


def it_may_be_early_in_treatment(person: Person) -> bool:
    return _the_plan_is_asked_about(person) and person.early in ("yes", NOT_KNOWN)


def sedatives_are_taken(person: Person) -> bool:
    return person.difficulty in ("alcohol", "benzodiazepines")


ADDED_ADVICE: tuple[Advice[Person], ...] = (
    # L446: the ways to optimise.
    Advice(help_with_drug_use_is_needed, "psychosocial-drug-use", "good-practice", frozenset({"5.1"})),
    Advice(help_with_a_psychiatric_disorder_is_needed, "psychosocial-psychiatric", "good-practice", frozenset({"5.1"})),
    # L446; Remote and in-person L81: in person before a significant rise.
    Advice(
        the_dose_may_not_be_right,
        "dose-review",
        "good-practice",
        frozenset({"5.1", "OST and supervised consumption"}),
    ),
    Advice(practical_help_is_needed, "practical-help", "good-practice", frozenset({"5.1"})),
    # L446, L681: find needs not met before anything else is decided.
    Advice(no_need_has_been_found, "look-for-needs", "good-practice", frozenset({"5.1", "6"})),
    # L446: high demands at the start. No number of weeks in the text.
    Advice(it_may_be_early_in_treatment, "early-in-treatment", "good-practice", frozenset({"5.1"})),
    # L522, L524, L546, L555. That it does not wait for the reasons is inference.
    Advice(sedatives_are_taken, "sedatives-with-opioids", "inference", frozenset({"5.2.4"})),
    # L534: other sedatives on top, in general. L555. That a drug without a scenario may be one is inference.
    Advice(the_main_difficulty_is("other-drug"), "other-sedatives", "inference", frozenset({"5.2.4"})),
    # L567: where supply of medicine is at risk, at once. L573: the pharmacist.
    Advice(the_main_difficulty_is("missed-appointments"), "medicine-at-risk", "good-practice", frozenset({"5.2.5"})),
    # Remote and in-person L156, against L434. Inference.
    Advice(the_main_difficulty_is("missed-appointments"), "safe-contact", "inference", frozenset({"Domestic abuse"})),
    # L644.
    Advice(the_main_difficulty_is("transfer"), "prescription-cover", "good-practice", frozenset({"5.2.7"})),
    # L505.
    Advice(the_main_difficulty_is("unit-rules"), "before-leaving-the-unit", "good-practice", frozenset({"5.2.3"})),
    # Models of care L742; better care L48.
    Advice(
        the_main_difficulty_is("mental-health"),
        "suicide-risk",
        "good-practice",
        frozenset({"4.5", "Numbered priorities"}),
    ),
)


TABLE = Table(
    "not-benefiting-from-treatment",
    every_person,
    RESULTS,
    ADDED_ADVICE,
    sections=frozenset({"5.1", "5.2.3", "5.2.5", "5.2.6", "5.2.7", "6"}),
)
