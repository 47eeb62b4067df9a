"""Alcohol on the breath before an opioid dose: the expected result for every combination, written from the passages.

Source: Towards successful treatment completion (2009), section 5.2.4. An "L" number in a comment is the line of the
stored text. "Inference" marks what the text leaves open; docs/decisions/0003-careful-readings.md gives the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, cycle, product

from decision_trees.engine.model import Answer, Answers, Choice, Quantity

from .comparing import Table, answer_of
from .lines import NONE, NOT_KNOWN, YES_NO_NOT_KNOWN, Advice, Result

# The passages, named by what they say.
FACTS_ON_DRINKING = "towards-successful-treatment-completion@2009-07 5.2.4 #89dc6b4ff585"
STAFF_COMPETENCES = "towards-successful-treatment-completion@2009-07 5.2.4 #d9e3a5c16cb7"
OFFER_ALCOHOL_HELP = "towards-successful-treatment-completion@2009-07 5.2.4 #4c18326040e9"
FORCED_WITHDRAWAL_IS_DANGEROUS = "towards-successful-treatment-completion@2009-07 5.2.4 #4bd7a9e8178b"
ASSESS_AND_KEEP_DOSES_STEADY = "towards-successful-treatment-completion@2009-07 5.2.4 #fcb1fbc0af42"
FACTORS_TO_ASSESS = "towards-successful-treatment-completion@2009-07 5.2.4 #4dbd808907c2"
DO_NOT_DRIVE_ABOVE = "towards-successful-treatment-completion@2009-07 5.2.4 #7b81aed5c9ad"
AUDIT_OF_15_SERVICES = "towards-successful-treatment-completion@2009-07 5.2.4 #d9e802785779"
OWN_LIMIT_EXAMPLE = "towards-successful-treatment-completion@2009-07 5.2.4 #a6aa60b176ff"
BENZODIAZEPINES_ADD_RISK = "towards-successful-treatment-completion@2009-07 5.2.4 #cb4e19a7ee4d"
RISKS_AND_BALANCE = "towards-successful-treatment-completion@2009-07 5.2.4 #6c9f9b0397ff"
NOT_AS_PUNISHMENT_SURVEY = "towards-successful-treatment-completion@2009-07 5.2.1 #11485c9a7396"
NOT_AS_PUNISHMENT = "towards-successful-treatment-completion@2009-07 6 #6a363c5581a4"

#: The drink-drive limit in breath as the text gives it (L542). Advice starts above it (L540).
DRIVING_LIMIT = Decimal("0.35")

MG_PER_LITRE = "mg-l"
MICROGRAMS_PER_100_ML = "ug-100ml"

ZERO = Decimal(0)
NONE_SET = "none-set"

LOOKS = ("intoxicated", "withdrawal", "neither", NOT_KNOWN)
READINGS: tuple[Decimal | None, ...] = (
    None,
    *(Decimal(each) for each in ("0", "0.01", "0.15", "0.16", "0.34", "0.35", "0.36", "0.40", "0.42")),
)
OWN_LIMITS: tuple[Decimal | str, ...] = (
    NONE_SET,
    NOT_KNOWN,
    *(Decimal(each) for each in ("0", "0.15", "0.35", "0.40", "0.42")),
)
SERVICE_LIMITS: tuple[Decimal | str, ...] = (NONE_SET, NOT_KNOWN, *(Decimal(each) for each in ("0", "0.35", "0.40")))
RISKS = ("bingeing", "cocaine", "irregular-dose", "other-medicines", "physical-illness", "sedatives")


def is_above(reading: Decimal, limit: Decimal | str) -> bool:
    """Every mention in the text says "above": exactly at a limit is not above it, and no number is not a limit."""
    return isinstance(limit, Decimal) and reading > limit


@dataclass(frozen=True)
class Person:
    """One combination of answers. A reading of None was not measured, or was refused."""

    looks: str
    reading: Decimal | None
    own_limit: Decimal | str
    retest: str
    dependent: str
    service_limit: Decimal | str
    risks: tuple[str, ...] | str

    @property
    def has_reading(self) -> bool:
        return self.reading is not None

    @property
    def has_alcohol_on_breath(self) -> bool:
        return self.reading is not None and self.reading > ZERO

    @property
    def may_be_in_withdrawal(self) -> bool:
        return self.looks in ("withdrawal", NOT_KNOWN)

    @property
    def is_above_own_limit(self) -> bool:
        return self.reading is not None and is_above(self.reading, self.own_limit)

    @property
    def is_above_service_limit(self) -> bool:
        return (
            self.reading is not None and isinstance(self.service_limit, Decimal) and self.reading > self.service_limit
        )

    @property
    def is_above_driving_limit(self) -> bool:
        return self.reading is not None and self.reading > DRIVING_LIMIT

    @property
    def own_limit_matters(self) -> bool:
        """Whether a limit of their own could change anything: there is something to compare, and no withdrawal."""
        if self.may_be_in_withdrawal or not self.has_reading:
            return False
        return self.looks == "neither" or self.has_alcohol_on_breath

    @property
    def dependence_matters(self) -> bool:
        """No signs, a reading, and no limit that settles it."""
        if self.looks != "neither" or not self.has_reading or isinstance(self.own_limit, Decimal):
            return False
        return self.own_limit == NONE_SET or not self.has_alcohol_on_breath

    @property
    def service_limit_matters(self) -> bool:
        return self.dependence_matters and self.has_alcohol_on_breath and self.dependent == "no"


RESULTS: tuple[Result[Person], ...] = (
    # In withdrawal, or signs of both, or not sure, whatever the reading: assess with the prescriber now.
    # L522 bars sober-or-nothing rules; L524 asks for a risk assessment; L542: six of 15 services dispense in such a
    # case. The step itself is inference.
    Result(
        lambda person: person.may_be_in_withdrawal,
        "assess-withdrawal-now",
        "inference",
        frozenset(
            {
                FORCED_WITHDRAWAL_IS_DANGEROUS,
                ASSESS_AND_KEEP_DOSES_STEADY,
                FACTORS_TO_ASSESS,
                AUDIT_OF_15_SERVICES,
                RISKS_AND_BALANCE,
                NOT_AS_PUNISHMENT,
            }
        ),
    ),
    # Above their own limit, and a second test today is possible: ask for it.
    # L544: above the individual limit, a second test later that day. L522: no forced withdrawal.
    Result(
        lambda person: person.is_above_own_limit and person.retest == "yes",
        "retest-later-today",
        "local-example",
        frozenset({OWN_LIMIT_EXAMPLE, FORCED_WITHDRAWAL_IS_DANGEROUS, FACTORS_TO_ASSESS, NOT_AS_PUNISHMENT}),
    ),
    # Above their own limit, and no second test today: the prescriber decides about the dose, for safety only.
    # L544: part or all may be withheld that day. L524: risk assessment. L458, L671: never only as a punishment.
    # The example says neither who decides nor that the assessment comes first; nor does it say that not known whether a
    # second test is possible counts as not possible: inference.
    Result(
        lambda person: person.is_above_own_limit,
        "prescriber-decides-dose",
        "inference",
        frozenset(
            {
                OWN_LIMIT_EXAMPLE,
                ASSESS_AND_KEEP_DOSES_STEADY,
                FORCED_WITHDRAWAL_IS_DANGEROUS,
                NOT_AS_PUNISHMENT_SURVEY,
                NOT_AS_PUNISHMENT,
            }
        ),
    ),
    # Looks intoxicated, and is not above a known limit of their own: assess before any dose.
    # L524: a person under the influence who comes for medication is assessed, risks against benefits.
    Result(
        lambda person: person.looks == "intoxicated",
        "assess-before-any-dose",
        "good-practice",
        frozenset({ASSESS_AND_KEEP_DOSES_STEADY, FACTORS_TO_ASSESS, RISKS_AND_BALANCE, NOT_AS_PUNISHMENT}),
    ),
    # No signs and no reading: ask for a test; without one, assess before the dose.
    # From here nobody shows signs. The text is silent on a missing reading: inference, for everybody.
    Result(
        lambda person: not person.has_reading,
        "ask-for-a-test",
        "inference",
        frozenset({ASSESS_AND_KEEP_DOSES_STEADY, FACTORS_TO_ASSESS}),
    ),
    # Has their own limit and is not above it: carry on, and offer help with alcohol.
    # L544: only a reading above the individual limit leads on to a second test. Carrying on is inference.
    Result(
        lambda person: isinstance(person.own_limit, Decimal),
        "within-individual-limit",
        "inference",
        frozenset({OWN_LIMIT_EXAMPLE, OFFER_ALCOHOL_HELP}),
    ),
    # Alcohol on the breath, and nobody knows whether they have a limit: assess today, look it up.
    # L524: assess. L544: baseline of readings with signs, then a limit. The rest is inference.
    Result(
        lambda person: person.has_alcohol_on_breath and person.own_limit == NOT_KNOWN,
        "assess-and-set-limit",
        "inference",
        frozenset({ASSESS_AND_KEEP_DOSES_STEADY, OWN_LIMIT_EXAMPLE, FACTORS_TO_ASSESS, FORCED_WITHDRAWAL_IS_DANGEROUS}),
    ),
    # Alcohol on the breath, no limit of their own, dependent or not known: assess today, start a baseline.
    Result(
        lambda person: person.has_alcohol_on_breath and person.dependent in ("yes", NOT_KNOWN),
        "assess-and-set-limit",
        "inference",
        frozenset({ASSESS_AND_KEEP_DOSES_STEADY, OWN_LIMIT_EXAMPLE, FACTORS_TO_ASSESS, FORCED_WITHDRAWAL_IS_DANGEROUS}),
    ),
    # Dependent, zero, no signs: carry on, and keep this reading for the baseline.
    # L544: pairs of readings and signs make the baseline. L520: offer help. Carrying on is inference.
    Result(
        lambda person: person.dependent == "yes",
        "keep-baseline-reading",
        "inference",
        frozenset({OWN_LIMIT_EXAMPLE, OFFER_ALCOHOL_HELP, FORCED_WITHDRAWAL_IS_DANGEROUS}),
    ),
    # Not dependent, above the service's limit: local policy, with a risk assessment.
    # L542: a service's limit is local practice.
    Result(
        lambda person: person.is_above_service_limit,
        "above-service-limit",
        "local-example",
        frozenset({AUDIT_OF_15_SERVICES, ASSESS_AND_KEEP_DOSES_STEADY, NOT_AS_PUNISHMENT}),
    ),
    # Not dependent, alcohol on the breath, service limit not known: find it out first.
    # L542: audited limits began at 0, so any alcohol may be above the unknown limit. Inference.
    Result(
        lambda person: person.has_alcohol_on_breath and person.service_limit == NOT_KNOWN,
        "find-service-limit",
        "inference",
        frozenset({AUDIT_OF_15_SERVICES, ASSESS_AND_KEEP_DOSES_STEADY}),
    ),
    # Not dependent, above the driving limit, not above any service limit: assess before the dose.
    # L540, L542: a driving limit. A cue to assess (L524), not a rule about the dose. Inference.
    Result(
        lambda person: person.is_above_driving_limit,
        "assess-high-reading",
        "inference",
        frozenset({ASSESS_AND_KEEP_DOSES_STEADY, AUDIT_OF_15_SERVICES, DO_NOT_DRIVE_ABOVE}),
    ),
    # Otherwise: carry on, and offer advice or help.
    # L515, L520: offer advice and help. No step in the text: inference.
    Result(
        lambda person: True,
        "carry-on",
        "inference",
        frozenset({FACTS_ON_DRINKING, STAFF_COMPETENCES, OFFER_ALCOHOL_HELP, ASSESS_AND_KEEP_DOSES_STEADY}),
    ),
)


def _has_risk(risk: str) -> Callable[[Person], bool]:
    return lambda person: isinstance(person.risks, tuple) and risk in person.risks


ADDED_ADVICE: tuple[Advice[Person], ...] = (
    # Above 0.35 mg/L.
    # L540: above the legal limit, advise not to drive.
    Advice(
        lambda person: person.is_above_driving_limit,
        "do-not-drive",
        "rule",
        frozenset({DO_NOT_DRIVE_ABOVE, AUDIT_OF_15_SERVICES}),
    ),
    # No reading.
    # Inference: a missing reading is not a low one.
    Advice(
        lambda person: not person.has_reading,
        "ask-about-driving",
        "inference",
        frozenset({DO_NOT_DRIVE_ABOVE}),
    ),
    # Signs, and a reading that is not above 0.35 mg/L.
    # Inference: the text ties the advice to the reading alone. Signs with a low reading are no reason to drive.
    Advice(
        lambda person: person.looks != "neither" and person.has_reading and not person.is_above_driving_limit,
        "signs-and-driving",
        "inference",
        frozenset({DO_NOT_DRIVE_ABOVE}),
    ),
    # Exactly 0.35 mg/L.
    # The text says "above" and is silent on "at", for all three limits: said on the screen.
    Advice(
        lambda person: person.reading == DRIVING_LIMIT,
        "exactly-driving-limit",
        "inference",
        frozenset({DO_NOT_DRIVE_ABOVE}),
    ),
    # Exactly at their own limit.
    Advice(
        lambda person: person.own_limit_matters and person.reading == person.own_limit,
        "exactly-individual-limit",
        "inference",
        frozenset({OWN_LIMIT_EXAMPLE}),
    ),
    # Exactly at the service's limit.
    Advice(
        lambda person: person.service_limit_matters and person.reading == person.service_limit,
        "exactly-service-limit",
        "inference",
        frozenset({AUDIT_OF_15_SERVICES}),
    ),
    # Looks intoxicated; the reading is missing, zero, or not above their own limit.
    # L534 (in the list of factors) and L551: other sedatives.
    Advice(
        lambda person: (
            person.looks == "intoxicated"
            and (
                not person.has_alcohol_on_breath
                or (isinstance(person.own_limit, Decimal) and not person.is_above_own_limit)
            )
        ),
        "reading-does-not-explain",
        "inference",
        frozenset({FACTORS_TO_ASSESS, BENZODIAZEPINES_ADD_RISK}),
    ),
    # Looks intoxicated, and above their own limit.
    # L524 as well as L544. Inference: two passages at once.
    Advice(
        lambda person: person.looks == "intoxicated" and person.is_above_own_limit,
        "assess-before-dose-too",
        "inference",
        frozenset({ASSESS_AND_KEEP_DOSES_STEADY}),
    ),
    # Above their own limit, not known whether they can come back.
    Advice(
        lambda person: not person.may_be_in_withdrawal and person.is_above_own_limit and person.retest == NOT_KNOWN,
        "retest-counts-as-no",
        "inference",
        frozenset({OWN_LIMIT_EXAMPLE}),
    ),
    # Not known whether they have a limit of their own, where it could change something.
    Advice(
        lambda person: person.own_limit_matters and person.own_limit == NOT_KNOWN,
        "look-up-individual-limit",
        "inference",
        frozenset({OWN_LIMIT_EXAMPLE}),
    ),
    # Not known whether they are dependent, where it could change something.
    # L529 (in the list of factors): dependence, with a standard instrument.
    Advice(
        lambda person: person.dependence_matters and person.dependent == NOT_KNOWN,
        "find-out-dependence",
        "good-practice",
        frozenset({FACTORS_TO_ASSESS}),
    ),
    # The list L526-538, the benzodiazepine passage L546, and irregular high doses L524. They never decide.
    # That the prescriber hears of sedatives and of irregular doses before the dose is given is inference.
    Advice(
        _has_risk("sedatives"),
        "risk-sedatives",
        "inference",
        frozenset({FACTORS_TO_ASSESS, BENZODIAZEPINES_ADD_RISK}),
    ),
    Advice(_has_risk("cocaine"), "risk-cocaine", "good-practice", frozenset({FACTORS_TO_ASSESS})),
    Advice(_has_risk("bingeing"), "risk-bingeing", "good-practice", frozenset({FACTORS_TO_ASSESS})),
    Advice(_has_risk("physical-illness"), "risk-physical-illness", "good-practice", frozenset({FACTORS_TO_ASSESS})),
    Advice(_has_risk("other-medicines"), "risk-other-medicines", "good-practice", frozenset({FACTORS_TO_ASSESS})),
    Advice(
        _has_risk("irregular-dose"),
        "risk-irregular-dose",
        "inference",
        frozenset({ASSESS_AND_KEEP_DOSES_STEADY, FACTORS_TO_ASSESS}),
    ),
    # Risks not known.
    Advice(
        lambda person: person.risks == NOT_KNOWN,
        "risks-not-known",
        "good-practice",
        frozenset({FACTORS_TO_ASSESS}),
    ),
)


def every_person() -> Iterator[Person]:
    """Every combination on the grid.

    The risks turn round from one combination to the next, each set of them many times: they add advice of their own and
    nothing else hangs on them, so crossing them with the rest would only repeat it 65 times.
    """
    turns: tuple[tuple[str, ...] | str, ...] = (*every_set_of_risks(), NOT_KNOWN)
    grid = product(LOOKS, READINGS, OWN_LIMITS, YES_NO_NOT_KNOWN, YES_NO_NOT_KNOWN, SERVICE_LIMITS)
    for (looks, reading, own_limit, retest, dependent, service_limit), some_risks in zip(
        grid, cycle(turns), strict=False
    ):
        yield Person(looks, reading, own_limit, retest, dependent, service_limit, some_risks)


def every_set_of_risks() -> Iterator[tuple[str, ...]]:
    """Every set of risks, the empty one too."""
    for size in range(len(RISKS) + 1):
        yield from combinations(RISKS, size)


def number(value: Decimal, unit: str) -> Quantity:
    return Quantity(value * 100 if unit == MICROGRAMS_PER_100_ML else value, unit)


def _number_or_words(value: Decimal | str, unit: str) -> Answer:
    return number(value, unit) if isinstance(value, Decimal) else Choice(value)


def answers_of(person: Person, unit: str = MG_PER_LITRE, unit_of_limits: str | None = None) -> Answers:
    unit_of_limits = unit_of_limits or unit
    return {
        "looks": answer_of(person.looks),
        "reading": _number_or_words(NOT_KNOWN if person.reading is None else person.reading, unit),
        "risks": answer_of(person.risks or NONE),
        "individual-limit": _number_or_words(person.own_limit, unit_of_limits),
        "retest": answer_of(person.retest),
        "dependent": answer_of(person.dependent),
        "service-limit": _number_or_words(person.service_limit, unit_of_limits),
    }


TABLE = Table(
    "breath-alcohol-before-dose",
    every_person,
    RESULTS,
    ADDED_ADVICE,
    sections=frozenset({"5.2.4"}),
    answers_of=answers_of,
    units_of_readings=("mg/L", "micrograms per 100 ml"),
)
