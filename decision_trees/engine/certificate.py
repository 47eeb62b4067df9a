"""The certificate of a proved tree: what was proved, in numbers and examples that anybody can check anew.

`decision_trees/certificate_checker.py` does so by other means and imports nothing from here. A certificate says over
how many combinations of answers the proof holds, which answers stand for all others, and for every outcome, red flag
and added advice how many combinations meet it, with answers that do. Its seal is the hash of all the rest, so that a
change shows even where what it says is true.
"""

from __future__ import annotations

from collections.abc import Mapping

from .answers import answers_to_json
from .conditions import CompareFigure
from .documents import canonical_hash, tree_hash
from .errors import NotSound
from .graph import conditions_of
from .model import NONE_OF_THESE, NOT_KNOWN, Answer, Context, Kind, Question, Tree
from .proof.combinations import EMPTY
from .proof.exploration import End, Exploration
from .units import plain
from .validation import prove_and_keep

FORMAT = 1


def certify(tree: Tree, context: Context | None = None) -> dict[str, object]:
    """Prove the tree, and write down what was proved, as plain values.

    Raises:
        NotSound: where anything is wrong with the tree; the message says what.
    """
    context = context or Context()
    proof, exploration = prove_and_keep(tree, context)
    if not proof.is_sound:
        raise NotSound([f"{finding.node}: {finding.message}" for finding in proof.findings])
    ends, sets = exploration.ends, exploration.sets

    def ending(wanted: End) -> int:
        """The combinations whose end has the outcome or the red flag of this one."""
        return sets.relabel(
            ends,
            lambda end: (
                isinstance(end, End) and (end.flag == wanted.flag if wanted.flag else end.outcome == wanted.outcome)
            ),
        )

    certificate = {
        "format": FORMAT,
        "tree": tree.slug,
        "tree_hash": tree_hash(tree),
        "figures": _figures(tree, context),
        "answers": {question.id: _standing(exploration, question) for question in tree.questions},
        "combinations": proof.combinations,
        "outcomes": {outcome.id: _met(exploration, ending(End(outcome=outcome.id))) for outcome in tree.outcomes},
        "red_flags": {flag.id: _met(exploration, ending(End(flag=flag.id))) for flag in tree.red_flags},
        "add_ons": {add_on.id: _met(exploration, exploration.joined(add_on)) for add_on in tree.add_ons},
    }
    return certificate | {"seal": canonical_hash(certificate)}


def _figures(tree: Tree, context: Context) -> dict[str, object]:
    """The figures that the tree reads, as they stood."""
    statements = (statement for condition in conditions_of(tree) for statement in condition.statements())
    read = dict.fromkeys(statement.figure for statement in statements if isinstance(statement, CompareFigure))
    return {id: {"value": f"{plain(context.figures[id].value):f}", "unit": context.figures[id].unit} for id in read}


def _standing(exploration: Exploration, question: Question) -> object:
    """The answers to a question that stand for all others; of several-of questions, the options that make them."""
    standing = exploration.space.standing(question.id)
    if question.kind is not Kind.SEVERAL_OF:
        return [_written(exploration.tree, question, answer) for answer in standing]
    named = {
        option
        for condition in conditions_of(exploration.tree)
        for id, option in condition.options()
        if id == question.id
    }
    options = [option.id for option in question.options]
    alone = [NONE_OF_THESE] * bool(question.none_label) + [NOT_KNOWN] * bool(question.not_known)
    return {
        "any_of": [option for option in options if option in named],
        "other": next((option for option in options if option not in named), None),
        "alone": alone,
    }


def _met(exploration: Exploration, combinations: int) -> dict[str, object]:
    """How many combinations these are, and the answers that one of them is asked for."""
    assert combinations != EMPTY, "in a sound tree everything is met by some answers"
    witness = dict(exploration.path(exploration.sets.pick(combinations)))
    return {
        "combinations": exploration.sets.count(combinations),
        "witness": answers_to_json(exploration.tree, witness),
    }


def _written(tree: Tree, question: Question, answer: Answer) -> object:
    written: Mapping[str, object] = answers_to_json(tree, {question.id: answer})
    return written[question.id]
