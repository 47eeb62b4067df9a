"""A citation in the editor: a text with one form, checked as it is entered."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks

from guidance.citations import InvalidCitation, parse, resolve
from guidance.widgets import CitationInput

HELP_TEXT = "The passages that this rests on. Where no passage says it alone, cite the whole section."


def check_citation(text: str) -> None:
    """Refuse what is no citation, and what cites a source, edition or section that is not there.

    Raises:
        ValidationError: with a message that says the right form, or what is not there.
    """
    try:
        ref = parse(text)
    except InvalidCitation as error:
        raise ValidationError(str(error)) from error
    found = resolve([ref])[ref]
    if found.is_lost:
        raise ValidationError(f"The passage is no longer in {found.label}. Choose the passage again.")
    if not found.is_resolved:
        raise ValidationError(
            f"There is no section “{ref.section_key}” in {ref.source}@{ref.edition}. The sources' contents "
            "lists have the section numbers and headings."
        )


class CitationBlock(blocks.CharBlock):
    """One citation string, chosen in the passage chooser and checked here all the same."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field.widget = CitationInput(attrs=self.field.widget.attrs)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned:
            check_citation(cleaned)
        return cleaned

    class Meta:
        icon = "link"
        label = "Citation"
        description = "The passage or section that a statement rests on."
        preview_value = "towards-successful-treatment-completion@2009-07 5.2.4"


def citation_list(*, required: bool = True) -> blocks.ListBlock:
    """A list of citations, with its purpose explained once."""
    return blocks.ListBlock(
        CitationBlock(), label="Citations", min_num=1 if required else 0, default=[], help_text=HELP_TEXT
    )
