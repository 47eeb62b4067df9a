"""Cases: given answers and the outcome they must reach, written by the people who own the policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .answers import answers_from_json
from .conditions import CompareAnswer, CompareConstant, CompareFigure, Comparison, Condition
from .documents import read_yaml
from .errors import InvalidCases, InvalidTree
from .graph import conditions_of
from .journey import Journey
from .model import Answer, Answers, Context, Quantity, Tree
from .number_line import Grid, segments
from .units import from_base, to_base
from .walk import walk


@dataclass(frozen=True, slots=True)
class Case:
    """A case as written. `answers` are the plain values of its document; `add_ons` is None where not stated."""

    id: str
    outcome: str
    answers: Mapping[str, object] = field(default_factory=dict)
    add_ons: tuple[str, ...] | None = None
    story: str = ""
    why: str = ""
    citations: tuple[str, ...] = ()
    tree: str = ""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case that was run. `differences` says in words what came otherwise than the case demands."""

    case: Case
    journey: Journey
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class UntestedBoundary:
    """A comparison that comes out only one way in all cases. `side` says in words what no case has."""

    question: str
    side: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the cases of a tree leave out."""

    outcomes: tuple[str, ...]
    boundaries: tuple[UntestedBoundary, ...]

    @property
    def is_complete(self) -> bool:
        return not self.outcomes and not self.boundaries


_KEYS = {"id", "story", "answers", "outcome", "add_ons", "why", "citations"}


def cases_from_document(document: str | Mapping[str, object]) -> tuple[Case, ...]:
    """Read a file of cases.

    Raises:
        InvalidCases: with all problems, each naming the case.
    """
    if isinstance(document, str):
        try:
            read = read_yaml(document)
        except InvalidTree as error:
            raise InvalidCases(error.problems) from error
    else:
        read = document
    if not isinstance(read, Mapping) or not isinstance(read.get("cases"), list):
        raise InvalidCases(["A file of cases has the keys “tree” and “cases”, and “cases” is a list."])
    problems = [f"The key “{key}” is not known in a file of cases." for key in read if key not in ("tree", "cases")]
    cases = [_case(each, place, str(read.get("tree") or ""), problems) for place, each in enumerate(read["cases"], 1)]
    ids = [case.id for case in cases]
    problems.extend(f"case {id}: the id is used twice." for id in sorted({id for id in ids if ids.count(id) > 1}))
    if problems:
        raise InvalidCases(problems)
    return tuple(cases)


def _case(value: object, place: int, tree: str, problems: list[str]) -> Case:
    mapping: Mapping[str, object] = value if isinstance(value, Mapping) else {}
    name = f"case {mapping.get('id') or place}"
    problems.extend(f"{name}: the key “{key}” is not known here." for key in mapping if key not in _KEYS)
    for key in ("id", "answers", "outcome"):
        if not mapping.get(key) and not (key == "answers" and mapping.get(key) == {}):
            problems.append(f"{name}: “{key}” is missing.")
    answers = mapping.get("answers")
    if answers and not isinstance(answers, Mapping):
        problems.append(f"{name}: “answers” has a key for each question.")
    return Case(
        id=str(mapping.get("id") or ""),
        outcome=str(mapping.get("outcome") or ""),
        answers=answers if isinstance(answers, Mapping) else {},
        add_ons=_texts(mapping, "add_ons", name, problems) if "add_ons" in mapping else None,
        story=str(mapping.get("story") or ""),
        why=str(mapping.get("why") or ""),
        citations=_texts(mapping, "citations", name, problems),
        tree=tree,
    )


def _texts(mapping: Mapping[str, object], key: str, name: str, problems: list[str]) -> tuple[str, ...]:
    value = mapping.get(key) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        problems.append(f"{name}: “{key}” must be a list of texts.")
        return ()
    return tuple(value)


def run_case(tree: Tree, case: Case, context: Context | None = None) -> CaseResult:
    """Walk the tree with the case's answers. Local settings of questions that the case itself answers are set aside."""
    answers, problems = answers_from_json(tree, case.answers)
    journey = walk(tree, answers, _without_settings(context or Context(), answers, tree))
    differences = [f"{problem.question}: {problem.message}" for problem in (*problems, *journey.problems)]
    if journey.outcome is None:
        stopped = journey.question.id if journey.question is not None else tree.start
        differences.append(f"It stops at the question “{stopped}”; the case expects “{case.outcome}”.")
    elif journey.outcome.id != case.outcome:
        differences.append(f"It reaches “{journey.outcome.id}”; the case expects “{case.outcome}”.")
    elif case.add_ons is not None:
        joined = {applied.add_on.id for applied in journey.add_ons}
        differences.extend(f"The advice “{id}” does not join." for id in sorted(set(case.add_ons) - joined))
        differences.extend(f"The advice “{id}” joins too." for id in sorted(joined - set(case.add_ons)))
    return CaseResult(case, journey, tuple(dict.fromkeys(differences)))


def _without_settings(context: Context, answers: Answers, tree: Tree) -> Context:
    answered = {question.setting for question in tree.questions if question.id in answers}
    return replace(context, settings={id: value for id, value in context.settings.items() if id not in answered})


def coverage(tree: Tree, cases: Iterable[Case], context: Context | None = None) -> Coverage:
    """Outcomes that no passing case reaches, and sides of numeric boundaries that no passing case stands on.

    A side that no number on the question's grid can stand on is not asked for.
    """
    context = context or Context()
    results = [run_case(tree, case, context) for case in cases]
    journeys = [result.journey for result in results if result.passed]
    reached = {journey.outcome.id for journey in journeys if journey.outcome is not None}
    boundaries = dict.fromkeys(
        untested
        for statement in _comparisons(tree)
        for untested in _untested(tree, statement, [journey.answers for journey in journeys], context)
    )
    return Coverage(tuple(outcome.id for outcome in tree.outcomes if outcome.id not in reached), tuple(boundaries))


def _comparisons(tree: Tree) -> tuple[Condition, ...]:
    """The comparisons of the tree, `at most 3` and `above 3` once: they have the same two sides."""
    found: dict[Condition, None] = {}
    upward = {Comparison.AT_MOST: Comparison.ABOVE, Comparison.BELOW: Comparison.AT_LEAST}
    for statement in (each for condition in conditions_of(tree) for each in condition.statements()):
        if isinstance(statement, (CompareConstant, CompareFigure, CompareAnswer)):
            found[replace(statement, comparison=upward.get(statement.comparison, statement.comparison))] = None
    return tuple(found)


def _untested(
    tree: Tree, statement: Condition, journeys: list[dict[str, Answer]], context: Context
) -> list[UntestedBoundary]:
    compared = [
        answers for answers in journeys if all(isinstance(answers.get(id), Quantity) for id in statement.questions())
    ]
    sides = {statement.holds(answers, context) for answers in compared}
    id = getattr(statement, "question", "")
    phrase = statement.phrase(tree, context)
    return [
        UntestedBoundary(id, phrase if side else f"not ({phrase})")
        for side in (True, False)
        if side not in sides and side in _possible_sides(tree, statement, context)
    ]


def _possible_sides(tree: Tree, statement: Condition, context: Context) -> set[bool]:
    if isinstance(statement, CompareAnswer):
        return {True, False}
    constant = statement.constant if isinstance(statement, CompareConstant) else None
    if isinstance(statement, CompareFigure):
        constant = context.figures.get(statement.figure)
    (id,) = statement.questions()
    question = tree.question(id)
    if constant is None or question is None or question.number is None:
        return set()
    unit = question.number.units[0]
    parts = segments(Grid.of(question.number), [to_base(constant)])
    return {statement.holds({id: from_base(part.sample, unit)}, context) for part in parts}
