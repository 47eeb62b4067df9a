"""What an edit of a tree changes, in meaning: for which answers another outcome is reached, or other advice is added.

Exact. Both versions are followed in one space of answers, made of everything that either can be told and can tell
apart; where their results differ is split into regions that can be read (`proof.regions`). An answer that one version
does not take gives no result in it.

Only the meaning is compared, not the words: an outcome whose text was changed is the same outcome.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from operator import eq

from .errors import CannotCompare, TooTangled
from .model import AddOn, Context, Tree
from .proof.answer_space import AnswerSpace
from .proof.combinations import EMPTY
from .proof.effort import Effort, trying
from .proof.exploration import End, Exploration
from .proof.layout import Layout
from .proof.regions import Region, Regions
from .proof.variables import View
from .soundness import shape_findings

#: No more regions than this are listed: nobody reads them.
MAX_REGIONS = 400
#: Findings of a tree's shape with which no journey through it means anything.
_IN_THE_WAY = frozenset({"bad-range", "cycle", "duplicate-id", "too-few-options"})


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The combinations whose result changed in the same way.

    Where the outcome changed, `before` and `after` are the two; None where that version gives no result. Where the
    outcome is the same, each piece of advice that joins it now and did not, or joined it and does not now, is a group
    of its own: `outcomes` are those it concerns, and `before` and `after` are both the outcome if it is one, else None.

    The regions do not overlap. Together they are the group, but for `unlisted` combinations where there are too many
    regions to list.
    """

    before: str | None
    after: str | None
    advice_added: tuple[str, ...]
    advice_dropped: tuple[str, ...]
    outcomes: tuple[str, ...]
    count: int
    regions: tuple[Region, ...]

    @property
    def changes_advice_only(self) -> bool:
        return bool(self.advice_added or self.advice_dropped)

    @property
    def unlisted(self) -> int:
        return self.count - sum(region.count for region in self.regions)


@dataclass(frozen=True, slots=True)
class MeaningDiff:
    """How many of all combinations that either version can tell apart have another outcome, or other added advice."""

    total: int
    changed: int
    advice_changed: int
    groups: tuple[ChangeGroup, ...]

    @property
    def is_same(self) -> bool:
        return not self.changed and not self.advice_changed


def compare(before: Tree, after: Tree, context: Context | None = None) -> MeaningDiff:
    """Where two versions of a tree give different results. Rules that contradict each other give none.

    Raises:
        CannotCompare: one of the trees cannot be walked, or they are too tangled; says why.
    """
    context = context or Context()
    for tree, called in ((before, "before"), (after, "after")):
        _need_walkable(tree, context, called)
    try:
        return trying(partial(_compared, before, after, context))
    except TooTangled as error:
        raise CannotCompare(f"The two versions are too tangled to be compared. {error}") from error


def _compared(before: Tree, after: Tree, context: Context, effort: Effort) -> MeaningDiff:
    layouts = (Layout(before), Layout(after))
    order = questions_in_order(*layouts)
    answers = AnswerSpace.of((before, after), context, order, effort=effort)
    found = _Comparison(layouts, answers)
    changed, advice_changed = answers.sets.count(found.changed), answers.sets.count(found.advice_changed)
    groups: tuple[ChangeGroup, ...] = ()
    if changed or advice_changed:
        words = AnswerSpace.of((before, after), context, order, View.WORDS, effort=Effort(False, effort.work))
        groups = _groups(found, _Comparison(layouts, words), Regions(words, answers))
    return MeaningDiff(answers.total, changed, advice_changed, groups)


def _need_walkable(tree: Tree, context: Context, called: str) -> None:
    problems = [finding.message for finding in shape_findings(tree, context) if finding.code in _IN_THE_WAY]
    if not any(question.id == tree.start for question in tree.questions):
        problems.append(f"The tree starts at “{tree.start}”, which is not a question.")
    if problems:
        raise CannotCompare(f"The tree {called} the edit cannot be walked. {' '.join(problems)}")


def questions_in_order(before: Layout, after: Layout) -> tuple[str, ...]:
    """The questions of both versions: in the new one's order, the old one's others each after the one before it."""
    order = list(after.order)
    known = set(order)
    for place, id in enumerate(before.order):
        if id not in known:
            order.insert(order.index(before.order[place - 1]) + 1 if place else 0, id)
            known.add(id)
    return tuple(dict.fromkeys([*order, *after.questions, *before.questions]))


#: A piece of advice, and whether it was added.
_Advice = tuple[str, bool]


class _Comparison:
    """Both versions in one space: where their outcomes differ, and where the advice does and the outcome does not."""

    def __init__(self, layouts: tuple[Layout, Layout], space: AnswerSpace) -> None:
        self.sets = space.sets
        self._versions = tuple(
            Exploration(layout, space, {id: space.accepted(question) for id, question in layout.questions.items()})
            for layout in layouts
        )
        same = self.sets.leaf(None)
        self.outcomes, after = (self._outcomes(version) for version in self._versions)
        #: For each combination, the outcomes before and after where they differ, else None.
        self.changes = self.sets.pairs(self.outcomes, after, lambda x, y: same if x == y else None)
        self.changed = self.sets.relabel(self.changes, lambda change: change is not None)
        #: For each change of advice, the combinations where the outcome is the same and the advice is not.
        self.advice = dict(self._advice())

    @property
    def advice_changed(self) -> int:
        return self.sets.union(self.advice.values())

    def _outcomes(self, version: Exploration) -> int:
        """For each combination, the outcome; None where there is no result."""
        outcomes = self.sets.relabel(version.ends, _outcome)
        return self.sets.choose(version.contradicted(), self.sets.leaf(None), outcomes)

    def _advice(self) -> Iterator[tuple[_Advice, int]]:
        kept = self.sets.relabel(self.outcomes, lambda outcome: outcome is not None)
        kept = self.sets.minus(kept, self.changed)
        before, after = (
            {each.id: self._joining(version, each) for each in version.tree.add_ons} for version in self._versions
        )
        for id in dict.fromkeys([*after, *before]):
            old, new = before.get(id, EMPTY), after.get(id, EMPTY)
            if old != new:
                yield (id, True), self.sets.meet(kept, self.sets.minus(new, old))
                yield (id, False), self.sets.meet(kept, self.sets.minus(old, new))

    def _joining(self, version: Exploration, add_on: AddOn) -> int:
        """Where the advice joins, of the combinations that have the same outcome in both versions."""
        brought = version.brings(add_on)
        if not add_on.not_with:
            return brought
        return self.sets.minus(brought, self.sets.relabel(self.outcomes, add_on.not_with.__contains__))


def _outcome(end: Hashable) -> str | None:
    return end.outcome if isinstance(end, End) else None


def _groups(found: _Comparison, told: _Comparison, regions: Regions) -> tuple[ChangeGroup, ...]:
    """Changes of the outcome first, then those of the advice; in each the largest first."""
    groups = [*_changes_of_outcome(found, told), *_changes_of_advice(found, told)]
    groups.sort(key=lambda pair: (pair[0].changes_advice_only, -pair[0].count))
    listed: list[ChangeGroup] = []
    left = MAX_REGIONS
    for group, alike in groups:
        listed.append(replace(group, regions=regions.of(alike, left)))
        left -= len(listed[-1].regions)
    return tuple(listed)


def _changes_of_outcome(found: _Comparison, told: _Comparison) -> Iterator[tuple[ChangeGroup, int]]:
    for change, count in found.sets.counts(found.changes).items():
        if isinstance(change, tuple):
            before, after = change
            alike = told.sets.relabel(told.changes, partial(eq, change))
            yield ChangeGroup(before, after, (), (), (), count, ()), alike


def _changes_of_advice(found: _Comparison, told: _Comparison) -> Iterator[tuple[ChangeGroup, int]]:
    for (id, is_added), changed in found.advice.items():
        if changed != EMPTY:
            said = found.sets.choose(changed, found.outcomes, found.sets.leaf(None))
            outcomes = tuple(sorted(str(outcome) for outcome in found.sets.results(said) if outcome is not None))
            one = outcomes[0] if len(outcomes) == 1 else None
            added, dropped = ((id,), ()) if is_added else ((), (id,))
            group = ChangeGroup(one, one, added, dropped, outcomes, found.sets.count(changed), ())
            yield group, told.advice.get((id, is_added), EMPTY)
