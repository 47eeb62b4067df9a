"""Every kind of page of a tree, in every state, on a desk and on a phone: no barrier and nothing cut off."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from decision_trees.models import LocalSetting, TreePage
from guidance.models import Figure
from tests.factories.trees import publish
from tests.support.browser import DESKTOP, PHONE, accessibility_findings, scrolls_sideways

TREES = "/decision-trees"
BREATH = f"{TREES}/breath-alcohol-before-dose"
MISSED = f"{TREES}/missed-opioid-doses"
WORSE = f"{TREES}/not-benefiting-from-treatment"
SHAKY = "looks=withdrawal&reading=0.42&reading.unit=mg-l&risks=cocaine&risks=sedatives"

ADDRESSES = {
    "list": f"{TREES}/",
    "start": f"{BREATH}/",
    "one of": f"{BREATH}/looks/",
    "number": f"{BREATH}/reading/?looks=neither",
    "number with coded answers": f"{BREATH}/individual-limit/?looks=neither&reading=0.1&reading.unit=mg-l&risks=none",
    "several of": f"{BREATH}/risks/?looks=neither&reading=0.1&reading.unit=mg-l",
    "yes or no": f"{MISSED}/injecting/?days=4&medicine=methadone&cause=none",
    "whole days": f"{MISSED}/days/",
    "question with its answer": f"{BREATH}/reading/?{SHAKY}",
    "error from an address": f"{BREATH}/looks/?looks=green",
    "part of the address left out": f"{BREATH}/looks/?colour=blue",
    "result, today": f"{BREATH}/result/?{SHAKY}",
    "result, routine": f"{MISSED}/result/?days=0&medicine=methadone",
    "result, emergency": f"{WORSE}/result/?difficulty=violence&danger=yes",
    "outline": f"{BREATH}/outline/",
    "map": f"{BREATH}/map/",
    "versions": f"{BREATH}/versions/",
    "no such question": f"{BREATH}/weather/",
}


def check(page: Page, kind: str) -> None:
    """Look at the page that is open, wide and narrow."""
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert accessibility_findings(page) == [], f"{kind} at {size['width']} px"
        assert not scrolls_sideways(page), f"{kind} scrolls sideways at {size['width']} px"
    assert page.locator("h1").count() == 1, f"{kind} has one main heading"


@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_page_has_no_barrier(portal: str, page: Page, kind: str) -> None:
    page.goto(ADDRESSES[kind])
    for fold in page.locator("main details").all():
        fold.evaluate("fold => { fold.open = true }")

    check(page, kind)


@pytest.mark.parametrize(
    "kind", ["one of", "number", "number with coded answers", "several of", "yes or no", "whole days"]
)
def test_a_refused_answer_has_no_barrier(portal: str, page: Page, kind: str) -> None:
    page.goto(ADDRESSES[kind])
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()

    check(page, f"{kind}, refused")


def test_a_result_with_a_local_setting_has_no_barrier(portal: str, page: Page) -> None:
    LocalSetting.objects.create(
        slug="breath-dispensing-limit",
        title="Breath limit",
        value="0.4",
        unit="mg-l",
        owner="Clinical lead",
        set_on=date(2026, 3, 2),
    )
    query = "looks=neither&reading=0.2&reading.unit=mg-l&risks=none&individual-limit=none-set&dependent=no"
    page.goto(f"{BREATH}/result/?{query}")
    expect(page.locator("main")).to_contain_text("Set for this service by Clinical lead, 2 March 2026")

    check(page, "result with a local setting")


def test_a_result_of_an_older_version_has_no_barrier(portal: str, page: Page) -> None:
    tree = TreePage.objects.get(slug="breath-alcohol-before-dose")
    tree.summary = "Reworded."
    publish(tree)
    page.goto(f"{BREATH}/result/?{SHAKY}&v=1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Result of version 1: the same today")

    check(page, "result of an older version")


def test_a_page_without_a_result_has_no_barrier(portal: str, page: Page) -> None:
    Figure.objects.all().delete()
    page.goto(f"{BREATH}/result/?{SHAKY}")
    expect(page.get_by_role("heading", level=1)).to_have_text("No result can be given for these answers")

    check(page, "no result")
