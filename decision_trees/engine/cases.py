"""Cases: given answers and the outcome they must reach, written by the people who own the policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .answers import answers_from_json
from .conditions import name_of
from .documents import read_yaml
from .errors import InvalidCases, InvalidTree
from .goals import Gap, Goal, Lack, Part, goals_of
from .graph import reachable
from .journey import Journey, Step
from .model import AddOn, Answers, Context, Outcome, Tree
from .reaching import Reaching, reaching
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
class Departure:
    """One thing that came otherwise than a case demands, and the node of the tree where it did, if that can be said."""

    message: str
    part: Part = Part.TREE
    node: str = ""
    rule: int | None = None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case that was run."""

    case: Case
    journey: Journey
    departures: tuple[Departure, ...]

    @property
    def passed(self) -> bool:
        return not self.departures

    @property
    def differences(self) -> tuple[str, ...]:
        """What came otherwise than the case demands, in words."""
        return tuple(departure.message for departure in self.departures)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the cases of a tree leave out, in the order of the tree."""

    gaps: tuple[Gap, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Outcomes that no passing case reaches."""
        return self._nodes(Lack.OUTCOME_NOT_REACHED)

    @property
    def red_flags(self) -> tuple[str, ...]:
        """Red flags that no passing case raises."""
        return self._nodes(Lack.RED_FLAG_NOT_RAISED)

    @property
    def add_ons(self) -> tuple[str, ...]:
        """Advice that joins in no passing case."""
        return self._nodes(Lack.ADVICE_NOT_JOINED)

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Question and answer, for the answers that no passing case gives (`number` for any number)."""
        return tuple((gap.question, gap.option) for gap in self.gaps if gap.lack is Lack.OPTION_NOT_GIVEN)

    @property
    def boundaries(self) -> tuple[Gap, ...]:
        """Sides of boundaries on which no passing case stands."""
        return tuple(gap for gap in self.gaps if gap.lack is Lack.BOUNDARY_NOT_MET)

    @property
    def is_complete(self) -> bool:
        return not self.gaps

    def _nodes(self, lack: Lack) -> tuple[str, ...]:
        return tuple(gap.node for gap in self.gaps if gap.lack is lack)


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


def case_to_document(case: Case) -> dict[str, object]:
    """The case as an entry of a file of cases; `cases_from_document` reads it back."""
    document: dict[str, object] = {
        "id": case.id,
        "story": case.story,
        "answers": dict(case.answers),
        "outcome": case.outcome,
        "add_ons": list(case.add_ons) if case.add_ons is not None else None,
        "why": case.why,
        "citations": list(case.citations),
    }
    return {key: value for key, value in document.items() if value not in ("", None)}


def run_case(tree: Tree, case: Case, context: Context | None = None) -> CaseResult:
    """Walk the tree with the case's answers. Local settings of questions that the case itself answers are set aside."""
    answers, problems = answers_from_json(tree, case.answers)
    journey = walk_as_case(tree, answers, context or Context())
    found = [
        Departure(f"{_asked(tree, problem.question)}: {problem.message}", Part.QUESTION, problem.question)
        for problem in (*problems, *journey.problems)
    ]
    if journey.outcome is None:
        found.append(_stopped(journey, case))
    elif journey.outcome.id != case.outcome:
        found.append(_other_outcome(journey, journey.outcome, case))
    elif case.add_ons is not None:
        joined = {applied.add_on.id for applied in journey.add_ons}
        for id in sorted(set(case.add_ons) - joined):
            found.append(Departure(f"The advice “{_called(tree.add_ons, id)}” does not join.", Part.ADD_ON, id))
        for id in sorted(joined - set(case.add_ons)):
            found.append(Departure(f"The advice “{_called(tree.add_ons, id)}” joins too.", Part.ADD_ON, id))
    return CaseResult(case, journey, tuple(dict.fromkeys(found)))


def _asked(tree: Tree, id: str) -> str:
    """The words of a question; its id where the tree has no such question."""
    question = tree.question(id)
    return id if question is None else question.text


def _called(nodes: Iterable[Outcome | AddOn], id: str) -> str:
    """The title of an outcome or of advice; its id where there is none of that id."""
    return next((node.title for node in nodes if node.id == id), id)


def walk_as_case(tree: Tree, answers: Answers, context: Context) -> Journey:
    """Walk the tree with given answers, which stand in for what a service has set."""
    answered = {question.setting for question in tree.questions if question.id in answers}
    settings = {id: value for id, value in context.settings.items() if id not in answered}
    return walk(tree, answers, replace(context, settings=settings))


def _stopped(journey: Journey, case: Case) -> Departure:
    stopped = journey.question.id if journey.question is not None else journey.tree.start
    expected = _called(journey.tree.outcomes, case.outcome)
    message = f"It stops at the question “{_asked(journey.tree, stopped)}”; the case expects “{expected}”."
    return Departure(message, Part.QUESTION, stopped)


def _other_outcome(journey: Journey, outcome: Outcome, case: Case) -> Departure:
    message = f"It reaches “{outcome.title}”; the case expects “{_called(journey.tree.outcomes, case.outcome)}”."
    if journey.red_flag is not None:
        flag = journey.red_flag.id
        return Departure(f"{message} It was led there by the red flag “{name_of(flag)}”.", Part.RED_FLAG, flag)
    parting = _parting(journey, case.outcome)
    if parting is None:
        return Departure(message, Part.OUTCOME, outcome.id)
    question = parting.question
    rule = question.rules.index(parting.rule) if parting.rule in question.rules else None
    by = f", by rule {rule + 1}" if rule is not None else ""
    return Departure(f"{message} It went another way at “{question.text}”{by}.", Part.QUESTION, question.id, rule)


def _parting(journey: Journey, expected: str) -> Step | None:
    """The last step from which the expected outcome could still be reached."""
    for step in reversed(journey.steps):
        if expected in reachable(journey.tree, step.question.id):
            return step
    return None


def coverage(tree: Tree, cases: Iterable[Case], context: Context | None = None) -> Coverage:
    """What no passing case does of all that the tree can do.

    Asked for are every outcome, red flag and added advice, every answer to every question, and at every boundary the
    numbers right beside it, each where the comparison decides the condition that it stands in: “at most 3 days” asks
    for a case with 3 days and one with 4. What no combination of answers can do is not asked for; of a tree that cannot
    be walked, nothing is.
    """
    return Coverage(tuple(goal.gap for goal in open_goals(tree, cases, context or Context()).sets))


def open_goals(tree: Tree, cases: Iterable[Case], context: Context) -> Reaching[Goal]:
    """The goals that answers can meet and no passing case meets, in the order of the tree."""
    results = [run_case(tree, case, context) for case in cases]
    journeys = [result.journey for result in results if result.passed]
    unmet = [goal for goal in goals_of(tree, context) if not any(goal.is_met(journey) for journey in journeys)]
    return reaching(tree, unmet, context)
