"""Sample values for the page that shows every component. Invented, and plain enough to be read as such."""

from __future__ import annotations

from datetime import date
from typing import Any

from search.views import FacetLink

_COMPLETION = {
    "source": "Towards successful treatment completion",
    "locator": "section 5.2.4, paragraph 3",
    "year": 2009,
    "url": "/sources/towards-successful-treatment-completion/",
    "historic": True,
}
_REMOTE = {
    "source": "Remote and in-person interventions",
    "locator": "Domestic abuse, paragraph 1",
    "year": 2023,
    "url": "/sources/remote-and-in-person-interventions/",
    "historic": False,
}


def sample_components() -> dict[str, Any]:
    """What `templates/portal/components.html` hands to each component."""
    return {
        "crumbs": [("What to do next", "/decision-trees/"), ("Alcohol on the breath", "/decision-trees/sample/")],
        "urgencies": [
            ("emergency", "Call 999 and stay with the person"),
            ("today", "Assess the risk with the prescriber now"),
            ("soon", "Bring the review forward"),
            ("routine", "Carry on as the care plan says"),
        ],
        "actions": [
            {
                "text": "Ask the prescriber to look at the person before the dose is given.",
                "basis": "good-practice",
                "year": 2009,
                "citations": [_COMPLETION],
            },
            {
                "text": "Write down the reading, its unit and the time.",
                "basis": "local-example",
                "year": 2009,
                "citations": [_COMPLETION],
            },
            {"text": "Arrange when to look again.", "basis": "inference", "year": None, "citations": []},
        ],
        "cautions": [
            {
                "text": "Do not decide on the reading alone.",
                "basis": "rule",
                "year": 2023,
                "citations": [_REMOTE],
                "because": "Reading: 0.42 mg/L",
            }
        ],
        "citations": [_COMPLETION, _REMOTE],
        "bases": ["rule", "good-practice", "local-example", "inference"],
        "rows": [
            {"question": "How does the person look?", "answer": "Intoxicated", "change_url": "#sample"},
            {
                "question": "Breath reading",
                "answer": "42 micrograms per 100 ml",
                "note": "The same as 0.42 mg/L",
                "change_url": "#sample",
            },
        ],
        "errors": [{"text": "Enter the reading as a number between 0 and 3.", "href": "#reading"}],
        "options": [
            {"value": "yes", "label": "Yes"},
            {"value": "no", "label": "No", "hint": "As far as anybody has seen."},
            {"value": "not-known", "label": "Not known", "checked": True},
        ],
        "boxes": [
            {"value": "cocaine", "label": "Cocaine"},
            {"value": "sedatives", "label": "Other sedatives", "hint": "Prescribed or not."},
            {"value": "none", "label": "None of these", "exclusive": True, "divider": "or"},
        ],
        "units": [
            {"value": "mg-l", "label": "mg/L", "selected": True},
            {"value": "ug-100ml", "label": "micrograms per 100 ml"},
        ],
        "one_unit": [{"value": "days", "label": "whole days"}],
        "pages": [
            {"number": 1, "url": "#1"},
            {"number": 2, "url": "#2", "current": True},
            {"number": 3, "url": "#3"},
            {"number": 4},
            {"number": 12, "url": "#12"},
        ],
        "previous": {"title": "5.2.3 Reviewing the care plan", "url": "#previous"},
        "next": {"title": "5.2.5 Responding to change", "url": "#next"},
        "facets": [
            FacetLink("Guidance page", 12, "#a", selected=False),
            FacetLink("Source passage", 148, "#b", selected=True),
        ],
        "sides": [
            {"says": "One text starts counting at three days.", "citations": [_COMPLETION]},
            {"says": "The other starts after three days.", "citations": [_REMOTE]},
        ],
        "gap_items": ["The documents give no interval for the next reading."],
        "signposts": ["Current clinical guidelines", "Your service's own policy"],
        "contents": [
            {"title": "Recommendations", "url": "#recommendations", "current": True},
            {"title": "Why", "url": "#why"},
            {"title": "Counting days", "url": "#days", "depth": 2},
        ],
        "reviewed": date(2026, 11, 22),
        "next_review": date(2027, 5, 22),
        "sources": [
            {
                "title": "Towards successful treatment completion",
                "url": "/sources/towards-successful-treatment-completion/",
                "year": 2009,
                "status": "historic",
            }
        ],
        "changes": [{"date": date(2026, 11, 22), "text": "First published."}],
        "steps": [
            {"title": "Opiates on top", "kind": "Read", "state": "done", "url": "#step-1"},
            {"title": "Sam's first review", "kind": "Practise", "state": "current", "url": "#step-2"},
            {"title": "Working with pharmacies", "kind": "Read", "state": "changed", "url": "#step-3"},
            {"title": "Three missed days", "kind": "Practise", "state": "to-do"},
        ],
    }
