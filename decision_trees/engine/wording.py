"""What an edit of a tree changes, in words: node by node, with what stood there before and what stands there now.

Whether it changes any result is another question (`meaning`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import Enum

from .conditions import label_of, name_of
from .graph import rule_label
from .model import (
    NONE_OF_THESE,
    NOT_KNOWN,
    AddOn,
    Asks,
    Basis,
    Kind,
    Order,
    Outcome,
    Question,
    Statement,
    Tree,
    UrgencyFrom,
)
from .units import UNITS


class What(Enum):
    """What happened to a node."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    #: Its words are the same, and it stands elsewhere among its like.
    MOVED = "moved"


#: What editors read for it.
WHAT_WORDS = {What.ADDED: "added", What.REMOVED: "taken out", What.CHANGED: "changed", What.MOVED: "moved"}


@dataclass(frozen=True, slots=True)
class TextChange:
    """One thing about a node. `before` is empty where it was added, `after` where it was removed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class NodeChange:
    """What changed about one node. `kind` is tree (its id is empty), question, red-flag, outcome or advice."""

    kind: str
    id: str
    title: str
    what: What
    details: tuple[TextChange, ...]


#: Label of where a node stands among its like.
PLACE = "Place"

#: A fact of a node: words, or a list whose items are compared one by one, by their ids where they have any.
_Fact = str | tuple[str, ...] | dict[str, str]
_Facts = dict[str, _Fact]


def describe_changes(
    before: Tree, after: Tree, cite: Callable[[str], str] = str, call: Callable[[str], str] = name_of
) -> tuple[NodeChange, ...]:
    """Every difference between two versions of a tree: of the tree itself, its questions, red flags, outcomes, advice.

    Args:
        before: the earlier version.
        after: the later one.
        cite: what people read for a citation.
        call: what people read for a recorded disagreement of the documents.
    """
    # Rules of both versions name nodes and answers in the same words, so that a new title is one change and not many.
    words = _Words(named_after(before, after), cite, call)
    return (
        *_changed("tree", "", after.title, words.tree_facts(before), words.tree_facts(after)),
        *_nodes("question", words.questions(before), words.questions(after)),
        *_nodes("red-flag", words.red_flags(before), words.red_flags(after)),
        *_nodes("outcome", words.outcomes(before), words.outcomes(after)),
        *_nodes("advice", words.advice(before), words.advice(after)),
    )


def named_after(before: Tree, after: Tree) -> Tree:
    """The later version with what only the earlier one has, nodes and answers, so that it has words for all of both."""
    questions = [_with_answers_of(question, before.question(question.id)) for question in after.questions]
    questions += [question for question in before.questions if after.question(question.id) is None]
    outcomes = [outcome for outcome in before.outcomes if after.outcome(outcome.id) is None]
    kept = {add_on.id for add_on in after.add_ons}
    return replace(
        after,
        questions=tuple(questions),
        outcomes=(*after.outcomes, *outcomes),
        add_ons=(*after.add_ons, *(add_on for add_on in before.add_ons if add_on.id not in kept)),
    )


def _with_answers_of(question: Question, earlier: Question | None) -> Question:
    if earlier is None:
        return question
    known = {option.id for option in question.options}
    return replace(
        question,
        options=(*question.options, *(option for option in earlier.options if option.id not in known)),
        none_label=question.none_label or earlier.none_label,
        not_known=question.not_known or earlier.not_known,
    )


def marked(before: str, after: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    """Both texts in pieces, each with whether it is in the one and not in the other. Whole words, never parts of them.

    >>> marked("At most 3 days", "At most 2 days")
    ((('At most ', False), ('3', True), (' days', False)), (('At most ', False), ('2', True), (' days', False)))
    """
    old, new = (re.findall(r"\s+|[\w.,]*\w|[^\w\s]", text) for text in (before, after))
    pieces: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = ([], [])
    for code, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for found, words in zip(pieces, (old[i1:i2], new[j1:j2]), strict=True):
            if words:
                found.append(("".join(words), code != "equal"))
    return tuple(pieces[0]), tuple(pieces[1])


# --- The facts of each node ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Node:
    title: str
    facts: _Facts


_KIND_WORDS = {
    Kind.YES_NO: "Yes or no",
    Kind.ONE_OF: "One of several",
    Kind.SEVERAL_OF: "Any of several",
    Kind.NUMBER: "A number",
    Kind.WHOLE_DAYS: "Whole days",
}


@dataclass(frozen=True, slots=True)
class _Words:
    """Says what a node holds: `naming` has the words for nodes and answers, `cite` for citations, `call` for
    disagreements."""

    naming: Tree
    cite: Callable[[str], str]
    call: Callable[[str], str]

    def tree_facts(self, tree: Tree) -> _Facts:
        return {
            "Title": tree.title,
            "Situation": tree.situation,
            "Summary": tree.summary,
            "Who asks": tree.audience,
            "First question": self._title(tree.start),
            "To have at hand": tree.at_hand,
            "What it rests on": self._cited(tree.citations),
            "What the documents do not say": tree.gaps,
            "Words people type": tree.words,
        }

    def questions(self, tree: Tree) -> dict[str, _Node]:
        return {question.id: _Node(question.text, self._question(question)) for question in tree.questions}

    def _question(self, question: Question) -> _Facts:
        first_fit = question.order is Order.FIRST_FIT
        return {
            "Question": question.text,
            "Short name": question.name,
            "Takes": _KIND_WORDS[question.kind],
            "Numbers": _number_words(question),
            "Answers": dict(_option_words(question)),
            "No “not known” because": question.no_not_known,
            "Careful direction": tuple(label_of(question, id) for id in question.careful),
            "Hint": question.hint,
            "Why it matters": question.why,
            "Rules": tuple(self._rules(question)),
            "How its rules are read": "from the top, the first that fits" if first_fit else "exactly one fits",
            "What its answers decide": "the added advice only" if question.asks is Asks.PROMPT else "the outcome",
            "Setting of the service that answers it": name_of(question.setting),
            "Passages": self._cited(question.citations),
        }

    def _rules(self, question: Question) -> Iterator[str]:
        for rule in question.rules:
            always = rule.when is None and len(question.rules) == 1
            when = "Whatever the answer" if always else rule_label(self.naming, rule)
            yield f"{when}: go to “{self._title(rule.go)}”"

    def red_flags(self, tree: Tree) -> dict[str, _Node]:
        return {
            flag.id: _Node(
                name_of(flag.id).capitalize(),
                {"When": flag.when.describe(self.naming), "Leads to": self._title(flag.outcome)},
            )
            for flag in tree.red_flags
        }

    def outcomes(self, tree: Tree) -> dict[str, _Node]:
        return {outcome.id: _Node(outcome.title, self._outcome(outcome)) for outcome in tree.outcomes}

    def _outcome(self, outcome: Outcome) -> _Facts:
        inferred = outcome.urgency_from is UrgencyFrom.INFERENCE
        return {
            "Title": outcome.title,
            "Now": outcome.do_now,
            "How soon": f"{outcome.urgency.value}{', by our inference' if inferred else ', by the documents'}",
            "Care level": f"{outcome.care_level}: {outcome.care_reason}",
            "What to do": tuple(map(self._statement, outcome.actions)),
            "What not to do": tuple(map(self._statement, outcome.cautions)),
            "Who decides": outcome.who_decides,
            "What to record": outcome.record,
            "Why": outcome.because,
            "Strength": _basis_words(outcome.basis),
            "Passages": self._cited(outcome.citations),
            "What the documents do not say": outcome.gaps,
            "Where to look instead": outcome.signposts,
            "Disagreements of the documents": tuple(map(self.call, outcome.conflicts)),
            "Trees to go on to": tuple(map(name_of, outcome.next_trees)),
            "Trees that are planned": tuple(
                f"{planned.title} [{'; '.join(self._cited(planned.citations))}]" for planned in outcome.planned_trees
            ),
            "Guidance to go on to": tuple(map(name_of, outcome.next_pages)),
        }

    def advice(self, tree: Tree) -> dict[str, _Node]:
        return {
            add_on.id: _Node(
                add_on.title,
                {
                    "Title": add_on.title,
                    "Advice": self._statement(add_on),
                    "Kind": add_on.kind.value.replace("-", " "),
                    "When": add_on.when.describe(self.naming),
                    "Never with": tuple(map(self._title, add_on.not_with)),
                },
            )
            for add_on in tree.add_ons
        }

    def _statement(self, statement: Statement | AddOn) -> str:
        """What it says with what it rests on, so that a change of either shows."""
        return f"{statement.text} [{'; '.join((_basis_words(statement.basis), *self._cited(statement.citations)))}]"

    def _cited(self, citations: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(self.cite, citations))

    def _title(self, id: str) -> str:
        if outcome := self.naming.outcome(id):
            return outcome.title
        question = self.naming.question(id)
        return question.text if question else id


def _option_words(question: Question) -> Iterator[tuple[str, str]]:
    for option in question.options:
        yield option.id, f"{option.label} ({option.hint})" if option.hint else option.label
    for id, label in ((NONE_OF_THESE, question.none_label), (NOT_KNOWN, question.not_known)):
        if label:
            yield id, label


def _number_words(question: Question) -> str:
    number = question.number
    known = [UNITS[id] for id in number.units if id in UNITS] if number is not None else []
    if number is None or not known:
        return ""
    unit = known[0]
    bounds = (number.minimum, number.maximum, number.step)
    low, high, step = (f"{(bound / unit.factor).normalize():f}" for bound in bounds)
    units = ", ".join(each.symbol for each in known)
    example = f", for example {number.example}" if number.example else ""
    return f"{low} to {high} {unit.symbol} in steps of {step}, given in {units}{example}"


def _basis_words(basis: Basis) -> str:
    return basis.value.replace("-", " ")


# --- Comparing ----------------------------------------------------------------------------------------------------


def _nodes(kind: str, before: Mapping[str, _Node], after: Mapping[str, _Node]) -> Iterator[NodeChange]:
    """Nodes of one kind: those there are now in their order, then those that are gone."""
    strayed = _moved(list(before), list(after))
    for id, node in after.items():
        if id not in before:
            yield NodeChange(kind, id, node.title, What.ADDED, tuple(_told(node.facts, added=True)))
            continue
        place = _place_words(id, list(before), before), _place_words(id, list(after), after)
        moved = (TextChange(PLACE, *place),) if id in strayed else ()
        changed = tuple(_changed(kind, id, node.title, before[id].facts, node.facts))
        if changed:
            yield NodeChange(kind, id, node.title, What.CHANGED, (*changed[0].details, *moved))
        elif moved:
            yield NodeChange(kind, id, node.title, What.MOVED, moved)
    for id, node in before.items():
        if id not in after:
            yield NodeChange(kind, id, node.title, What.REMOVED, tuple(_told(node.facts, added=False)))


def _changed(kind: str, id: str, title: str, before: _Facts, after: _Facts) -> Iterator[NodeChange]:
    details = [change for label in after for change in _compared(label, before[label], after[label])]
    if details:
        yield NodeChange(kind, id, title, What.CHANGED, tuple(details))


def _told(facts: _Facts, *, added: bool) -> Iterator[TextChange]:
    for label, fact in facts.items():
        for text in _items(fact):
            if text:
                yield TextChange(label, "", text) if added else TextChange(label, text, "")


def _items(fact: _Fact) -> Iterable[str]:
    if isinstance(fact, str):
        return (fact,)
    return fact.values() if isinstance(fact, dict) else fact


def _compared(label: str, before: _Fact, after: _Fact) -> Iterator[TextChange]:
    if isinstance(before, str) and isinstance(after, str):
        if before != after:
            yield TextChange(label, before, after)
    elif isinstance(before, dict) and isinstance(after, dict):
        for id in (*after, *(id for id in before if id not in after)):
            yield from _compared(label, before.get(id, ""), after.get(id, ""))
        yield from _reordered(label, before, after, after)
    else:
        yield from _compared_lists(label, tuple(before), tuple(after))


def _compared_lists(label: str, before: Sequence[str], after: Sequence[str]) -> Iterator[TextChange]:
    gone, new = [text for text in before if text not in after], [text for text in after if text not in before]
    for text in gone:
        like = max(new, key=lambda other: _likeness(text, other), default="")
        if like and _likeness(text, like) >= _ALIKE:
            new.remove(like)
            yield TextChange(label, text, like)
        else:
            yield TextChange(label, text, "")
    for text in new:
        yield TextChange(label, "", text)
    yield from _reordered(label, before, after, dict(zip(after, after, strict=True)))


def _reordered(
    label: str, before: Iterable[str], after: Iterable[str], words: Mapping[str, str]
) -> Iterator[TextChange]:
    """One line where what is in both stands in another order."""
    old, new = list(before), list(after)
    kept_before, kept_after = [id for id in old if id in new], [id for id in new if id in old]
    if kept_before != kept_after:
        yield TextChange(f"{label}, order", *(" · ".join(words[id] for id in ids) for ids in (kept_before, kept_after)))


#: Texts that share less than this are told as one that went and another that came.
_ALIKE = 0.5


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _moved(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """The fewest ids whose moving explains the new order."""
    old, new = [id for id in before if id in after], [id for id in after if id in before]
    place = {id: number for number, id in enumerate(old)}
    #: The longest run in the old order that ends with each id.
    runs: list[tuple[str, ...]] = []
    for id in new:
        before_it = [run for run in runs if place[run[-1]] < place[id]]
        runs.append((*_longest(before_it), id))
    return frozenset(new) - frozenset(_longest(runs))


def _longest(runs: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return max(runs, key=len, default=())


def _place_words(id: str, ids: Sequence[str], nodes: Mapping[str, _Node]) -> str:
    place = ids.index(id)
    return f"After “{nodes[ids[place - 1]].title}”" if place else "First"
