"""Addresses of learning paths and their steps. Practice answers travel in them and nowhere else."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from decision_trees.engine.answers import pairs_from_answers
from decision_trees.engine.model import Answers, Tree

#: The slug of the list of paths: the addresses below it are fixed, because they are shared and printed.
INDEX_SLUG = "learning"


def index_url() -> str:
    return reverse("learning:index")


def path_url(path_slug: str) -> str:
    return reverse("learning:path", args=[path_slug])


def step_url(path_slug: str, step_id: str) -> str:
    return reverse("learning:step", args=[path_slug, step_id])


def with_answers(url: str, tree: Tree, answers: Answers) -> str:
    """The address with these answers in it."""
    query = urlencode(pairs_from_answers(tree, answers))
    return f"{url}?{query}" if query else url
