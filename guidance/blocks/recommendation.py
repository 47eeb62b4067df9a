"""Numbered recommendations: what to do, how strongly the source says it, and on which passages it rests."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from .citation import citation_list

STRENGTHS = [("must", "Must"), ("should", "Should"), ("may", "May")]
RULE, GOOD_PRACTICE, LOCAL_EXAMPLE, INFERENCE = "rule", "good-practice", "local-example", "inference"
BASES = [
    (RULE, "Rule"),
    (GOOD_PRACTICE, "Good practice"),
    (LOCAL_EXAMPLE, "One service's example"),
    (INFERENCE, "Our inference"),
]


class RecommendationBlock(blocks.StructBlock):
    """One recommendation. Its anchor is given once and kept for good: addresses end in it."""

    anchor = blocks.CharBlock(
        required=False,
        max_length=8,
        label="Number",
        validators=[RegexValidator(r"^r[1-9][0-9]*$", "Write r and a number, for example r3, or leave it empty.")],
        help_text="r1, r2, … Part of the address. Leave it empty for a new one; an old one keeps its statement.",
    )
    text = blocks.TextBlock(label="What to do", help_text="One or two sentences.", rows=2)
    strength = blocks.ChoiceBlock(choices=STRENGTHS, help_text="As the source has it.")
    basis = blocks.ChoiceBlock(choices=BASES, help_text="On what it rests.")
    citations = citation_list(required=False)
    why = blocks.TextBlock(label="Why", help_text="One to three sentences.", rows=3)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["basis"] != INFERENCE and not cleaned["citations"]:
            raise StructBlockValidationError(
                block_errors={
                    "citations": ValidationError("Cite what this rests on, or mark its basis as our inference.")
                }
            )
        return cleaned

    class Meta:
        icon = "tick"
        label = "Recommendation"
        description = "A numbered statement with its strength and the passages it rests on."
        preview_value = {
            "anchor": "r1",
            "text": "Agree the next appointment before the person leaves.",
            "strength": "should",
            "basis": GOOD_PRACTICE,
            "citations": [],
            "why": "A fixed date is easier to keep than an open offer.",
        }


class RecommendationsBlock(blocks.StreamBlock):
    recommendation = RecommendationBlock()

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        seen: set[str] = set()
        errors: dict[int, ValidationError] = {}
        for position, child in enumerate(cleaned):
            anchor = child.value["anchor"]
            if anchor and anchor in seen:
                message = ValidationError(f"{anchor} is taken by an earlier recommendation.")
                errors[position] = StructBlockValidationError(block_errors={"anchor": message})
            seen.add(anchor)
        if errors:
            raise blocks.StreamBlockValidationError(block_errors=errors)
        return cleaned

    class Meta:
        required = False
