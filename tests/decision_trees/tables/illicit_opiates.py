"""Illicit opiates on top of an opioid prescription: the expected result for every combination, from the passages.

Source: Towards successful treatment completion (2009), section 5.2.1 with Table 1, and section 6; on supervision,
Remote and in-person interventions (2023), "OST and supervised consumption". An "L" number in a comment is the line of
the stored text of the 2009 guide. "Inference" marks what the text leaves open; docs/decisions/0003-careful-readings.md
gives the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from .comparing import Table
from .lines import NONE, NOT_KNOWN, YES_NO_NOT_KNOWN, Advice, Result

HOW_KNOWN: tuple[tuple[str, ...] | str, ...] = (
    NONE,
    ("self-report",),
    ("top",),
    ("urine",),
    ("self-report", "urine"),
    ("self-report", "top", "urine"),
    NOT_KNOWN,
)
PROBLEMS: tuple[tuple[str, ...] | str, ...] = (
    NONE,
    ("dose-too-low",),
    ("not-taken",),
    ("does-not-suit",),
    ("reducing",),
    ("fears",),
    ("high-craving-stress",),
    ("dose-too-low", "not-taken"),
    ("dose-too-low", "fears"),
    ("fears", "reducing"),
    ("does-not-suit", "dose-too-low", "fears", "high-craving-stress", "not-taken", "reducing"),
    NOT_KNOWN,
)
SOCIAL: tuple[tuple[str, ...] | str, ...] = (
    NONE,
    ("housing",),
    ("benefits",),
    ("employment",),
    ("other",),
    ("benefits", "employment", "housing", "other"),
    NOT_KNOWN,
)
PROPOSALS = ("no", "sanction", "safety", "reason-unknown", NOT_KNOWN)


@dataclass(frozen=True)
class Person:
    """One combination of answers."""

    how_known: tuple[str, ...] | str
    restarted: str
    problems: tuple[str, ...] | str
    injecting: str
    social: tuple[str, ...] | str
    proposal: str


def every_person() -> Iterator[Person]:
    for answers in product(HOW_KNOWN, YES_NO_NOT_KNOWN, PROBLEMS, YES_NO_NOT_KNOWN, SOCIAL, PROPOSALS):
        yield Person(*answers)


def the_dose_is_to_be_cut_as_a_sanction(person: Person) -> bool:
    return person.proposal == "sanction"


def a_safety_reason_has_been_stated(person: Person) -> bool:
    return person.proposal == "safety"


def no_reason_is_known_for_a_change_that_is_or_may_be_planned(person: Person) -> bool:
    return person.proposal in ("reason-unknown", NOT_KNOWN)


def nobody_wants_to_cut_or_stop(person: Person) -> bool:
    return person.proposal == "no"


RESULTS: tuple[Result[Person], ...] = (
    # L458, L671: never solely as a punishment or sanction, and no reward. L464: discharge raises the risk of death.
    Result(the_dose_is_to_be_cut_as_a_sanction, "do-not-sanction", "rule", frozenset({"5.2.1", "6"})),
    # L675: careful assessment, prescriber and team, forewarned. L681: a last resort, after a review of the plan.
    Result(a_safety_reason_has_been_stated, "assess-the-risk", "good-practice", frozenset({"5.2.1", "6", "6.2"})),
    # The rule turns on the reason (L671, L675). Without one: as a sanction until it is known. Inference.
    Result(
        no_reason_is_known_for_a_change_that_is_or_may_be_planned,
        "ask-the-reason",
        "inference",
        frozenset({"5.2.1", "6"}),
    ),
    # L462-474: the cause decides what changes; the rows of Table 1 join as advice. L446: explore the reasons.
    Result(nobody_wants_to_cut_or_stop, "change-the-plan", "good-practice", frozenset({"5.1", "5.2.1", "6"})),
)


def _ticked(answer: tuple[str, ...] | str, option: str) -> bool:
    return isinstance(answer, tuple) and option in answer


def a_way_of_knowing_is_missing(person: Person) -> bool:
    return not all(_ticked(person.how_known, way) for way in ("self-report", "top", "urine"))


def the_person_told_us(person: Person) -> bool:
    return _ticked(person.how_known, "self-report")


def the_person_has_not_told_us(person: Person) -> bool:
    return not the_person_told_us(person)


def they_may_have_started_again(person: Person) -> bool:
    return person.restarted in ("yes", NOT_KNOWN)


def a_likely_problem_is(problem: str) -> Callable[[Person], bool]:
    return lambda person: _ticked(person.problems, problem)


def the_dose_seems_low_but_may_not_be_taken(person: Person) -> bool:
    return _ticked(person.problems, "dose-too-low") and (
        _ticked(person.problems, "not-taken") or they_may_have_started_again(person)
    )


def the_cause_is_not_found(person: Person) -> bool:
    return person.problems in (NONE, NOT_KNOWN)


def the_person_injects(person: Person) -> bool:
    return person.injecting == "yes"


def nobody_knows_whether_they_inject(person: Person) -> bool:
    return person.injecting == NOT_KNOWN


def there_is_a_social_problem(person: Person) -> bool:
    return isinstance(person.social, tuple) and person.social != NONE


def social_problems_are_not_known(person: Person) -> bool:
    return person.social == NOT_KNOWN


ADDED_ADVICE: tuple[Advice[Person], ...] = (
    # L462: self-report, TOP and urine screens, over time.
    Advice(a_way_of_knowing_is_missing, "measure-over-time", "good-practice", frozenset({"5.2.1"})),
    # L440, L450-452: without fear of a punitive response.
    Advice(the_person_told_us, "they-told-us", "good-practice", frozenset({"5.1", "5.2"})),
    Advice(the_person_has_not_told_us, "raise-it-openly", "good-practice", frozenset({"5.1", "5.2"})),
    # L462: may no longer be fully compliant. L602: tolerance after three days.
    Advice(they_may_have_started_again, "check-still-taking", "good-practice", frozenset({"5.2.1", "5.2.6"})),
    # Table 1, L469; Remote and in-person L81.
    Advice(
        a_likely_problem_is("dose-too-low"),
        "dose-review",
        "good-practice",
        frozenset({"5.2.1", "OST and supervised consumption"}),
    ),
    # L602, L608 with L469. Inference: two rows of Table 1 that pull against each other.
    Advice(
        the_dose_seems_low_but_may_not_be_taken, "check-before-increase", "inference", frozenset({"5.2.1", "5.2.6"})
    ),
    # Table 1, L470, with L602 and L608: the full dose after missed ones can be too much. Inference.
    Advice(a_likely_problem_is("not-taken"), "before-supervision", "inference", frozenset({"5.2.1", "5.2.6"})),
    # Table 1, L470; Remote and in-person L93.
    Advice(
        a_likely_problem_is("not-taken"),
        "taken-as-prescribed",
        "good-practice",
        frozenset({"5.2.1", "OST and supervised consumption"}),
    ),
    # Table 1, L471.
    Advice(a_likely_problem_is("does-not-suit"), "change-medicine", "good-practice", frozenset({"5.2.1"})),
    # Table 1, L472.
    Advice(a_likely_problem_is("reducing"), "maintenance", "good-practice", frozenset({"5.2.1"})),
    # Table 1, L473, and L462.
    Advice(a_likely_problem_is("fears"), "talk-through-fears", "good-practice", frozenset({"5.2.1"})),
    # Table 1, L474.
    Advice(a_likely_problem_is("high-craving-stress"), "high-craving-stress", "good-practice", frozenset({"5.2.1"})),
    # L446: in the first instance, explore why.
    Advice(the_cause_is_not_found, "find-the-cause", "good-practice", frozenset({"5.1", "5.2.1"})),
    # Table 1, L474, and L464; Remote and in-person L109-115.
    Advice(
        the_person_injects,
        "injecting-equipment",
        "good-practice",
        frozenset({"5.2.1", "Needle and syringe services"}),
    ),
    # Not known is handled as yes. Inference.
    Advice(nobody_knows_whether_they_inject, "ask-about-injecting", "inference", frozenset({"5.2.1"})),
    # Table 1, L474, and L446.
    Advice(there_is_a_social_problem, "social-help", "good-practice", frozenset({"5.1", "5.2.1"})),
    Advice(social_problems_are_not_known, "ask-about-social", "good-practice", frozenset({"5.1"})),
)


TABLE = Table("illicit-opiates-on-top", every_person, RESULTS, ADDED_ADVICE, sections=frozenset({"5.2.1", "6"}))
