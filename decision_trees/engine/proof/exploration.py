"""A tree followed for all combinations of answers at once.

It is followed from the ends to the start: what comes of the answers from a question on is made of what comes of them
from the questions it leads to. So each question is looked at once, and answers that are never asked for are never
looked at.

Where something is broken, the end is `End(broken=...)`: anything may come of it, and nothing is said about it. Where a
statement cannot be read, both is followed: that it holds, and that it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from decision_trees.engine.conditions import All, Any_, Condition, Not
from decision_trees.engine.model import AddOn, Answer, Order, RedFlag

from .answer_space import AnswerSpace
from .combinations import EMPTY, EVERY, Combinations
from .layout import Layout, Way


@dataclass(frozen=True, slots=True)
class End:
    """What comes of a combination of answers.

    Either an outcome, raised by a red flag or not; or no result, because at the question `gap` no rule holds, or at the
    question `unknown` the answer is not one this version takes; or something `broken`, of which nothing is said.
    """

    outcome: str | None = None
    flag: str | None = None
    gap: str | None = None
    unknown: str | None = None
    broken: tuple[str, int | None] | None = None


#: For an end of the walk, reached after the answer to a question: the function that says what comes of it.
Say = Callable[[End, str], int]


class Exploration:
    """A tree in an answer space. Sets and functions are those of the space.

    `accepted` are, for some questions, the combinations whose answer this version of the tree takes.
    """

    def __init__(self, layout: Layout, space: AnswerSpace, accepted: Mapping[str, int] | None = None) -> None:
        self.layout = layout
        self.space = space
        self.tree = layout.tree
        self.sets: Combinations = space.sets
        self._accepted = accepted or {}
        self._ways: dict[str, tuple[tuple[Way, int], ...]] = {}
        self._flags: dict[str, tuple[tuple[RedFlag, int], ...]] = {}
        #: The combinations that come to each question; complete for one once those before it were left.
        self._asked: dict[str, int] = {}
        self._left: set[str] = set()
        #: The combinations that end with an outcome other than some.
        self._ending: dict[frozenset[str], int] = {}

    # --- What comes of the answers

    @cached_property
    def ends(self) -> int:
        """For every combination, its `End`."""
        if not self.layout.order:
            return self.sets.leaf(End(broken=(self.tree.start, None)))
        return self._ends_and_by_rules[0]

    @cached_property
    def _ends_and_by_rules(self) -> tuple[int, dict[str, int]]:
        by_rules: dict[str, int] = {}
        return self._follow(lambda end, _: self.sets.leaf(end), self.layout.order, {}, by_rules), by_rules

    def by_rules(self, id: str, ignoring: Collection[RedFlag]) -> int:
        """What comes of the answers from a question on, where no red flag is raised with the answer to it.

        The red flags that are ignored are not raised later either.
        """
        checked = [each for each in self.layout.order if any(flag in ignoring for flag in self.layout.flags_at(each))]
        below = self.layout.below(id)
        if not any(self.layout.places[each] & below for each in checked):
            return self._ends_and_by_rules[1][id]
        order = [id, *(each for each in self.layout.order if self.layout.places[each] & below)]
        kept: dict[str, int] = {}
        self._follow(lambda end, _: self.sets.leaf(end), order, {}, kept, ignoring)
        return kept[id]

    def reaching(self, id: str, within: int = EVERY) -> int:
        """The combinations that come to a question and lie in a set that holds where it is answered."""
        on_the_way = self.layout.before[1][id]
        order = [each for each in self.layout.order if self.layout.places[each] & on_the_way]
        return self._follow(lambda *_: EMPTY, [*order, id], {id: within})

    def asked(self, id: str) -> int:
        """The combinations that are asked a question."""
        if id not in self.layout.places:
            return EMPTY
        if id == self.tree.start:
            return EVERY
        on_the_way = self.layout.before[1][id]
        for each in self.layout.order:
            if self.layout.places[each] & on_the_way and each not in self._left:
                self._left.add(each)
                self._leave(each)
        return self._asked.get(id, EMPTY)

    def _leave(self, id: str) -> None:
        """Lead those who are asked a question on to the questions that its rules lead to."""
        here = self.sets.meet(self._accepted.get(id, EVERY), self.asked(id))
        for flag in self.layout.flags_at(id):
            here = self.sets.minus(here, self._known_holding(flag.when, id))
        passed: dict[str, int] = {}
        for way in self.layout.ways[id]:
            holding = EVERY if way.when is None else self._known_holding(way.when, id)
            if not way.broken and way.go in self.layout.places and way.go not in self.layout.outcomes:
                passed[way.go] = self.sets.join(passed.get(way.go, EMPTY), self.sets.meet(here, holding))
            here = self.sets.minus(here, holding)
        for target, won in passed.items():
            self._asked[target] = self.sets.join(self._asked.get(target, EMPTY), won)

    def contradicted(self) -> int:
        """The combinations for which rules that lead apart hold together where only one may: they have no result."""
        found = EMPTY
        for id in self.layout.order:
            by_target: dict[str, int] = {}
            if self.layout.questions[id].order is Order.EXACTLY_ONE:
                for way, holding in self.ways(id):
                    if way.when is not None:
                        by_target[way.go] = self.sets.join(by_target.get(way.go, EMPTY), holding)
            both = self.sets.union(self.sets.meet(a, b) for a, b in combinations(by_target.values(), 2))
            both = self.sets.minus(both, self.sets.union(raised for _, raised in self.flags(id)))
            if both != EMPTY:
                found = self.sets.join(found, self.reaching(id, both))
        return found

    def brings(self, add_on: AddOn) -> int:
        """The combinations in which the condition of advice holds at the end. Whether there is an outcome is not asked.

        Advice is read off the end, and nothing reads advice: so it never hides an outcome.
        """
        return self._at_the_end(add_on.when)

    def joined(self, add_on: AddOn) -> int:
        """The combinations with which the advice joins an outcome."""
        without = frozenset(add_on.not_with)
        if without not in self._ending:
            self._ending[without] = self.sets.relabel(
                self.ends, lambda end: isinstance(end, End) and end.outcome is not None and end.outcome not in without
            )
        return self.sets.meet(self._ending[without], self.brings(add_on))

    def _follow(
        self,
        say: Say,
        order: Sequence[str],
        at: Mapping[str, int],
        by_rules: dict[str, int] | None = None,
        ignoring: Collection[RedFlag] = (),
    ) -> int:
        """What comes of the answers, from the first question of an order that may leave out what does not matter.

        Args:
            say: the function for an end.
            order: the questions to follow.
            at: questions at which the function is given.
            by_rules: where to keep what comes by the rules after each question, its red flags left out.
            ignoring: red flags that are not raised.
        """
        always, sometimes = self.layout.before
        places = self.layout.places
        found: dict[str, int] = {}
        # For each question, those of which its function may say whether they were asked.
        open_: dict[str, int] = {}
        for id in reversed(order):
            surely = always[id] | places[id]
            possibly = sometimes[id] | places[id]
            unsure = possibly & ~surely
            if id in at:
                found[id] = at[id]
                read = self.sets.levels(at[id])
                open_[id] = sum(places[each] for each in self.ids(unsure) if self.space.variables[each].asked in read)
                continue
            waiting = self._read_at(id) & unsure
            branch: dict[str, int] = {}
            for target in self.layout.targets[id]:
                if target in found:
                    known = self._with_asked(found[target], open_[target] & ~possibly, 0)
                    branch[target] = self._with_asked(known, open_[target] & surely, 1)
                    waiting |= open_[target] & unsure
            made = self._after_rules(id, branch, say)
            if by_rules is not None:
                by_rules[id] = made
            found[id] = self._after_flags(id, made, say, ignoring)
            open_[id] = waiting
        return found[order[0]]

    def _after_rules(self, id: str, branch: Mapping[str, int], say: Say) -> int:
        made = say(End(gap=id) if self.layout.ways[id] else End(broken=(id, None)), id)
        for way, holding in reversed(self.ways(id)):
            if way.broken:
                target = say(End(broken=(id, way.number)), id)
            elif way.go in self.layout.outcomes:
                target = say(End(way.go), id)
            else:
                target = branch.get(way.go, EMPTY)
            made = self.sets.choose(holding, target, made)
        return made

    def _after_flags(self, id: str, made: int, say: Say, ignoring: Collection[RedFlag]) -> int:
        for flag, holding in reversed(self.flags(id)):
            if flag not in ignoring:
                known = flag.outcome in self.layout.outcomes
                raised = say(End(flag.outcome, flag.id) if known else End(broken=(flag.id, None)), id)
                made = self.sets.choose(holding, raised, made)
        accepted = self._accepted.get(id, EVERY)
        return made if accepted == EVERY else self.sets.choose(accepted, made, say(End(unknown=id), id))

    def _with_asked(self, made: int, which: int, value: int) -> int:
        """The function once it is known of some questions whether they were asked."""
        if not which:
            return made
        levels = [self.space.variables[id].asked for id in self.ids(which)]
        return self.sets.fix(made, dict.fromkeys(levels, value))

    def _read_at(self, id: str) -> int:
        found = 0
        for read in self.layout.reads[id]:
            found |= self.layout.places.get(read, 0)
        return found

    def ids(self, bits: int) -> list[str]:
        """The questions that the bits of a number stand for (`Layout.places`)."""
        found = []
        while bits:
            place = bits.bit_length() - 1
            found.append(self.layout.order[place])
            bits ^= 1 << place
        return found

    # --- Conditions

    def ways(self, id: str) -> tuple[tuple[Way, int], ...]:
        """The rules of a question as they are tried, each with the combinations in which its condition holds."""
        if id not in self._ways:
            self._ways[id] = tuple(
                (way, EVERY if way.when is None else self.holding(way.when, id)) for way in self.layout.ways[id]
            )
        return self._ways[id]

    def flags(self, id: str) -> tuple[tuple[RedFlag, int], ...]:
        """The red flags that the answer to a question can raise, each with the combinations in which it holds."""
        if id not in self._flags:
            self._flags[id] = tuple((flag, self.holding(flag.when, id)) for flag in self.layout.flags_at(id))
        return self._flags[id]

    def holding(self, condition: Condition, at: str) -> int:
        """The combinations in which the condition holds once a question is answered.

        What is said of a question counts only where it was asked. Where that depends on the way, the set reads it.
        """
        return self._holding(condition, at, lambda id: self.sets.where(self.space.variables[id].asked, {1}))

    def _known_holding(self, condition: Condition, at: str) -> int:
        """`holding`, where it is looked up who was asked the questions that depend on the way."""
        return self._holding(condition, at, self.asked)

    def _holding(self, condition: Condition, at: str, asked: Callable[[str], int]) -> int:
        always, sometimes = self.layout.before
        here = self.layout.places[at]

        def stated(statement: Condition) -> int:
            found = self.space.statement(statement)
            for id in statement.questions():
                place = self.layout.places.get(id, 0)
                if not place & (sometimes[at] | here):
                    return EMPTY
                if not place & (always[at] | here):
                    found = self.sets.meet(found, asked(id))
            return found

        return self._combined(condition, stated)

    def certain(self, condition: Condition, at: str) -> int:
        """The combinations in which, once a question is answered, the condition is sure to hold in the end.

        It holds for the answers that were given, whatever would be answered to the questions it reads that were not
        asked.
        """
        always, sometimes = self.layout.before
        here = self.layout.places[at]
        found = self._combined(condition, self.space.statement)
        for id in sorted(condition.questions()):
            variable = self.space.variables[id]
            place = self.layout.places.get(id, 0)
            if not place & (always[at] | here):
                missing = self.sets.forget(self.sets.minus(EVERY, found), variable.levels)
                anyhow = self.sets.minus(EVERY, missing)
                was_asked = self.sets.where(variable.asked, {1}) if place & sometimes[at] else EMPTY
                found = self.sets.choose(was_asked, found, anyhow)
        return found

    def _at_the_end(self, condition: Condition) -> int:
        def stated(statement: Condition) -> int:
            found = self.space.statement(statement)
            for id in sorted(statement.questions()):
                found = self.sets.meet(found, self.asked(id))
            return found

        return self._combined(condition, stated)

    def _combined(self, condition: Condition, stated: Callable[[Condition], int]) -> int:
        match condition:
            case Not(inner):
                return self.sets.minus(EVERY, self._combined(inner, stated))
            case All(parts):
                found = EVERY
                for part in reversed(parts):
                    found = self.sets.meet(found, self._combined(part, stated))
                return found
            case Any_(parts):
                return self.sets.union(self._combined(part, stated) for part in reversed(parts))
        return self.space.statement(condition) if condition in self.space.unread else stated(condition)

    # --- One combination

    def path(self, combination: tuple[int, ...], last: str | None = None) -> tuple[tuple[str, Answer], ...]:
        """The answers that a combination is asked for, up to a question or to the end.

        Where rules overlap, the first leads on.
        """
        return self._walked(combination, last, ())[0]

    def path_without(
        self, flags: Collection[RedFlag], combination: tuple[int, ...]
    ) -> tuple[tuple[tuple[str, Answer], ...], str]:
        """The answers that a combination is asked for when some red flags are not raised, and the outcome."""
        return self._walked(combination, None, flags)

    def _walked(
        self, combination: tuple[int, ...], last: str | None, ignoring: Collection[RedFlag]
    ) -> tuple[tuple[tuple[str, Answer], ...], str]:
        given = self.space.answers(combination)
        taken: dict[str, Answer] = {}
        passed: set[str] = set()
        id = self.tree.start
        while id in self.layout.questions and id not in passed:
            passed.add(id)
            if id in given:
                taken[id] = given[id]
            if id == last:
                break
            flags = (flag for flag in self.layout.flags_at(id) if flag not in ignoring)
            flag = next((flag for flag in flags if self._holds(flag.when, taken, combination)), None)
            ways = self.layout.ways[id]
            way = next((way for way in ways if way.when is None or self._holds(way.when, taken, combination)), None)
            if flag is None and way is None:
                break
            id = flag.outcome if flag is not None else way.go if way is not None else id
        return tuple(taken.items()), id

    def _holds(self, condition: Condition, taken: Mapping[str, Answer], combination: tuple[int, ...]) -> bool:
        match condition:
            case Not(inner):
                return not self._holds(inner, taken, combination)
            case All(parts):
                return all(self._holds(part, taken, combination) for part in parts)
            case Any_(parts):
                return any(self._holds(part, taken, combination) for part in parts)
        if condition in self.space.unread:
            return combination[self.space.unread[condition]] == 1
        return condition.holds(taken, self.space.context)
