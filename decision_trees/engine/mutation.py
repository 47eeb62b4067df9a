"""Mutation: trees with one small wrong edit each, and which of them the cases would let through.

Every edit here is one that somebody could make in the editor by accident: the bound beside, “at least” for “above”, one
option too few or too many, “or” for “and”, a rule that leads to its neighbour's target, advice that joins one outcome
too few or too many. What the cases do not notice shows the editor which case is still to be written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from .answers import coded_answers
from .cases import Case, run_case
from .conditions import (
    All,
    Any_,
    AnyOf,
    CompareAnswer,
    CompareConstant,
    CompareFigure,
    Comparison,
    Condition,
    Includes,
    Is,
    NoneOf,
    Not,
    question_name,
)
from .errors import CannotCompare, TooTangled
from .goals import Part
from .graph import conditions_of, rule_label, topological_order
from .model import (
    NONE_OF_THESE,
    NOT_KNOWN,
    AddOn,
    AdviceKind,
    Basis,
    Context,
    Kind,
    Order,
    Question,
    RedFlag,
    Rule,
    Tree,
)
from .proof.answer_space import AnswerSpace
from .proof.combinations import EMPTY
from .proof.effort import Effort, trying
from .proof.exploration import End, Exploration
from .proof.layout import Layout
from .reaching import Reaching
from .soundness import BLOCKING, Finding, shape_findings
from .units import from_base, to_base
from .validation import prove
from .walk import find_end

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A tree with one small wrong edit, at a node and, in a question, at a rule (its place, from 0)."""

    part: Part
    node: str
    rule: int | None
    description: str
    tree: Tree


@dataclass(frozen=True, slots=True)
class MutationReport:
    """What became of the edits.

    Each of the `total` is counted once: caught by the cases; or else equivalent, since it changes no result; or else
    caught by the proof; or else a survivor, which could be published unnoticed.
    """

    total: int
    caught_by_cases: int
    caught_by_proof: int
    equivalent: int
    survivors: tuple[Mutant, ...]

    @property
    def score(self) -> float:
        """The part that the cases stop of the edits that change a result, but for those that only the proof stops.

        1.0 where there are none.
        """
        return _part(self.caught_by_cases, self.caught_by_cases + len(self.survivors))

    @property
    def score_of_cases_alone(self) -> float:
        """The stricter figure: the part that the cases stop of all edits that change a result."""
        return _part(self.caught_by_cases, self.total - self.equivalent)


def _part(some: int, whole: int) -> float:
    return some / whole if whole else 1.0


def mutation_run(tree: Tree, cases: Iterable[Case], context: Context | None = None) -> MutationReport:
    """Make every small wrong edit and see who notices. Cases that do not pass on the tree itself are left out.

    Raises:
        CannotCompare: the tree's shape is such that it cannot be walked, or it is too tangled.
    """
    context = context or Context()
    if any(finding.code in BLOCKING for finding in shape_findings(tree, context)):
        raise CannotCompare("The tree cannot be walked yet. Mend what the proof finds first.")
    try:
        return trying(lambda effort: _run(tree, cases, context, effort))
    except TooTangled as error:
        raise CannotCompare(f"Small wrong edits cannot be told from others. {error}") from error


def _run(tree: Tree, cases: Iterable[Case], context: Context, effort: Effort) -> MutationReport:
    passing = [case for case in cases if run_case(tree, case, context).passed]
    mutants = tuple(mutate(tree))
    unnoticed = [mutant for mutant in mutants if all(run_case(mutant.tree, case, context).passed for case in passing)]
    meaning = _Meaning.of(tree, unnoticed, context, effort)
    known = {_defect(finding) for finding in prove(tree, context).findings}
    by_proof = equivalent = 0
    survivors: list[Mutant] = []
    for mutant in unnoticed:
        kept = meaning.is_kept_by(mutant)
        if kept and mutant.part is Part.ADD_ON:
            # No rule was touched, so none contradicts another, and there is nothing to ask the proof.
            equivalent += 1
            continue
        findings = [each for each in prove(mutant.tree, context).findings if _defect(each) not in known]
        if kept and not _contradicts_itself(mutant.tree, findings, context):
            equivalent += 1
        elif findings:
            by_proof += 1
        else:
            survivors.append(mutant)
    return MutationReport(len(mutants), len(mutants) - len(unnoticed), by_proof, equivalent, tuple(survivors))


def noticing(tree: Tree, mutants: Sequence[Mutant], context: Context) -> Reaching[int]:
    """For each of the edits, by its place, all answers with which its result is another; for none if too tangled."""

    def found(effort: Effort) -> Reaching[int]:
        meaning = _Meaning.of(tree, mutants, context, effort)
        sets = {place: meaning.changed_by(mutant) for place, mutant in enumerate(mutants)}
        return Reaching({place: changed for place, changed in sets.items() if changed != EMPTY}, meaning.exploration)

    try:
        return trying(found)
    except TooTangled:
        return Reaching({}, None)


def _defect(finding: Finding) -> tuple[str, str, int | None]:
    """What a finding is about, by which it is known again in a mutant."""
    return finding.code, finding.node, finding.rule


def _contradicts_itself(tree: Tree, findings: Iterable[Finding], context: Context) -> bool:
    """Whether a journey breaks off between two rules. To compare meanings, the first of them is taken."""
    overlaps = (dict(finding.answers) for finding in findings if finding.code == "overlap")
    return any(find_end(tree, answers, context).is_broken for answers in overlaps)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a tree says of every combination of answers, in one space for it and for all its mutants.

    So what they have in common is worked out once: `meaning.compare` makes a space for each pair of trees.
    """

    space: AnswerSpace
    exploration: Exploration
    outcomes: int
    joined: Mapping[str, int]

    @classmethod
    def of(cls, tree: Tree, mutants: Iterable[Mutant], context: Context, effort: Effort) -> _Meaning:
        conditions = dict.fromkeys(condition for mutant in mutants for condition in conditions_of(mutant.tree))
        probes = tuple(
            AddOn(f"edit {number}", condition, "", "", AdviceKind.NOTE, (), Basis.INFERENCE)
            for number, condition in enumerate(conditions)
        )
        layout = Layout(tree)
        order = dict.fromkeys([*layout.order, *layout.questions])
        space = AnswerSpace.of([replace(tree, add_ons=(*tree.add_ons, *probes))], context, order, effort=effort)
        exploration = Exploration(layout, space)
        joined = {add_on.id: exploration.joined(add_on) for add_on in tree.add_ons}
        return cls(space, exploration, _outcomes(exploration), joined)

    def changed_by(self, mutant: Mutant) -> int:
        """The combinations of answers with another outcome, or with other added advice."""
        sets, exploration = self.space.sets, self.exploration
        changed = []
        if mutant.part is not Part.ADD_ON:
            exploration = Exploration(Layout(mutant.tree), self.space)
            same = sets.leaf(None)
            both = sets.pairs(self.outcomes, _outcomes(exploration), lambda x, y: same if x == y else None)
            changed.append(sets.relabel(both, lambda pair: pair is not None))
        left = dict(self.joined)
        for add_on in mutant.tree.add_ons:
            known, joined = left.pop(add_on.id, EMPTY), exploration.joined(add_on)
            changed += [sets.minus(known, joined), sets.minus(joined, known)]
        return sets.union([*changed, *left.values()])

    def is_kept_by(self, mutant: Mutant) -> bool:
        """Whether every combination of answers has the same outcome and the same added advice."""
        exploration = self.exploration
        if mutant.part is not Part.ADD_ON:
            exploration = Exploration(Layout(mutant.tree), self.space)
            if _outcomes(exploration) != self.outcomes:
                return False
        left = dict(self.joined)
        for add_on in mutant.tree.add_ons:
            known = left.pop(add_on.id, EMPTY)
            may_differ = mutant.part is not Part.ADD_ON or mutant.node == add_on.id
            if may_differ and exploration.joined(add_on) != known:
                return False
        return all(joined == EMPTY for joined in left.values())


def _outcomes(exploration: Exploration) -> int:
    """For every combination the id of its outcome, or None."""
    return exploration.sets.relabel(exploration.ends, lambda end: end.outcome if isinstance(end, End) else None)


def mutate(tree: Tree) -> Iterator[Mutant]:
    """Every tree that one small wrong edit makes of this one, each once."""
    seen: set[object] = {*tree.questions, *tree.red_flags, *tree.add_ons}
    for mutant, changed in (*_in_questions(tree), *_in_red_flags(tree), *_in_add_ons(tree)):
        if changed not in seen:
            seen.add(changed)
            yield mutant


# --- The places where conditions stand --------------------------------------------------------------------------------


def _in_questions(tree: Tree) -> Iterator[tuple[Mutant, object]]:
    for question in tree.questions:
        for number, rules, what in _rule_edits(tree, question):
            changed = replace(question, rules=rules)
            questions = tuple(changed if each.id == question.id else each for each in tree.questions)
            where = f"In “{question.name or question.id}”, rule {number + 1}"
            edited = replace(tree, questions=questions)
            yield Mutant(Part.QUESTION, question.id, number, f"{where}: {what}", edited), changed


def _rule_edits(tree: Tree, question: Question) -> Iterator[tuple[int, tuple[Rule, ...], str]]:
    rules = question.rules
    for number, rule in enumerate(rules):
        before, after = rules[:number], rules[number + 1 :]
        if rule.when is not None:
            for when, what in _condition_edits(rule.when, tree):
                yield number, (*before, replace(rule, when=when), *after), what
        for go in _other_targets(tree, question, rule):
            yield number, (*before, replace(rule, go=go), *after), f"leads to “{go}” instead of “{rule.go}”"
        if len(rules) > 1:
            yield number, (*before, *after), f"“{rule_label(tree, rule)}” left out"
        if question.order is Order.FIRST_FIT and after:
            yield number, (*before, after[0], rule, *after[1:]), "after the next rule instead of before it"
    yield from _not_known_moved(tree, question)


def _other_targets(tree: Tree, question: Question, rule: Rule) -> tuple[str, ...]:
    """Where the rule could lead by mistake: where its neighbours lead, and to the node written after its own target."""
    outcomes = [outcome.id for outcome in tree.outcomes]
    nodes = outcomes if rule.go in outcomes else list(topological_order(tree))
    beside = [each.go for each in question.rules]
    if rule.go in nodes and len(nodes) > 1:
        # Outcomes go round; a question's successor must stand further on, or the rules would lead in a circle.
        after = nodes.index(rule.go) + 1
        beside += (nodes[after:] or (nodes if nodes is outcomes else []))[:1]
    return tuple(go for go in dict.fromkeys(beside) if go != rule.go)


def _not_known_moved(tree: Tree, question: Question) -> Iterator[tuple[int, tuple[Rule, ...], str]]:
    """“Not known” named by one rule, and then by another rule of the question in its place."""
    for number, rule in enumerate(question.rules):
        for id in sorted({id for id, option in _named(rule) if option == NOT_KNOWN}):
            for other, sibling in enumerate(question.rules):
                given = _with_not_known(sibling.when, id)
                if other == number or given is None or rule.when is None or (id, NOT_KNOWN) in _named(sibling):
                    continue
                kept = _without_not_known(rule.when, id)
                edited: list[Rule] = []
                for place, each in enumerate(question.rules):
                    if place == other:
                        edited.append(replace(each, when=given))
                    elif place != number:
                        edited.append(each)
                    elif kept is not None:
                        edited.append(replace(each, when=kept))
                yield number, tuple(edited), f"“not known” of {question_name(tree, id)} moved to rule {other + 1}"


def _named(rule: Rule) -> frozenset[tuple[str, str]]:
    return rule.when.options() if rule.when is not None else frozenset()


def _with_not_known(condition: Condition | None, id: str) -> Condition | None:
    """The condition with “not known” among the answers that its first list about the question accepts."""
    match condition:
        case Is(question, option) if question == id:
            return AnyOf(id, (option, NOT_KNOWN))
        case AnyOf(question, choices) if question == id:
            return AnyOf(id, (*choices, NOT_KNOWN))
        case All(parts) | Any_(parts):
            for place, part in enumerate(parts):
                given = _with_not_known(part, id)
                if given is not None:
                    return type(condition)((*parts[:place], given, *parts[place + 1 :]))
    return None


def _without_not_known(condition: Condition, id: str) -> Condition | None:
    """The condition without the answer “not known”; None where nothing is left that could hold."""
    match condition:
        case Is(question, option) if question == id and option == NOT_KNOWN:
            return None
        case AnyOf(question, choices) if question == id:
            kept = tuple(choice for choice in choices if choice != NOT_KNOWN)
            return _one_or_any_of(id, kept) if kept else None
        case All(parts):
            all_kept = [_without_not_known(part, id) for part in parts]
            return None if None in all_kept else All(tuple(part for part in all_kept if part is not None))
        case Any_(parts):
            left = tuple(part for part in (_without_not_known(each, id) for each in parts) if part is not None)
            return _joined(Any_, left) if left else None
    return condition


def _in_red_flags(tree: Tree) -> Iterator[tuple[Mutant, object]]:
    for flag, others in _each_with_others(tree.red_flags):
        where = f"Red flag “{flag.id}”"
        for changed, what in _red_flag_edits(tree, flag):
            flags = tuple(changed if each is flag else each for each in tree.red_flags)
            yield Mutant(Part.RED_FLAG, flag.id, None, f"{where}: {what}", replace(tree, red_flags=flags)), changed
        left = replace(tree, red_flags=others)
        yield Mutant(Part.RED_FLAG, flag.id, None, f"{where} left out", left), (Part.RED_FLAG, flag.id)


def _red_flag_edits(tree: Tree, flag: RedFlag) -> Iterator[tuple[RedFlag, str]]:
    for when, what in _condition_edits(flag.when, tree):
        yield replace(flag, when=when), what
    ids = [outcome.id for outcome in tree.outcomes]
    if flag.outcome in ids and len(ids) > 1:
        go = ids[(ids.index(flag.outcome) + 1) % len(ids)]
        yield replace(flag, outcome=go), f"leads to “{go}” instead of “{flag.outcome}”"


def _in_add_ons(tree: Tree) -> Iterator[tuple[Mutant, object]]:
    for add_on, others in _each_with_others(tree.add_ons):
        where = f"Added advice “{add_on.id}”"
        for changed, what in _add_on_edits(tree, add_on):
            add_ons = tuple(changed if each is add_on else each for each in tree.add_ons)
            yield Mutant(Part.ADD_ON, add_on.id, None, f"{where}: {what}", replace(tree, add_ons=add_ons)), changed
        left = replace(tree, add_ons=others)
        yield Mutant(Part.ADD_ON, add_on.id, None, f"{where} left out", left), (Part.ADD_ON, add_on.id)


def _add_on_edits(tree: Tree, add_on: AddOn) -> Iterator[tuple[AddOn, str]]:
    for when, what in _condition_edits(add_on.when, tree):
        yield replace(add_on, when=when), what
    for id, rest in _each_with_others(add_on.not_with):
        yield replace(add_on, not_with=rest), f"also joins “{id}”"
    for outcome in tree.outcomes:
        if outcome.id not in add_on.not_with:
            yield replace(add_on, not_with=(*add_on.not_with, outcome.id)), f"no longer joins “{outcome.id}”"


def _each_with_others(items: tuple[_T, ...]) -> Iterator[tuple[_T, tuple[_T, ...]]]:
    for place, item in enumerate(items):
        yield item, items[:place] + items[place + 1 :]


# --- Conditions -------------------------------------------------------------------------------------------------------


def _condition_edits(condition: Condition, tree: Tree) -> Iterator[tuple[Condition, str]]:
    """The condition with one small change, and the change in words."""
    match condition:
        case Not(inner):
            yield inner, _instead(inner, condition, tree)
            for edited, what in _condition_edits(inner, tree):
                # “Not not” is the same as the edit before.
                if not isinstance(edited, Not):
                    yield Not(edited), what
        case All(parts) | Any_(parts):
            kind, other = type(condition), Any_ if isinstance(condition, All) else All
            yield other(parts), _instead(other(parts), condition, tree)
            for place, (part, others) in enumerate(_each_with_others(parts)):
                yield _joined(kind, others), f"“{part.phrase(tree)}” left out"
                for edited, what in _condition_edits(part, tree):
                    yield kind((*parts[:place], edited, *parts[place + 1 :])), what
        case _:
            yield Not(condition), _instead(Not(condition), condition, tree)
            for statement in _statement_edits(condition, tree):
                yield statement, _instead(statement, condition, tree)


def _instead(edited: Condition, condition: Condition, tree: Tree) -> str:
    return f"“{edited.phrase(tree)}” instead of “{condition.phrase(tree)}”"


def _joined(kind: type[All] | type[Any_], parts: tuple[Condition, ...]) -> Condition:
    return kind(parts) if len(parts) > 1 else parts[0]


_BESIDE = {
    Comparison.ABOVE: (Comparison.AT_LEAST,),
    Comparison.AT_LEAST: (Comparison.ABOVE,),
    Comparison.BELOW: (Comparison.AT_MOST,),
    Comparison.AT_MOST: (Comparison.BELOW,),
    Comparison.EQUALS: (Comparison.AT_LEAST, Comparison.AT_MOST),
}


def _statement_edits(statement: Condition, tree: Tree) -> Iterator[Condition]:
    if isinstance(statement, (CompareConstant, CompareFigure, CompareAnswer)):
        for comparison in _BESIDE[statement.comparison]:
            yield replace(statement, comparison=comparison)
    match statement:
        case CompareConstant():
            yield from _other_constants(statement, tree)
        case CompareAnswer(id, _, other):
            if statement.comparison is not Comparison.EQUALS:
                yield replace(statement, question=other, other=id)
            yield from (replace(statement, other=each) for each in _comparable(tree, id) if each not in (id, other))
        case Is(id, option):
            answers = _exclusive_answers(tree, id)
            after = answers[answers.index(option) + 1 :] if option in answers else ()
            yield from (Is(id, each) for each in (*after, *answers)[:1])
            yield from (AnyOf(id, (option, each)) for each in answers if each != option)
        case AnyOf(id, choices):
            yield from _other_choices(choices, _exclusive_answers(tree, id), lambda few: _one_or_any_of(id, few))
        case NoneOf(id, choices):
            yield from _other_choices(choices, _all_answers(tree, id), lambda few: NoneOf(id, few))
        case Includes(id, choices):
            yield from _other_choices(choices, _selectable(tree, id), lambda few: Includes(id, few))


def _other_constants(statement: CompareConstant, tree: Tree) -> Iterator[Condition]:
    """One step of the question's grid down and up. The grammar has no numbers below 0."""
    question = tree.question(statement.question)
    if question is None or question.number is None:
        return
    base, step = to_base(statement.constant), question.number.step
    for value in (base - step, base + step):
        if value >= 0:
            yield replace(statement, constant=from_base(value, statement.constant.unit))


def _other_choices(
    choices: tuple[str, ...], answers: tuple[str, ...], made: Callable[[tuple[str, ...]], Condition]
) -> Iterator[Condition]:
    """One option fewer, and one more."""
    if len(choices) > 1:
        yield from (made(rest) for _, rest in _each_with_others(choices))
    yield from (made((*choices, each)) for each in answers if each not in choices)


def _one_or_any_of(id: str, choices: tuple[str, ...]) -> Condition:
    return AnyOf(id, choices) if len(choices) > 1 else Is(id, choices[0])


def _comparable(tree: Tree, id: str) -> tuple[str, ...]:
    """The number questions of the same quantity."""
    question = tree.question(id)
    quantity = question.number.quantity if question is not None and question.number is not None else None
    return tuple(each.id for each in tree.questions if each.number is not None and each.number.quantity == quantity)


def _exclusive_answers(tree: Tree, id: str) -> tuple[str, ...]:
    """What “is” may name: of a several-of question only the answers that stand alone."""
    question = tree.question(id)
    if question is None:
        return ()
    none = (NONE_OF_THESE,) if question.kind is Kind.SEVERAL_OF and question.none_label else ()
    return (*none, *coded_answers(question))


def _selectable(tree: Tree, id: str) -> tuple[str, ...]:
    """What “includes” may name."""
    question = tree.question(id)
    if question is None:
        return ()
    none = (NONE_OF_THESE,) if question.none_label else ()
    return (*(option.id for option in question.options), *none)


def _all_answers(tree: Tree, id: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_selectable(tree, id), *_exclusive_answers(tree, id))))
