"""`make prove`: the prover beside the plain judge on trees of up to a million combinations."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from math import prod

import pytest

from decision_trees.engine.model import Context, Tree
from decision_trees.engine.validation import prove

from .agreement import disagreement
from .brute_force import answers_that_differ
from .defects import KINDS, plant_in
from .generator import SEED, Made, Size, sound_tree

HOW_MANY = 20
FEWEST, MOST = 200_000, 1_000_000
SIZE = Size(questions=8, numbers=4, points=31, options=4)
#: Defects that leave a tree which can be walked to its ends.
PLANTED = [kind for kind in KINDS if kind not in ("cycle", "dead-end")]


def _combinations(checked: Tree, context: Context) -> int:
    return prod(len(answers) for answers in answers_that_differ(checked, context).values())


def _large_trees() -> Iterator[Made]:
    for number in range(10_000):
        made = sound_tree(number, SIZE)
        if FEWEST <= _combinations(made.tree, made.context) <= MOST:
            yield made


@pytest.mark.prove
def test_the_prover_and_the_plain_judge_agree_on_trees_of_up_to_a_million_combinations(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Ten sound ones, and ten with a defect of every kind in turn."""
    kinds = cycle(PLANTED)
    chance = random.Random(f"{SEED}, a million")
    trees = _large_trees()
    for number in range(1, HOW_MANY + 1):
        made = next(trees)
        checked, kind = made.tree, "sound"
        if number % 2 == 0:
            kind = next(kinds)
            planted = plant_in(made, kind, chance)
            while planted is None:
                made = next(trees)
                planted = plant_in(made, kind, chance)
            checked = planted.tree
        proof = prove(checked, made.context)
        started = time.monotonic()
        assert disagreement(checked, made.context, proof) == (set(), set())
        assert bool(proof.findings) is (kind != "sound")
        taken = time.monotonic() - started
        with capsys.disabled():
            count = _combinations(checked, made.context)
            sys.stdout.write(f"{number:>3} of {HOW_MANY}: {kind:<12} {count:>9,} combinations, {taken:5.1f} s\n")
