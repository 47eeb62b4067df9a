"""What was not published is nowhere: no address, list, search or document shows it to somebody who is not logged in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from wagtail.models import PageViewRestriction

from decision_trees.services import find_tree, trees_by_situation
from guidance.models import Citation
from search.services import rebuild, search
from tests.factories.guidance import UserFactory
from tests.factories.trees import draft_tree, lantern_document, outcome_of, published_tree, write

from .conftest import Committing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

SECRET = "Zanzibar"


@pytest.fixture
def index(settings: Any, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_PATH = tmp_path / "search.sqlite3"


def secret_document(slug: str = "lantern") -> dict[str, Any]:
    document = lantern_document(slug)
    document["summary"] = f"About {SECRET}."
    outcome_of(document, "light")["title"] = f"{SECRET} it"
    outcome_of(document, "light")["do_now"] = f"Go to {SECRET} now."
    return document


def every_page_of(slug: str) -> list[str]:
    parts = ("", "dusk/", "nights/?dusk=yes", "result/?dusk=yes&nights=2", "result/?dusk=yes&nights=2&v=2")
    return [f"/decision-trees/{slug}/{part}" for part in (*parts, "outline/", "map/", "versions/")]


LISTS = ["/", "/decision-trees/", f"/search/?q={SECRET}", "/learning/", "/guidance/"]


def found(words: str, **rest: Any) -> list[str]:
    page = search(words, **rest)
    return [hit.url for hit in (*page.next_steps, *page.hits)]


def test_a_tree_that_was_never_published_has_no_address(client: Client) -> None:
    draft_tree(secret_document())
    assert [client.get(address).status_code for address in every_page_of("lantern")] == [404] * 8
    assert find_tree("lantern", user=AnonymousUser()) is None


@pytest.mark.usefixtures("index")
def test_a_tree_that_was_never_published_is_in_no_list_and_not_found(client: Client) -> None:
    draft_tree(secret_document())
    rebuild()
    assert found(SECRET) == []
    for address in LISTS:
        page = client.get(address).content.decode().replace(f'value="{SECRET}"', "")
        assert f"About {SECRET}" not in page
        assert "/decision-trees/lantern/" not in page


@pytest.mark.usefixtures("index")
def test_a_draft_of_a_live_tree_is_on_no_page_and_not_found(client: Client) -> None:
    write(published_tree(), secret_document()).save_revision()
    rebuild()
    for address in every_page_of("lantern"):
        response = client.get(address)
        assert response.status_code == 200
        assert SECRET not in response.content.decode()
    assert not [url for url in found(SECRET) if "lantern" in url]
    assert [url for url in found("lantern dusk") if url.startswith("/decision-trees/lantern/")]


def test_a_draft_cites_nothing_yet() -> None:
    page = published_tree()
    before = Citation.objects.filter(page_id=page.pk).count()
    document = secret_document()
    outcome_of(document, "light")["citations"].append("models-of-care-update-2006@2006-07 1")
    write(page, document).save_revision()
    assert Citation.objects.filter(page_id=page.pk).count() == before


@pytest.mark.usefixtures("index")
def test_a_withdrawn_tree_is_gone_everywhere_at_once(client: Client, committing: Committing) -> None:
    page = published_tree(secret_document())
    rebuild()
    assert found(SECRET)
    with committing():
        page.unpublish()
    assert found(SECRET) == []
    assert [client.get(address).status_code for address in every_page_of("lantern")] == [404] * 8
    assert "lantern" not in {line.slug for line in trees_by_situation(AnonymousUser())}


@pytest.mark.usefixtures("index")
def test_publishing_is_found_at_once_at_the_node(committing: Committing) -> None:
    rebuild()
    with committing():
        published_tree(secret_document())
    urls = found(SECRET)
    assert "/decision-trees/lantern/" in urls
    assert "/decision-trees/lantern/outline/#outcome-light" in urls


@pytest.mark.usefixtures("index")
def test_a_tree_behind_a_log_in_is_for_those_who_are_logged_in(client: Client, committing: Committing) -> None:
    page = published_tree(secret_document())
    rebuild()
    with committing():
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert found(SECRET) == []
    assert SECRET not in client.get("/decision-trees/").content.decode()
    assert {client.get(address).status_code for address in every_page_of("lantern")} == {404}
    client.force_login(UserFactory())
    assert {client.get(address).status_code for address in every_page_of("lantern")} == {200}
