"""The hidden fields that the tree editor writes. What they hold is what the page keeps."""

from __future__ import annotations

import json
from typing import Any

from django import forms


class TreeInput(forms.HiddenInput):
    """The tree, with every condition as data: the editor builds them from lists and reads no sentences."""

    def format_value(self, value: Any) -> str | None:
        # The reader knows the page, whose form knows this field.
        from decision_trees.readers import document_for_editing

        try:
            return json.dumps(document_for_editing(json.loads(value or "{}")))
        except (TypeError, ValueError):
            # What cannot be read is kept as it is; the form says what is wrong with it.
            return super().format_value(value)
