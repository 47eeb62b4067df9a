"""Defects, planted one at a time into sound trees, each with the node where it was planted.

Whether a planted change is a defect is decided without the prover: by walking witnesses (`walk_plainly`), or by what
the change is. A change that turns out to be harmless is dropped, and another is tried.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from decision_trees.engine.answers import coded_answers
from decision_trees.engine.conditions import (
    All,
    Any_,
    CompareConstant,
    Comparison,
    Condition,
    Includes,
    Is,
    Not,
)
from decision_trees.engine.model import (
    NONE_OF_THESE,
    Answer,
    Choice,
    Context,
    Kind,
    Order,
    Quantity,
    Question,
    RedFlag,
    Rule,
    Tree,
)
from decision_trees.engine.units import from_base, to_base

from .brute_force import walk_plainly
from .generator import LARGE, MIDDLE, SEED, SMALL, Made, Path, careful_codes, grid_of, some_answer, sound_tree
from .trees import all_answers, otherwise, outcome, question

#: What may be planted, and the findings of which one at least must name the node.
KINDS: dict[str, frozenset[str]] = {
    "gap": frozenset({"gap"}),
    "overlap": frozenset({"overlap"}),
    "bound": frozenset({"gap", "overlap"}),
    "dead-end": frozenset({"dead-end", "unknown-target"}),
    "unreachable": frozenset({"unreachable", "never-reached", "rule-never-wins"}),
    "red-flag": frozenset({"red-flag-shadowed", "red-flag-never-raised"}),
    "cycle": frozenset({"cycle"}),
    "not-known": frozenset({"not-known-less-careful", "careful-answer-less-careful"}),
}
_TRIES = 60
#: Changes that leave a red flag without any answers that raise it.
_NEVER_RAISED = ("a narrower red flag put below another", "a wider red flag put above")
_SIZES = (SMALL, MIDDLE, MIDDLE, LARGE)
_NEXT_DOOR = {
    Comparison.ABOVE: Comparison.AT_LEAST,
    Comparison.AT_LEAST: Comparison.ABOVE,
    Comparison.BELOW: Comparison.AT_MOST,
    Comparison.AT_MOST: Comparison.BELOW,
}


@dataclass(frozen=True, slots=True)
class Planted:
    """A tree with one defect. `shows` are answers that it breaks for, where walking shows it."""

    tree: Tree
    context: Context
    node: str
    #: The sort of change, and the change.
    way: str
    what: str
    sound: Tree
    shows: Path | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A changed tree, the node where it was changed, the sort of change and what was done."""

    tree: Tree
    node: str
    way: str
    what: str = ""


def plant(kind: str, number: int) -> Planted:
    """The defect of this kind with this number. The same number always gives the same."""
    chance = random.Random(f"{SEED}, {kind} {number}")
    for turn in range(_TRIES):
        kinds = 100_000 * (1 + list(KINDS).index(kind))
        made = sound_tree(kinds + 1_000 * turn + number, _SIZES[(number + turn) % len(_SIZES)])
        if kind == "red-flag" and number % 4 and not made.tree.red_flags:
            continue
        planted = plant_in(made, kind, chance)
        if planted is not None:
            return planted
    raise AssertionError(f"No tree has room for the defect “{kind}” number {number}.")


def plant_in(made: Made, kind: str, chance: random.Random) -> Planted | None:
    """A defect of this kind in this tree, if it has room for one."""
    for change in _by_turns(list(_CHANGES[kind](made, chance)), chance):
        shows = _shown(kind, made, change)
        if shows is not None:
            return Planted(change.tree, made.context, change.node, change.way, change.what, made.tree, shows or None)
    return None


def _by_turns(changes: list[Change], chance: random.Random) -> list[Change]:
    """By chance, each sort of change as likely to be the first as any other."""
    chance.shuffle(changes)
    seen: dict[str, int] = {}
    ranked = []
    for change in changes:
        seen[change.way] = seen.get(change.way, 0) + 1
        ranked.append((seen[change.way], chance.random(), change))
    return [change for _, _, change in sorted(ranked, key=lambda each: each[:2])]


def _shown(kind: str, made: Made, change: Change) -> Path | None:
    """Answers that the defect shows with; none of it, but no None, where the change itself is the defect."""
    if kind in ("dead-end", "unreachable", "cycle") or change.way in _NEVER_RAISED:
        return {}
    if kind == "red-flag":
        return _shadowed(made, change)
    asked = change.tree.question(change.node)
    assert asked is not None
    for answers in _witnesses(made, change.node):
        if kind == "not-known":
            if _is_careless(change.tree, asked, answers, made.context):
                return answers
            continue
        end = walk_plainly(change.tree, answers, made.context)
        if end.broken is not None and end.broken[0] in KINDS[kind] and end.broken[1] == change.node:
            return answers
    return None


def _witnesses(made: Made, node: str) -> Iterator[Path]:
    """Full answers, most of which come to a question, with every answer to it."""
    asked = made.tree.question(node)
    assert asked is not None
    every = all_answers(asked)
    chance = random.Random(node)
    for path in made.paths[node][:6]:
        whole = {each.id: path.get(each.id) or some_answer(each, chance) for each in made.tree.questions}
        for answer in every:
            yield {**whole, node: answer}


def _is_careless(checked: Tree, asked: Question, answers: Path, context: Context) -> bool:
    levels = {each.id: each.care_level for each in checked.outcomes}
    given = answers[asked.id]
    if not isinstance(given, Choice) or given.option not in careful_codes(asked):
        return False
    end = walk_plainly(checked, answers, context).outcome
    others = (walk_plainly(checked, {**answers, asked.id: other}, context).outcome for other in all_answers(asked))
    return end is not None and any(levels[other] > levels[end] for other in others if other is not None)


def _shadowed(made: Made, change: Change) -> Path | None:
    """Answers with which a red flag holds, and one above it that is less careful wins."""
    levels = {each.id: each.care_level for each in change.tree.outcomes}
    flags = {flag.id: flag for flag in change.tree.red_flags}
    hidden = flags[change.node]
    for id in sorted(hidden.when.questions()):
        for answers in _witnesses(made, id):
            end = walk_plainly(change.tree, answers, made.context)
            lower = end.flag and levels[end.outcome or ""] < levels[hidden.outcome]
            if lower and hidden.when.holds({id: answers[id] for id in end.asked}, made.context):
                return answers
    return None


# --- Changes --------------------------------------------------------------------------------------------------------


def _with_rules(checked: Tree, asked: Question, rules: list[Rule], order: Order | None = None) -> Tree:
    changed = replace(asked, rules=tuple(rules), order=order or asked.order)
    return replace(checked, questions=tuple(changed if each.id == asked.id else each for each in checked.questions))


def _with_condition(checked: Tree, asked: Question, place: int, condition: Condition) -> Tree:
    rules = list(asked.rules)
    rules[place] = replace(rules[place], when=condition)
    return _with_rules(checked, asked, rules)


def _exactly(id: str, answer: Answer) -> Condition:
    """A statement that holds for this answer, and for few others."""
    if isinstance(answer, Quantity):
        return CompareConstant(id, Comparison.EQUALS, answer)
    if isinstance(answer, Choice):
        return Is(id, answer.option)
    return Is(id, NONE_OF_THESE) if answer.options == (NONE_OF_THESE,) else Includes(id, answer.options[:1])


def _gaps(made: Made, chance: random.Random) -> Iterator[Change]:
    tree = made.tree
    for asked in tree.questions:
        for place, rule in enumerate(asked.rules):
            rest = [*asked.rules[:place], *asked.rules[place + 1 :]]
            if rest:
                yield Change(_with_rules(tree, asked, rest), asked.id, "a rule taken out", f"rule {place + 1}")
            if rule.when is None:
                continue
            given = chance.choice(made.paths[asked.id])[asked.id]
            narrowed = All((rule.when, Not(_exactly(asked.id, given))))
            changed = _with_condition(tree, asked, place, narrowed)
            yield Change(changed, asked.id, "a rule narrowed", narrowed.sentence())
            if isinstance(rule.when, Any_):
                fewer = rule.when.parts[0]
                yield Change(_with_condition(tree, asked, place, fewer), asked.id, "an “or” dropped", fewer.sentence())


def _overlaps(made: Made, chance: random.Random) -> Iterator[Change]:
    tree = made.tree
    for asked in tree.questions:
        if asked.order is Order.FIRST_FIT:
            strict = _with_rules(tree, asked, list(asked.rules), Order.EXACTLY_ONE)
            yield Change(strict, asked.id, "the order of the rules no longer counts")
            continue
        for place, rule in enumerate(asked.rules):
            if rule.when is None:
                continue
            given = chance.choice(made.paths[asked.id])[asked.id]
            widened = Any_((rule.when, _exactly(asked.id, given)))
            changed = _with_condition(tree, asked, place, widened)
            yield Change(changed, asked.id, "a rule widened", widened.sentence())
            if isinstance(rule.when, All):
                fewer = rule.when.parts[-1]
                changed = _with_condition(tree, asked, place, fewer)
                yield Change(changed, asked.id, "an “and” dropped", fewer.sentence())
            doubled = [*asked.rules, Rule(chance.choice(tree.outcomes).id, rule.when)]
            yield Change(_with_rules(tree, asked, doubled), asked.id, "a rule written twice", f"rule {place + 1}")


def _bounds(made: Made, chance: random.Random) -> Iterator[Change]:
    """One bound moved by one step of its grid, where no `otherwise` takes what is left."""
    for asked in made.tree.questions:
        if asked.order is Order.EXACTLY_ONE and all(rule.when is not None for rule in asked.rules):
            yield from moved_bounds(made.tree, asked)


def moved_bounds(checked: Tree, asked: Question) -> Iterator[Change]:
    """Each bound in the rules of a question moved by one step of its grid, up and down, and taken in or left out."""
    for place, rule in enumerate(asked.rules):
        for statement in dict.fromkeys(rule.when.statements() if rule.when is not None else ()):
            if not isinstance(statement, CompareConstant) or statement.question != asked.id or asked.number is None:
                continue
            assert rule.when is not None
            for way, moved in _moved(statement, asked.number.step):
                changed = _put(rule.when, statement, moved)
                what = f"{statement.sentence()} changed to {moved.sentence()}"
                yield Change(_with_condition(checked, asked, place, changed), asked.id, way, what)


def _moved(statement: CompareConstant, step: Decimal) -> Iterator[tuple[str, CompareConstant]]:
    value, unit = to_base(statement.constant), statement.constant.unit
    yield "a bound one step up", replace(statement, constant=from_base(value + step, unit))
    if value >= step:
        yield "a bound one step down", replace(statement, constant=from_base(value - step, unit))
    if statement.comparison in _NEXT_DOOR:
        yield "a bound taken in or left out", replace(statement, comparison=_NEXT_DOOR[statement.comparison])


def _put(condition: Condition, old: Condition, new: Condition) -> Condition:
    """The condition with the first such statement exchanged."""
    if condition == old:
        return new
    match condition:
        case Not(inner):
            return Not(_put(inner, old, new))
        case All(parts) | Any_(parts):
            place = next((n for n, part in enumerate(parts) if old in part.statements()), None)
            if place is None:
                return condition
            return type(condition)((*parts[:place], _put(parts[place], old, new), *parts[place + 1 :]))
    return condition


def _dead_ends(made: Made, chance: random.Random) -> Iterator[Change]:
    asked = chance.choice(made.tree.questions)
    yield Change(_with_rules(made.tree, asked, []), asked.id, "all rules taken out")
    place = chance.randrange(len(asked.rules))
    rules = [*asked.rules]
    rules[place] = replace(rules[place], go="nowhere")
    yield Change(_with_rules(made.tree, asked, rules), asked.id, "a rule leads nowhere", f"rule {place + 1}")
    rules[place] = replace(rules[place], go="unfinished")
    changed = _with_rules(made.tree, asked, rules)
    added = (*changed.questions, question("unfinished", Kind.YES_NO))
    yield Change(replace(changed, questions=added), "unfinished", "a question without rules added")


def _unreachable(made: Made, chance: random.Random) -> Iterator[Change]:
    tree = made.tree
    ends = [each.id for each in tree.outcomes]
    others = [each.id for each in tree.questions if each.id != tree.start]
    if others:
        lost = chance.choice(others)
        yield Change(_led_elsewhere(tree, lost, chance.choice(ends)), lost, "nothing leads to a question any more")
    if len(ends) > 1:
        lost, other = chance.sample(ends, 2)
        yield Change(_led_elsewhere(tree, lost, other), lost, "nothing leads to an outcome any more")
    lonely, alone = outcome("lonely", 1), question("lonely", Kind.YES_NO, otherwise(chance.choice(ends)))
    yield Change(replace(tree, outcomes=(*tree.outcomes, lonely)), "lonely", "an outcome that nothing leads to")
    yield Change(replace(tree, questions=(*tree.questions, alone)), "lonely", "a question that nothing leads to")
    for asked in tree.questions:
        for never in _never(asked, chance):
            first = [rule for rule in asked.rules if rule.when is not None]
            last = [rule for rule in asked.rules if rule.when is None]
            led = _with_rules(tree, asked, [*first, Rule("lonely", never), *last])
            ending, asking = (*led.outcomes, lonely), (*led.questions, alone)
            way = "led to by what cannot be"
            yield Change(replace(led, outcomes=ending), "lonely", f"an outcome {way}", never.sentence())
            yield Change(replace(led, questions=asking), "lonely", f"a question {way}", never.sentence())
        yield from _idle_options(tree, asked, chance.choice(ends))


def _led_elsewhere(checked: Tree, id: str, go: str) -> Tree:
    questions = tuple(
        replace(each, rules=tuple(replace(rule, go=go) if rule.go == id else rule for rule in each.rules))
        for each in checked.questions
    )
    flags = tuple(replace(flag, outcome=go) if flag.outcome == id else flag for flag in checked.red_flags)
    return replace(checked, questions=questions, red_flags=flags)


def _never(asked: Question, chance: random.Random) -> Iterator[Condition]:
    """What no answer to a question fulfils."""
    conditions = [rule.when for rule in asked.rules if rule.when is not None]
    if len(conditions) > 1 and asked.order is Order.EXACTLY_ONE:
        yield All(tuple(chance.sample(conditions, 2)))
    if asked.number is not None:
        unit = asked.number.units[0]
        low, high = sorted(chance.sample(grid_of(asked.number), 2))
        below, above = from_base(low, unit), from_base(high, unit)
        yield All(
            (
                CompareConstant(asked.id, Comparison.BELOW, below),
                CompareConstant(asked.id, Comparison.ABOVE, above),
            )
        )
        # Between two neighbours on the grid there is no number to enter.
        neighbour = from_base(low + asked.number.step, unit)
        yield All(
            (
                CompareConstant(asked.id, Comparison.ABOVE, below),
                CompareConstant(asked.id, Comparison.BELOW, neighbour),
            )
        )
    codes = coded_answers(asked)
    if len(codes) > 1:
        first, second = chance.sample(codes, 2)
        yield All((Is(asked.id, first), Is(asked.id, second)))


def _idle_options(checked: Tree, asked: Question, go: str) -> Iterator[Change]:
    """A rule for one option, below rules that have taken that option already."""
    first = [rule for rule in asked.rules if rule.when is not None]
    last = [rule for rule in asked.rules if rule.when is None]
    if last and asked.rules[-1].when is not None:
        return
    for code in coded_answers(asked):
        if not last or any(rule.when == Is(asked.id, code) for rule in first):
            rules = [*first, Rule(go, Is(asked.id, code)), *last]
            changed = _with_rules(checked, asked, rules, Order.FIRST_FIT)
            yield Change(changed, asked.id, "the rule for an option stands below those that take it", code)


def _red_flags(made: Made, chance: random.Random) -> Iterator[Change]:
    tree = made.tree
    levels = {each.id: each.care_level for each in tree.outcomes}
    flags = tree.red_flags
    lowest = min(tree.outcomes, key=lambda each: each.care_level).id
    highest = max(tree.outcomes, key=lambda each: each.care_level).id
    for place, flag in enumerate(flags):
        above, below = flags[:place], flags[place + 1 :]
        some = chance.choice(tree.questions)
        sign = _exactly(some.id, chance.choice(made.paths[some.id] or ({some.id: all_answers(some)[0]},))[some.id])
        hidden = RedFlag("shadowed", All((flag.when, sign)), chance.choice(tree.outcomes).id)
        yield Change(replace(tree, red_flags=(*above, flag, hidden, *below)), "shadowed", _NEVER_RAISED[0], flag.id)
        wide = RedFlag("wide", Any_((flag.when, sign)), highest)
        yield Change(replace(tree, red_flags=(*above, wide, flag, *below)), flag.id, _NEVER_RAISED[1])
        low = RedFlag("low", Any_((flag.when, sign)), lowest)
        yield Change(replace(tree, red_flags=(low, *flags)), flag.id, "a less careful one put above it")
        for later in below:
            if levels[later.outcome] < levels[flag.outcome]:
                turned = (*above, later, flag, *(each for each in below if each != later))
                yield Change(replace(tree, red_flags=turned), flag.id, "moved below a less careful one", later.id)
    for asked in () if flags else tree.questions:
        sign = _exactly(asked.id, chance.choice(made.paths[asked.id])[asked.id])
        low, high = RedFlag("low", sign, lowest), RedFlag("shadowed", sign, highest)
        yield Change(replace(tree, red_flags=(low, high)), "shadowed", "two for the same, one careful", asked.id)


def _cycles(made: Made, chance: random.Random) -> Iterator[Change]:
    asked = chance.choice(made.tree.questions)
    above = [each.id for each in made.tree.questions if asked.id in _below(made.tree, each.id) - {each.id}]
    for go in (asked.id, *(chance.sample(above, 1) if above else ())):
        place = chance.randrange(len(asked.rules))
        rules = [*asked.rules]
        rules[place] = replace(rules[place], go=go)
        way = "a rule leads back to its question" if go == asked.id else "a rule leads back"
        yield Change(_with_rules(made.tree, asked, rules), asked.id, way, f"rule {place + 1} to “{go}”")


def _below(checked: Tree, id: str) -> frozenset[str]:
    asked = checked.question(id)
    below = [_below(checked, rule.go) for rule in asked.rules] if asked is not None else []
    return frozenset({id}).union(*below)


def _careless(made: Made, chance: random.Random) -> Iterator[Change]:
    tree = made.tree
    for asked in tree.questions:
        for place, rule in enumerate(asked.rules):
            for end in chance.sample(tree.outcomes, min(2, len(tree.outcomes))):
                rules = [*asked.rules]
                rules[place] = replace(rule, go=end.id)
                what = f"rule {place + 1} to “{end.id}”"
                yield Change(_with_rules(tree, asked, rules), asked.id, "a rule leads elsewhere", what)
        for code in careful_codes(asked):
            careful = Is(asked.id, code)
            for place, rule in enumerate(asked.rules):
                if rule.when is None:
                    continue
                rules = [
                    each if each.when is None else replace(each, when=All((each.when, Not(careful))))
                    for each in asked.rules
                ]
                rules[place] = replace(rule, when=Any_((rule.when, careful)))
                what = f"“{code}” to rule {place + 1}"
                yield Change(_with_rules(tree, asked, rules), asked.id, "a careful answer moved", what)
            for end in tree.outcomes if asked.order is Order.FIRST_FIT else ():
                rules = [Rule(end.id, careful), *asked.rules]
                what = f"“{code}” to “{end.id}”"
                yield Change(_with_rules(tree, asked, rules), asked.id, "a careful answer decided first", what)


_CHANGES: dict[str, Callable[[Made, random.Random], Iterator[Change]]] = {
    "gap": _gaps,
    "overlap": _overlaps,
    "bound": _bounds,
    "dead-end": _dead_ends,
    "unreachable": _unreachable,
    "red-flag": _red_flags,
    "cycle": _cycles,
    "not-known": _careless,
}
