"""Short lists beside the text: what to do next, what the documents do not say, what changed."""

from __future__ import annotations

from wagtail import blocks


class TreesBlock(blocks.StreamBlock):
    tree = blocks.PageChooserBlock(
        page_type="decision_trees.TreePage",
        label="Tree",
        icon="list-ol",
        description="A decision tree that says what to do next.",
    )

    class Meta:
        required = False


class GapsBlock(blocks.StreamBlock):
    gap = blocks.TextBlock(
        label="Gap",
        icon="help",
        rows=2,
        description="Something the documents do not say.",
        preview_value="The documents give no interval.",
    )

    class Meta:
        required = False


class UpdateNoteBlock(blocks.StructBlock):
    date = blocks.DateBlock()
    text = blocks.CharBlock(max_length=300, help_text="What changed, in one line for readers.")

    class Meta:
        icon = "history"
        label = "Update note"
        description = "What changed on a day, in one line."


class UpdateNotesBlock(blocks.StreamBlock):
    note = UpdateNoteBlock()

    class Meta:
        required = False
