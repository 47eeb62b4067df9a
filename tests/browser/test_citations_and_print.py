"""From a statement to what it rests on, and a guidance page on paper."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.support.browser import DESKTOP, PHONE

GUIDANCE = "/guidance/medicines-and-safety/missed-doses-and-pharmacies/"
SECTION = "/sources/towards-successful-treatment-completion/2009-07/5.2.6/"
CITATION = re.compile(r"^towards-successful-treatment-completion@2009-07 5\.2\.6 #[0-9a-f]{12}$")


def test_a_citation_opens_at_its_passage_and_marks_it(portal_with_documents: str, page: Page) -> None:
    page.goto(GUIDANCE)
    page.locator("#r1 .portal-citation").first.click()

    expect(page).to_have_url(re.compile(re.escape(SECTION) + r"#p-[0-9a-f]{16}$"))
    named = page.locator(":target")
    expect(named).to_be_in_viewport()
    expect(named).to_contain_text("three days")
    assert named.evaluate("passage => getComputedStyle(passage).backgroundColor") == "rgb(255, 241, 184)"
    other = page.locator(".portal-passage:not(:target)").first
    assert other.evaluate("passage => getComputedStyle(passage).backgroundColor") != "rgb(255, 241, 184)"


def test_a_citation_opens_at_its_section_where_the_document_is_not_loaded(portal: str, page: Page) -> None:
    page.goto(GUIDANCE)
    page.locator("#r1 .portal-citation").first.click()

    expect(page).to_have_url(re.compile(re.escape(SECTION) + "$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("5.2.6")
    expect(page.locator("main")).to_contain_text("This document is not loaded here")


def test_a_citation_is_copied_and_the_page_says_so(portal_with_documents: str, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(GUIDANCE)
    page.locator("#r1 .portal-citation").first.click()
    mark = page.locator(":target .portal-passage__mark")
    mark.get_by_role("button", name="Copy citation").click()

    expect(mark.get_by_role("status")).to_have_text("Copied")
    assert CITATION.match(page.evaluate("navigator.clipboard.readText()"))


def test_a_citation_is_copied_where_the_clipboard_is_out_of_reach(portal: str, page: Page) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(SECTION)
    page.evaluate("document.addEventListener('copy', () => { window.copied = String(document.getSelection()); })")
    page.locator("main").get_by_role("button", name="Copy citation").first.click()

    expect(page.locator("main").get_by_role("status").first).to_have_text("Copied")
    assert page.evaluate("window.copied") == "towards-successful-treatment-completion@2009-07 5.2.6"


def test_copy_buttons_are_absent_without_scripts(portal: str, page_without_scripts: Page) -> None:
    page_without_scripts.goto(SECTION)

    expect(page_without_scripts.get_by_role("button", name="Copy citation")).to_have_count(0)


def test_a_guidance_page_on_paper_keeps_what_to_do_and_leaves_the_site_behind(portal: str, page: Page) -> None:
    page.goto(GUIDANCE)
    expect(page.locator(".portal-nav")).to_be_visible()
    page.emulate_media(media="print")

    for part in (".portal-fold", ".portal-nav", ".portal-header__search", ".portal-breadcrumb", ".portal-footer nav"):
        expect(page.locator(part)).to_be_hidden()
    recommendations = page.locator(".portal-recommendation")
    assert recommendations.count() >= 5
    for recommendation in recommendations.all():
        expect(recommendation).to_be_visible()
    # Nothing can be opened on paper, so a short citation says its source in full.
    expect(page.locator("#r1 .portal-citation__source").first).to_be_visible()
    box = page.locator("#r1 .portal-citation__source").first.bounding_box()
    assert box is not None
    assert box["width"] > 50


def test_the_headings_of_a_page_stand_open_on_a_desk_and_behind_one_line_on_a_phone(
    portal: str, page_without_scripts: Page
) -> None:
    page = page_without_scripts
    listed = page.get_by_role("navigation", name="On this page").get_by_role("link", name="What to do")
    page.set_viewport_size(DESKTOP)
    page.goto(GUIDANCE)
    expect(listed).to_be_visible()

    page.set_viewport_size(PHONE)
    expect(listed).not_to_be_visible()
    page.locator("summary", has_text="On this page").click()
    listed.click()
    expect(page.locator("#recommendations")).to_be_in_viewport()
