"""Suggestions while somebody types: by mouse, by keyboard alone, without scripts, and when all goes wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.browser import DESKTOP, PHONE, accessibility_findings, scrolls_sideways

ANSWERS = re.compile(r"/search/suggestions/\?")
TREE = re.compile(r"/decision-trees/missed-opioid-doses/$")


def field_of(page: Page) -> Any:
    return page.get_by_role("combobox")


def type_words(page: Page, words: str) -> None:
    field_of(page).press_sequentially(words)


def options(page: Page) -> Any:
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def marked(page: Page) -> str:
    """The text of the option that a screen reader is told of, which must be the one that is marked."""
    named = field_of(page).get_attribute("aria-activedescendant")
    if named is None:
        assert page.locator("[role=option][aria-selected=true]").count() == 0
        return ""
    option = page.locator("[role=option][aria-selected=true]")
    assert option.get_attribute("id") == named
    return str(option.locator(".portal-suggestions__text").inner_text())


def answer_with(*texts: str) -> Callable[[Route], None]:
    found = [{"text": text, "kind": "Section", "place": "", "url": "/guidance/"} for text in texts]
    return lambda route: route.fulfill(body=json.dumps({"suggestions": found}), content_type="application/json")


@pytest.mark.parametrize("address", ["/", "/guidance/", "/search/", "/search/?q=alcohol"])
def test_suggestions_appear_wherever_there_is_a_search_field(portal: str, page: Page, address: str) -> None:
    page.goto(address)
    field_of(page).fill("")
    type_words(page, "missed do")

    expect(options(page).first).to_contain_text("Missed opioid doses")
    expect(options(page).first).to_contain_text("What to do next")
    expect(field_of(page)).to_have_attribute("aria-expanded", "true")


def test_pressing_a_suggestion_opens_what_it_names(portal: str, page: Page) -> None:
    page.goto("/")
    type_words(page, "missed do")
    options(page).first.click()

    expect(page).to_have_url(TREE)


def test_a_section_number_opens_the_section(portal: str, page: Page) -> None:
    page.goto("/")
    type_words(page, "5.2.6")
    options(page).first.click()

    expect(page).to_have_url(re.compile(r"/5\.2\.6/$"))


def test_enter_without_a_mark_searches_for_the_words(portal: str, page: Page) -> None:
    page.goto("/")
    type_words(page, "missed do")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/search/\?q=missed\+do$"))


def test_the_keyboard_alone_walks_the_list_and_opens_from_it(portal: str, page: Page) -> None:
    page.goto("/")
    # All at once, so that it is asked for once and the list stays as it is.
    field_of(page).fill("missed do")
    expect(options(page).first).to_be_visible()
    assert marked(page) == ""

    texts = options(page).locator(".portal-suggestions__text").all_inner_texts()
    for text in [*texts, "", texts[0]]:
        page.keyboard.press("ArrowDown")
        assert marked(page) == text
    for text in ["", texts[-1]]:
        page.keyboard.press("ArrowUp")
        assert marked(page) == text
    expect(field_of(page)).to_be_focused()
    expect(field_of(page)).to_have_value("missed do")

    page.keyboard.press("ArrowLeft")
    assert marked(page) == ""
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(TREE)


def test_escape_closes_the_list_and_an_arrow_opens_it_again(portal: str, page: Page) -> None:
    page.goto("/")
    type_words(page, "missed do")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Escape")

    expect(options(page)).to_have_count(0)
    expect(field_of(page)).to_have_attribute("aria-expanded", "false")
    expect(field_of(page)).to_have_value("missed do")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Missed opioid doses")


def test_tab_leaves_the_field_and_closes_the_list(portal: str, page: Page) -> None:
    page.goto("/")
    type_words(page, "missed do")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")

    expect(options(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Search")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/$"))


def test_the_number_of_suggestions_is_announced(portal: str, page: Page) -> None:
    page.goto("/")
    type_words(page, "missed do")
    expect(options(page).first).to_be_visible()

    count = options(page).count()
    expect(page.get_by_role("status").filter(has_text="suggestion")).to_have_text(f"{count} suggestions")
    field_of(page).fill("")
    expect(page.get_by_role("status").filter(has_text="suggestion")).to_have_count(0)


def test_what_is_typed_without_a_pause_is_not_asked_letter_by_letter(portal: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if ANSWERS.search(request.url) else None)
    page.goto("/")
    type_words(page, "missed doses")

    expect(options(page).first).to_be_visible()
    # Once, on a machine that has nothing else to do: where keys come slowly, a pause may fall between two of them.
    assert len(asked) <= 4


#: A request that cannot be given up, as one that was answered a moment before: only the order of the questions counts.
NEVER_GIVEN_UP = """
    const asFetched = window.fetch;
    window.fetch = (address, options) => asFetched(address, { ...options, signal: undefined });
"""


def test_an_answer_that_comes_too_late_is_not_shown(portal: str, page: Page) -> None:
    held: list[Route] = []
    page.add_init_script(NEVER_GIVEN_UP)
    page.route(re.compile(r"suggestions/\?q=ea"), lambda route: held.append(route))
    page.route(re.compile(r"suggestions/\?q=la"), answer_with("The later answer"))
    page.goto("/")
    with page.expect_request(ANSWERS):
        type_words(page, "ea")
    field_of(page).fill("la")
    expect(options(page)).to_have_text(re.compile("The later answer"))

    with page.expect_response(ANSWERS):
        answer_with("The earlier answer")(held[0])
    page.wait_for_timeout(200)
    expect(options(page)).to_have_text(re.compile("The later answer"))


def test_a_list_does_not_change_under_the_hands_of_somebody_who_walks_it(portal: str, page: Page) -> None:
    held: list[Route] = []
    page.add_init_script(NEVER_GIVEN_UP)
    page.route(re.compile(r"suggestions/\?q=ea$"), answer_with("The earlier answer"))
    page.route(re.compile(r"suggestions/\?q=eas$"), lambda route: held.append(route))
    page.goto("/")
    type_words(page, "ea")
    expect(options(page)).to_have_text(re.compile("The earlier answer"))
    with page.expect_request(ANSWERS):
        type_words(page, "s")
    page.keyboard.press("ArrowDown")

    with page.expect_response(ANSWERS):
        answer_with("The later answer")(held[0])
    page.wait_for_timeout(200)
    assert marked(page) == "The earlier answer"


def test_an_answer_to_a_field_that_was_left_is_not_shown(portal: str, page: Page) -> None:
    held: list[Route] = []
    page.add_init_script(NEVER_GIVEN_UP)
    page.route(ANSWERS, lambda route: held.append(route))
    page.goto("/")
    with page.expect_request(ANSWERS):
        type_words(page, "missed")
    page.keyboard.press("Tab")
    with page.expect_response(ANSWERS):
        answer_with("Too late")(held[0])
    page.wait_for_timeout(200)

    expect(options(page)).to_have_count(0)


@pytest.mark.parametrize(
    "failure",
    [
        lambda route: route.abort(),
        lambda route: route.fulfill(status=500, body="broken"),
        lambda route: route.fulfill(body="<html>log in</html>", content_type="text/html"),
        lambda route: route.fulfill(status=302, headers={"Location": "/account/login/"}),
    ],
)
def test_a_failure_is_silent_and_the_form_still_searches(
    portal: str, page: Page, failure: Callable[[Route], None]
) -> None:
    page.route(ANSWERS, failure)
    page.goto("/")
    with page.expect_request(ANSWERS):
        type_words(page, "methadone")
    page.wait_for_timeout(300)
    expect(options(page)).to_have_count(0)
    page.keyboard.press("Enter")

    expect(page.locator("#found")).to_be_visible()


def test_without_scripts_it_is_the_plain_form(portal: str, page_without_scripts: Page) -> None:
    page = page_without_scripts
    page.goto("/")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.get_by_role("searchbox").fill("methadone")
    page.get_by_role("searchbox").press("Enter")

    expect(page.locator("#found")).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("address", ["/", "/guidance/", "/search/?q=alcohol"])
def test_the_open_list_has_no_barrier_and_fits(portal: str, page: Page, address: str, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    page.goto(address)
    field_of(page).fill("")
    type_words(page, "dose")
    expect(options(page).first).to_be_visible()
    assert accessibility_findings(page) == []

    page.keyboard.press("ArrowDown")
    assert marked(page)
    assert accessibility_findings(page) == []
    assert not scrolls_sideways(page)
    for option in options(page).all():
        box = option.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]


def test_the_mark_is_seen_in_forced_colours(portal: str, page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/")
    type_words(page, "dose")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")

    first, second = (
        options(page).nth(at).evaluate("option => getComputedStyle(option).backgroundColor") for at in (0, 1)
    )
    assert first != second
