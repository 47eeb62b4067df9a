"""Proving a tree: for every combination of answers exactly one result, and no careful answer ever less careful.

Nothing is sampled at random. Answers that the tree cannot tell apart stand for each other (`proof.answer_space`); what
is left is explored whole, as exact functions of all combinations (`proof.exploration`). A local setting may have any
value the question takes, so the proof holds for every service; figures have the value of the context.

Findings of the shape are in `soundness`. Where a part cannot be read or leads nowhere, nothing is said that another
reading of that part could make wrong; everything else still is. Those found here:

gap                          no rule holds
overlap                      two rules hold where exactly one must
rule-never-wins              a rule, or an `otherwise`, that no combination reaches
never-reached                a question or outcome that rules lead to, but no combination does
red-flag-never-raised        a red flag that no combination raises
add-on-never-joins           advice that no combination brings
changes-nothing              a question whose answer changes neither the outcome nor the added advice
prompt-decides               a prompt whose answer changes the outcome
not-known-less-careful       "not known" leads to a lower care level than another answer to the same question
careful-answer-less-careful  so does an answer that is marked as the careful direction
red-flag-shadowed            a red flag holds, and one above it in the list leads to a less careful outcome
red-flag-less-careful        a red flag leads to a less careful outcome than the rules would have without it, and
                             without those that hold together with it
red-flag-too-late            a journey ends, less carefully, when a red flag is certain but not raised
not-proved                   so many numbers are compared with each other that the proof was given up

Red flags win by the way a tree is walked: they are checked after every answer, before the rules. What can still go
wrong is that one is shadowed, careless or too late. The first two are a matter of care levels. The third is about a red
flag that reads several questions, not all of which were asked when the journey ends: it is found where the flag would
hold whatever the answers to those that were not asked. That a single question is not asked on some way is no fault that
could be proved: nobody can know what the answer would have been, and a tree need not ask everything of everybody.

Added advice is read off the end of a journey, and nothing reads it: so it never hides an outcome, whatever it says.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .errors import TooTangled
from .model import Context, Tree
from .proof.answer_space import AnswerSpace
from .proof.effort import EFFORTS, Effort, trying
from .proof.exploration import Exploration
from .proof.findings import findings_of
from .proof.layout import Layout
from .soundness import BLOCKING, Finding, shape_findings, unreadable


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found, and over how many combinations of answers that the tree can tell apart.

    The number is 0 where part of the tree cannot be read or followed, so that nobody knows it.
    """

    findings: tuple[Finding, ...]
    combinations: int

    @property
    def is_sound(self) -> bool:
        return not self.findings


def find_problems(tree: Tree, context: Context | None = None) -> tuple[Finding, ...]:
    """Everything wrong with a tree; empty for a sound one."""
    return prove(tree, context).findings


def prove(tree: Tree, context: Context | None = None, unfinished: Collection[str] = ()) -> Proof:
    """Check the shape of the tree, and every combination of answers.

    Args:
        tree: the tree.
        context: the figures.
        unfinished: questions with rules that are left out of the tree because they cannot be read. Nothing is said that
            such a rule could make wrong.
    """
    return prove_and_keep(tree, context or Context(), unfinished)[0]


def prove_and_keep(tree: Tree, context: Context, unfinished: Collection[str] = ()) -> tuple[Proof, Exploration]:
    """`prove`, and the tree as it was followed for all combinations of answers, for those who ask more of it."""
    shape = shape_findings(tree, context)
    blocked = bool(unfinished) or any(finding.code in BLOCKING for finding in shape)

    def proved(effort: Effort) -> tuple[Exploration, tuple[Finding, ...]]:
        def listing(listed: frozenset[str]) -> Exploration:
            return explore(tree, context, unfinished, effort, listed)

        exploration = explore(tree, context, unfinished, effort)
        return exploration, findings_of(exploration, listing)

    try:
        exploration, findings = trying(proved)
    except TooTangled as error:
        gave_up = Finding("not-proved", tree.slug, f"The tree cannot be proved. {error}")
        return Proof((*shape, gave_up), 0), explore(tree, context, unfinished)
    return Proof((*shape, *findings), 0 if blocked else exploration.space.total), exploration


def explore(
    tree: Tree,
    context: Context,
    unfinished: Collection[str] = (),
    effort: Effort = EFFORTS[-1],
    listed: Collection[str] = (),
) -> Exploration:
    """The tree ready to be followed for all combinations of answers, as far as it can be read."""
    unread = unreadable(tree, context)
    layout = Layout(tree, unread.statements, unfinished)
    order = dict.fromkeys([*layout.order, *layout.questions])
    space = AnswerSpace.of(
        (tree,),
        context,
        order,
        unread=layout.unread,
        unfinished=unread.questions,
        listed=listed,
        effort=effort,
    )
    return Exploration(layout, space)
