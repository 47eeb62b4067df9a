"""Every kind of page outside the trees, in every state, on a desk and on a phone: no barrier and nothing cut off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from guidance.models import Passage
from tests.factories.guidance import UserFactory
from tests.support.browser import DESKTOP, PHONE, accessibility_findings, log_in, scrolls_sideways

PATH = "/learning/when-treatment-is-not-working"
SOURCE = "/sources/towards-successful-treatment-completion"
REPORT = "/report-a-problem/?page=/guidance/"

#: Kinds of page that open at an address, without an account and without the documents.
ADDRESSES = {
    "home": "/",
    "topic index": "/guidance/",
    "topic": "/guidance/medicines-and-safety/",
    "guidance page": "/guidance/when-treatment-is-not-working/opiates-or-cocaine-on-top/",
    "guidance page with a table or tensions": "/guidance/medicines-and-safety/missed-doses-and-pharmacies/",
    "sources": "/sources/",
    "source": f"{SOURCE}/",
    "section": f"{SOURCE}/2009-07/5.2.1/",
    "glossary": "/glossary/",
    "search before a question": "/search/",
    "search with hits": "/search/?q=methadone",
    "search narrowed": "/search/?q=methadone&kind=page",
    "search with a corrected word": "/search/?q=methadne",
    "search with nothing found": "/search/?q=xylophonist",
    "learning": "/learning/",
    "learning path": f"{PATH}/",
    "read step": f"{PATH}/read-on-top/",
    "practise question": f"{PATH}/practise-where-to-start/",
    "practise question, several": f"{PATH}/practise-fears/",
    "wrong turn": f"{PATH}/practise-where-to-start/?difficulty=alcohol&explored=yes",
    "right outcome": f"{PATH}/practise-where-to-start/?difficulty=illicit-opiates&explored=no&needs=housing&early=no",
    "right outcome with other advice": (
        f"{PATH}/practise-where-to-start/?difficulty=illicit-opiates&explored=no&needs=none&early=no"
    ),
    "log in": "/account/login/",
    "forgotten password": "/account/password/forgotten/",
    "password sent": "/account/password/sent/",
    "report a problem": REPORT,
    "report sent": "/report-a-problem/thanks/",
    "about": "/about/",
    "privacy": "/privacy/",
    "accessibility": "/accessibility/",
    "no such page": "/no-such-page/",
}

#: Kinds of page that show text of the documents.
WITH_DOCUMENTS = {
    "section": f"{SOURCE}/2009-07/5.2.1/",
    "section with a table": f"{SOURCE}/2009-07/5.2.3/",
    "section of extracts": "/sources/better-care-co-occurring-conditions/2019-09-12/",
    "search with hits": "/search/?q=missed doses pharmacy",
    "wrong turn": ADDRESSES["wrong turn"],
    "right outcome": ADDRESSES["right outcome"],
}


@pytest.fixture
def holds(page: Page) -> Callable[[str], None]:
    """Look at the page that is open, wide and narrow."""

    def look(kind: str) -> None:
        for size in (DESKTOP, PHONE):
            page.set_viewport_size(size)
            assert accessibility_findings(page) == [], f"{kind} at {size['width']} px"
            assert not scrolls_sideways(page), f"{kind} scrolls sideways at {size['width']} px"
        assert page.locator("h1").count() == 1, f"{kind} has one main heading"

    return look


@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_page_has_no_barrier(portal: str, page: Page, holds: Callable[[str], None], kind: str) -> None:
    page.goto(ADDRESSES[kind])

    holds(kind)


@pytest.mark.parametrize("kind", WITH_DOCUMENTS)
def test_a_page_with_text_of_the_documents_has_no_barrier(
    portal_with_documents: str, page: Page, holds: Callable[[str], None], kind: str
) -> None:
    page.goto(WITH_DOCUMENTS[kind])

    holds(kind)


def test_what_cites_a_passage_has_no_barrier(
    portal_with_documents: str, page: Page, holds: Callable[[str], None]
) -> None:
    page.goto(f"{SOURCE}/2009-07/5.2.1/")
    page.get_by_role("link", name="Cited by").first.click()
    expect(page.get_by_role("heading", name="What rests on this passage")).to_be_visible()

    holds("what cites a passage")


def test_a_passage_that_an_address_names_has_no_barrier(
    portal_with_documents: str, page: Page, holds: Callable[[str], None]
) -> None:
    passage = Passage.objects.filter(section__number="5.2.1").order_by("order").first()
    assert passage is not None
    page.goto(f"/passages/{passage.pk}/")

    holds("a named passage")


def test_a_refused_log_in_has_no_barrier(portal: str, page: Page, holds: Callable[[str], None]) -> None:
    page.goto("/account/login/")
    page.get_by_label("Username").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()

    holds("refused log in")


def test_a_refused_report_has_no_barrier(portal: str, page: Page, holds: Callable[[str], None]) -> None:
    page.goto(REPORT)
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("alert")).to_be_visible()

    holds("refused report")


def test_registering_has_no_barrier(portal: str, settings: Any, page: Page, holds: Callable[[str], None]) -> None:
    settings.LEARNERS_MAY_REGISTER = True
    page.goto("/account/register/")
    holds("register")

    page.locator("main").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    holds("refused registration")


def test_pages_of_somebody_with_an_account_have_no_barrier(
    portal: str, page: Page, holds: Callable[[str], None]
) -> None:
    person = UserFactory(username="sam", roles=["Learners"], is_staff=True)
    person.set_password("correct horse battery")
    person.save()
    log_in(page, "sam", "correct horse battery")

    for address in ("/account/", "/account/password/", f"{PATH}/", f"{PATH}/read-on-top/", "/components/"):
        page.goto(address)
        holds(address)


def test_a_question_answered_with_nothing_has_no_barrier(portal: str, page: Page, holds: Callable[[str], None]) -> None:
    page.goto(f"{PATH}/practise-where-to-start/")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()

    holds("practise question without an answer")
