"""Whether red flags always win: what the proof says of them.

They are checked after every answer, before the rules. What can still go wrong is told in `engine.validation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from decision_trees.engine.conditions import CompareAnswer
from decision_trees.engine.model import RedFlag
from decision_trees.engine.number_line import Grid
from decision_trees.engine.soundness import Finding

from .combinations import EMPTY, EVERY
from .exploration import End, Exploration
from .telling import Combination, Telling

#: Questions with more numbers than this are not listed number by number.
_MAX_LISTED = 2000


def red_flag_findings(telling: Telling, listing: Callable[[frozenset[str]], Exploration]) -> Iterator[Finding]:
    """Red flags that are shadowed, those that are less careful than the rules, and those that come too late.

    `listing` follows the tree again with each number of some questions standing for itself.
    """
    flags = _RedFlags(telling)
    yield from flags.shadowed()
    for flag in telling.tree.red_flags:
        yield from flags.less_careful(flag)
    # Whether a comparison is certain, whatever the other number will be, depends on how much room the range leaves. The
    # numbers that stand for others have other room.
    compared = _compared_by_flags(telling)
    late = _RedFlags(Telling(listing(compared))) if compared else flags
    for flag in telling.tree.red_flags:
        yield from late.too_late(flag)


def _compared_by_flags(telling: Telling) -> frozenset[str]:
    """The questions whose numbers red flags compare with each other, unless they have very many."""
    found: set[str] = set()
    for flag in telling.tree.red_flags:
        if telling.layout.can_be_read(flag.when):
            for statement in flag.when.statements():
                found |= statement.questions() if isinstance(statement, CompareAnswer) else set()
    numbers = (telling.layout.questions[id].number for id in found)
    few = all(number is not None and Grid.of(number).size <= _MAX_LISTED for number in numbers)
    return frozenset(found) if few else frozenset()


class _RedFlags:
    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.exploration = telling.exploration
        self.sets = telling.sets

    def shadowed(self) -> Iterator[Finding]:
        """Each red flag that loses to one above it, once."""
        seen: set[str] = set()
        for id in self.telling.reached:
            flags = self.exploration.flags(id)
            for place, (loser, holding) in enumerate(flags):
                for number, (winner, first) in enumerate(flags[:place]):
                    if loser.id in seen or self._level(winner) >= self._level(loser):
                        continue
                    earlier = self.sets.union(each for _, each in flags[:number])
                    combination = self.telling.example(id, self.sets.minus(self.sets.meet(first, holding), earlier))
                    if combination is not None:
                        seen.add(loser.id)
                        what = (
                            f"this red flag holds, but “{winner.id}” above it holds too and leads to"
                            f" {self._graded(winner)}, not {self._graded(loser)}. Put this one first."
                        )
                        yield self._finding("red-flag-shadowed", loser, combination, what, id)

    def less_careful(self, flag: RedFlag) -> Iterator[Finding]:
        for id in self.telling.reached:
            for together, raised in self._raised(flag, id):
                combination = self._too_low(flag, together, id, raised)
                if combination is not None:
                    answers, outcome = self.exploration.path_without(together, combination)
                    asked = len(self.exploration.path(combination))
                    without = " and ".join(["it", *(f"“{each.id}”" for each in together[1:])])
                    further = f", and with {self.telling.listed(answers[asked:])}," if len(answers) > asked else ""
                    message = (
                        f"{self.telling.said(answers[:asked])}: this red flag leads to {self._graded(flag)};"
                        f" without {without}{further} the result is {self.telling.graded(outcome)}."
                    )
                    yield Finding("red-flag-less-careful", flag.id, message, answers)
                    return

    def _raised(self, flag: RedFlag, id: str) -> list[tuple[tuple[RedFlag, ...], int]]:
        """The combinations with which a red flag is raised at a question, by the red flags that hold together with it.

        Not where a more careful one does: that is shadowed.
        """
        flags = self.exploration.flags(id)
        place = next((n for n, (each, _) in enumerate(flags) if each is flag), None)
        if place is None:
            return []
        raised = self.sets.minus(flags[place][1], self.sets.union(holding for _, holding in flags[:place]))
        found: list[tuple[tuple[RedFlag, ...], int]] = [((flag,), raised)]
        for other, holding in flags[place + 1 :]:
            without = [(together, self.sets.minus(each, holding)) for together, each in found]
            both = [((*together, other), self.sets.meet(each, holding)) for together, each in found]
            found = [*without, *(both if self._level(other) <= self._level(flag) else ())]
            found = [(together, each) for together, each in found if each != EMPTY]
        return found

    def _too_low(self, flag: RedFlag, together: tuple[RedFlag, ...], id: str, raised: int) -> Combination | None:
        """Answers with which the rules would lead to a more careful outcome than the red flag."""
        if self.sets.meet(self.telling.reach.here[id], raised) == EMPTY:
            return None
        level = self._level(flag)

        def is_higher(end: object) -> bool:
            return isinstance(end, End) and self.telling.levels.get(end.outcome or "", level) > level

        higher = self.sets.relabel(self.exploration.by_rules(id, together), is_higher)
        return self.telling.example(id, self.sets.meet(raised, higher))

    def too_late(self, flag: RedFlag) -> Iterator[Finding]:
        if len(flag.when.questions()) < 2 or not self.telling.layout.can_be_read(flag.when):
            return
        for id in self.telling.reached:
            late = self._missed(flag, id)
            combination = self.telling.example(id, late) if late != EMPTY else None
            if combination is not None:
                what = (
                    f"the journey ends with {self.telling.graded(self.telling.outcome(combination))}. Whatever would be"
                    f" answered further, this red flag holds: {self._graded(flag)}. Yet it is not raised, as not all"
                    " that it reads is asked. Let it hold without that."
                )
                yield self._finding("red-flag-too-late", flag, combination, what, id)
                return

    def _missed(self, flag: RedFlag, id: str) -> int:
        """Where a journey ends after a question, less carefully than by the red flag, which was certain by then."""
        certain = self.exploration.certain(flag.when, id)
        if certain == EMPTY:
            return EMPTY
        flags = self.exploration.flags(id)
        left, ending = EVERY, EMPTY
        for go, holding in [
            *((each.outcome, holding) for each, holding in flags),
            *((way.go, holding) for way, holding in self.exploration.ways(id)),
        ]:
            if self.telling.levels.get(go, self._level(flag)) < self._level(flag):
                ending = self.sets.join(ending, self.sets.meet(left, holding))
            left = self.sets.minus(left, holding)
        # Where it holds it is not late: it was raised here or before, or another was.
        held = self.exploration.holding(flag.when, id)
        return self.sets.minus(self.sets.meet(certain, ending), held)

    def _level(self, flag: RedFlag) -> int:
        return self.telling.levels.get(flag.outcome, 0)

    def _graded(self, flag: RedFlag) -> str:
        return f"{self.telling.titled(flag.outcome)} (care level {self._level(flag)})"

    def _finding(self, code: str, flag: RedFlag, combination: Combination, what: str, last: str) -> Finding:
        answers = self.exploration.path(combination, last)
        return Finding(code, flag.id, f"{self.telling.said(answers)}: {what}", answers)
