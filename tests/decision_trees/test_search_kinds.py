"""What trees give to the search besides their words."""

from __future__ import annotations

import pytest

from decision_trees.search_kinds import KINDS
from guidance.models import Source
from search.models import OutboxEntry
from tests.factories.trees import CITED, lantern_document, published_tree

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

CURRENT = "remote-and-in-person-interventions@2023-10-25 Domestic abuse"


def outcomes(page_pk: int) -> dict[str, bool]:
    kind = next(kind for kind in KINDS if kind.name == "outcome")
    return {found.key.rpartition(":")[2]: found.historic for found in kind.documents_for(str(page_pk))}


def test_an_outcome_is_historic_when_all_that_it_rests_on_is() -> None:
    document = lantern_document()
    leave, light, fill = document["outcomes"]
    leave["citations"] = [CITED]
    light["citations"] = [CITED, CURRENT]
    fill["citations"] = [CITED]
    fill["cautions"] = [{"text": "Do not run.", "citations": [CURRENT], "basis": "good-practice"}]
    page = published_tree(document)
    assert outcomes(page.pk) == {"leave": True, "light": False, "fill-first": False}


def test_the_search_hears_when_the_status_of_a_cited_source_changes() -> None:
    page = published_tree()
    OutboxEntry.objects.all().delete()
    source = Source.objects.get(slug=CITED.partition("@")[0])
    source.status = Source.Status.CURRENT
    source.save()
    assert OutboxEntry.objects.filter(kind="outcome", ref=str(page.pk)).exists()
    assert outcomes(page.pk) == {"leave": False, "light": False, "fill-first": False}
