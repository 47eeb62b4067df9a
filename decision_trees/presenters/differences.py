"""What changed between two versions of a tree: in words, node by node, and in meaning, for which answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from decision_trees.engine.errors import CannotCompare
from decision_trees.engine.meaning import ChangeGroup, MeaningDiff
from decision_trees.engine.model import Tree
from decision_trees.engine.rewording import asked_otherwise
from decision_trees.engine.wording import PLACE, NodeChange, TextChange, What, describe_changes, marked, named_after
from decision_trees.history import compared, history_of
from decision_trees.services import PublishedTree, citations_by_node
from guidance.citations import resolve_texts
from guidance.services.tensions import tension_views

from .versions import began_words

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
    """A node that changed. Of one that came or went, `facts` are all that it says: labels, each with its texts."""

    kind: str
    title: str
    what: str
    details: tuple[TextChangeView, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]


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
    """`cannot` says why the meaning could not be compared. `notes` are those of the later versions up to the last.

    `began` says when each of the two came into force; `reads_figures` that their rules read figures. `asked_otherwise`
    are the questions, as the later version puts them, that ask in other words: the same answer may be given by others.
    """

    nodes: tuple[NodeChangeView, ...]
    meaning: MeaningView | None
    cannot: str
    notes: tuple[tuple[int, str], ...]
    began: tuple[str, str]
    reads_figures: bool
    asked_otherwise: tuple[str, ...]


def differences_view(before: PublishedTree, after: PublishedTree) -> DifferencesView:
    try:
        meaning, cannot = meaning_view(before.tree, after.tree, compared(before, after)), ""
    except CannotCompare as error:
        meaning, cannot = None, str(error)
    history = history_of(after)
    between = [each for each in history if before.version < each.number <= after.version]
    return DifferencesView(
        nodes=node_changes(before.tree, after.tree),
        meaning=meaning,
        cannot=cannot,
        notes=tuple((each.number, each.change_note) for each in between if each.change_note),
        began=(began_words(history, before.version), began_words(history, after.version)),
        reads_figures=bool(before.figures or after.figures),
        asked_otherwise=tuple(
            question.text
            for id in asked_otherwise(before.tree, after.tree)
            if (question := after.tree.question(id)) is not None
        ),
    )


def node_changes(before: Tree, after: Tree) -> tuple[NodeChangeView, ...]:
    return tuple(map(_node_view, _described(before, after)))


def _node_view(change: NodeChange) -> NodeChangeView:
    whole = change.what in (What.ADDED, What.REMOVED)
    facts: dict[str, tuple[str, ...]] = {}
    for detail in change.details if whole else ():
        facts[detail.label] = (*facts.get(detail.label, ()), detail.after or detail.before)
    return NodeChangeView(
        kind=_KIND_WORDS[change.kind],
        title=change.title,
        what=_WHAT_WORDS[change.what],
        details=() if whole else tuple(map(_text_view, change.details)),
        facts=tuple(facts.items()),
    )


def changes_of(
    before: Tree, after: Tree, kind: str, ids: Iterable[str], labels: Collection[str] | None = None
) -> tuple[TextChangeView, ...]:
    """What changed in the words of some nodes of one kind: in all of them, or in those with these labels."""
    wanted = set(ids)
    return tuple(
        _text_view(detail)
        for change in _described(before, after)
        if change.kind == kind and change.id in wanted
        for detail in change.details
        if detail.label != PLACE and (labels is None or detail.label in labels)
    )


def _described(before: Tree, after: Tree) -> tuple[NodeChange, ...]:
    """What changed, with citations and disagreements as people read them, each looked up in one go."""
    texts = {text for tree in (before, after) for texts in citations_by_node(tree).values() for text in texts}
    cited = {text: resolved.label for text, resolved in resolve_texts(sorted(texts)).items()}
    conflicts = [key for tree in (before, after) for outcome in tree.outcomes for key in outcome.conflicts]
    called = {tension.key: tension.title for tension in tension_views(conflicts)}
    return describe_changes(before, after, cited.__getitem__, lambda key: called.get(key, key))


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
