"""Proposals: cases ready to fill in, for what the cases of a tree leave out and for wrong edits that they let through.

The answers are looked for among all combinations, so that each proposal does reach what it is for. Outcome and added
advice are those that the tree gives now. Whether they are right is for the author to say, from the passages: a case
that only repeats the tree proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count

from .answers import answers_to_json
from .cases import Case, open_goals, run_case, walk_as_case
from .goals import Gap
from .journey import Journey
from .model import Answers, Context, Outcome, Tree
from .mutation import Mutant, noticing

CONFIRM = "Outcome and advice are what the tree gives now. Confirm them from the passages before you keep them."
MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """A case to fill in: its answers stand; story, why and citations are empty.

    `gaps` is all that it would fill, and `node` where the first of them is. `reason` says in words what the case is for
    and what the author has to confirm.
    """

    reason: str
    node: str
    case: Case
    gaps: tuple[Gap, ...]


def propose_cases(
    tree: Tree, cases: Iterable[Case], context: Context | None = None, most: int | None = None
) -> tuple[Proposal, ...]:
    """Cases that would leave nothing out, few rather than many: each fills a gap, and more where they fit together.

    No more than `most`, where it is given; the others are proposed once these are written.
    """
    context = context or Context()
    cases = tuple(cases)
    reach = open_goals(tree, cases, context)
    left = list(reach.sets)
    taken = {case.id for case in cases}
    proposals: list[Proposal] = []
    while left and len(proposals) != most:
        answers = reach.answers_for(left[0], left[1:])
        journey = walk_as_case(tree, answers, context)
        gaps = tuple(goal.gap for goal in left if goal.is_met(journey))
        if journey.outcome is not None:
            case = _case(journey, journey.outcome, answers, taken)
            reason = _reason([gap.message for gap in gaps], "gap", "fills")
            proposals.append(Proposal(reason, left[0].gap.node, case, gaps))
        left = [goal for goal in left[1:] if goal.gap not in gaps]
    return tuple(proposals)


def propose_noticing(
    tree: Tree, mutants: Sequence[Mutant], cases: Iterable[Case], context: Context, most: int | None = None
) -> tuple[Proposal, ...]:
    """Cases that would notice small wrong edits, few rather than many. They fill no gap of the coverage."""
    reach = noticing(tree, mutants, context)
    left = list(reach.sets)
    taken = {case.id for case in cases}
    proposals: list[Proposal] = []
    while left and len(proposals) != most:
        answers = reach.answers_for(left[0], left[1:])
        journey = walk_as_case(tree, answers, context)
        noticed = [left[0]]
        if journey.outcome is not None:
            case = _case(journey, journey.outcome, answers, taken)
            noticed += [place for place in left[1:] if not run_case(mutants[place].tree, case, context).passed]
            reason = _reason([f"{mutants[place].description}." for place in noticed], "edit", "notices")
            proposals.append(Proposal(reason, mutants[left[0]].node, case, ()))
        left = [place for place in left if place not in noticed]
    return tuple(proposals)


def _case(journey: Journey, outcome: Outcome, answers: Answers, taken: set[str]) -> Case:
    id = _free_id(outcome.id, taken)
    taken.add(id)
    add_ons = tuple(applied.add_on.id for applied in journey.add_ons)
    return Case(id, outcome.id, answers_to_json(journey.tree, answers), add_ons, tree=journey.tree.slug)


def _free_id(outcome: str, taken: set[str]) -> str:
    """The outcome's id where no case has it yet, else with the first number that is free."""
    names = chain([outcome], (f"{outcome}-{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def _reason(told: Iterable[str], what: str, does: str) -> str:
    messages = list(dict.fromkeys(told))
    more = len(messages) - MOST_TOLD
    also = [f"It {does} {more} more {what if more == 1 else f'{what}s'}."] if more > 0 else []
    return " ".join([*messages[:MOST_TOLD], *also, CONFIRM])
