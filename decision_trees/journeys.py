"""Addresses of a journey: answers to and from a query string, and where each step lives.

Only coded answers and numbers travel, keyed by ids that are kept for good (product.md, section 6).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from .engine.answers import pairs_from_answers
from .engine.model import Answers, Tree


def pairs_of(query: QueryDict) -> list[tuple[str, str]]:
    """The query string as key and value pairs, in order, without the portal's own keys."""
    return [(key, value) for key, values in query.lists() if key not in ("v", "at") for value in values]


def question_url(tree: Tree, question_id: str, answers: Answers) -> str:
    return _with(reverse("decision_trees:question", args=[tree.slug, question_id]), pairs_from_answers(tree, answers))


def result_url(tree: Tree, answers: Answers, version: int, day: date | None = None) -> str:
    """The address of a result; `day` is the day whose figures the tree was walked with, where it reads any."""
    return _whole_tree("result", tree, answers, version, day)


def start_url(tree: Tree, anchor: str = "") -> str:
    return reverse("decision_trees:start", args=[tree.slug]) + (f"#{anchor}" if anchor else "")


def outline_url(
    tree: Tree,
    anchor: str = "",
    answers: Answers | None = None,
    version: int | None = None,
    day: date | None = None,
) -> str:
    """The outline, at one of its nodes; with answers, the way they lead is marked."""
    return _whole_tree("outline", tree, answers, version, day) + (f"#{anchor}" if anchor else "")


def map_url(tree: Tree, answers: Answers | None = None, version: int | None = None, day: date | None = None) -> str:
    return _whole_tree("map", tree, answers, version, day)


def print_url(tree: Tree, version: int | None = None) -> str:
    return _whole_tree("print", tree, None, version)


def proof_url(tree: Tree, version: int | None = None) -> str:
    return _whole_tree("proof", tree, None, version)


def versions_url(tree: Tree) -> str:
    return reverse("decision_trees:versions", args=[tree.slug])


def version_url(tree: Tree, number: int) -> str:
    return reverse("decision_trees:version", args=[tree.slug, number])


def differences_url(tree: Tree, before: int, after: int) -> str:
    return reverse("decision_trees:differences", args=[tree.slug, before, after])


def _whole_tree(name: str, tree: Tree, answers: Answers | None, version: int | None, day: date | None = None) -> str:
    asked_for = (("at", day.isoformat() if day else ""), ("v", "" if version is None else str(version)))
    pairs = (*pairs_from_answers(tree, answers or {}), *((key, text) for key, text in asked_for if text))
    return _with(reverse(f"decision_trees:{name}", args=[tree.slug]), pairs)


def _with(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    query = urlencode(list(pairs))
    return f"{path}?{query}" if query else path
