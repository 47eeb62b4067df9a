"""A site for logged-in people only."""

from __future__ import annotations

import pytest

from tests.factories.guidance import PassageFactory, UserFactory, guidance_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def _private(settings) -> None:
    settings.PRIVATE_SITE = True


@pytest.mark.usefixtures("_private")
@pytest.mark.parametrize(
    "url",
    ["/", "/guidance/", "/sources/", "/glossary/", "/search/?q=dose", "/decision-trees/", "/admin/", "/no-such-page/"],
)
def test_strangers_are_sent_to_the_log_in_page_without_their_words(client, url) -> None:
    response = client.get(url)
    assert response.status_code == 302
    assert response.url.startswith("/account/")
    assert "dose" not in response.url
    assert "private" in response["Cache-Control"]


@pytest.mark.usefixtures("_private")
def test_strangers_get_neither_a_page_nor_a_passage_nor_a_file(client) -> None:
    page, passage = guidance_page(), PassageFactory()
    assert client.get(page.get_url()).status_code == 302
    assert client.get(f"/passages/{passage.passage_id}/").url.startswith("/account/")
    assert client.get("/media/report.pdf").status_code == 403
    assert client.get("/documents/1/report.pdf").status_code in (302, 403)


@pytest.mark.usefixtures("_private")
@pytest.mark.parametrize("url", ["/account/login/", "/health/live"])
def test_the_log_in_page_and_health_stay_open(client, url) -> None:
    assert client.get(url).status_code == 200


@pytest.mark.usefixtures("_private")
def test_people_with_an_account_are_let_in_and_nothing_of_it_is_cached_on_the_way(client) -> None:
    client.force_login(UserFactory())
    response = client.get("/sources/")
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    assert "public" not in response["Cache-Control"]


@pytest.mark.usefixtures("_private")
def test_an_account_that_was_closed_lets_nobody_in(client) -> None:
    person = UserFactory()
    client.force_login(person)
    person.is_active = False
    person.save()
    assert client.get("/sources/").status_code == 302


def test_a_public_site_is_open(client) -> None:
    assert client.get("/sources/").status_code == 200
