"""What the editor's form of a tree posts, as a browser would."""

from __future__ import annotations

import json
from typing import Any

from wagtail.test.utils.form_data import nested_form_data

from decision_trees.models import TreePage

_TEXTS = ("title", "slug", "situation", "summary", "audience", "at_hand", "topics", "words", "gaps")


def form_of(page: TreePage) -> dict[str, Any]:
    """The form of the page as its fields stand, saved or not, with no button pressed."""
    data: dict[str, Any] = {name: getattr(page, name) for name in (*_TEXTS, "owned_by", "change_note")}
    data |= {"reviewed": page.reviewed or "", "next_review": page.next_review or ""}
    data |= {"seo_title": "", "search_description": "", "go_live_at": "", "expire_at": ""}
    data["comments"] = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": ""}
    data |= {name: json.dumps(getattr(page, name)) for name in ("document", "cases")}
    posted: dict[str, Any] = nested_form_data(data)
    return posted
