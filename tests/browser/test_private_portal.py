"""A portal for people with an account only."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories.guidance import UserFactory

PASSWORD = "correct horse battery"
CLOSED = [
    "/",
    "/guidance/",
    "/guidance/medicines-and-safety/missed-doses-and-pharmacies/",
    "/sources/",
    "/sources/towards-successful-treatment-completion/2009-07/5.2.6/",
    "/glossary/",
    "/learning/when-treatment-is-not-working/",
    "/decision-trees/missed-opioid-doses/",
    "/report-a-problem/",
    "/about/",
    "/no-such-page/",
]


@pytest.fixture(autouse=True)
def _private(portal: str, settings: Any) -> None:
    settings.PRIVATE_SITE = True
    UserFactory(username="sam", roles=["Learners"])
    person = UserFactory._meta.model.objects.get(username="sam")
    person.set_password(PASSWORD)
    person.save()


def test_everything_asks_to_log_in(page: Page) -> None:
    for address in CLOSED:
        page.goto(address)
        expect(page).to_have_url(re.compile(r"/account/login/\?next=" + re.escape(address) + "$"))


def test_health_and_the_look_of_the_log_in_page_are_open(page: Page) -> None:
    assert page.request.get("/health/live").json() == {"status": "ok"}
    assert set(page.request.get("/health/ready").json()["checks"].values()) == {"ok"}

    answers: dict[str, int] = {}
    page.on("response", lambda response: answers.setdefault(response.url, response.status))
    page.goto("/account/login/")

    static = {url: status for url, status in answers.items() if "/static/" in url}
    assert static
    assert static == dict.fromkeys(static, 200)


def test_the_words_of_a_search_stay_out_of_the_redirect_and_search_works_after_logging_in(page: Page) -> None:
    page.goto("/search/?q=methadone")
    expect(page).to_have_url(re.compile(r"/account/login/\?next=/search/$"))

    page.get_by_label("Username").fill("sam")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile("/search/$"))
    page.locator("input[name=q]").fill("methadone")
    page.get_by_role("button", name="Search").click()

    expect(page.locator("#found")).to_contain_text("results")
