"""Missed opioid doses: the expected result for every combination, written from the passages.

Source: Towards successful treatment completion (2009), section 5.2.6; on supervision, Remote and in-person
interventions (2023), "OST and supervised consumption". An "L" number in a comment is the line of the stored text of the
2009 guide. "Inference" marks what the text leaves open; docs/decisions/0003-careful-readings.md gives the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from .comparing import Table
from .lines import NONE, NOT_KNOWN, YES_NO_NOT_KNOWN, Advice, Result

# The passages, named by what they say.
HOLD_AFTER_THREE_DAYS = "towards-successful-treatment-completion@2009-07 5.2.6 #71edcf461031"
EVALUATE_TOLERANCE_AFTER_FIVE = HOLD_AFTER_THREE_DAYS  # L602 and L604 are one passage, with a page break inside.
KEEP_THE_GAP_SHORT = "towards-successful-treatment-completion@2009-07 5.2.6 #dc8eb89f09c9"
MISSED_DOSES_AND_USE_ON_TOP = "towards-successful-treatment-completion@2009-07 5.2.6 #e7d03ef7e458"
RISKS_OF_MISSED_DOSES = "towards-successful-treatment-completion@2009-07 5.2.6 #7fffd0ae2bdf"
TABLE_MORE_THAN_THREE_DAYS = "towards-successful-treatment-completion@2009-07 5.2.6 #67f66be5a488"
TABLE_ILLICIT_USE = "towards-successful-treatment-completion@2009-07 5.2.6 #9fade89fda4a"
TABLE_WORKING = "towards-successful-treatment-completion@2009-07 5.2.6 #c0185fab510f"
SAME_DAY_EXAMPLE = "towards-successful-treatment-completion@2009-07 5.2.6 #0e004804356d"
FIND_OUT_WHY_AT_ONCE = "towards-successful-treatment-completion@2009-07 5.2.5 #7db52eb4ab49"
NOT_AS_PUNISHMENT = "towards-successful-treatment-completion@2009-07 6 #6a363c5581a4"
SUPERVISION_RELAXED_WHEN = "remote-and-in-person-interventions@2023-10-25 OST and supervised consumption #16c5365101ae"

#: None stands for "not known". Both numbers of the text, both sides of each, and a long gap.
DAYS: tuple[int | None, ...] = (None, 0, 1, 2, 3, 4, 5, 6, 7, 30)
MEDICINES = ("methadone", "buprenorphine", "other", NOT_KNOWN)
PRESCRIBER = ("confirmed", "refused", NOT_KNOWN)
CAUSES: tuple[tuple[str, ...] | str, ...] = (
    NONE,
    ("illicit-use",),
    ("working",),
    ("other-cause",),
    ("illicit-use", "working"),
    ("illicit-use", "other-cause"),
    ("other-cause", "working"),
    ("illicit-use", "other-cause", "working"),
    NOT_KNOWN,
)


@dataclass(frozen=True)
class Person:
    """One combination of answers."""

    days: int | None
    medicine: str
    prescriber: str
    cause: tuple[str, ...] | str
    injecting: str
    protocol: str

    @property
    def takes_what_the_rule_is_about(self) -> bool:
        """Regularly prescribed doses by mouth (L602)."""
        return self.medicine in ("methadone", "buprenorphine")

    @property
    def missed_nothing(self) -> bool:
        return self.days == 0 and self.takes_what_the_rule_is_about

    @property
    def missed_three_or_more(self) -> bool:
        """Exactly 3 is on the safer side (X-03), and so is "not known"."""
        return self.days is None or self.days >= 3

    @property
    def missed_five_or_more(self) -> bool:
        """Exactly 5 is on the safer side (X-03), and so is "not known"."""
        return self.days is None or self.days >= 5

    @property
    def prescriber_matters(self) -> bool:
        return self.takes_what_the_rule_is_about and self.missed_three_or_more


RESULTS: tuple[Result[Person], ...] = (
    # Another medicine or form, or not known which: ask the prescriber.
    # Silent: the rule speaks of regularly prescribed doses (L602). Inference, whatever the days, and at 0 days too.
    Result(
        lambda person: not person.takes_what_the_rule_is_about,
        "ask-prescriber-whether-rule-fits",
        "inference",
        frozenset({HOLD_AFTER_THREE_DAYS, KEEP_THE_GAP_SHORT, NOT_AS_PUNISHMENT}),
    ),
    # No day missed: carry on.
    Result(
        lambda person: person.days == 0,
        "nothing-missed",
        "inference",
        frozenset({HOLD_AFTER_THREE_DAYS}),
    ),
    # One or two days: report it and find out why.
    # L606: an early warning, to be reported. L608: goes with use on top. No rule: inference.
    Result(
        lambda person: person.days in (1, 2),
        "report-early-warning",
        "inference",
        frozenset({KEEP_THE_GAP_SHORT, MISSED_DOSES_AND_USE_ON_TOP, NOT_AS_PUNISHMENT}),
    ),
    # Three or more, and the prescriber has confirmed: follow the decision.
    # L602: the usual dose once the prescriber has confirmed. L615: usually an appointment as well.
    Result(
        lambda person: person.prescriber == "confirmed",
        "follow-prescriber",
        "good-practice",
        frozenset({HOLD_AFTER_THREE_DAYS, TABLE_MORE_THAN_THREE_DAYS}),
    ),
    # Three or more, and the prescriber says no: no usual dose, assessment today.
    # L602, L606: no usual dose, urgent reassessment, a short gap.
    Result(
        lambda person: person.prescriber == "refused",
        "urgent-assessment-today",
        "good-practice",
        frozenset({HOLD_AFTER_THREE_DAYS, KEEP_THE_GAP_SHORT, TABLE_MORE_THAN_THREE_DAYS, NOT_AS_PUNISHMENT}),
    ),
    # Five or more, or not known, prescriber not reached: hold, and evaluate tolerance.
    # L604, L606, L615: more than five, or five or more. Not known counts as five or more: inference.
    Result(
        lambda person: person.missed_five_or_more,
        "hold-and-evaluate-tolerance",
        "good-practice",
        frozenset(
            {
                HOLD_AFTER_THREE_DAYS,
                EVALUATE_TOLERANCE_AFTER_FIVE,
                KEEP_THE_GAP_SHORT,
                RISKS_OF_MISSED_DOSES,
                TABLE_MORE_THAN_THREE_DAYS,
                SAME_DAY_EXAMPLE,
                NOT_AS_PUNISHMENT,
            }
        ),
    ),
    # Three or four, prescriber not reached: hold until the prescriber confirms.
    # L602, L615: more than three; after three, on the safer side.
    Result(
        lambda person: person.missed_three_or_more,
        "hold-until-confirmed",
        "good-practice",
        frozenset(
            {
                HOLD_AFTER_THREE_DAYS,
                KEEP_THE_GAP_SHORT,
                RISKS_OF_MISSED_DOSES,
                TABLE_MORE_THAN_THREE_DAYS,
                SAME_DAY_EXAMPLE,
                NOT_AS_PUNISHMENT,
            }
        ),
    ),
)


def _has_cause(cause: str) -> Callable[[Person], bool]:
    return lambda person: not person.missed_nothing and isinstance(person.cause, tuple) and cause in person.cause


ADDED_ADVICE: tuple[Advice[Person], ...] = (
    # Exactly three days.
    # the text says both "after three days" and "more than three days".
    Advice(
        lambda person: person.takes_what_the_rule_is_about and person.days == 3,
        "exactly-three",
        "inference",
        frozenset({HOLD_AFTER_THREE_DAYS, TABLE_MORE_THAN_THREE_DAYS}),
    ),
    # Exactly five days.
    # "more than five days" (L604, L606) and "five days or more" (L615).
    Advice(
        lambda person: person.takes_what_the_rule_is_about and person.days == 5,
        "exactly-five",
        "inference",
        frozenset({EVALUATE_TOLERANCE_AFTER_FIVE, KEEP_THE_GAP_SHORT, TABLE_MORE_THAN_THREE_DAYS}),
    ),
    # Days not known.
    Advice(
        lambda person: person.days is None,
        "find-out-days",
        "inference",
        frozenset({HOLD_AFTER_THREE_DAYS}),
    ),
    # Medicine not known.
    Advice(
        lambda person: person.medicine == NOT_KNOWN,
        "find-out-medicine",
        "inference",
        frozenset({HOLD_AFTER_THREE_DAYS}),
    ),
    # Confirmed, at five or more.
    # L604, L615: at this length the text expects tolerance to be evaluated.
    Advice(
        lambda person: person.prescriber_matters and person.prescriber == "confirmed" and person.missed_five_or_more,
        "tolerance-was-looked-at",
        "good-practice",
        frozenset({EVALUATE_TOLERANCE_AFTER_FIVE, TABLE_MORE_THAN_THREE_DAYS}),
    ),
    # Refused, at five or more.
    Advice(
        lambda person: person.prescriber_matters and person.prescriber == "refused" and person.missed_five_or_more,
        "tolerance-will-be-looked-at",
        "good-practice",
        frozenset({EVALUATE_TOLERANCE_AFTER_FIVE, TABLE_MORE_THAN_THREE_DAYS}),
    ),
    # Table 6, row 2.
    Advice(_has_cause("illicit-use"), "cause-illicit-use", "good-practice", frozenset({TABLE_ILLICIT_USE})),
    # Table 6, row 3; where it meets the 2023 text on supervision, the newer one leads.
    Advice(_has_cause("working"), "cause-working-pharmacy", "good-practice", frozenset({TABLE_WORKING})),
    Advice(
        _has_cause("working"),
        "cause-working-supervision",
        "inference",
        frozenset({TABLE_WORKING, SUPERVISION_RELAXED_WHEN}),
    ),
    Advice(_has_cause("other-cause"), "cause-other", "good-practice", frozenset({FIND_OUT_WHY_AT_ONCE})),
    # No reason given, or not known.
    Advice(
        lambda person: not person.missed_nothing and person.cause in (NONE, NOT_KNOWN),
        "cause-not-known",
        "good-practice",
        frozenset({FIND_OUT_WHY_AT_ONCE, MISSED_DOSES_AND_USE_ON_TOP}),
    ),
    # Injecting.
    # L610: a return to injecting; Table 6, row 2: needle exchange.
    Advice(
        lambda person: not person.missed_nothing and person.injecting == "yes",
        "injecting-equipment",
        "good-practice",
        frozenset({TABLE_ILLICIT_USE, RISKS_OF_MISSED_DOSES}),
    ),
    # Injecting not known.
    Advice(
        lambda person: not person.missed_nothing and person.injecting == NOT_KNOWN,
        "ask-about-injecting",
        "good-practice",
        frozenset({TABLE_ILLICIT_USE, RISKS_OF_MISSED_DOSES}),
    ),
    # Protocol exists.
    # L602 and Table 6, row 1: a shared care protocol. Which leads where it differs is inference.
    Advice(
        lambda person: not person.missed_nothing and person.protocol == "yes",
        "follow-protocol",
        "inference",
        frozenset({HOLD_AFTER_THREE_DAYS}),
    ),
    # No protocol.
    Advice(
        lambda person: not person.missed_nothing and person.protocol == "no",
        "make-protocol",
        "good-practice",
        frozenset({HOLD_AFTER_THREE_DAYS, TABLE_MORE_THAN_THREE_DAYS}),
    ),
    # Protocol not known.
    Advice(
        lambda person: not person.missed_nothing and person.protocol == NOT_KNOWN,
        "find-protocol",
        "good-practice",
        frozenset({HOLD_AFTER_THREE_DAYS, TABLE_MORE_THAN_THREE_DAYS}),
    ),
)


def every_person() -> Iterator[Person]:
    """Every combination on the grid."""
    for answers in product(DAYS, MEDICINES, PRESCRIBER, CAUSES, YES_NO_NOT_KNOWN, YES_NO_NOT_KNOWN):
        yield Person(*answers)


TABLE = Table("missed-opioid-doses", every_person, RESULTS, ADDED_ADVICE, sections=frozenset({"5.2.6"}))
