"""Searching from the home page: with the mouse, with the keyboard alone, and without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.support.browser import DESKTOP, PHONE

#: More would mean that the box or the first hit is out of reach of the keyboard.
MOST_TABS = 80


def search_for(page: Page, words: str) -> None:
    page.goto("/")
    page.locator("input[name=q]").fill(words)
    page.get_by_role("button", name="Search").click()


def result_count(page: Page) -> int:
    words = page.locator("#found").inner_text()
    return int(words.split()[0])


def go_from_a_misspelt_word_to_the_tree(page: Page) -> None:
    search_for(page, "missed methadne")
    expect(page.locator("main")).to_contain_text("Showing results for missed methadone")
    expect(page.locator("input[name=q]")).to_have_value("missed methadne")
    page.get_by_role("region", name="What to do next").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/decision-trees/missed-opioid-doses/"))


def narrow_and_widen(page: Page) -> None:
    page.goto("/search/?q=methadone")
    everything = result_count(page)
    facet = page.get_by_role("region", name="Kind").get_by_role("link", name="Guidance pages")
    counted = int(facet.locator(".portal-facet__count").inner_text().strip(" ,").split()[0])
    facet.click()
    expect(page).to_have_url(re.compile("kind=page"))
    assert result_count(page) == counted < everything
    assert set(page.locator(".portal-result__meta .portal-tag").all_inner_texts()) == {"Guidance page"}

    page.get_by_role("link", name="Remove: Guidance pages").click()
    assert result_count(page) == everything


def find_nothing_and_go_on(page: Page) -> None:
    search_for(page, "xylophonist")
    expect(page.get_by_role("heading", name="Nothing here answers “xylophonist”")).to_be_visible()
    for name, address in (
        ("Choose the situation", "/decision-trees/"),
        ("Look through the guidance", "/guidance/"),
        ("Open a source", "/sources/"),
    ):
        expect(page.locator("main").get_by_role("link", name=name)).to_have_attribute("href", address)
    page.locator("main").get_by_role("link", name="Choose the situation").click()
    expect(page).to_have_url(re.compile(r"/decision-trees/$"))


def test_a_misspelt_word_still_leads_to_the_tree_that_fits(portal: str, page: Page) -> None:
    go_from_a_misspelt_word_to_the_tree(page)


def test_a_facet_narrows_and_is_taken_away_again(portal: str, page: Page) -> None:
    page.set_viewport_size(DESKTOP)

    narrow_and_widen(page)


def test_where_nothing_is_found_there_are_ways_on(portal: str, page: Page) -> None:
    find_nothing_and_go_on(page)


def test_search_works_without_scripts(portal: str, page_without_scripts: Page) -> None:
    page_without_scripts.set_viewport_size(DESKTOP)

    go_from_a_misspelt_word_to_the_tree(page_without_scripts)
    narrow_and_widen(page_without_scripts)
    find_nothing_and_go_on(page_without_scripts)


def test_facets_stand_beside_the_results_on_a_desk_and_behind_one_button_on_a_phone(
    portal: str, page_without_scripts: Page
) -> None:
    page = page_without_scripts
    facet = page.locator("#facet-kind")
    page.set_viewport_size(DESKTOP)
    page.goto("/search/?q=methadone")
    first_hit = page.locator(".portal-result").first
    beside, hit = facet.bounding_box(), first_hit.bounding_box()
    assert beside is not None
    assert hit is not None
    assert beside["x"] + beside["width"] <= hit["x"]
    assert abs(beside["y"] - hit["y"]) < 100

    page.set_viewport_size(PHONE)
    expect(facet).not_to_be_visible()
    page.get_by_text("Narrow the results").click()
    expect(facet).to_be_visible()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on what the selector names."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached with {MOST_TABS} presses of Tab")


def test_the_keyboard_alone_finds_and_opens_the_first_hit(portal: str, page: Page) -> None:
    page.goto("/")
    tab_to(page, "input[name=q]")
    page.keyboard.type("therapeutic alliance")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_be_visible()

    tab_to(page, ".portal-result__title a")
    focused = page.locator(":focus")
    expect(focused).to_be_in_viewport()
    assert focused.evaluate("link => getComputedStyle(link).backgroundColor") == "rgb(255, 217, 74)"
    address = focused.get_attribute("href")
    page.keyboard.press("Enter")

    assert address is not None
    expect(page).to_have_url(re.compile(f"{re.escape(address)}$"))
