"""Addresses of learning paths and their steps. Practice answers travel in them and nowhere else."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from decision_trees.engine.answers import pairs_from_answers
from decision_trees.engine.model import Answers, Tree


def path_url(path_slug: str) -> str:
    # The page itself is Wagtail's to serve; the list of paths stands at the root of these addresses.
    return f"/learning/{path_slug}/"


def step_url(path_slug: str, step_id: str) -> str:
    return reverse("learning:step", args=[path_slug, step_id])


def with_answers(url: str, tree: Tree, answers: Answers) -> str:
    """The address with these answers in it."""
    query = urlencode(pairs_from_answers(tree, answers))
    return f"{url}?{query}" if query else url
