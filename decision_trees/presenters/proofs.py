"""What was proved of a tree, in plain words, with answers that anybody can try."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from decision_trees import journeys
from decision_trees.engine.answers import answer_text, answers_from_json
from decision_trees.engine.cases import cases_from_document, coverage
from decision_trees.engine.diagrams import BoxKind, numbers
from decision_trees.engine.model import Context, Quantity
from decision_trees.services import PublishedTree

from .figures import named_figures

#: What the proof shows for all combinations of answers (product.md, section 6), one line each.
PROVED = (
    "Every combination of answers leads to exactly one outcome.",
    "No question is a dead end, and no path leads round in a circle.",
    "The rules leave no gap and never contradict each other, also right at the edge of a number and where a number is "
    "compared with another answer.",
    "Every question is asked with some answers, and then each of its answers can be given. Every rule, red flag, "
    "outcome and piece of advice comes about with some answers: nothing is out of reach.",
    "A red flag wins over the path, wherever it is raised.",
    "Advice that answers add never takes the place of an outcome.",
    "“Not known”, and every other answer marked as the careful one, never leads to anything less careful than the "
    "answers beside it.",
)


@dataclass(frozen=True, slots=True)
class Witness:
    """A node that can be reached: for how many combinations, and by which answers, for one example.

    `url` opens the result of these answers.
    """

    number: str
    title: str
    combinations: int
    answers: tuple[tuple[str, str], ...]
    url: str


@dataclass(frozen=True, slots=True)
class Download:
    """A file, by the name under which a browser keeps it."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ProofView:
    """`figures` are the legal and national numbers that the proof reads, as they stood when it was made."""

    proved: tuple[str, ...]
    combinations: int
    outcomes: tuple[Witness, ...]
    red_flags: tuple[Witness, ...]
    advice: tuple[Witness, ...]
    figures: tuple[tuple[str, str], ...]
    cases: int
    cases_leave_out: int
    tree_file: Download
    certificate_file: Download
    checker_url: str


@dataclass(frozen=True, slots=True)
class ProofSummary:
    combinations: int
    cases: int
    url: str


def proof_summary(published: PublishedTree, certificate: Mapping[str, Any], cases: int) -> ProofSummary | None:
    """The proof in one line, for pages that are about something else. None where the version has no certificate."""
    if not certificate:
        return None
    number = None if published.is_current else published.version
    return ProofSummary(certificate["combinations"], cases, journeys.proof_url(published.tree, number))


def proof_view(
    published: PublishedTree, certificate: Mapping[str, Any], cases: Iterable[Mapping[str, Any]]
) -> ProofView | None:
    """The proof of a version. None where it has no certificate.

    Args:
        published: the version.
        certificate: its certificate (`engine/certificate.py`).
        cases: the cases that passed when it was published, in the form of a cases document.
    """
    if not certificate:
        return None
    tree = published.tree
    written = cases_from_document({"tree": tree.slug, "cases": list(cases)})
    proved_with = {id: _quantity(each) for id, each in certificate["figures"].items()}
    left_out = coverage(tree, written, Context(figures=proved_with))
    outcomes, red_flags, advice = _witnesses(published, certificate)
    return ProofView(
        proved=PROVED,
        combinations=certificate["combinations"],
        outcomes=outcomes,
        red_flags=red_flags,
        advice=advice,
        figures=named_figures(proved_with),
        cases=len(written),
        cases_leave_out=len(left_out.gaps),
        tree_file=_download(published, "tree"),
        certificate_file=_download(published, "certificate"),
        checker_url=reverse("decision_trees:proof_checker"),
    )


def _witnesses(published: PublishedTree, certificate: Mapping[str, Any]) -> tuple[tuple[Witness, ...], ...]:
    """Of the outcomes, the red flags and the added advice."""
    tree, known = published.tree, numbers(published.tree)
    named = {
        "outcomes": [(each.id, known[BoxKind.OUTCOME, each.id], each.title) for each in tree.outcomes],
        "red_flags": [(each.id, known[BoxKind.RED_FLAG, each.id], each.when.describe(tree)) for each in tree.red_flags],
        "add_ons": [(each.id, str(number), each.title) for number, each in enumerate(tree.add_ons, start=1)],
    }
    return tuple(
        tuple(_witness(published, number, title, certificate[part][id]) for id, number, title in nodes)
        for part, nodes in named.items()
    )


def _witness(published: PublishedTree, number: str, title: str, said: Mapping[str, Any]) -> Witness:
    tree = published.tree
    answers, _ = answers_from_json(tree, said["witness"])
    asked = [question for question in tree.questions if question.id in answers]
    return Witness(
        number=number,
        title=title,
        combinations=said["combinations"],
        answers=tuple((question.text, answer_text(question, answers[question.id])) for question in asked),
        url=journeys.result_url(tree, answers, published.version),
    )


def _quantity(said: Mapping[str, str]) -> Quantity:
    return Quantity(Decimal(said["value"]), said["unit"])


def file_name(published: PublishedTree, part: str) -> str:
    return f"{published.tree.slug}-{published.version}-{part}.json"


def _download(published: PublishedTree, part: str) -> Download:
    address = reverse(f"decision_trees:proof_{part}", args=[published.tree.slug])
    return Download(file_name(published, part), f"{address}?v={published.version}")
