"""CPU time of proofs: the trees we ship, how it grows with the tree, and z3 asked the same in the same run.

The proof finds many sorts of faults at once. z3 is asked for three of them, each for every question: is there a gap, is
there an overlap, and (up to a size) does a careful answer ever end less carefully than another.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from decision_trees.certificate_checker import check
from decision_trees.engine.certificate import certify
from decision_trees.engine.documents import document_from_yaml, read_yaml, tree_to_document
from decision_trees.engine.model import Context, Quantity, Tree
from decision_trees.engine.validation import Proof, prove
from tests.decision_trees.engine.generator import careful_codes, nodes_of, synthetic
from tests.decision_trees.engine.smt import SecondJudge

CONTENT = Path(__file__).resolve().parent.parent / "content"
SIZES = (250, 500, 1000, 2000)
NUMERIC = 30
#: Seconds that the proof of the largest shipped tree, and of the largest synthetic one, may take.
SHIPPED_LIMIT, SYNTHETIC_LIMIT = 2.0, 30.0
#: Above this many nodes z3 is not asked about careful answers: it takes minutes.
CAREFUL_UP_TO = 500
_ROUNDS = 5
_WIDTHS = (7, 11, 14, 9, 9, 11, 11, 13, 16)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was proved of one tree, and the seconds of CPU that it took. None where it was not asked."""

    name: str
    tree: Tree
    proof: Proof
    ours: float
    checker: float | None
    rules: float
    careful: float | None


def measure() -> tuple[list[Taken], list[Taken]]:
    """The shipped trees, and synthetic ones of growing size."""
    shipped = [_taken(path.stem, tree, context, _ROUNDS, checked=True) for path, tree, context in _shipped()]
    made = [(f"synthetic {size:,}", synthetic(size, NUMERIC)) for size in SIZES]
    return shipped, [_taken(name, each.tree, each.context, 1, checked=False) for name, each in made]


def _shipped() -> list[tuple[Path, Tree, Context]]:
    figures = read_yaml((CONTENT / "figures.yaml").read_text(encoding="utf-8"))
    assert isinstance(figures, list)
    context = Context(figures={each["id"]: Quantity(Decimal(each["value"]), each["unit"]) for each in figures})
    paths = [path for path in sorted(CONTENT.glob("trees/*.yaml")) if not path.name.endswith(".cases.yaml")]
    return [(path, document_from_yaml(path.read_text(encoding="utf-8")).tree, context) for path in paths]


def _taken(name: str, tree: Tree, context: Context, rounds: int, checked: bool) -> Taken:
    ours, proof = _timed(rounds, lambda: prove(tree, context))
    if proof.findings:
        raise RuntimeError(f"{name} is not sound: {proof.findings[0].message}")
    checker = None
    if checked:
        document, certificate = (
            json.loads(json.dumps(each)) for each in (tree_to_document(tree), certify(tree, context))
        )
        checker, problems = _timed(rounds, lambda: check(document, certificate))
        if problems:
            raise RuntimeError(f"The certificate of {name} is rejected: {problems[0]}")
    rules, broken = _timed(rounds, lambda: _asked_of_rules(tree, context))
    careful, careless = None, []
    if nodes_of(tree) <= CAREFUL_UP_TO:
        careful, careless = _timed(rounds, lambda: _asked_of_careful_answers(tree, context))
    if broken or careless:
        raise RuntimeError(f"z3 finds {name} not sound, at {', '.join(broken + careless)}.")
    return Taken(name, tree, proof, ours, checker, rules, careful)


def _asked_of_rules(tree: Tree, context: Context) -> list[str]:
    judge = SecondJudge(tree, context)
    return [asked.id for asked in tree.questions if judge.gap(asked.id) or judge.overlap(asked.id)]


def _asked_of_careful_answers(tree: Tree, context: Context) -> list[str]:
    judge = SecondJudge(tree, context)
    return [asked.id for asked in tree.questions for code in careful_codes(asked) if judge.careless(asked.id, code)]


def _timed(rounds: int, do: Callable[[], _T]) -> tuple[float, _T]:
    """The median of the seconds of CPU, and what came of it."""
    taken = []
    for _ in range(rounds):
        started = time.process_time()
        found = do()
        taken.append(time.process_time() - started)
    return statistics.median(taken), found


def print_table(shipped: list[Taken], grown: list[Taken]) -> None:
    """Seconds of CPU, and how many times as long z3 took for its part of the questions as the whole proof."""
    print(
        "CPU seconds of a whole proof; of z3 asked for gaps and overlaps, and for careless answers; ratio to the proof"
    )
    head = (
        "nodes",
        "questions",
        "combinations",
        "proof",
        "checker",
        "z3: rules",
        "careless",
        "rules/proof",
        "careless/proof",
    )
    print(_line("tree", *head))
    for each in (*shipped, *grown):
        print(
            _line(
                each.name,
                f"{nodes_of(each.tree):,}",
                f"{len(each.tree.questions):,}",
                _rounded(each.proof.combinations),
                f"{each.ours:.3f}",
                _seconds(each.checker),
                f"{each.rules:.3f}",
                _seconds(each.careful),
                f"{each.rules / each.ours:.1f}",
                "-" if each.careful is None else f"{each.careful / each.ours:.1f}",
            )
        )
    slowest, largest = max(each.ours for each in shipped), grown[-1]
    print(f"The slowest proof of a shipped tree takes {slowest:.3f} s; the limit is {SHIPPED_LIMIT:.0f} s.")
    print(f"That of {largest.name} nodes takes {largest.ours:.1f} s; the limit is {SYNTHETIC_LIMIT:.0f} s.")
    if slowest > SHIPPED_LIMIT or largest.ours > SYNTHETIC_LIMIT:
        raise SystemExit("A proof takes too long.")


def _seconds(taken: float | None) -> str:
    return "-" if taken is None else f"{taken:.3f}"


def _rounded(combinations: int) -> str:
    return f"{combinations:,}" if combinations < 10**9 else f"10^{len(str(combinations)) - 1}"


def _line(first: str, *cells: str) -> str:
    return f"{first:36}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))
