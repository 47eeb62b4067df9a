"""Who mentions a tree: guidance pages, other trees, and whatever the apps above tell us of.

Apps above register a function, so that this app need not know them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from guidance.models import GuidancePage

from .models import TreePage
from .readers import document_of_page


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that sends people to a tree. `kind` is in words: "Guidance page".

    `case` is the id of a case of the tree without which the place cannot do, where there is one.
    """

    kind: str
    title: str
    url: str
    case: str = ""

    def __str__(self) -> str:
        return f"{self.kind} “{self.title}”"


Provider = Callable[[TreePage], Iterable[Mention]]
_providers: dict[str, Provider] = {}


def register_mentions(name: str, provider: Provider) -> None:
    """Let an app tell what of its own mentions a tree. Raises `ValueError` for a name that is taken."""
    if name in _providers:
        raise ValueError(f"Mentions of “{name}” are registered twice.")
    _providers[name] = provider


def mentions_of(page: TreePage) -> tuple[Mention, ...]:
    """Every published place that sends people to this tree."""
    found = [*_in_guidance(page), *_in_other_trees(page)]
    for provider in _providers.values():
        found.extend(provider(page))
    return tuple(found)


def cases_needed(page: TreePage) -> tuple[Mention, ...]:
    """Every published place that cannot do without a case of this tree."""
    found = (mention for provider in _providers.values() for mention in provider(page)) if page.pk else ()
    return tuple(mention for mention in found if mention.case)


def _in_guidance(page: TreePage) -> Iterable[Mention]:
    for guidance in GuidancePage.objects.live().order_by("title"):
        if any(block["value"] == page.pk for block in guidance.trees.get_prep_value()):
            yield Mention("Guidance page", guidance.title, guidance.get_url() or "")


def _in_other_trees(page: TreePage) -> Iterable[Mention]:
    for other in TreePage.objects.live().exclude(pk=page.pk).order_by("title"):
        outcomes = document_of_page(other).get("outcomes", [])
        if any(page.slug in outcome.get("next_trees", ()) for outcome in outcomes):
            yield Mention("Decision tree", other.title, other.get_url() or "")
