"""The steps of a learning path as an editor writes them. A new kind is one block here and one way to show it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from decision_trees.readers import cases_of_page

#: Words that stand in the place of a step in addresses of a path.
RESERVED_STEP_IDS = frozenset({"start"})


class StepIdBlock(blocks.RegexBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            regex=r"^[a-z][a-z0-9-]*$",
            max_length=80,
            error_messages={"invalid": "Use small letters, digits and hyphens, starting with a letter."},
            label="Id",
            help_text="Stands in the step's address and in people's progress. Kept for good once published.",
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned in RESERVED_STEP_IDS:
            raise ValidationError(f"“{cleaned}” is a word of the portal's own addresses. Choose another id.")
        return cleaned

    def deconstruct(self) -> Any:
        # The arguments are this class's own; migrations need only its name.
        return "learning.blocks.StepIdBlock", (), {}


class ReadStepBlock(blocks.StructBlock):
    id = StepIdBlock()
    title = blocks.CharBlock(max_length=160)
    page = blocks.PageChooserBlock(page_type="guidance.GuidancePage", label="Guidance page")

    class Meta:
        icon = "doc-full"
        label = "Read"
        label_format = "{title}"
        description = "Read a guidance page."


class PractiseStepBlock(blocks.StructBlock):
    id = StepIdBlock()
    title = blocks.CharBlock(max_length=160)
    tree = blocks.PageChooserBlock(page_type="decision_trees.TreePage", label="Tree")
    case = blocks.CharBlock(max_length=80, help_text="Id of one of the tree's cases.")
    brief = blocks.TextBlock(
        required=False, rows=3, help_text="The story that the learner reads. Empty: the case's own story."
    )

    class Meta:
        icon = "user"
        label = "Practise"
        label_format = "{title}"
        description = "Walk a tree with a given case until the right outcome is reached."

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        case_ids = [str(case.get("id", "")) for case in cases_of_page(cleaned["tree"].specific)]
        if cleaned["case"] not in case_ids:
            known = ", ".join(case_ids) if case_ids else "none"
            raise StructBlockValidationError(
                block_errors={"case": ValidationError(f"The tree has no such case. Its cases: {known}.")}
            )
        return cleaned


class StepsBlock(blocks.StreamBlock):
    read = ReadStepBlock()
    practise = PractiseStepBlock()

    class Meta:
        required = False

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        taken: set[str] = set()
        errors: dict[int, ValidationError] = {}
        for position, step in enumerate(cleaned):
            step_id = step.value["id"]
            if step_id in taken:
                error = ValidationError("Another step of this path has this id.")
                errors[position] = StructBlockValidationError(block_errors={"id": error})
            taken.add(step_id)
        if errors:
            raise StreamBlockValidationError(block_errors=errors)
        return cleaned


class OutcomesBlock(blocks.StreamBlock):
    outcome = blocks.CharBlock(
        max_length=300, icon="tick", label="Outcome", description="Something the learner can do afterwards."
    )

    class Meta:
        required = False
