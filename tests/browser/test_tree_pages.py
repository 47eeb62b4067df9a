"""Every kind of page of a tree, in every state, on a desk and on a phone: no barrier and nothing cut off."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from decision_trees.engine.documents import tree_from_document, tree_hash, tree_to_document
from decision_trees.models import LocalSetting, TreePage, TreeVersion
from decision_trees.readers import cases_of_page, document_of_page
from guidance.generation import bump_generation
from guidance.models import Figure
from tests.support.browser import DESKTOP, PHONE, accessibility_findings, scrolls_sideways

TREES = "/decision-trees"
BREATH = f"{TREES}/breath-alcohol-before-dose"
MISSED = f"{TREES}/missed-opioid-doses"
OPIATES = f"{TREES}/illicit-opiates-on-top"
WORSE = f"{TREES}/not-benefiting-from-treatment"
POSTAL = f"{TREES}/postal-equipment-and-domestic-abuse"
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
    "outline with one's way": f"{BREATH}/outline/?{SHAKY}",
    "map": f"{BREATH}/map/",
    "map with one's way": f"{WORSE}/map/?difficulty=violence&danger=yes",
    "all ways": f"{BREATH}/print/",
    "proof": f"{WORSE}/proof/",
    "versions": f"{BREATH}/versions/",
    "version": f"{BREATH}/versions/1/",
    "no such version": f"{BREATH}/versions/7/",
    "before the first version": f"{BREATH}/outline/?at=2001-01-01",
    "no such day": f"{BREATH}/outline/?at=green",
    "nothing changed": f"{BREATH}/versions/1/1/",
    "no such question": f"{BREATH}/weather/",
}


def check(page: Page, kind: str) -> None:
    """Look at the page that is open, wide and narrow."""
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a ViewportSize
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


def publish_stricter() -> None:
    """A second version of missed doses: the dose is held from two days on, and one outcome says something more."""
    tree = TreePage.objects.get(slug="missed-opioid-doses")
    document, cases = document_of_page(tree), cases_of_page(tree)
    for question in document["questions"]:
        for rule in question["next"]:
            if isinstance(rule.get("when"), str):
                rule["when"] = rule["when"].replace("at most 2 days", "at most 1 days")
                rule["when"] = rule["when"].replace("at least 3 days", "at least 2 days")
    next(each for each in document["outcomes"] if each["id"] == "nothing-missed")["do_now"] += " Write it down."
    TreeVersion.objects.create(
        page=tree,
        number=2,
        hash=tree_hash(tree_from_document(document)),
        document=tree_to_document(tree_from_document(document)),
        cases=cases,
        change_note="Hold the usual dose from the second missed day on.",
    )
    bump_generation()


OLD = {
    "the same in other words": "days=0&medicine=methadone&v=1",
    "different": "days=2&medicine=methadone&cause=none&injecting=no&protocol=yes&prescriber=confirmed&v=1",
    "not enough": "days=2&medicine=methadone&cause=none&injecting=no&protocol=yes&v=1",
    "the same": "days=1&medicine=methadone&cause=none&injecting=no&protocol=yes&v=1",
}


@pytest.mark.parametrize("kind", OLD)
def test_a_result_of_an_older_version_has_no_barrier(portal: str, page: Page, kind: str) -> None:
    publish_stricter()
    page.goto(f"{MISSED}/result/?{OLD[kind]}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Result of version 1")

    check(page, f"result of an older version, {kind}")


def test_what_changed_and_an_older_tree_have_no_barrier(portal: str, page: Page) -> None:
    publish_stricter()
    page.goto(f"{MISSED}/versions/1/2/")
    expect(page.locator("main")).to_contain_text("Days of exactly 2 days, medicine")
    check(page, "what changed")

    page.goto(f"{MISSED}/versions/1/")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("Not current.")
    check(page, "an older tree")

    page.goto(f"{MISSED}/versions/")
    check(page, "several versions")


def test_todays_result_is_the_first_that_is_seen_of_an_old_one(portal: str, page: Page) -> None:
    publish_stricter()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a ViewportSize
    page.goto(f"{MISSED}/result/?{OLD['different']}")
    expect(page.get_by_role("heading", name="The prescriber has confirmed")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("heading", name="One or two days missed")).not_to_be_in_viewport()


def test_choosing_a_day_or_two_versions_leads_there(portal: str, page: Page) -> None:
    publish_stricter()
    page.goto(f"{MISSED}/versions/")
    page.get_by_label("Day").fill(f"{timezone.localdate()}")
    page.get_by_role("button", name="Show the tree of that day").click()
    said = page.get_by_role("main").get_by_role("status")
    expect(said).to_contain_text("version 2 was in force. It is in force today.")

    page.goto(f"{MISSED}/versions/")
    page.get_by_role("button", name="Show what changed between them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What changed from version 1 to version 2")


#: Texts of the map that stand outside their box or over another text.
_MISPLACED = """() => [...document.querySelectorAll(".portal-map a")].flatMap(link => {
  const edge = link.querySelector(".tree-map__box").getBBox(), texts = [...link.querySelectorAll("text")];
  const places = texts.map(text => text.getBBox());
  return texts.filter((text, n) => {
    const place = places[n];
    const meets = places.some((other, m) => m !== n
      && place.x < other.x + other.width && other.x < place.x + place.width
      && place.y + 3 < other.y + other.height - 3 && other.y + 3 < place.y + place.height - 3);
    return meets || place.x < edge.x + 4 || place.x + place.width > edge.x + edge.width - 4;
  }).map(text => text.textContent);
})"""


@pytest.mark.parametrize("tree", [BREATH, MISSED, WORSE])
def test_the_words_of_a_map_stand_in_their_boxes_at_full_size(portal: str, page: Page, tree: str) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{tree}/map/")
    assert page.evaluate(_MISPLACED) == []
    size = page.locator(".portal-map .tree-map__text").first.evaluate(
        "text => text.getBoundingClientRect().height / text.getBBox().height"
    )
    assert size > 0.98, "a laptop shows the map without making it smaller"


@pytest.mark.parametrize("tree", [BREATH, MISSED, OPIATES, WORSE, POSTAL])
def test_a_map_prints_on_sheets_that_lie_on_their_side(portal: str, page: Page, tree: str) -> None:
    page.goto(f"{tree}/map/")
    sheets = page.locator(".portal-map-sheets svg").count()
    assert sheets >= 2
    paper = page.pdf(prefer_css_page_size=True)
    found = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
    sizes = [(float(width), float(height)) for width, height in found]
    assert len(sizes) == sheets, "the first stands below the heading with the key, and nothing follows the last"
    assert all(width > height for width, height in sizes)


def test_on_paper_no_heading_stands_last_on_a_sheet_and_no_foot_of_the_page_alone_on_one(
    portal: str, page: Page
) -> None:
    page.goto(f"{OPIATES}/print/")
    page.emulate_media(media="print")
    headings = page.locator("main :is(h1, h2, h3, h4)")
    expect(headings.filter(has_text="What not to do").first).to_be_visible()
    assert set(headings.evaluate_all("all => all.map(each => getComputedStyle(each).breakAfter)")) == {"avoid"}
    assert page.locator(".portal-footer").evaluate("foot => getComputedStyle(foot).breakBefore") == "avoid"
    # The head of the first sheet says it already.
    expect(page.get_by_text("If someone is in immediate danger")).to_have_count(2)
    expect(page.locator(".portal-footer").get_by_text("If someone is in immediate danger")).to_be_hidden()


def test_a_map_has_one_scale_on_all_its_sheets(portal: str, page: Page) -> None:
    page.set_viewport_size({"width": 1056, "height": 748})
    page.goto(f"{MISSED}/map/")
    page.emulate_media(media="print")
    scales = page.locator(".portal-map-sheets svg").evaluate_all(
        """sheets => sheets.map(sheet => {
          const { width, height } = sheet.getBoundingClientRect();
          return Math.min(width / sheet.viewBox.baseVal.width, height / sheet.viewBox.baseVal.height);
        })"""
    )
    assert len(scales) >= 2
    assert max(scales) / min(scales) < 1.005


def test_a_narrow_map_stands_under_its_words(portal: str, page: Page) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"{OPIATES}/map/")
    drawing = page.locator(".portal-map > svg").bounding_box()
    assert drawing is not None
    assert abs(drawing["x"] - (1366 - drawing["x"] - drawing["width"])) < 2


def test_a_page_without_a_result_has_no_barrier(portal: str, page: Page) -> None:
    Figure.objects.all().delete()
    page.goto(f"{BREATH}/result/?{SHAKY}")
    expect(page.get_by_role("heading", level=1)).to_have_text("No result can be given for these answers")

    check(page, "no result")


def test_a_map_wider_than_the_screen_says_so_and_scrolls(portal: str, page: Page) -> None:
    hint = page.get_by_text("The map is wider than this screen")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a ViewportSize
    page.goto(f"{BREATH}/map/")
    expect(hint).to_be_visible()
    reach = page.locator(".portal-map").evaluate("map => [map.scrollWidth, map.clientWidth]")
    assert reach[0] > reach[1]
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(hint).to_be_hidden()
    reach = page.locator(".portal-map").evaluate("map => [map.scrollWidth, map.clientWidth]")
    assert reach[0] <= reach[1]
