"""A decision tree as data: frozen values, compared by content.

The words are those of the product: a tree has questions with options, rules that lead from answers to the next question
or an outcome, red flags that win over the path, and add-on advice that joins whatever outcome is reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .conditions import Condition

NOT_KNOWN = "not-known"
NONE_OF_THESE = "none"

#: Query-string keys of a journey's address; no question may be called so.
RESERVED_WORDS = frozenset({"v", "at", "result", "map", "outline", "proof", "versions", "print"})


class Kind(Enum):
    """What a question takes for an answer."""

    YES_NO = "yes-no"
    ONE_OF = "one-of"
    SEVERAL_OF = "several-of"
    NUMBER = "number"
    WHOLE_DAYS = "whole-days"

    @property
    def is_numeric(self) -> bool:
        return self in (Kind.NUMBER, Kind.WHOLE_DAYS)


class Asks(Enum):
    """Whether the answers to a question decide, or only change the advice that is added."""

    CLINICAL = "clinical"
    PROMPT = "prompt"


class Order(Enum):
    """How the rules after a question are read."""

    EXACTLY_ONE = "exactly-one"
    FIRST_FIT = "first-fit"


class Urgency(Enum):
    ROUTINE = "routine"
    SOON = "soon"
    TODAY = "today"
    EMERGENCY = "emergency"


class Basis(Enum):
    """On what a statement rests, strongest first."""

    RULE = "rule"
    GOOD_PRACTICE = "good-practice"
    LOCAL_EXAMPLE = "local-example"
    INFERENCE = "inference"


class UrgencyFrom(Enum):
    SOURCE = "source"
    INFERENCE = "inference"


class AdviceKind(Enum):
    DO = "do"
    DO_NOT = "do-not"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as entered. `value` is exact; compare through `units.to_base`."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A coded answer: an option, `yes`, `no`, a number question's coded answer, or `not-known`."""

    option: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The answer to a several-of question: option ids, sorted; or only `none`. Never empty."""

    options: tuple[str, ...]


Answer = Choice | Selection | Quantity
Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Bounds and step are in the base unit of the quantity; `units` are the accepted unit ids, the usual one first."""

    quantity: str
    units: tuple[str, ...]
    minimum: Decimal
    maximum: Decimal
    step: Decimal
    example: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """`when` is None for `otherwise`. `go` names a question or an outcome."""

    go: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    text: str
    kind: Kind
    rules: tuple[Rule, ...]
    why: str = ""
    hint: str = ""
    citations: tuple[str, ...] = ()
    #: For numbers: the coded answers other than `not-known`. For yes-no: filled in as yes and no.
    options: tuple[Option, ...] = ()
    #: Label of the exclusive answer `none` of a several-of question.
    none_label: str = ""
    #: Label of the answer `not-known`; empty when it is not offered, and then `no_not_known` says why.
    not_known: str = ""
    no_not_known: str = ""
    #: Answers marked as the careful direction: like `not-known`, none may lead anywhere less careful than its siblings.
    careful: tuple[str, ...] = ()
    number: NumberRange | None = None
    asks: Asks = Asks.CLINICAL
    order: Order = Order.EXACTLY_ONE
    setting: str = ""
    #: What sentences call the answer, for people: “breath reading”. Empty: it is made from the id.
    name: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """An action or a caution of an outcome."""

    text: str
    citations: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class PlannedTree:
    """A tree that is named but not written yet: the reader is sent to the cited section and told so."""

    title: str
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    id: str
    title: str
    do_now: str
    urgency: Urgency
    urgency_from: UrgencyFrom
    care_level: int
    care_reason: str
    actions: tuple[Statement, ...]
    cautions: tuple[Statement, ...]
    who_decides: str
    record: tuple[str, ...]
    because: str
    citations: tuple[str, ...]
    basis: Basis
    gaps: tuple[str, ...] = ()
    signposts: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    next_trees: tuple[str, ...] = ()
    planned_trees: tuple[PlannedTree, ...] = ()
    next_pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RedFlag:
    id: str
    when: Condition
    outcome: str


@dataclass(frozen=True, slots=True)
class AddOn:
    id: str
    when: Condition
    title: str
    text: str
    kind: AdviceKind
    citations: tuple[str, ...]
    basis: Basis
    not_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    slug: str
    title: str
    situation: str
    summary: str
    audience: str
    start: str
    questions: tuple[Question, ...]
    outcomes: tuple[Outcome, ...]
    red_flags: tuple[RedFlag, ...] = ()
    add_ons: tuple[AddOn, ...] = ()
    at_hand: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()

    def question(self, id: str) -> Question | None:
        return next((question for question in self.questions if question.id == id), None)

    def outcome(self, id: str) -> Outcome | None:
        return next((outcome for outcome in self.outcomes if outcome.id == id), None)


@dataclass(frozen=True, slots=True)
class Context:
    """What the walk reads besides the answers: figures in force on the day, and the service's local settings.

    `figures` maps figure ids to quantities. `settings` maps setting ids to an answer (a quantity, or a coded choice
    such as `none-set`); a question whose setting is here is answered by it and not asked.
    """

    figures: Mapping[str, Quantity] = field(default_factory=dict)
    settings: Mapping[str, Answer] = field(default_factory=dict)
