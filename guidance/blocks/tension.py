"""Where sources disagree: the sides of it, and the choice of a recorded disagreement for a page."""

from __future__ import annotations

from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from .citation import citation_list


class SideBlock(blocks.StructBlock):
    says = blocks.TextBlock(label="What it says", help_text="In our own words.", rows=3)
    citations = citation_list()

    class Meta:
        icon = "openquote"
        label = "Side"
        description = "One of the statements that do not agree, with its passage."
        preview_value = {"says": "Reassess after three days.", "citations": []}


class SidesBlock(blocks.StreamBlock):
    side = SideBlock()

    class Meta:
        min_num = 2


class TensionsBlock(blocks.StreamBlock):
    tension = SnippetChooserBlock(
        "guidance.Tension", label="Disagreement", description="Both sides, and which one we follow and why."
    )

    class Meta:
        required = False
