"""What changed between two versions of a tree: in words, node by node, and in meaning, for which answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from decision_trees.engine.errors import CannotCompare
from decision_trees.engine.meaning import ChangeGroup, MeaningDiff
from decision_trees.engine.model import Tree
from decision_trees.engine.wording import PLACE, NodeChange, TextChange, What, describe_changes, marked, named_after
from decision_trees.history import compared
from decision_trees.services import PublishedTree, citations_by_node
from guidance.citations import resolve_texts

#: Regions that are listed of each group; the rest is counted.
MOST_REGIONS = 40

_KIND_WORDS = {
    "tree": "The tree",
    "question": "Question",
    "red-flag": "Red flag",
    "outcome": "Outcome",
    "advice": "Added advice",
}
_WHAT_WORDS = {What.ADDED: "Added", What.REMOVED: "Removed", What.CHANGED: "Changed", What.MOVED: "Moved"}


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class TextChangeView:
    """Before and after in pieces; without any where it was not there."""

    label: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class NodeChangeView:
    kind: str
    title: str
    what: str
    details: tuple[TextChangeView, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """Combinations whose result changed in the same way; `unlisted` of them are not in the regions shown."""

    before: str
    after: str
    advice_added: tuple[str, ...]
    advice_dropped: tuple[str, ...]
    count: int
    regions: tuple[str, ...]
    unlisted: int


@dataclass(frozen=True, slots=True)
class MeaningView:
    """`words` says it in one sentence; the groups are those of outcomes, then those of advice alone."""

    words: str
    groups: tuple[GroupView, ...]
    advice_groups: tuple[GroupView, ...]


@dataclass(frozen=True, slots=True)
class DifferencesView:
    """`cannot` says why the meaning could not be compared."""

    nodes: tuple[NodeChangeView, ...]
    meaning: MeaningView | None
    cannot: str


def differences_view(before: PublishedTree, after: PublishedTree) -> DifferencesView:
    try:
        meaning, cannot = meaning_view(before.tree, after.tree, compared(before, after)), ""
    except CannotCompare as error:
        meaning, cannot = None, str(error)
    return DifferencesView(node_changes(before.tree, after.tree), meaning, cannot)


def node_changes(before: Tree, after: Tree) -> tuple[NodeChangeView, ...]:
    changes = describe_changes(before, after, _cite(before, after).__getitem__)
    return tuple(
        NodeChangeView(_KIND_WORDS[change.kind], change.title, _WHAT_WORDS[change.what], _text_views(change))
        for change in changes
    )


def changes_of(before: Tree, after: Tree, kind: str, ids: Iterable[str]) -> tuple[TextChangeView, ...]:
    """What changed in the words of some nodes of one kind."""
    wanted = set(ids)
    changes = describe_changes(before, after, _cite(before, after).__getitem__)
    return tuple(
        _text_view(detail)
        for change in changes
        if change.kind == kind and change.id in wanted
        for detail in change.details
        if detail.label != PLACE
    )


def _cite(*trees: Tree) -> dict[str, str]:
    """What people read for each citation of the trees, looked up in one go."""
    texts = {text for tree in trees for texts in citations_by_node(tree).values() for text in texts}
    return {text: resolved.label for text, resolved in resolve_texts(sorted(texts)).items()}


def _text_views(change: NodeChange) -> tuple[TextChangeView, ...]:
    return tuple(_text_view(detail) for detail in change.details)


def _text_view(change: TextChange) -> TextChangeView:
    if change.before and change.after:
        before, after = marked(change.before, change.after)
    else:
        # There is nothing to set it against: to mark all of it would say nothing.
        before, after = (((text, False),) if text else () for text in (change.before, change.after))
    return TextChangeView(
        change.label, tuple(Piece(*piece) for piece in before), tuple(Piece(*piece) for piece in after)
    )


def meaning_view(before: Tree, after: Tree, found: MeaningDiff) -> MeaningView:
    names = named_after(before, after)
    groups = [(group, _group_view(group, before, after, names)) for group in found.groups]
    return MeaningView(
        words=_meaning_words(found),
        groups=tuple(view for group, view in groups if not group.changes_advice_only),
        advice_groups=tuple(view for group, view in groups if group.changes_advice_only),
    )


def _meaning_words(found: MeaningDiff) -> str:
    every = f"{found.total:,} combinations of answers that the two versions can tell apart"
    if found.is_same:
        return f"For each of the {every}, both give the same result."
    parts = []
    if found.changed:
        parts.append(f"changes the result for {found.changed:,}")
    if found.advice_changed:
        parts.append(f"changes only the added advice for {found.advice_changed:,}")
    return f"Of the {every}, the later version {' and '.join(parts)}. Here they are."


def _group_view(group: ChangeGroup, before: Tree, after: Tree, names: Tree) -> GroupView:
    advice = {add_on.id: add_on.title for add_on in names.add_ons}
    shown = group.regions[:MOST_REGIONS]
    return GroupView(
        before=_outcome_title(before, group.before),
        after=_outcome_title(after, group.after),
        advice_added=tuple(advice.get(id, id) for id in group.advice_added),
        advice_dropped=tuple(advice.get(id, id) for id in group.advice_dropped),
        count=group.count,
        regions=tuple(_capital(region.words(names)) for region in shown),
        unlisted=group.count - sum(region.count for region in shown),
    )


def _outcome_title(tree: Tree, id: str | None) -> str:
    outcome = tree.outcome(id) if id is not None else None
    return outcome.title if outcome else "No result"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
