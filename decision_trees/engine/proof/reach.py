"""Which questions, rules and red flags some combination of answers comes to.

The tree is followed from the start on. At each question the set of combinations that come to it is kept only as far as
anything from there on reads it; so the sets stay small in large trees. They say that there is a combination, not which:
`Exploration.reaching` finds it.
"""

from __future__ import annotations

from .combinations import EMPTY, EVERY
from .exploration import Exploration


class Reach:
    """What the tree comes to. What cannot be read may hold or not: so too much is reached, never too little."""

    def __init__(self, exploration: Exploration) -> None:
        self._exploration = exploration
        self._layout = exploration.layout
        self._sets = exploration.sets
        #: For each question, the combinations that come to it.
        self.here: dict[str, int] = dict.fromkeys(self._layout.order, EMPTY)
        #: For each question, those that raise no red flag there.
        self.unflagged: dict[str, int] = {}
        #: For each question and place of a rule, those that go on by that rule.
        self.wins: dict[tuple[str, int], int] = {}
        self._live = self._live_at()
        self._follow()

    def _live_at(self) -> dict[str, int]:
        """For each question, those asked before it whose answers are read there or further on, as bits."""
        layout = self._layout
        read: dict[str, int] = {}
        for id in reversed(layout.order):
            read[id] = sum(layout.places.get(each, 0) for each in layout.reads[id])
            for target in layout.targets[id]:
                read[id] |= read[target]
        return {id: read[id] & layout.before[1][id] for id in layout.order}

    def _follow(self) -> None:
        sets = self._sets
        for place, id in enumerate(self._layout.order):
            here = self.here[id] = EVERY if place == 0 else self.here[id]
            if here == EMPTY:
                continue
            for _, holding in self._exploration.flags(id):
                here = sets.minus(here, holding)
            self.unflagged[id] = here
            passed: dict[str, int] = {}
            for way, holding in self._exploration.ways(id):
                won = sets.meet(here, holding)
                here = sets.minus(here, holding)
                if way.number is not None:
                    self.wins[(id, way.number)] = won
                if not way.broken and way.go in self.here and way.go not in self._layout.outcomes:
                    passed[way.go] = sets.join(passed.get(way.go, EMPTY), won)
            for target, won in passed.items():
                self.here[target] = sets.join(self.here[target], self._passed(id, target, won))

    def _passed(self, id: str, target: str, won: int) -> int:
        """What is kept of a set on the way to a question."""
        if won == EMPTY:
            return EMPTY
        layout, sets, variables = self._layout, self._sets, self._exploration.space.variables
        always, sometimes = layout.before
        live = self._live[target]
        unsure = live & ~always[target]
        for each in self._exploration.ids(unsure):
            place = layout.places[each]
            if place & (always[id] | layout.places[id]):
                won = sets.meet(won, sets.where(variables[each].asked, {1}))
            elif not place & sometimes[id]:
                won = sets.meet(won, sets.where(variables[each].asked, {0}))
        kept = {level for each in self._exploration.ids(live) for level in variables[each].levels}
        kept |= {variables[each].asked for each in self._exploration.ids(unsure)}
        return sets.forget(won, sets.levels(won) - kept)
