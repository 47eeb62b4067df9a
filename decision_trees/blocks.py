"""The blocks a tree is written with in the editor. Their values have the shape of a tree document's parts.

What a value means is said once, in `engine/model.py`; what is wrong with a tree is found once, in
`engine/validation.py`.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks

from guidance.blocks import citation_list

from .engine.conditions import parse
from .engine.errors import ConditionSyntaxError
from .engine.model import AdviceKind, Asks, Basis, Kind, Order, Urgency, UrgencyFrom
from .engine.units import UNITS

_KINDS = [
    (Kind.YES_NO.value, "Yes or no"),
    (Kind.ONE_OF.value, "One of several options"),
    (Kind.SEVERAL_OF.value, "Several options"),
    (Kind.NUMBER.value, "A number with a unit"),
    (Kind.WHOLE_DAYS.value, "Whole days"),
]
_BASES = [
    (Basis.RULE.value, "Rule"),
    (Basis.GOOD_PRACTICE.value, "Good practice"),
    (Basis.LOCAL_EXAMPLE.value, "One service's example"),
    (Basis.INFERENCE.value, "Our inference"),
]
_ORDERS = [
    (Order.EXACTLY_ONE.value, "Exactly one rule must hold"),
    (Order.FIRST_FIT.value, "From the top: the first rule that holds"),
]
_ASKS = [
    (Asks.CLINICAL.value, "Decides"),
    (Asks.PROMPT.value, "Prompt: changes only the added advice"),
]
_URGENCIES = [(urgency.value, urgency.value.capitalize()) for urgency in Urgency]
_URGENCY_FROM = [(UrgencyFrom.SOURCE.value, "The source"), (UrgencyFrom.INFERENCE.value, "Our inference")]
_ADVICE_KINDS = [
    (AdviceKind.DO.value, "Do"),
    (AdviceKind.DO_NOT.value, "Do not"),
    (AdviceKind.NOTE.value, "Note"),
]
_QUANTITIES = [(name, name.replace("-", " ").capitalize()) for name in sorted({u.quantity for u in UNITS.values()})]
_UNITS = [(unit.id, unit.symbol) for unit in UNITS.values()]


class ConditionBlock(blocks.TextBlock):
    """A condition, in the sentences of the closed grammar."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned:
            try:
                parse(cleaned)
            except ConditionSyntaxError as error:
                raise ValidationError(str(error)) from error
        return cleaned

    class Meta:
        icon = "code"
        label = "When"
        rows = 2


def _lines(label: str) -> blocks.ListBlock:
    return blocks.ListBlock(blocks.CharBlock(max_length=600), label=label, default=[])


def _id(help_text: str = "Kept for good: letters, digits and hyphens.") -> blocks.RegexBlock:
    return blocks.RegexBlock(
        regex=r"^[a-z][a-z0-9-]*$",
        error_messages={"invalid": "Use small letters, digits and hyphens, starting with a letter."},
        label="Id",
        help_text=help_text,
    )


class OptionBlock(blocks.StructBlock):
    id = _id()
    label = blocks.CharBlock(max_length=200)
    hint = blocks.CharBlock(required=False, max_length=300)

    class Meta:
        icon = "radio-empty"
        label = "Option"


class RuleBlock(blocks.StructBlock):
    when = ConditionBlock(required=False, help_text="Leave empty for “otherwise”.")
    go = blocks.CharBlock(label="Go to", max_length=80, help_text="Id of a question or an outcome.")

    class Meta:
        icon = "arrow-right"
        label = "Rule"


class NumberBlock(blocks.StructBlock):
    quantity = blocks.ChoiceBlock(choices=_QUANTITIES, required=False)
    units = blocks.MultipleChoiceBlock(choices=_UNITS, required=False)
    min = blocks.CharBlock(label="Lowest value", required=False, max_length=12)
    max = blocks.CharBlock(label="Highest value", required=False, max_length=12)
    step = blocks.CharBlock(label="Step", required=False, max_length=12)
    example = blocks.CharBlock(required=False, max_length=40)

    class Meta:
        icon = "order"
        label = "Number"


class QuestionBlock(blocks.StructBlock):
    id = _id()
    text = blocks.CharBlock(label="Question", max_length=250)
    kind = blocks.ChoiceBlock(choices=_KINDS)
    why = blocks.CharBlock(label="Why it matters", required=False, max_length=400)
    hint = blocks.CharBlock(required=False, max_length=400)
    citations = citation_list(required=False)
    options = blocks.ListBlock(
        OptionBlock(),
        default=[],
        help_text="For one of and several of. For a number: coded answers such as “No limit is set”.",
    )
    none_label = blocks.CharBlock(label="Label of “none of these”", required=False, max_length=200)
    not_known = blocks.CharBlock(label="Label of “not known”", required=False, max_length=200)
    no_not_known = blocks.CharBlock(label="Why “not known” is not offered", required=False, max_length=400)
    number = NumberBlock(required=False)
    asks = blocks.ChoiceBlock(choices=_ASKS, default=Asks.CLINICAL.value)
    order = blocks.ChoiceBlock(label="How the rules are read", choices=_ORDERS, default=Order.EXACTLY_ONE.value)
    setting = blocks.CharBlock(label="Local setting that answers it", required=False, max_length=80)
    rules = blocks.ListBlock(RuleBlock(), label="Rules", min_num=1)

    class Meta:
        icon = "help"
        label = "Question"
        label_format = "{text}"
        form_classname = "struct-block tree-question"


class StatementBlock(blocks.StructBlock):
    text = blocks.TextBlock(rows=2)
    citations = citation_list()
    basis = blocks.ChoiceBlock(choices=_BASES)

    class Meta:
        icon = "check"
        label = "Statement"


class PlannedTreeBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=200)
    citations = citation_list()

    class Meta:
        icon = "time"
        label = "Tree not written yet"


class OutcomeBlock(blocks.StructBlock):
    id = _id()
    title = blocks.CharBlock(max_length=200)
    do_now = blocks.CharBlock(label="The one thing to do now", max_length=400)
    urgency = blocks.ChoiceBlock(choices=_URGENCIES)
    urgency_from = blocks.ChoiceBlock(label="Where the urgency comes from", choices=_URGENCY_FROM)
    care_level = blocks.IntegerBlock(min_value=0, max_value=9, help_text="Higher is more careful.")
    care_reason = blocks.CharBlock(label="Why it stands at that level", max_length=400)
    actions = blocks.ListBlock(StatementBlock(), label="Actions, in order", min_num=1)
    cautions = blocks.ListBlock(StatementBlock(), label="What not to do", default=[])
    who_decides = blocks.CharBlock(max_length=400)
    record = _lines("What to record")
    because = blocks.TextBlock(label="Why this outcome", rows=2)
    citations = citation_list()
    basis = blocks.ChoiceBlock(choices=_BASES)
    gaps = _lines("What the documents do not say")
    signposts = _lines("Where to look instead")
    conflicts = _lines("Tensions to show, by id")
    next_trees = _lines("Next trees, by slug")
    planned_trees = blocks.ListBlock(PlannedTreeBlock(), default=[])
    next_pages = _lines("Next pages, by slug")

    class Meta:
        icon = "tick"
        label = "Outcome"
        label_format = "{title}"


class RedFlagBlock(blocks.StructBlock):
    id = _id()
    when = ConditionBlock()
    outcome = blocks.CharBlock(max_length=80, help_text="Id of an outcome.")

    class Meta:
        icon = "warning"
        label = "Red flag"


class AddOnBlock(blocks.StructBlock):
    id = _id()
    when = ConditionBlock()
    title = blocks.CharBlock(max_length=200)
    text = blocks.TextBlock(rows=2)
    kind = blocks.ChoiceBlock(choices=_ADVICE_KINDS)
    citations = citation_list()
    basis = blocks.ChoiceBlock(choices=_BASES)
    not_with = _lines("Outcomes it does not join, by id")

    class Meta:
        icon = "plus"
        label = "Added advice"
        label_format = "{title}"


class CaseBlock(blocks.StructBlock):
    id = _id()
    story = blocks.TextBlock(rows=3, help_text="An invented person, in general words. Shown to learners.")
    answers = blocks.TextBlock(
        rows=4, help_text="One a line: “looks = withdrawal”, “reading = 0.42 mg-l”, “risks = cocaine, sedatives”."
    )
    outcome = blocks.CharBlock(max_length=80, help_text="Id of the outcome that these answers must reach.")
    add_ons = _lines("Added advice that must join, by id")
    why = blocks.CharBlock(max_length=500)
    citations = citation_list()

    class Meta:
        icon = "user"
        label = "Case"
        label_format = "{id}"
