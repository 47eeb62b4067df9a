"""What is wrong with a tree, found by listing the answers to every question: the slow, plain judge.

It walks with rules of its own, so that an error in `walk` does not hide the same error in the prover. What it shares
with the prover is one thing: `Condition.holds`, asked here for every answer, one by one.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from operator import lt

from decision_trees.engine.conditions import All, Any_, Condition, Not
from decision_trees.engine.model import (
    NOT_KNOWN,
    Answer,
    Answers,
    Asks,
    Choice,
    Context,
    Order,
    Question,
    RedFlag,
    Tree,
)

from .trees import all_answers

Found = set[tuple[str, str]]
#: Whether a condition holds, asked with the place of each question's answer in its list; -1 where it was not asked.
_Test = Callable[[Sequence[int]], bool]


@dataclass(slots=True)
class _Way:
    """One walk in places of lists: what was asked, which rules won, which red flags held and where it has ended."""

    taken: list[int]
    asked: list[int] = field(default_factory=list)
    won: list[tuple[int, list[int]]] = field(default_factory=list)
    raised: list[RedFlag] = field(default_factory=list)
    node: str | None = None


@dataclass(frozen=True, slots=True)
class End:
    """Where a walk has ended. `outcome` is None where it broke off, and then `broken` says how and at which node."""

    outcome: str | None
    add_ons: frozenset[str]
    asked: tuple[str, ...]
    flag: str = ""
    broken: tuple[str, str] | None = None
    #: The rule that won at each question that was left by a rule.
    rules: tuple[tuple[str, int], ...] = ()


def walk_plainly(tree: Tree, answers: Answers, context: Context | None = None) -> End:
    """One walk, stopped by the first thing that is wrong: a gap, an overlap, a circle, a target that is not there."""
    context = context or Context()
    questions = {question.id: question for question in tree.questions}
    outcomes = {outcome.id for outcome in tree.outcomes}
    taken: dict[str, Answer] = {}
    rules: list[tuple[str, int]] = []
    node = tree.start
    while node not in outcomes:
        asked = questions.get(node)
        if asked is None or node in taken:
            code = "unknown-target" if asked is None else "cycle"
            return End(
                None, frozenset(), tuple(taken), broken=(code, rules[-1][0] if rules else ""), rules=tuple(rules)
            )
        taken[node] = answers[node]
        flag = next((flag for flag in tree.red_flags if flag.when.holds(taken, context)), None)
        if flag is not None:
            return End(
                flag.outcome, _joined(tree, flag.outcome, taken, context), tuple(taken), flag.id, None, tuple(rules)
            )
        holding = [n for n, rule in enumerate(asked.rules) if rule.when is not None and rule.when.holds(taken, context)]
        winners = _winners(asked, holding)
        if len(winners) != 1:
            broken = ("overlap" if winners else "gap" if asked.rules else "dead-end", node)
            return End(None, frozenset(), tuple(taken), broken=broken, rules=tuple(rules))
        rules.append((node, winners[0]))
        node = asked.rules[winners[0]].go
    return End(node, _joined(tree, node, taken, context), tuple(taken), rules=tuple(rules))


def _joined(tree: Tree, outcome: str, taken: Answers, context: Context) -> frozenset[str]:
    return frozenset(
        each.id for each in tree.add_ons if outcome not in each.not_with and each.when.holds(taken, context)
    )


def _winners(asked: Question, holding: Sequence[int]) -> list[int]:
    """The rules that lead on when these hold: none in a gap, several in an overlap."""
    others = [number for number, rule in enumerate(asked.rules) if rule.when is None]
    if asked.order is Order.FIRST_FIT:
        return sorted([*holding, *others])[:1]
    return list(holding) or others[:1]


def every_completion(tree: Tree) -> Iterator[dict[str, Answer]]:
    """Every answer to every question, number by number."""
    ids = [asked.id for asked in tree.questions]
    for row in product(*(all_answers(asked) for asked in tree.questions)):
        yield dict(zip(ids, row, strict=True))


def answers_that_differ(tree: Tree, context: Context | None = None) -> dict[str, list[Answer]]:
    """For each question, one of each sort of answers that no statement of the tree tells apart.

    Each statement is asked about every answer (and about every answer of the other question it compares with), so that
    nothing but the meaning of the statements decides which answers are of one sort.
    """
    context = context or Context()
    listed = {asked.id: all_answers(asked) for asked in tree.questions}
    seen: dict[str, dict[Answer, list[object]]] = {id: {each: [] for each in listed[id]} for id in listed}
    for statement in _statements(tree):
        ids = sorted(statement.questions())
        if len(ids) == 1:
            for answer in listed[ids[0]]:
                seen[ids[0]][answer].append(statement.holds({ids[0]: answer}, context))
        else:
            rows = [
                [statement.holds({ids[0]: one, ids[1]: other}, context) for other in listed[ids[1]]]
                for one in listed[ids[0]]
            ]
            for answer, row in zip(listed[ids[0]], rows, strict=True):
                seen[ids[0]][answer].append(tuple(row))
            for answer, column in zip(listed[ids[1]], zip(*rows, strict=True), strict=True):
                seen[ids[1]][answer].append(column)
    found: dict[str, list[Answer]] = {}
    for asked in tree.questions:
        # An answer that is weighed against its siblings stands for itself.
        weighed = {Choice(code) for code in (NOT_KNOWN, *asked.careful)}
        sorts = {(tuple(said), each if each in weighed else None): each for each, said in seen[asked.id].items()}
        found[asked.id] = list(sorts.values())
    return found


def _statements(tree: Tree) -> tuple[Condition, ...]:
    conditions = [rule.when for asked in tree.questions for rule in asked.rules if rule.when is not None]
    conditions += [each.when for each in (*tree.red_flags, *tree.add_ons)]
    return tuple(dict.fromkeys(statement for condition in conditions for statement in condition.statements()))


class Judge:
    """Every finding about combinations of answers, from the end that each single combination has.

    `answers` are those to list for each question: all, where nothing is given.
    """

    def __init__(
        self, tree: Tree, context: Context | None = None, answers: Mapping[str, Sequence[Answer]] | None = None
    ) -> None:
        self.tree = tree
        self.context = context or Context()
        self.found: Found = set()
        self._ids = _sorted_ids(tree)
        self._place = {id: place for place, id in enumerate(self._ids)}
        self._asked = [next(each for each in tree.questions if each.id == id) for id in self._ids]
        self._listed = [list((answers or {}).get(asked.id) or all_answers(asked)) for asked in self._asked]
        self.sizes = [len(listed) for listed in self._listed]
        self._tests: dict[Condition, _Test] = {}
        self._rules = [
            [self._test(rule.when) for rule in asked.rules if rule.when is not None] for asked in self._asked
        ]
        self._numbered = [
            [number for number, rule in enumerate(asked.rules) if rule.when is not None] for asked in self._asked
        ]
        self._flags = [(flag, self._test(flag.when)) for flag in tree.red_flags]
        self._advice = [(each, self._test(each.when)) for each in tree.add_ons]
        self._levels = {outcome.id: outcome.care_level for outcome in tree.outcomes}
        self._winning: set[tuple[str, int]] = set()
        self._visited: set[str] = set()
        self._raised: set[str] = set()
        self._given: set[str] = set()
        self._ends: dict[tuple[str | None, frozenset[str]], int] = {}
        self._certain: dict[tuple[object, ...], bool] = {}

    @property
    def combinations(self) -> int:
        return prod(self.sizes)

    def judge(self) -> Found:
        """Everything that is wrong, as pairs of code and node."""
        ends = self._all_ends()
        self._never()
        for asked in self._asked:
            if asked.id in self._visited:
                self._influence(asked, ends)
                self._compare_answers(asked, ends)
        return self.found

    # --- Walking

    def _all_ends(self) -> array[int]:
        """The end of each combination, the last question's answers turning fastest."""
        after = [prod(self.sizes[place + 1 :]) for place in range(len(self.sizes))]
        ends: array[int] = array("L")
        given = [0] * len(self.sizes)
        while True:
            end, last = self._judged(given)
            # Nothing has looked at the questions behind the last one that was asked: all their answers end alike.
            ends.extend(array("L", [end]) * after[last])
            place = last
            while place >= 0 and given[place] + 1 == self.sizes[place]:
                place -= 1
            if place < 0:
                return ends
            given[place] += 1
            given[place + 1 :] = [0] * (len(given) - place - 1)

    def _judged(self, given: Sequence[int]) -> tuple[int, int]:
        """The end of one combination, and the last question that was asked to judge it."""
        way = self._way(given, self._flags)
        last = max(way.asked)
        self._visited.update(self._ids[place] for place in way.asked)
        for place, winners in way.won:
            if winners:
                self._winning.add((self._ids[place], winners[0]))
                if len(winners) > 1:
                    self.found.add(("overlap", self._ids[place]))
            else:
                self.found.add(("gap" if self._asked[place].rules else "dead-end", self._ids[place]))
        if way.raised:
            last = max(last, self._weigh_flags(given, way))
        self._look_for_late_flags(way)
        if way.node is None:
            return self._end(None, frozenset()), last
        self._visited.add(way.node)
        joined = frozenset(each.id for each, test in self._advice if way.node not in each.not_with and test(way.taken))
        self._given |= joined
        return self._end(way.node, joined), last

    def _end(self, outcome: str | None, joined: frozenset[str]) -> int:
        return self._ends.setdefault((outcome, joined), len(self._ends))

    def _way(self, given: Sequence[int], flags: Sequence[tuple[RedFlag, _Test]]) -> _Way:
        """One walk with these red flags. Where rules overlap, the first leads on."""
        way = _Way([-1] * len(given))
        node = self.tree.start
        while node in self._place:
            place = self._place[node]
            way.asked.append(place)
            way.taken[place] = given[place]
            way.raised = [flag for flag, test in flags if test(way.taken)]
            if way.raised:
                way.node = way.raised[0].outcome
                return way
            holding = [
                number
                for number, test in zip(self._numbered[place], self._rules[place], strict=True)
                if test(way.taken)
            ]
            winners = _winners(self._asked[place], holding)
            way.won.append((place, winners))
            if not winners:
                return way
            node = self._asked[place].rules[winners[0]].go
        way.node = node
        return way

    def _weigh_flags(self, given: Sequence[int], way: _Way) -> int:
        """Note what is wrong with the red flag that won; the last question that was asked to find out."""
        winner, *others = way.raised
        self._raised.add(winner.id)
        level = self._levels[winner.outcome]
        shadowed = {("red-flag-shadowed", each.id) for each in others if self._levels[each.outcome] > level}
        self.found |= shadowed
        if shadowed:
            return 0
        without = self._way(given, [each for each in self._flags if each[0] not in way.raised])
        if without.node is not None and self._levels[without.node] > level:
            self.found.add(("red-flag-less-careful", winner.id))
        return max(without.asked)

    def _look_for_late_flags(self, way: _Way) -> None:
        """Note red flags that are certain when the journey ends less carefully, though not all they read was asked."""
        if way.node is None:
            return
        for flag, test in self._flags:
            reads = [self._place[id] for id in flag.when.questions()]
            if len(reads) > 1 and flag not in way.raised and self._levels[way.node] < self._levels[flag.outcome]:
                key = (flag.id, *(way.taken[place] for place in reads))
                if key not in self._certain:
                    self._certain[key] = self._is_certain(test, way.taken, [n for n in reads if way.taken[n] < 0])
                if self._certain[key]:
                    self.found.add(("red-flag-too-late", flag.id))

    def _is_certain(self, test: _Test, taken: Sequence[int], missing: Sequence[int]) -> bool:
        whole = list(taken)
        for row in product(*(range(self.sizes[place]) for place in missing)):
            for place, value in zip(missing, row, strict=True):
                whole[place] = value
            if not test(whole):
                return False
        return True

    # --- Conditions as tests of places in lists

    def _test(self, condition: Condition) -> _Test:
        if condition not in self._tests:
            self._tests[condition] = self._made_test(condition)
        return self._tests[condition]

    def _made_test(self, condition: Condition) -> _Test:
        match condition:
            case Not(inner):
                denied = self._test(inner)
                return lambda taken: not denied(taken)
            case All(parts):
                tests = [self._test(part) for part in parts]
                return lambda taken: all(test(taken) for test in tests)
            case Any_(parts):
                tests = [self._test(part) for part in parts]
                return lambda taken: any(test(taken) for test in tests)
        places = [self._place[id] for id in sorted(condition.questions())]
        if len(places) == 1:
            (place,) = places
            row = self._row(condition, place, {})
            return lambda taken: row[taken[place]]
        first, second = places
        rows = [self._row(condition, second, {self._ids[first]: one}) for one in self._listed[first]]
        rows.append(self._row(condition, second, {}))
        return lambda taken: rows[taken[first]][taken[second]]

    def _row(self, statement: Condition, place: int, others: Answers) -> list[bool]:
        """Whether it holds for each answer of a question, and last, where -1 finds it, for no answer."""
        said = [statement.holds({**others, self._ids[place]: one}, self.context) for one in self._listed[place]]
        return [*said, statement.holds(others, self.context)]

    # --- What is wrong

    def _never(self) -> None:
        tree = self.tree
        for asked in tree.questions:
            for number in range(len(asked.rules)):
                if asked.id in self._visited and (asked.id, number) not in self._winning:
                    self.found.add(("rule-never-wins", asked.id))
        nodes = [each.id for each in tree.questions] + [each.id for each in tree.outcomes]
        self.found |= {("never-reached", id) for id in nodes if id not in self._visited}
        self.found |= {("red-flag-never-raised", each.id) for each in tree.red_flags if each.id not in self._raised}
        self.found |= {("add-on-never-joins", each.id) for each in tree.add_ons if each.id not in self._given}

    def _influence(self, asked: Question, ends: array[int]) -> None:
        if all(len({rows.tobytes() for rows in group}) == 1 for group in self._groups(asked, ends)):
            self.found.add(("changes-nothing", asked.id))
        elif asked.asks is Asks.PROMPT:
            numbers = {id: number for number, (id, _) in enumerate(self._ends)}
            outcome_of = [numbers[id] for id, _ in self._ends]
            for group in self._groups(asked, ends):
                if len({tuple(outcome_of[end] for end in rows) for rows in group}) > 1:
                    self.found.add(("prompt-decides", asked.id))

    def _compare_answers(self, asked: Question, ends: array[int]) -> None:
        weighed = {NOT_KNOWN: "not-known-less-careful"} | dict.fromkeys(asked.careful, "careful-answer-less-careful")
        listed = self._listed[self._place[asked.id]]
        places = {code: listed.index(Choice(code)) for code in weighed if Choice(code) in listed}
        # A walk that broke off is neither less careful than another nor more.
        highest = max(self._levels.values(), default=0) + 1
        as_low = [highest if id is None else self._levels[id] for id, _ in self._ends]
        as_high = [-1 if id is None else self._levels[id] for id, _ in self._ends]
        for group in self._groups(asked, ends) if places else ():
            highs = [[as_high[end] for end in rows] for rows in group]
            for code, place in places.items():
                lows = [as_low[end] for end in group[place]]
                if any(any(map(lt, lows, high)) for high in highs):
                    self.found.add((weighed[code], asked.id))

    def _groups(self, asked: Question, ends: array[int]) -> Iterator[list[array[int]]]:
        """The ends for each answer to a question, while all other answers stay as they are."""
        place = self._place[asked.id]
        size, after = self.sizes[place], prod(self.sizes[place + 1 :])
        for start in range(0, len(ends), size * after):
            yield [ends[start + n * after : start + (n + 1) * after] for n in range(size)]


def _sorted_ids(tree: Tree) -> list[str]:
    """The questions, each before those its rules lead to."""
    goes = {asked.id: [rule.go for rule in asked.rules] for asked in tree.questions}
    found: list[str] = []

    def follow(id: str) -> None:
        if id in goes and id not in found:
            for go in goes[id]:
                follow(go)
            found.append(id)

    for id in (tree.start, *goes):
        follow(id)
    return found[::-1]
