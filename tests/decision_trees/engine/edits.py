"""Random edits of a tree, of every sort an editor makes: small and large, careful and careless."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from decision_trees.engine.answers import coded_answers
from decision_trees.engine.conditions import (
    All,
    Any_,
    AnyOf,
    CompareAnswer,
    CompareConstant,
    Comparison,
    Condition,
    Includes,
    Is,
    NoneOf,
    Not,
)
from decision_trees.engine.model import AddOn, Choice, Kind, Option, Order, Quantity, Question, RedFlag, Rule, Tree

from .trees import add_on, all_answers, options, question

Edit = Callable[[random.Random, Tree], Tree]


def edited(chance: random.Random, tree: Tree, times: int = 1) -> Tree:
    """The tree after some edits, each of another sort. Ids stay unique, and the start and the targets exist."""
    for edit in chance.sample(EDITS, times):
        tree = edit(chance, tree)
    return tree


def _with_question(tree: Tree, changed: Question) -> Tree:
    return replace(tree, questions=tuple(changed if each.id == changed.id else each for each in tree.questions))


def _some_question(chance: random.Random, tree: Tree) -> Question:
    return chance.choice(tree.questions)


def _some_rule(chance: random.Random, tree: Tree, change: Callable[[Rule], Rule | None]) -> Tree:
    asked = chance.choice([each for each in tree.questions if each.rules])
    place = chance.randrange(len(asked.rules))
    changed = change(asked.rules[place])
    middle = () if changed is None else (changed,)
    return _with_question(tree, replace(asked, rules=(*asked.rules[:place], *middle, *asked.rules[place + 1 :])))


def drop_a_rule(chance: random.Random, tree: Tree) -> Tree:
    return _some_rule(chance, tree, lambda rule: None)


def change_a_target(chance: random.Random, tree: Tree) -> Tree:
    return _some_rule(chance, tree, lambda rule: replace(rule, go=chance.choice(tree.outcomes).id))


def change_a_condition(chance: random.Random, tree: Tree) -> Tree:
    return _some_rule(
        chance, tree, lambda rule: rule if rule.when is None else replace(rule, when=_turned(chance, rule.when))
    )


def take_in_another_rule(chance: random.Random, tree: Tree) -> Tree:
    asked = _some_question(chance, tree)
    rule = Rule(chance.choice(tree.outcomes).id, _statement(chance, asked))
    place = chance.randint(0, len(asked.rules))
    return _with_question(tree, replace(asked, rules=(*asked.rules[:place], rule, *asked.rules[place:])))


def read_rules_in_another_order(chance: random.Random, tree: Tree) -> Tree:
    asked = _some_question(chance, tree)
    order = Order.FIRST_FIT if asked.order is Order.EXACTLY_ONE else Order.EXACTLY_ONE
    return _with_question(tree, replace(asked, order=order, rules=tuple(reversed(asked.rules))))


def add_an_option(chance: random.Random, tree: Tree) -> Tree:
    asked = _some_question(chance, tree)
    if asked.kind is Kind.YES_NO:
        asked = replace(asked, kind=Kind.ONE_OF)
    return _with_question(tree, replace(asked, options=(*asked.options, Option("fresh", "Fresh"))))


def drop_an_option(chance: random.Random, tree: Tree) -> Tree:
    asked = chance.choice([each for each in tree.questions if len(each.options) > 1] or list(tree.questions))
    if len(asked.options) < 2:
        return tree
    kind = Kind.ONE_OF if asked.kind is Kind.YES_NO else asked.kind
    left_out = chance.choice(asked.options)
    kept = tuple(option for option in asked.options if option != left_out)
    if kind is Kind.ONE_OF and len(kept) == 1 and not asked.not_known:
        return tree
    return _with_question(tree, replace(asked, kind=kind, options=kept))


def offer_not_known_or_do_not(chance: random.Random, tree: Tree) -> Tree:
    asked = _some_question(chance, tree)
    if asked.not_known and len(asked.options) < 2 and asked.kind is Kind.ONE_OF:
        return tree
    return _with_question(tree, replace(asked, not_known="" if asked.not_known else "Not known"))


def change_a_range(chance: random.Random, tree: Tree) -> Tree:
    numeric = [each for each in tree.questions if each.number is not None and each.kind.is_numeric]
    if not numeric:
        return drop_a_rule(chance, tree)
    asked = chance.choice(numeric)
    assert asked.number is not None
    step = asked.number.step
    if asked.kind is Kind.WHOLE_DAYS:
        number = replace(asked.number, maximum=asked.number.maximum + chance.choice([-1, 1, 2]))
    else:
        number = chance.choice(
            [
                replace(asked.number, maximum=asked.number.maximum + step),
                replace(asked.number, minimum=asked.number.minimum + step),
                replace(asked.number, maximum=asked.number.minimum + 6 * step, step=step * chance.choice([2, 3])),
            ]
        )
    return _with_question(tree, replace(asked, number=number)) if number.maximum >= number.minimum else tree


def change_units(chance: random.Random, tree: Tree) -> Tree:
    numeric = [each for each in tree.questions if each.kind is Kind.NUMBER and each.number is not None]
    if not numeric:
        return add_an_option(chance, tree)
    asked = chance.choice(numeric)
    assert asked.number is not None
    if asked.number.quantity == "breath-alcohol":
        units = chance.choice([("mg-l",), ("ug-100ml",), ("ug-100ml", "mg-l")])
        number = replace(asked.number, units=units)
    else:
        number = replace(asked.number, quantity="weeks", units=("weeks",))
    return _with_question(tree, replace(asked, number=number))


def take_a_question_out(chance: random.Random, tree: Tree) -> Tree:
    others = [each for each in tree.questions if each.id != tree.start and each.rules]
    if not others:
        return change_a_target(chance, tree)
    gone = chance.choice(others)
    kept = [each for each in tree.questions if each.id != gone.id]
    rules = {
        each.id: tuple(replace(r, go=gone.rules[0].go) if r.go == gone.id else r for r in each.rules) for each in kept
    }
    return replace(tree, questions=tuple(replace(each, rules=rules[each.id]) for each in kept))


def put_a_question_in(chance: random.Random, tree: Tree) -> Tree:
    """In the way of one rule: it leads on as before, but for one answer."""
    if tree.question("put-in") is not None:
        return tree
    fresh: list[Question] = []

    def through(rule: Rule) -> Rule:
        asked = question("put-in", Kind.ONE_OF, options=options("left", "right"))
        rules = (Rule(chance.choice(tree.outcomes).id, Is("put-in", "left")), Rule(rule.go))
        fresh.append(replace(asked, rules=rules, order=Order.FIRST_FIT))
        return replace(rule, go="put-in")

    changed = _some_rule(chance, tree, through)
    return replace(changed, questions=(*changed.questions, *fresh))


def start_elsewhere(chance: random.Random, tree: Tree) -> Tree:
    return replace(tree, start=chance.choice(tree.questions).id)


def change_the_advice(chance: random.Random, tree: Tree) -> Tree:
    said = list(tree.add_ons)
    if said and chance.random() < 0.7:
        place = chance.randrange(len(said))
        changed: list[AddOn] = chance.choice(
            [
                [],
                [replace(said[place], when=_turned(chance, said[place].when))],
                [replace(said[place], not_with=(chance.choice(tree.outcomes).id,))],
            ]
        )
        return replace(tree, add_ons=tuple(said[:place] + changed + said[place + 1 :]))
    fresh = replace(
        add_on(f"advice-{len(said)}-{chance.random()}", "a is b"), when=_statement(chance, _some_question(chance, tree))
    )
    return replace(tree, add_ons=(*said, fresh))


def change_the_red_flags(chance: random.Random, tree: Tree) -> Tree:
    flags = list(tree.red_flags)
    if flags and chance.random() < 0.5:
        return replace(tree, red_flags=tuple(flags[1:]))
    raised = Any_((_statement(chance, _some_question(chance, tree)), _statement(chance, _some_question(chance, tree))))
    when: Condition = All(raised.parts) if chance.random() < 0.5 else raised
    fresh = RedFlag(f"flag-{len(flags)}", when, chance.choice(tree.outcomes).id)
    return replace(tree, red_flags=(fresh, *flags) if chance.random() < 0.5 else (*flags, fresh))


EDITS: tuple[Edit, ...] = (
    drop_a_rule,
    change_a_target,
    change_a_condition,
    take_in_another_rule,
    read_rules_in_another_order,
    add_an_option,
    drop_an_option,
    offer_not_known_or_do_not,
    change_a_range,
    change_units,
    take_a_question_out,
    put_a_question_in,
    start_elsewhere,
    change_the_advice,
    change_the_red_flags,
)


def _turned(chance: random.Random, condition: Condition) -> Condition:
    """One place of the condition changed."""
    match condition:
        case All(parts) | Any_(parts):
            place = chance.randrange(len(parts))
            changed = (*parts[:place], _turned(chance, parts[place]), *parts[place + 1 :])
            joint = type(condition) if chance.random() < 0.7 else (Any_ if isinstance(condition, All) else All)
            return joint(changed)
        case Not(inner):
            return inner if chance.random() < 0.5 else Not(_turned(chance, inner))
        case CompareConstant(_, _, constant) if chance.random() < 0.5:
            return replace(condition, constant=replace(constant, value=constant.value + _small(chance, constant)))
        case CompareConstant() | CompareAnswer():
            return replace(condition, comparison=chance.choice(list(Comparison)))
    return Not(condition)


def _small(chance: random.Random, constant: Quantity) -> Decimal:
    small = Decimal("0.01") if constant.unit == "mg-l" else Decimal(1)
    return small if constant.value < small else chance.choice([small, -small])


def _statement(chance: random.Random, asked: Question) -> Condition:
    answer = chance.choice(all_answers(asked))
    if isinstance(answer, Quantity):
        return CompareConstant(asked.id, chance.choice(list(Comparison)), answer)
    if isinstance(answer, Choice):
        codes = coded_answers(asked)
        return chance.choice(
            [Is(asked.id, answer.option), AnyOf(asked.id, codes[:2]), NoneOf(asked.id, (answer.option,))]
        )
    return chance.choice([Includes(asked.id, answer.options), NoneOf(asked.id, answer.options)])
