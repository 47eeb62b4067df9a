"""No piece of a page that is kept for everybody holds what one person answered or searched for."""

from __future__ import annotations

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from decision_trees import journeys
from decision_trees.engine.answers import answers_from_json
from decision_trees.engine.walk import walk
from decision_trees.models import TreePage
from decision_trees.readers import cases_of_page
from decision_trees.services import context_on, find_tree
from guidance import generation
from guidance.generation import bump_generation
from tests.support.starter_content import starter_content

__all__ = ["starter_content"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]


def _addresses_of_cases() -> list[str]:
    """The result of every case of every tree, and each question on the way to it."""
    found = []
    for page in TreePage.objects.live():
        published = find_tree(page.slug, user=AnonymousUser())
        assert published is not None
        for case in cases_of_page(page):
            answers, problems = answers_from_json(published.tree, case["answers"])
            assert not problems
            found.append(journeys.result_url(published.tree, answers, published.version))
            steps = walk(published.tree, answers, context_on(timezone.localdate())).steps
            found += [journeys.question_url(published.tree, step.question.id, answers) for step in steps]
    return list(dict.fromkeys(found))


def test_a_journey_reads_the_same_whoever_walked_before() -> None:
    addresses = _addresses_of_cases()
    assert len(addresses) > 100
    different = []
    # A result says, for paper, when it was made.
    with time_machine.travel(timezone.now(), tick=False):
        after_others = {address: Client().get(address).content for address in addresses}
        for address in addresses:
            bump_generation()
            if Client().get(address).content != after_others[address]:
                different.append(address)
    assert different == []


def test_no_word_that_was_searched_for_is_kept_in_a_piece() -> None:
    bump_generation()
    Client().get("/search/?q=zebrafinch")
    Client().get("/decision-trees/breath-alcohol-before-dose/reading/?looks=neither")
    remembered = generation._memory[1]
    kept = [piece for name in remembered if name.startswith("piece:") for piece in remembered[name].values()]
    assert kept
    assert not any("zebrafinch" in piece or "looks=neither" in piece for piece in kept)
