"""Learning paths are found, and only by those who may see them."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import PageViewRestriction

from search.documents import SIGNED_IN, SearchDocument
from search.kinds import kind_named
from search.models import OutboxEntry
from tests.factories.learning import LearningPathPageFactory

pytestmark = pytest.mark.django_db


def documents(path: Any) -> list[SearchDocument]:
    kind = kind_named("learning-path")
    assert kind is not None
    return list(kind.documents_for(str(path.pk)))


def test_a_path_is_found_by_its_title_outcomes_and_steps() -> None:
    path = LearningPathPageFactory(slug="doses")

    (document,) = documents(path)

    assert document.url == "/learning/doses/"
    assert document.title == "Doses"
    for words in ("Giving doses.", "Afterwards you can say", "Practise practise."):
        assert words in document.body


def test_a_draft_is_not_found() -> None:
    path = LearningPathPageFactory()
    path.unpublish()

    assert documents(path) == []


def test_a_path_behind_a_log_in_is_found_by_those_who_are_logged_in() -> None:
    path = LearningPathPageFactory()
    PageViewRestriction.objects.create(page=path, restriction_type=PageViewRestriction.LOGIN)

    (document,) = documents(path)

    assert document.audience == (SIGNED_IN,)


def test_the_index_is_told_of_every_change() -> None:
    path = LearningPathPageFactory()
    for change in (path.save_revision().publish, path.unpublish, path.delete):
        OutboxEntry.objects.all().delete()
        pk = str(path.pk)
        change()
        assert OutboxEntry.objects.filter(kind="learning-path", ref=pk).exists()
