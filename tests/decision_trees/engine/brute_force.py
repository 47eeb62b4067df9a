"""What is wrong with a tree, found by listing every answer to every question: the slow, plain judge."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from decision_trees.engine.model import (
    NOT_KNOWN,
    Answer,
    Answers,
    Choice,
    Context,
    Order,
    Question,
    RedFlag,
    Rule,
    Tree,
)

from .trees import all_answers

Found = set[tuple[str, str]]


def every_completion(tree: Tree) -> Iterator[dict[str, Answer]]:
    ids = [asked.id for asked in tree.questions]
    for row in product(*(all_answers(asked) for asked in tree.questions)):
        yield dict(zip(ids, row, strict=True))


class Judge:
    """Walks with rules of its own, so that an error in `walk` does not hide the same error in `validation`."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.context = Context()
        self.found: Found = set()
        self.winning: set[tuple[str, int]] = set()
        self.visited: set[str] = set()
        self.raised: set[str] = set()
        self.joined: set[str] = set()
        self.ends: dict[tuple[Answer, ...], tuple[str | None, frozenset[str]]] = {}

    def judge(self) -> Found:
        for answers in every_completion(self.tree):
            self.ends[tuple(answers.values())] = self._walk(answers)
        self._never()
        for asked in self.tree.questions:
            if asked.id in self.visited:
                self._compare_answers(asked)
        return self.found

    def _walk(self, given: Answers) -> tuple[str | None, frozenset[str]]:
        taken: dict[str, Answer] = {}
        node = self.tree.start
        while self.tree.outcome(node) is None:
            asked = self.tree.question(node)
            assert asked is not None
            self.visited.add(node)
            taken[node] = given[node]
            flag = self._flag(taken)
            if flag is not None:
                node = flag.outcome
                break
            rule = self._rule(asked, taken)
            if rule is None:
                return None, frozenset()
            node = rule.go
        self.visited.add(node)
        joined = frozenset(each.id for each in self.tree.add_ons if each.when.holds(taken, self.context))
        self.joined |= joined
        return node, joined

    def _flag(self, taken: Answers) -> RedFlag | None:
        for flag in self.tree.red_flags:
            if flag.when.holds(taken, self.context):
                self.raised.add(flag.id)
                return flag
        return None

    def _rule(self, asked: Question, taken: Answers) -> Rule | None:
        numbered = list(enumerate(asked.rules))
        holding = [n for n, rule in numbered if rule.when is not None and rule.when.holds(taken, self.context)]
        others = [n for n, rule in numbered if rule.when is None]
        if asked.order is Order.FIRST_FIT:
            candidates = sorted(holding + others)
        else:
            candidates = holding or others
            if len(holding) > 1:
                self.found.add(("overlap", asked.id))
        if not candidates:
            self.found.add(("gap", asked.id))
            return None
        self.winning.add((asked.id, candidates[0]))
        return asked.rules[candidates[0]]

    def _never(self) -> None:
        for asked in self.tree.questions:
            for number in range(len(asked.rules)):
                if asked.id in self.visited and (asked.id, number) not in self.winning:
                    self.found.add(("rule-never-wins", asked.id))
        nodes = [each.id for each in self.tree.questions] + [each.id for each in self.tree.outcomes]
        self.found |= {("never-reached", id) for id in nodes if id not in self.visited}
        self.found |= {("red-flag-never-raised", each.id) for each in self.tree.red_flags if each.id not in self.raised}
        self.found |= {("add-on-never-joins", each.id) for each in self.tree.add_ons if each.id not in self.joined}

    def _compare_answers(self, asked: Question) -> None:
        place = [each.id for each in self.tree.questions].index(asked.id)
        levels = {outcome.id: outcome.care_level for outcome in self.tree.outcomes}
        groups: dict[tuple[Answer, ...], dict[Answer, tuple[str | None, frozenset[str]]]] = {}
        for row, end in self.ends.items():
            groups.setdefault((*row[:place], *row[place + 1 :]), {})[row[place]] = end
        if all(len(set(group.values())) == 1 for group in groups.values()):
            self.found.add(("changes-nothing", asked.id))
        for group in groups.values():
            unknown = group.get(Choice(NOT_KNOWN), (None, frozenset()))[0]
            others = [levels[end] for end, _ in group.values() if end is not None]
            if unknown is not None and levels[unknown] < max(others):
                self.found.add(("not-known-less-careful", asked.id))
