"""Versions and days in addresses: what names none that there is is said, on every page that reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from decision_trees.models import TreePage
from tests.factories.trees import publish, published_tree

from .test_reading_pages import BREATH, LANTERN, lantern, said
from .test_withdrawn_trees import on, stored, withdrawn

__all__ = ["lantern"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

WHOLE = ("", "outline/", "map/", "print/", "proof/", "proof/tree.json", "proof/certificate.json")
NO_VERSION = ("v=abc", "v=-1", "v=", "v=1.0", "v=%C2%B2", "v=%00", f"v={'9' * 30}", "v=1&v=2", "v=1&v=1", "v=+1")
NO_DAY = (
    *("at=yesterday", "at=", "at=20260504", "at=2026-W10", "at=2026-W10-1", "at=2026-5-4", "at=2026-02-30"),
    *("at=+2026-05-04", "at=2026-05-04&at=2026-05-04", "at=2026-05-04T09:00", "at=%00", "at=0000-00-00"),
    "at=\uff12026-05-04",
)
ANSWERS = "dusk=yes&nights=2"
READS_A_FIGURE = "looks=withdrawal&reading=not-known&risks=none"


@pytest.mark.parametrize("query", NO_VERSION)
def test_what_is_no_version_is_told_with_the_versions_there_are(client: Client, lantern: TreePage, query: str) -> None:
    for path in WHOLE:
        response = client.get(f"{LANTERN}/{path}?{query}")
        assert response.status_code == 404, path
        assert "The address names a version that cannot be read. See which there are below." in said(response)
        assert "Version 3 Current" in said(response)


@pytest.mark.parametrize("query", NO_VERSION)
def test_a_result_tells_of_it_too_and_is_that_of_today(client: Client, lantern: TreePage, query: str) -> None:
    response = client.get(f"{LANTERN}/result/?{ANSWERS}&{query}")
    assert response.status_code == 200
    told = "The address names a version that cannot be read."
    assert f"{told} This is the result of version 3, in force today." in said(response)
    assert response.context["published"].version == 3


@pytest.mark.parametrize("query", NO_DAY)
def test_only_year_month_and_day_are_a_day(client: Client, lantern: TreePage, query: str) -> None:
    for path in (*WHOLE, "versions/", "versions/1/"):
        response = client.get(f"{LANTERN}/{path}?{query}")
        assert response.status_code == 400, path
        assert "Enter the day as year, month and day, like 2026-11-22." in said(response)


@pytest.mark.parametrize("query", NO_DAY)
@pytest.mark.parametrize("address", [f"{LANTERN}/result/?{ANSWERS}", f"{BREATH}/result/?{READS_A_FIGURE}"])
def test_a_result_tells_of_what_is_no_day(client: Client, lantern: TreePage, address: str, query: str) -> None:
    for version in ("", "&v=1"):
        response = client.get(f"{address}&{query}{version}")
        assert response.status_code == 200
        assert "The address names a day that is not written like 2026-11-22, or is still to come." in said(response)


@pytest.mark.parametrize("address", [f"{LANTERN}/result/?{ANSWERS}&v=3", f"{BREATH}/result/?{READS_A_FIGURE}&v=1"])
def test_a_result_tells_of_a_day_on_which_its_version_was_not_in_force(
    client: Client, lantern: TreePage, address: str
) -> None:
    page = said(client.get(f"{address}&at=2020-01-01"))
    assert "was not in force on 1 January 2020. This is the result of version" in page
    to_come = timezone.localdate() + timedelta(days=1)
    assert "or is still to come." in said(client.get(f"{address}&at={to_come}"))


def test_a_result_of_a_day_before_the_first_version_says_that_there_was_none(client: Client, lantern: TreePage) -> None:
    page = said(client.get(f"{LANTERN}/result/?{ANSWERS}&at=2026-02-01"))
    assert "On 1 February 2026 there was no such tree yet." in page
    assert "This is the result of version 3, in force today." in page


def test_a_result_of_a_day_on_which_the_tree_was_withdrawn_says_that(client: Client) -> None:
    with on("2026-03-02"):
        published_tree()
    withdrawn("2026-04-01")
    with on("2026-06-01"):
        publish(stored())
    page = said(client.get(f"{LANTERN}/result/?{ANSWERS}&at=2026-05-01"))
    assert "On 1 May 2026 this tree was not published: it had been withdrawn on 1 April 2026." in page
    page = said(client.get(f"{LANTERN}/result/?{ANSWERS}&at=2026-05-01&v=1"))
    assert "Version 1 was not in force on 1 May 2026. This is the result of version 1, in force today." in page


def test_an_older_version_stays_the_one_asked_for(client: Client, lantern: TreePage) -> None:
    response = client.get(f"{LANTERN}/result/?{ANSWERS}&v=1&at=2026-08-01")
    assert response.context["published"].version == 1
    assert "Version 1 was not in force on 1 August 2026. This is the result of version 1." in said(response)


def test_a_day_leaves_the_address_of_a_tree_that_reads_no_figure(client: Client, lantern: TreePage) -> None:
    response = client.get(f"{LANTERN}/result/?{ANSWERS}&at=2026-05-10")
    assert response.url == f"{LANTERN}/result/?{ANSWERS}&v=2"
    assert client.get(f"{LANTERN}/result/?{ANSWERS}&at=2026-03-03&v=1").url == f"{LANTERN}/result/?{ANSWERS}&v=1"


def test_a_day_beside_a_version_is_one_on_which_it_was_in_force(client: Client, lantern: TreePage) -> None:
    for path in ("outline/?v=1&at=2026-08-01", "versions/1/?at=2026-08-01"):
        response = client.get(f"{LANTERN}/{path}")
        assert response.status_code == 404
        assert "Version 1 was not in force on 1 August 2026." in said(response)
    assert "On 3 March 2026 version 1 was in force." in said(client.get(f"{LANTERN}/versions/1/?at=2026-03-03"))


def test_the_list_of_versions_leads_to_the_tree_of_a_day(client: Client, lantern: TreePage) -> None:
    assert client.get(f"{LANTERN}/versions/?at=2026-05-10").url == f"{LANTERN}/outline/?at=2026-05-10"


def test_a_result_as_it_should_be_tells_nothing(client: Client, lantern: TreePage) -> None:
    for query in (ANSWERS, f"{ANSWERS}&v=1", f"{ANSWERS}&v=3"):
        assert "This is the result of version" not in said(client.get(f"{LANTERN}/result/?{query}"))
