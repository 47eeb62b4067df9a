"""Wagtail's comparison of two revisions shows a tree and its cases in words."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.guidance import UserFactory
from tests.factories.trees import draft_tree, outcome_of, question_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]


def test_an_editor_sees_which_node_changed_and_how(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    page = draft_tree()
    earlier = page.save_revision()
    question_of(page.document, "nights")["next"][0]["when"] = "nights at most 2 days"
    outcome_of(page.document, "light")["do_now"] = "Light it <before> supper."
    page.cases = [*page.cases[:-1], {**page.cases[-1], "why": "Because of the wind."}]
    later = page.save_revision()

    response = client.get(reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, earlier.pk, later.pk]))
    text = response.content.decode()

    assert "Question “For how many nights has it burned?”: changed" in text
    assert "2 days" in text
    assert '<span class="addition">Light it &lt;before&gt; supper.</span>' in text
    assert "Case unknown" in text
    assert "Because of the wind." in text
    assert "Outcome “Leave it”" not in text, "what is the same is not shown"


def test_two_revisions_with_the_same_tree_show_none(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    page = draft_tree()
    earlier = page.save_revision()
    page.summary = "Said otherwise."
    later = page.save_revision()
    response = client.get(reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, earlier.pk, later.pk]))
    assert "Question “" not in response.content.decode()
