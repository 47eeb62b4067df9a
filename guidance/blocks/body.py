"""The background of a guidance page: Markdown first, and what is better made in the editor."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from guidance.widgets import CitedTextInput

from .citation import check_citation

CITATION_MARK = re.compile(r"\[\[([^\[\]\n]+)\]\]")
WRITING, DATA = "Writing", "Tables and figures"


def marks_in(text: str) -> list[str]:
    """The citations marked in a Markdown text, in their order."""
    return [mark.strip() for mark in CITATION_MARK.findall(text)]


class MarkdownBlock(blocks.TextBlock):
    """Markdown in which [[a citation]] becomes a numbered link."""

    @cached_property
    def field(self) -> forms.CharField:
        return forms.CharField(widget=CitedTextInput(attrs={"rows": self.rows}), **self.field_options)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        problems = []
        for mark in dict.fromkeys(marks_in(cleaned or "")):
            try:
                check_citation(mark)
            except ValidationError as error:
                problems.extend(error.messages)
        if problems:
            raise ValidationError(problems)
        return cleaned

    class Meta:
        icon = "edit"
        label = "Markdown"
        group = WRITING
        description = "Headings, lists and tables written as Markdown. A citation stands in double square brackets."
        preview_value = "## Why\n\nShort sentences in our own words.\n\n- A list\n- of two points"


class CallOutBlock(blocks.StructBlock):
    """Something to notice."""

    kind = blocks.ChoiceBlock(
        choices=[("important", "Important"), ("note", "Note"), ("do", "Do"), ("do-not", "Do not")], default="important"
    )
    title = blocks.CharBlock(max_length=120)
    text = MarkdownBlock(rows=3)

    class Meta:
        icon = "warning"
        label = "Call-out"
        template = "blocks/call_out.html"
        group = WRITING
        description = "A framed text that must not be overlooked."
        preview_value = {"kind": "important", "title": "Who decides", "text": "The prescriber decides."}


class TableBlock(blocks.StructBlock):
    """A real table with a caption."""

    caption = blocks.CharBlock(max_length=200)
    table = TypedTableBlock([("text", blocks.CharBlock(required=False))])

    class Meta:
        icon = "table"
        label = "Table"
        template = "blocks/table.html"
        group = DATA
        description = "Rows and columns with a caption. On a phone it scrolls inside itself."


class BodyBlock(blocks.StreamBlock):
    markdown = MarkdownBlock(rows=12)
    heading = blocks.CharBlock(
        icon="title",
        max_length=120,
        group=WRITING,
        description="A heading of the second level; it joins the contents list.",
        preview_value="Background",
    )
    paragraph = blocks.RichTextBlock(
        features=["bold", "italic", "link", "ul", "ol"],
        group=WRITING,
        description="Formatted text, for those who prefer a toolbar to Markdown.",
        preview_value="<p>Short sentences in our own words.</p>",
    )
    call_out = CallOutBlock()
    table = TableBlock()
    figure = SnippetChooserBlock(
        "guidance.Figure",
        icon="info-circle",
        template="blocks/figure.html",
        group=DATA,
        description="A legal or national number with its place, its dates and its source.",
    )

    class Meta:
        required = False
