"""What the tree editor is told once: the words of the format, what can be pointed at, and the ids kept for good.

The script's side of this is described in `static/decision_trees/editor/vocabulary.js`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from decision_trees.engine.conditions import GRAMMAR_WORDS, name_of
from decision_trees.engine.model import (
    NOT_KNOWN,
    RESERVED_WORDS,
    AdviceKind,
    Asks,
    Basis,
    Kind,
    Order,
    Urgency,
    UrgencyFrom,
)
from decision_trees.engine.units import UNITS, plain
from decision_trees.mentions import cases_needed
from decision_trees.models import LaterCases, LocalSetting, TreePage
from guidance.models import Figure, GuidancePage, Tension

#: A stored word, and what people read for it.
Choice = tuple[str, str]

_KINDS = (
    (Kind.YES_NO, "Yes or no"),
    (Kind.ONE_OF, "One of several options"),
    (Kind.SEVERAL_OF, "Several options"),
    (Kind.NUMBER, "A number with a unit"),
    (Kind.WHOLE_DAYS, "Whole days"),
)
_BASES = (
    (Basis.RULE, "Rule: the text states it as a rule or a legal limit"),
    (Basis.GOOD_PRACTICE, "Good practice: recommended in the text"),
    (Basis.LOCAL_EXAMPLE, "Local example: one service's example in the text"),
    (Basis.INFERENCE, "Our inference: the text is silent, ambiguous or less careful"),
)
_ORDERS = (
    (Order.EXACTLY_ONE, "Exactly one rule must hold"),
    (Order.FIRST_FIT, "From the top: the first rule that holds"),
)
_ASKS = (
    (Asks.CLINICAL, "It decides"),
    (Asks.PROMPT, "It is a prompt: it changes only the added advice"),
)
_URGENCIES = (
    (Urgency.ROUTINE, "Routine"),
    (Urgency.SOON, "Soon"),
    (Urgency.TODAY, "Today"),
    (Urgency.EMERGENCY, "Emergency"),
)
_URGENCY_FROM = ((UrgencyFrom.SOURCE, "The source states it"), (UrgencyFrom.INFERENCE, "Our inference"))
_ADVICE_KINDS = ((AdviceKind.DO, "Do"), (AdviceKind.DO_NOT, "Do not"), (AdviceKind.NOTE, "Note"))


def vocabulary_of(page: TreePage) -> dict[str, Any]:
    """The vocabulary for the editor of a page, as plain values."""
    return {
        "page": page.pk or 0,
        "checkUrl": _address("decision_trees_check"),
        "mapUrl": _address("decision_trees_drawing"),
        "mutationsUrl": _address("decision_trees_mutations"),
        "kinds": _choices(_KINDS),
        "bases": _choices(_BASES),
        "orders": _choices(_ORDERS),
        "asks": _choices(_ASKS),
        "urgencies": _choices(_URGENCIES),
        "urgencyFrom": _choices(_URGENCY_FROM),
        "adviceKinds": _choices(_ADVICE_KINDS),
        "quantities": [(each, name_of(each).capitalize()) for each in sorted({u.quantity for u in UNITS.values()})],
        "units": [
            {
                "id": unit.id,
                "quantity": unit.quantity,
                "symbol": unit.symbol,
                "one": unit.one,
                "factor": f"{plain(unit.factor):f}",
            }
            for unit in UNITS.values()
        ],
        "reservedForQuestions": sorted(RESERVED_WORDS | GRAMMAR_WORDS),
        "reservedForOptions": sorted(GRAMMAR_WORDS | {NOT_KNOWN}),
        "published": _published(page),
        "casesNeeded": [(mention.case, str(mention)) for mention in cases_needed(page)],
        "figures": _figures(),
        "settings": _settings(page),
        "tensions": [(tension.key, str(tension)) for tension in Tension.objects.only("key", "title")],
        "trees": _pages(TreePage.objects.exclude(pk=page.pk)),
        "pages": _pages(GuidancePage.objects.all()),
    }


def _address(name: str) -> str:
    """The address of a check up to the number of the page, which a new page gets while it is edited."""
    return reverse(name, args=[0]).removesuffix("0/")


def _choices(words: Iterable[tuple[Any, str]]) -> list[Choice]:
    return [(word.value, label) for word, label in words]


def _pages(pages: Any) -> list[Choice]:
    found = pages.order_by("title").values_list("slug", "title", "live")
    return [(slug, title if live else f"{title} (not published)") for slug, title, live in found]


def _figures() -> list[dict[str, str]]:
    return [
        {
            "id": key,
            "title": figure.title,
            "value": f"{plain(figure.value):f}",
            "unit": figure.unit,
            "quantity": UNITS[figure.unit].quantity if figure.unit in UNITS else "",
        }
        for key, figure in sorted(Figure.in_force(timezone.localdate()).items())
    ]


def _settings(page: TreePage) -> list[Choice]:
    """The settings that are set, and those that the tree names though the service has not set them yet."""
    known = dict(LocalSetting.objects.values_list("slug", "title"))
    named = {str(question.get("setting") or "") for question in _mappings(page.document, "questions")} - {""}
    unset = {slug: f"{name_of(slug).capitalize()} (not set yet)" for slug in sorted(named - known.keys())}
    return list((known | unset).items())


def _published(page: TreePage) -> dict[str, Any]:
    """The ids that published versions hold, also where the node is gone since: an id keeps its meaning."""
    ids: dict[str, set[str]] = {name: set() for name in ("questions", "outcomes", "redFlags", "addOns", "cases")}
    options: dict[str, set[str]] = {}
    versions = page.versions.values_list("document", "cases") if page.pk else ()
    later = LaterCases.objects.filter(version__page=page).values_list("cases", flat=True) if page.pk else ()
    for cases in later:
        ids["cases"] |= _ids(_mappings({"cases": cases}, "cases"))
    for document, cases in versions:
        for name, key in (("outcomes", "outcomes"), ("redFlags", "red_flags"), ("addOns", "add_ons")):
            ids[name] |= _ids(_mappings(document, key))
        ids["cases"] |= _ids(_mappings({"cases": cases}, "cases"))
        for question in _mappings(document, "questions"):
            ids["questions"] |= _ids([question])
            held = options.setdefault(str(question.get("id")), set())
            held |= _ids(_mappings(question, "options")) | _ids(_mappings(question, "coded"))
    return {
        **{name: sorted(held) for name, held in ids.items()},
        "options": {question: sorted(held) for question, held in options.items()},
    }


def _mappings(document: object, key: str) -> list[Mapping[str, Any]]:
    found = document.get(key) if isinstance(document, Mapping) else None
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _ids(nodes: Iterable[Mapping[str, Any]]) -> set[str]:
    return {str(node["id"]) for node in nodes if node.get("id")}
