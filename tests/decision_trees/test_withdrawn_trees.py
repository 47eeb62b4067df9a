"""A tree that was withdrawn, for good or for a time: what its pages and its kept addresses say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import PageLogEntry, PageViewRestriction

from decision_trees.models import TreePage
from guidance.generation import bump_generation
from tests.factories.guidance import UserFactory
from tests.factories.trees import draft_tree, lantern_document, outcome_of, publish, published_tree, write
from tests.support.journeys import is_private

from .conftest import Committing
from .test_reading_pages import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

LANTERN = "/decision-trees/lantern"


@contextmanager
def on(moment: str) -> Iterator[None]:
    """At nine in the morning of a day in London, or at the hour that is told."""
    told = moment if "T" in moment else f"{moment}T09:00"
    with time_machine.travel(datetime.fromisoformat(told).replace(tzinfo=ZoneInfo("Europe/London")), tick=False):
        yield


def stored() -> TreePage:
    return TreePage.objects.get(slug="lantern")


def reworded() -> TreePage:
    document = lantern_document()
    outcome_of(document, "light")["do_now"] = "Light it before supper."
    return publish(write(stored(), document))


def withdrawn(since: str) -> None:
    with on(since):
        stored().unpublish()


@pytest.fixture
def lantern() -> None:
    """Published on 2 March, withdrawn on 1 April."""
    with on("2026-03-02"):
        published_tree()
    withdrawn("2026-04-01")


@pytest.fixture
def back(lantern: None) -> None:
    """The same version again from 1 June on."""
    with on("2026-06-01"):
        publish(stored())


# --- As it stood, where it did not stand ---------------------------------------------------------------------------


@pytest.mark.usefixtures("back")
@pytest.mark.parametrize("path", ["", "outline/", "map/", "print/", "proof/"])
def test_on_a_day_on_which_the_tree_was_withdrawn_no_version_was_in_force(client: Client, path: str) -> None:
    response = client.get(f"{LANTERN}/{path}?at=2026-05-01")
    assert response.status_code == 404
    assert "On 1 May 2026 this tree was not published: it had been withdrawn on 1 April 2026." in said(response)
    assert "Version 1 Current" in said(response)


@pytest.mark.usefixtures("back")
@pytest.mark.parametrize("day", ["2026-03-31", "2026-06-01", "2026-06-02"])
def test_before_and_after_it_was_in_force(client: Client, day: str) -> None:
    response = client.get(f"{LANTERN}/outline/?at={day}")
    assert response.status_code == 200
    assert "version 1 was in force." in said(response)


@pytest.mark.usefixtures("back")
def test_the_day_of_the_withdrawal_ends_without_the_tree(client: Client) -> None:
    assert "At the end of 1 April 2026 this tree was not published: it had been withdrawn that day." in said(
        client.get(f"{LANTERN}/outline/?at=2026-04-01")
    )


@pytest.mark.usefixtures("back")
def test_the_list_of_versions_says_when_the_tree_was_withdrawn(client: Client) -> None:
    page = said(client.get(f"{LANTERN}/versions/"))
    assert "In force since 2 March 2026, but not from 1 April 2026 to 1 June 2026: the tree was withdrawn then." in page
    assert "not recorded" not in page


@pytest.mark.usefixtures("lantern")
def test_a_version_that_ended_with_the_withdrawal_says_so(client: Client) -> None:
    with on("2026-06-01"):
        reworded()
    page = said(client.get(f"{LANTERN}/versions/"))
    assert "In force since 1 June 2026." in page
    assert "In force from 2 March 2026 to 1 April 2026, when the tree was withdrawn." in page
    assert "it had been withdrawn on 1 April 2026" in said(client.get(f"{LANTERN}/?at=2026-05-31"))
    assert client.get(f"{LANTERN}/outline/?at=2026-03-31").context["published"].version == 1
    assert client.get(f"{LANTERN}/outline/?at=2026-06-01").context["published"].version == 2


@pytest.mark.usefixtures("back")
def test_hours_are_told_where_the_day_does_not_tell_apart(client: Client) -> None:
    withdrawn("2026-07-01T10:00")
    with on("2026-07-01T15:30"):
        publish(stored())
    page = said(client.get(f"{LANTERN}/versions/"))
    assert "and from 1 July 2026, 10:00 to 1 July 2026, 15:30: the tree was withdrawn then." in page
    assert client.get(f"{LANTERN}/outline/?at=2026-07-01").status_code == 200


@pytest.mark.usefixtures("lantern")
def test_a_tree_that_came_back_without_a_word_in_the_log_says_that(client: Client) -> None:
    page = stored()
    page.live = True
    page.save()
    told = "but not from 1 April 2026 to a day that is not recorded: the tree was withdrawn then"
    assert told in said(client.get(f"{LANTERN}/versions/"))
    assert client.get(f"{LANTERN}/outline/?at=2026-05-01").status_code == 404
    assert client.get(f"{LANTERN}/outline/?at={timezone.localdate()}").status_code == 200


@pytest.mark.usefixtures("back")
def test_what_the_log_does_not_reach_back_to_is_said(client: Client) -> None:
    PageLogEntry.objects.filter(page=stored().pk, timestamp__lt=datetime(2026, 5, 1, tzinfo=ZoneInfo("UTC"))).delete()
    bump_generation()
    told = "Whether the tree was withdrawn for a time before 1 June 2026 is not recorded."
    assert told in said(client.get(f"{LANTERN}/versions/"))
    assert f"On 1 May 2026 version 1 was in force. {told}" in said(client.get(f"{LANTERN}/outline/?at=2026-05-01"))
    assert told not in said(client.get(f"{LANTERN}/outline/?at=2026-06-02"))


def test_a_tree_that_is_only_on_the_schedule_has_no_version_until_its_time_comes(client: Client) -> None:
    with on("2026-03-02"):
        page = draft_tree()
        page.go_live_at = datetime(2026, 4, 1, 8, tzinfo=ZoneInfo("Europe/London"))
        page.save_revision().publish()
    assert not page.versions.exists()
    with on("2026-04-01"):
        call_command("publish_scheduled")
    assert page.versions.count() == 1
    assert "Its first version came into force on 1 April 2026." in said(client.get(f"{LANTERN}/?at=2026-03-31"))


def test_a_tree_that_expires_is_withdrawn_too(client: Client) -> None:
    with on("2026-03-02"):
        page = draft_tree()
        page.expire_at = datetime(2026, 4, 1, 8, tzinfo=ZoneInfo("Europe/London"))
        publish(page)
    with on("2026-04-01"):
        call_command("publish_scheduled")
    page = stored()
    page.expire_at = None
    publish(page)
    assert "it had been withdrawn on 1 April 2026" in said(client.get(f"{LANTERN}/?at=2026-05-01"))


# --- Kept addresses of a tree that is withdrawn -------------------------------------------------------------------

KEPT = (
    *("", "dusk/", "nights/?dusk=yes", "result/?dusk=yes&nights=2&v=1", "result/?dusk=yes", "outline/?v=1"),
    *("map/", "print/", "proof/", "proof/tree.json", "versions/", "versions/1/", "versions/1/2/", "?at=2026-03-03"),
)


@pytest.mark.usefixtures("lantern")
@pytest.mark.parametrize("path", KEPT)
def test_a_kept_address_says_when_the_tree_was_withdrawn_and_where_to_go(client: Client, path: str) -> None:
    response = client.get(f"{LANTERN}/{path}")
    assert response.status_code == 404
    page = said(response)
    assert "This tree was withdrawn on 1 April 2026 Is the lantern to be lit?" in page
    assert "Do not use what you kept of it:" in page
    assert "Take the decision to the prescriber or a supervisor." in page
    assert "Light it" not in page
    assert 'href="/decision-trees/"' in response.content.decode()


@pytest.mark.usefixtures("lantern")
def test_answers_stay_private_and_a_posted_one_is_met_in_the_same_way(client: Client) -> None:
    assert is_private(client.get(f"{LANTERN}/result/?dusk=yes&nights=2&v=1"))
    response = client.post(f"{LANTERN}/dusk/", {"answer": "no"})
    assert response.status_code == 404
    assert "This tree was withdrawn on 1 April 2026" in said(response)


@pytest.mark.usefixtures("lantern")
def test_published_again_its_addresses_work_again_at_once(client: Client) -> None:
    client.get(f"{LANTERN}/")
    publish(stored())
    assert client.get(f"{LANTERN}/").status_code == 200


@pytest.mark.usefixtures("lantern")
def test_what_was_written_since_is_a_draft_and_stays_one(client: Client) -> None:
    page = stored()
    page.title = "Zanzibar"
    page.save_revision()
    page.save()
    assert "Zanzibar" not in client.get(f"{LANTERN}/").content.decode()


def test_an_address_that_the_tree_had_before_says_so_too(client: Client, committing: Committing) -> None:
    page = published_tree()
    with committing():
        publish(write(page, {**lantern_document(), "slug": "lamp"}))
    TreePage.objects.get(slug="lamp").unpublish()
    page_of_old_name = client.get(f"{LANTERN}/result/?dusk=yes&nights=2&v=1")
    assert page_of_old_name.status_code == 404
    assert "This tree was withdrawn on" in said(page_of_old_name)


def test_a_tree_whose_withdrawal_nobody_wrote_down_was_withdrawn_all_the_same(client: Client) -> None:
    page = published_tree()
    page.live = False
    page.save()
    assert "This tree was withdrawn Is the lantern to be lit?" in said(client.get(f"{LANTERN}/"))


@pytest.mark.parametrize("scheduled", [False, True])
def test_a_tree_that_never_was_published_has_no_address(client: Client, scheduled: bool) -> None:
    page = draft_tree()
    if scheduled:
        page.go_live_at = timezone.now() + timedelta(days=3)
        page.save_revision().publish()
    for path in KEPT:
        response = client.get(f"{LANTERN}/{path}")
        assert response.status_code == 404
        assert "There is no page at this address" in said(response)


@pytest.mark.usefixtures("lantern")
def test_a_withdrawn_tree_behind_a_log_in_is_known_to_those_who_are_logged_in(client: Client) -> None:
    PageViewRestriction.objects.create(page=stored(), restriction_type=PageViewRestriction.LOGIN)
    assert "There is no page at this address" in said(client.get(f"{LANTERN}/"))
    client.force_login(UserFactory())
    assert "This tree was withdrawn on 1 April 2026" in said(client.get(f"{LANTERN}/"))


@pytest.mark.usefixtures("lantern")
def test_a_private_portal_tells_nobody_who_is_not_logged_in(client: Client, settings: Any) -> None:
    settings.PRIVATE_SITE = True
    assert "withdrawn" not in client.get(f"{LANTERN}/", follow=True).content.decode()
