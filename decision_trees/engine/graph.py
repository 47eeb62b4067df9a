"""A tree as a graph: its edges, their order, and an outline for those who cannot see the map.

Every function here works on a broken tree too: an edge to nowhere is kept as an edge, a cycle is cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from graphlib import CycleError, TopologicalSorter

from .answers import answer_problem
from .conditions import Condition
from .model import Answers, Context, Order, Question, Rule, Tree


class NodeKind(Enum):
    QUESTION = "question"
    OUTCOME = "outcome"
    RED_FLAG = "red-flag"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Edge:
    """One rule: from a question to where it leads. `number` is the rule's place in its question, from 0.

    `label` is empty for an `otherwise` that is the only way on.
    """

    source: str
    target: str
    label: str
    rule: Rule
    number: int


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A node in the outline. `label` says which rule leads here; `repeated` that the node is unfolded elsewhere."""

    id: str
    kind: NodeKind
    text: str
    label: str
    repeated: bool
    children: tuple[OutlineItem, ...]


def rule_label(tree: Tree, rule: Rule, context: Context | None = None) -> str:
    """The rule's condition in plain English, or “Otherwise”."""
    return rule.when.describe(tree, context) if rule.when is not None else "Otherwise"


def edges(tree: Tree, context: Context | None = None) -> tuple[Edge, ...]:
    """Every rule of every question. Red flags are not edges: they can be raised after any answer."""
    return tuple(
        Edge(question.id, rule.go, _label(tree, question, rule, context), rule, number)
        for question in tree.questions
        for number, rule in enumerate(question.rules)
    )


def _label(tree: Tree, question: Question, rule: Rule, context: Context | None) -> str:
    """An only way on needs no words."""
    return "" if rule.when is None and len(question.rules) == 1 else rule_label(tree, rule, context)


def conditions_of(tree: Tree) -> Iterator[Condition]:
    """Every condition of the tree: of its rules, red flags and add-on advice."""
    for question in tree.questions:
        yield from (rule.when for rule in question.rules if rule.when is not None)
    yield from (flag.when for flag in tree.red_flags)
    yield from (add_on.when for add_on in tree.add_ons)


def targets(tree: Tree) -> dict[str, tuple[str, ...]]:
    """For each question, the questions and outcomes its rules name, once each, in order."""
    return {question.id: tuple(dict.fromkeys(rule.go for rule in question.rules)) for question in tree.questions}


def find_cycle(tree: Tree) -> tuple[str, ...]:
    """The questions of one cycle as the rules lead round, the first repeated at the end; empty where there is none."""
    try:
        _sorted_questions(tree)
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def topological_order(tree: Tree) -> tuple[str, ...]:
    """Every question id, each before those its rules lead to. With a cycle, the order of writing."""
    try:
        return _sorted_questions(tree)
    except CycleError:
        return tuple(question.id for question in tree.questions)


def _sorted_questions(tree: Tree) -> tuple[str, ...]:
    leads_to = targets(tree)
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(leads_to, ()))
    for source, names in leads_to.items():
        for target in names:
            if target in leads_to:
                sorter.add(target, source)
    return tuple(sorter.static_order())


def reachable(tree: Tree, start: str | None = None) -> frozenset[str]:
    """Ids that some row of rules leads to, from the start or from a given question. Red flags are left out."""
    leads_to = targets(tree)
    found: set[str] = set()
    waiting = [tree.start if start is None else start]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(leads_to.get(node, ()))
    return frozenset(found)


def longest_path(tree: Tree, start: str | None = None) -> int:
    """The most questions that one journey can ask, from the start or from a given question on."""
    return _longest(tree, tree.start if start is None else start, lambda question: [rule.go for rule in question.rules])


def questions_left_at_most(tree: Tree, start: str, answers: Answers, given: Answers, context: Context) -> int:
    """The most questions that may still be asked.

    Args:
        tree: the tree.
        start: the open question.
        answers: the answers on the path so far. Rules they rule out are not followed.
        given: all answers at hand; a question they answer is not asked again.
        context: figures and local settings.
    """
    undecided = frozenset(question.id for question in tree.questions) & reachable(tree, start)

    def open_targets(question: Question) -> list[str]:
        return _possible_targets(question, answers, context, undecided)

    def is_asked(question: Question) -> bool:
        for value in (context.settings.get(question.setting), given.get(question.id)):
            if value is not None and answer_problem(question, value) is None:
                return False
        return True

    return _longest(tree, start, open_targets, is_asked)


def _possible_targets(question: Question, answers: Answers, context: Context, undecided: frozenset[str]) -> list[str]:
    found: list[str] = []
    others_can_fail = True
    for rule in question.rules:
        if rule.when is None:
            if question.order is Order.FIRST_FIT:
                break  # It wins over every rule below it.
            continue
        can_hold, can_fail = rule.when.outlook(answers, context, undecided)
        if can_hold and (others_can_fail or question.order is Order.EXACTLY_ONE):
            found.append(rule.go)
        others_can_fail = others_can_fail and can_fail
    if others_can_fail:
        found.extend(rule.go for rule in question.rules if rule.when is None)
    return found


def _longest(
    tree: Tree,
    start: str,
    follow: Callable[[Question], list[str]],
    is_asked: Callable[[Question], bool] = lambda question: True,
) -> int:
    questions = {question.id: question for question in reversed(tree.questions)}
    known: dict[str, int] = {}
    # The way down to the node that is looked at: each node with the targets still to be followed.
    way: dict[str, list[str]] = {}
    waiting = [start] if start in questions else []
    while waiting:
        node = waiting[-1]
        if node not in way and node not in known:
            way[node] = list(dict.fromkeys(follow(questions[node])))
            # A target on the way down closes a circle: there it is cut.
            waiting.extend(each for each in way[node] if each in questions and each not in way)
            continue
        waiting.pop()
        if node in way:
            rest = max((known.get(each, 0) for each in way.pop(node)), default=0)
            known[node] = rest + is_asked(questions[node])
    return known.get(start, 0)


def outline(tree: Tree, context: Context | None = None) -> tuple[OutlineItem, ...]:
    """The tree as nested lists: the red flags, then the first question with all that follows it."""
    unfolded: set[str] = set()
    flags = tuple(
        OutlineItem(
            f"red-flag:{flag.id}",
            NodeKind.RED_FLAG,
            f"At any point: {flag.when.phrase(tree, context)}",
            "",
            False,
            (_outline_item(tree, flag.outcome, "", unfolded, context),),
        )
        for flag in tree.red_flags
    )
    return (*flags, _outline_item(tree, tree.start, "", unfolded, context))


def _outline_item(tree: Tree, id: str, label: str, unfolded: set[str], context: Context | None) -> OutlineItem:
    outcome = tree.outcome(id)
    if outcome is not None:
        return OutlineItem(id, NodeKind.OUTCOME, outcome.title, label, False, ())
    question = tree.question(id)
    if question is None:
        return OutlineItem(id, NodeKind.UNKNOWN, id, label, False, ())
    if id in unfolded:
        return OutlineItem(id, NodeKind.QUESTION, question.text, label, True, ())
    unfolded.add(id)
    children = tuple(
        _outline_item(tree, rule.go, _label(tree, question, rule, context), unfolded, context)
        for rule in question.rules
    )
    return OutlineItem(id, NodeKind.QUESTION, question.text, label, False, children)
