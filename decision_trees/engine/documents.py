"""Trees to and from documents (`content/trees/*.yaml`), with every problem reported at once, and the hash of a tree.

This reader is the last word on the format; docs/content-formats.md describes it. It checks shape: keys, kinds of value,
known words, conditions that can be read. Whether the tree is sound is for `validation`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import TypeVar

import yaml

from .condition_data import condition_from_data
from .conditions import Condition, parse
from .errors import ConditionSyntaxError, InvalidTree
from .model import (
    AddOn,
    AdviceKind,
    Asks,
    Basis,
    Kind,
    NumberRange,
    Option,
    Order,
    Outcome,
    PlannedTree,
    Question,
    RedFlag,
    Rule,
    Statement,
    Tree,
    Urgency,
    UrgencyFrom,
)
from .units import plain

FORMAT = 1
#: Keys of a tree's document that belong to its page, not to the tree.
FACT_KEYS = ("topics", "reviewed", "next_review", "owner", "change_note")
YES_AND_NO = (Option("yes", "Yes"), Option("no", "No"))

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_E = TypeVar("_E", bound=Enum)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a document something stands.

    `kind` is "tree", "question", "outcome", "red-flag" or "add-on", `node` its id (the tree's own is empty), `rule` the
    place of a question's rule from 0, `part` any other list inside the node and the place there, and `key` the key of
    the value.
    """

    kind: str = "tree"
    node: str = ""
    rule: int | None = None
    key: str = ""
    part: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class DocumentProblem:
    """What cannot be read. `where` names the place in words, for people who read the file."""

    place: Place
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}."


@dataclass(frozen=True, slots=True)
class Draft:
    """A tree as far as its document can be read. What cannot is left out of the tree and named in `problems`."""

    tree: Tree
    problems: tuple[DocumentProblem, ...]


@dataclass(frozen=True, slots=True)
class TreeDocument:
    """A tree, and what its document says about the page it stands on (`FACT_KEYS`)."""

    tree: Tree
    facts: Mapping[str, object]


def read_yaml(text: str) -> object:
    """Read YAML as people mean it: yes and no are words, 0.35 is the text “0.35”, a key given twice is an error.

    >>> read_yaml("answers: {dependent: no, reading: 0.350}")
    {'answers': {'dependent': 'no', 'reading': '0.350'}}

    Raises:
        InvalidTree: with the line and column.
    """
    try:
        # The loader is a SafeLoader: it makes plain values only.
        read = yaml.load(text, Loader=_PlainLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise InvalidTree([f"This is not YAML: {error.problem}{where}."]) from error
    except RecursionError as error:
        raise InvalidTree(["The file is nested too deeply for a tree."]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidTree([f"This is not YAML: {str(error)[:200]}"]) from error
    if not can_be_kept(read):
        raise InvalidTree(["The file holds characters that are no text, written as escapes. Take them out."])
    return read


def can_be_kept(values: object) -> bool:
    """Whether every database keeps these plain values: none keeps half a character, and PostgreSQL no character 0."""
    try:
        written = json.dumps(values, ensure_ascii=False, default=str)
        written.encode()
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in written


class _PlainLoader(yaml.SafeLoader):
    """YAML with few surprises: see `read_yaml`."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        # A few lines of aliases of aliases may stand for gigabytes, and a tree has no need of any.
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # the stubs leave it untyped
            raise yaml.MarkedYAMLError(problem="write it out, without an alias", problem_mark=mark)
        return super().compose_node(parent, index)


_WORDS_ARE_WORDS = {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:float", "tag:yaml.org,2002:int"}
_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _WORDS_ARE_WORDS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("(?:true|false)$"), list("tf"))
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("-?(0|[1-9][0-9]*)$"), list("-0123456789"))


def _mapping_without_doubles(loader: _PlainLoader, node: yaml.MappingNode) -> dict[object, object]:
    loader.flatten_mapping(node)
    mapping: dict[object, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, (str, int)):
            raise yaml.MarkedYAMLError(problem="a key must be a word", problem_mark=key_node.start_mark)
        if key in mapping:
            raise yaml.MarkedYAMLError(problem=f"the key “{key}” is given twice", problem_mark=key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_PlainLoader.add_constructor("tag:yaml.org,2002:map", _mapping_without_doubles)


def document_from_yaml(text: str) -> TreeDocument:
    """Read a tree's document.

    Raises:
        InvalidTree: with all problems.
    """
    document = read_yaml(text)
    if not isinstance(document, Mapping):
        raise InvalidTree(["A tree's document starts with keys such as “slug: …”."])
    tree = tree_from_document(document)
    return TreeDocument(tree, {key: document[key] for key in FACT_KEYS if key in document})


def tree_from_document(mapping: Mapping[str, object]) -> Tree:
    """Make a tree of a document that was read. Facts of the page are passed over.

    Raises:
        InvalidTree: with all problems, each naming the node.
    """
    draft = draft_from_document(mapping)
    if draft.problems:
        raise InvalidTree([str(problem) for problem in draft.problems])
    return draft.tree


def draft_from_document(mapping: Mapping[str, object]) -> Draft:
    """Read as much of a half-written tree as there is. Never raises for plain values."""
    problems: list[DocumentProblem] = []
    tree = _tree(_Fields(mapping, "tree", problems, Place()))
    return Draft(tree, tuple(problems))


def tree_to_document(tree: Tree) -> dict[str, object]:
    """The tree as plain values that `tree_from_document` reads back to an equal tree."""
    return _filled(
        {
            "format": FORMAT,
            "slug": tree.slug,
            "title": tree.title,
            "situation": tree.situation,
            "summary": tree.summary,
            "audience": tree.audience,
            "at_hand": list(tree.at_hand),
            "words": list(tree.words),
            "citations": list(tree.citations),
            "gaps": list(tree.gaps),
            "start": tree.start,
            "questions": [_question_to_document(question) for question in tree.questions],
            "red_flags": [
                {"id": flag.id, "when": flag.when.sentence(), "outcome": flag.outcome} for flag in tree.red_flags
            ],
            "add_ons": [_add_on_to_document(add_on) for add_on in tree.add_ons],
            "outcomes": [_outcome_to_document(outcome) for outcome in tree.outcomes],
        }
    )


def tree_hash(tree: Tree) -> str:
    """SHA-256 of the tree's document as canonical JSON: the same for equal trees, on every installation."""
    return canonical_hash(tree_to_document(tree))


def canonical_hash(values: object) -> str:
    """SHA-256 of plain values as canonical JSON: the same for equal values, whatever the order of their keys."""
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class _Fields:
    """One mapping of a document. Problems are collected, so that reading goes on to the end."""

    def __init__(self, mapping: object, where: str, problems: list[DocumentProblem], place: Place) -> None:
        self.where = where
        self.problems = problems
        self.place = place
        self._seen: set[str] = set()
        self._mapping: Mapping[object, object] = {}
        if isinstance(mapping, Mapping):
            self._mapping = mapping
        else:
            self.problem("write keys and values here")

    def problem(self, text: str, key: str = "") -> None:
        self.problems.append(DocumentProblem(replace(self.place, key=key), self.where, text))

    def has(self, key: str) -> bool:
        self._seen.add(key)
        return self._mapping.get(key) is not None

    def value(self, key: str) -> object:
        self._seen.add(key)
        return self._mapping.get(key)

    def text(self, key: str) -> str:
        value = self.value(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            self.problem(f"“{key}” is missing", key)
            return ""
        return self.optional_text(key)

    def optional_text(self, key: str) -> str:
        value = self.value(key)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            self.problem(f"“{key}” must be a text; put it in quotes", key)
            return ""
        return str(value).strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.value(key)
        if value is None:
            return ()
        if not isinstance(value, (list, tuple)) or not all(_is_text(each) for each in value):
            self.problem(f"“{key}” must be a list of texts", key)
            return ()
        return tuple(str(each).strip() for each in value)

    def whole(self, key: str) -> int:
        value = self.value(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and re.fullmatch("-?[0-9]{1,6}", value):
            return int(value)
        self.problem(f"“{key}” must be a whole number", key)
        return 0

    def number(self, key: str, example: str, default: str | None = None) -> Decimal:
        value = self.value(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            if default is None:
                self.problem(f"“{key}” is missing", key)
                return Decimal(0)
            value = default
        text = "" if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)) else str(value)
        if not _NUMBER.fullmatch(text):
            self.problem(f'“{key}” must be a number such as "{example}"', key)
            return Decimal(0)
        return plain(Decimal(text))

    def word(self, key: str, words: type[_E], default: _E | None = None) -> _E:
        value = self.value(key)
        if value is None and default is not None:
            return default
        for member in words:
            if member.value == value:
                return member
        known = ", ".join(str(member.value) for member in words)
        text = f"“{key}” must be one of: {known}" if value is not None else f"“{key}” is missing ({known})"
        self.problem(text, key)
        return default if default is not None else next(iter(words))

    def condition(self, key: str) -> Condition | None:
        """A sentence of the grammar, or data that an editor built (`condition_data`)."""
        value = self.value(key)
        if isinstance(value, Mapping):
            try:
                return condition_from_data(value)
            except ConditionSyntaxError as error:
                self.problem(f"“{key}” is not finished. {str(error).removesuffix('.')}", key)
                return None
        sentence = self.text(key)
        if not sentence:
            return None
        try:
            return parse(sentence)
        except ConditionSyntaxError as error:
            self.problem(f"“{key}: {sentence}” cannot be read. {str(error).removesuffix('.')}", key)
            return None

    def items(self, key: str, called: str) -> Iterator[_Fields]:
        """Each mapping of a list, named by its id where it has one, else by its place."""
        value = self.value(key)
        if value is None:
            return
        if not isinstance(value, (list, tuple)):
            self.problem(f"“{key}” must be a list", key)
            return
        above = "" if self.where == "tree" else f"{self.where}, "
        for place, each in enumerate(value, start=1):
            id = each.get("id") if isinstance(each, Mapping) else None
            inside = self._inside(key, called, str(id or ""), place - 1)
            with _Fields(each, f"{above}{called} {id or place}", self.problems, inside).closed() as fields:
                yield fields

    def _inside(self, key: str, called: str, id: str, place: int) -> Place:
        """The place of a part: a node of its own, a rule of its question, or else a part of the node it belongs to."""
        if self.place.kind == "tree":
            return Place(called.replace(" ", "-"), id)
        return replace(self.place, rule=place) if called == "rule" else replace(self.place, part=(key, place))

    @contextmanager
    def closed(self) -> Iterator[_Fields]:
        """After the block, keys that nobody asked for are problems."""
        yield self
        for key in self._mapping:
            if key not in self._seen:
                self.problem(f"the key “{str(key)[:40]}” is not known here")


def _is_text(value: object) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def _tree(document: _Fields) -> Tree:
    with document.closed() as fields:
        if fields.value("format") not in (None, FORMAT):
            fields.problem(f"“format” must be {FORMAT}")
        for key in FACT_KEYS:
            fields.value(key)
        return Tree(
            slug=fields.text("slug"),
            title=fields.text("title"),
            situation=fields.text("situation"),
            summary=fields.text("summary"),
            audience=fields.text("audience"),
            at_hand=fields.texts("at_hand"),
            words=fields.texts("words"),
            citations=fields.texts("citations"),
            gaps=fields.texts("gaps"),
            start=fields.text("start"),
            questions=tuple([_question(item) for item in fields.items("questions", "question")]),
            red_flags=tuple([flag for item in fields.items("red_flags", "red flag") for flag in _red_flag(item)]),
            add_ons=tuple([add_on for item in fields.items("add_ons", "add-on") for add_on in _add_on(item)]),
            outcomes=tuple([_outcome(item) for item in fields.items("outcomes", "outcome")]),
        )


def _question(fields: _Fields) -> Question:
    kind = fields.word("kind", Kind)
    number = _number(fields, kind) if kind.is_numeric else None
    options: tuple[Option, ...] = YES_AND_NO if kind is Kind.YES_NO else ()
    if kind in (Kind.ONE_OF, Kind.SEVERAL_OF):
        options = _options(fields, "options")
    elif kind.is_numeric:
        options = _options(fields, "coded")
    return Question(
        id=fields.text("id"),
        text=fields.text("text"),
        kind=kind,
        rules=tuple([rule for item in fields.items("next", "rule") for rule in _rule(item)]),
        why=fields.optional_text("why"),
        hint=fields.optional_text("hint"),
        citations=fields.texts("citations"),
        options=options,
        none_label=fields.optional_text("none") if kind is Kind.SEVERAL_OF else "",
        not_known=fields.optional_text("not_known"),
        no_not_known=fields.optional_text("no_not_known"),
        careful=fields.texts("careful"),
        number=number,
        asks=fields.word("asks", Asks, Asks.CLINICAL),
        order=fields.word("order", Order, Order.EXACTLY_ONE),
        setting=fields.optional_text("setting") if kind.is_numeric else "",
        name=fields.optional_text("name"),
    )


def _options(fields: _Fields, key: str) -> tuple[Option, ...]:
    return tuple(
        [
            Option(item.text("id"), item.text("label"), item.optional_text("hint"))
            for item in fields.items(key, "option")
        ]
    )


def _number(fields: _Fields, kind: Kind) -> NumberRange:
    days = kind is Kind.WHOLE_DAYS
    if not days and not fields.has("quantity"):
        fields.problem("“quantity” is missing", "quantity")
    units = fields.texts("units")
    if not units and not days:
        fields.problem("“units” is missing", "units")
    quantity = fields.optional_text("quantity") or ("days" if days else "")
    example = "0.35" if quantity == "breath-alcohol" else "3"
    return NumberRange(
        quantity=quantity,
        units=units or (("days",) if days else ()),
        minimum=fields.number("min", example),
        maximum=fields.number("max", example),
        step=fields.number("step", "0.01" if example == "0.35" else "1", "1" if days else None),
        example=fields.optional_text("example"),
    )


def _rule(fields: _Fields) -> tuple[Rule, ...]:
    if fields.has("otherwise"):
        if fields.has("when") or fields.has("go"):
            fields.problem("write either “when” with “go”, or “otherwise” alone")
        return (Rule(fields.text("otherwise")),)
    condition, go = fields.condition("when"), fields.text("go")
    return (Rule(go, condition),) if condition is not None else ()


def _red_flag(fields: _Fields) -> tuple[RedFlag, ...]:
    id, outcome, when = fields.text("id"), fields.text("outcome"), fields.condition("when")
    return (RedFlag(id, when, outcome),) if when is not None else ()


def _add_on(fields: _Fields) -> tuple[AddOn, ...]:
    when = fields.condition("when")
    id, title, text = fields.text("id"), fields.text("title"), fields.text("text")
    kind, basis = fields.word("kind", AdviceKind), fields.word("basis", Basis)
    citations, not_with = fields.texts("citations"), fields.texts("not_with")
    if when is None:
        return ()
    return (AddOn(id, when, title, text, kind, citations, basis, not_with),)


def _outcome(fields: _Fields) -> Outcome:
    return Outcome(
        id=fields.text("id"),
        title=fields.text("title"),
        do_now=fields.text("do_now"),
        urgency=fields.word("urgency", Urgency),
        urgency_from=fields.word("urgency_from", UrgencyFrom),
        care_level=fields.whole("care_level"),
        care_reason=fields.text("care_reason"),
        actions=_statements(fields, "actions", "action"),
        cautions=_statements(fields, "cautions", "caution"),
        who_decides=fields.text("who_decides"),
        record=fields.texts("record"),
        because=fields.text("because"),
        citations=fields.texts("citations"),
        basis=fields.word("basis", Basis),
        gaps=fields.texts("gaps"),
        signposts=fields.texts("signposts"),
        conflicts=fields.texts("conflicts"),
        next_trees=fields.texts("next_trees"),
        planned_trees=tuple(
            [
                PlannedTree(item.text("title"), item.texts("citations"))
                for item in fields.items("planned_trees", "planned tree")
            ]
        ),
        next_pages=fields.texts("next_pages"),
    )


def _statements(fields: _Fields, key: str, called: str) -> tuple[Statement, ...]:
    return tuple(
        [
            Statement(item.text("text"), item.texts("citations"), item.word("basis", Basis))
            for item in fields.items(key, called)
        ]
    )


def _filled(mapping: dict[str, object]) -> dict[str, object]:
    """Without empty texts and lists: left out and empty mean the same."""
    return {key: value for key, value in mapping.items() if value not in ("", [], None)}


def _question_to_document(question: Question) -> dict[str, object]:
    numbers = question.number
    document: dict[str, object] = {
        "id": question.id,
        "name": question.name,
        "text": question.text,
        "kind": question.kind.value,
        "why": question.why,
        "hint": question.hint,
        "citations": list(question.citations),
    }
    if question.kind is not Kind.YES_NO:
        key = "coded" if question.kind.is_numeric else "options"
        document[key] = [
            _filled({"id": option.id, "label": option.label, "hint": option.hint}) for option in question.options
        ]
    if numbers is not None:
        document |= {
            "quantity": numbers.quantity,
            "units": list(numbers.units),
            "min": f"{plain(numbers.minimum):f}",
            "max": f"{plain(numbers.maximum):f}",
            "step": f"{plain(numbers.step):f}",
            "example": numbers.example,
        }
    document |= {
        "none": question.none_label,
        "not_known": question.not_known,
        "no_not_known": question.no_not_known,
        "careful": list(question.careful),
        "asks": "" if question.asks is Asks.CLINICAL else question.asks.value,
        "order": "" if question.order is Order.EXACTLY_ONE else question.order.value,
        "setting": question.setting,
        "next": [_rule_to_document(rule) for rule in question.rules],
    }
    return _filled(document)


def _rule_to_document(rule: Rule) -> dict[str, object]:
    if rule.when is None:
        return {"otherwise": rule.go}
    return {"when": rule.when.sentence(), "go": rule.go}


def _add_on_to_document(add_on: AddOn) -> dict[str, object]:
    return _filled(
        {
            "id": add_on.id,
            "when": add_on.when.sentence(),
            "title": add_on.title,
            "text": add_on.text,
            "kind": add_on.kind.value,
            "citations": list(add_on.citations),
            "basis": add_on.basis.value,
            "not_with": list(add_on.not_with),
        }
    )


def _outcome_to_document(outcome: Outcome) -> dict[str, object]:
    return _filled(
        {
            "id": outcome.id,
            "title": outcome.title,
            "do_now": outcome.do_now,
            "urgency": outcome.urgency.value,
            "urgency_from": outcome.urgency_from.value,
            "care_level": outcome.care_level,
            "care_reason": outcome.care_reason,
            "actions": [_statement_to_document(each) for each in outcome.actions],
            "cautions": [_statement_to_document(each) for each in outcome.cautions],
            "who_decides": outcome.who_decides,
            "record": list(outcome.record),
            "because": outcome.because,
            "citations": list(outcome.citations),
            "basis": outcome.basis.value,
            "gaps": list(outcome.gaps),
            "signposts": list(outcome.signposts),
            "conflicts": list(outcome.conflicts),
            "next_trees": list(outcome.next_trees),
            "planned_trees": [
                _filled({"title": each.title, "citations": list(each.citations)}) for each in outcome.planned_trees
            ],
            "next_pages": list(outcome.next_pages),
        }
    )


def _statement_to_document(statement: Statement) -> dict[str, object]:
    return _filled({"text": statement.text, "citations": list(statement.citations), "basis": statement.basis.value})
