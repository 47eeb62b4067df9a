"""The five trees in a real browser: with scripts and without, by mouse and by keyboard, on paper and passed on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from decision_trees.engine.cases import Case
from decision_trees.engine.model import Tree
from tests.decision_trees.test_written_cases import SLUGS, written
from tests.support.browser import PHONE

TREES = "/decision-trees"
BREATH = f"{TREES}/breath-alcohol-before-dose"
SHAKY = "looks=withdrawal&reading=0.42&reading.unit=mg-l&risks=none"

#: For each tree the case that answers most questions.
LONGEST = {slug: max(written(slug).cases, key=lambda case: len(case.answers)) for slug in SLUGS}


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def visitor(browser: Browser, portal: str, scripts: bool) -> Iterator[Page]:
    """A page of somebody on a phone whose browser runs scripts, or not. What the browser complains of is a failure."""
    context = browser.new_context(base_url=portal, viewport=PHONE, java_script_enabled=scripts)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def is_complaint(message: ConsoleMessage) -> bool:
    """A refused answer comes with a status that browsers remark on."""
    return message.type == "error" and "422" not in message.text


def question_id(page: Page) -> str:
    """The question that the page asks, once all of it is there."""
    page.wait_for_load_state("domcontentloaded")
    return urlsplit(page.url).path.rstrip("/").rpartition("/")[2]


def answer(page: Page, written_answer: object) -> None:
    """Give the answer as the cases write it, and go on."""
    # What is counted, or listed, of half a page is too little.
    page.wait_for_load_state("domcontentloaded")
    if isinstance(written_answer, Mapping):
        page.locator("#answer").fill(str(written_answer["value"]))
        page.locator("#answer-unit").select_option(str(written_answer["unit"]))
    else:
        for value in written_answer if isinstance(written_answer, list) else [written_answer]:
            choice = page.locator(f'main input[value="{value}"]:is([type=radio], [type=checkbox])')
            if choice.count():
                choice.check()
            else:
                page.locator("#answer").fill(str(value))
    page.get_by_role("button", name="Continue").click()


def walk(page: Page, slug: str, case: Case) -> None:
    """From the start of the tree to the result, one page after the other."""
    page.goto(f"{TREES}/{slug}/")
    page.get_by_role("button", name="Start now").click()
    while question_id(page) != "result":
        answer(page, case.answers[question_id(page)])


@pytest.mark.parametrize("slug", SLUGS)
def test_the_way_in_is_in_sight_at_once_and_hides_nothing_that_has_the_focus(visitor: Page, slug: str) -> None:
    visitor.goto(f"{TREES}/{slug}/")
    start = visitor.locator("main").get_by_role("button", name="Start now")
    expect(start).to_be_in_viewport(ratio=1)
    links = visitor.locator("main a:not(.portal-start a)")
    for at in range(links.count()):
        links.nth(at).focus()
        focused, way_in = links.nth(at).bounding_box(), start.bounding_box()
        assert focused is not None
        assert way_in is not None
        above = focused["y"] + focused["height"] <= way_in["y"]
        assert above or focused["y"] >= way_in["y"] + way_in["height"], links.nth(at).inner_text()


def change(page: Page, question: str) -> None:
    page.locator(".portal-trace > li", has_text=question).get_by_role("link", name="Change").click()


def title(tree: Tree, outcome_id: str) -> str:
    outcome = tree.outcome(outcome_id)
    assert outcome is not None
    return outcome.title


def expect_result(page: Page, slug: str, outcome_id: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(title(written(slug).tree, outcome_id))


# --- Walking ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_a_tree_is_walked_from_its_start_to_its_result(visitor: Page, slug: str) -> None:
    case = LONGEST[slug]
    walk(visitor, slug, case)

    expect_result(visitor, slug, case.outcome)
    shown = {element.get_attribute("id") for element in visitor.locator("[id^=advice-]").all()}
    assert shown == {f"advice-{id}" for id in case.add_ons or ()}


def test_an_error_stays_on_the_page_with_what_was_typed(visitor: Page, scripts: bool) -> None:
    visitor.goto(f"{BREATH}/reading/?looks=neither")
    visitor.locator("#answer").fill("about half")
    visitor.get_by_role("button", name="Continue").click()

    summary = visitor.get_by_role("alert")
    expect(summary).to_contain_text("Use digits and a point only.")
    expect(visitor.locator("#answer")).to_have_value("about half")
    assert "half" not in visitor.url
    if scripts:
        expect(visitor.locator(".nhsuk-error-summary")).to_be_focused()
    summary.get_by_role("link").click()
    expect(visitor.locator("#answer")).to_be_focused()


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["with scripts"])
def test_none_of_these_unticks_the_others(visitor: Page) -> None:
    visitor.goto(f"{BREATH}/risks/?looks=withdrawal&reading=not-known")
    visitor.get_by_label("Cocaine or crack with alcohol").check()
    visitor.get_by_label("None of these").check()

    expect(visitor.get_by_label("Cocaine or crack with alcohol")).not_to_be_checked()


# --- Back, change, pass on ----------------------------------------------------------------------------------------


def test_back_returns_to_the_answer_given(visitor: Page) -> None:
    visitor.goto(f"{BREATH}/looks/")
    answer(visitor, "neither")
    answer(visitor, {"value": "0.20", "unit": "mg-l"})
    assert question_id(visitor) == "risks"

    visitor.get_by_role("link", name="Back", exact=True).click()
    expect(visitor.locator("#answer")).to_have_value("0.2")
    visitor.go_back()
    assert question_id(visitor) == "risks"
    visitor.go_back()
    visitor.go_back()
    assert question_id(visitor) == "looks"


def test_one_answer_is_changed_and_the_rest_kept(visitor: Page) -> None:
    slug = "breath-alcohol-before-dose"
    (case,) = (case for case in written(slug).cases if case.id == "not-dependent-exactly-service-limit")
    walk(visitor, slug, case)
    before = urlsplit(visitor.url).query

    change(visitor, "How does the person look right now?")
    answer(visitor, "withdrawal")
    expect_result(visitor, slug, "assess-withdrawal-now")
    change(visitor, "How does the person look right now?")
    answer(visitor, "neither")

    expect_result(visitor, slug, case.outcome)
    assert urlsplit(visitor.url).query == before


def test_the_address_gives_the_same_result_to_somebody_else(visitor: Page, browser: Browser, portal: str) -> None:
    visitor.goto(f"{BREATH}/result/?{SHAKY}")
    address = visitor.locator(".portal-address a").get_attribute("href")
    mine = visitor.locator("main").inner_text()

    assert address is not None
    elsewhere = browser.new_context(base_url=portal, viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    theirs = elsewhere.new_page()
    theirs.goto(address)
    expect(theirs.locator(".portal-care")).to_contain_text("Possible withdrawal")
    without_buttons = re.compile(r"Copy hand-over summary|Copy address of this result|Print this page|\s")
    assert without_buttons.sub("", theirs.locator("main").inner_text()) == without_buttons.sub("", mine)
    elsewhere.close()


def test_the_hand_over_is_copied(portal: str, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{BREATH}/result/?{SHAKY}")
    page.get_by_role("button", name="Copy hand-over summary").click()

    expect(page.locator(".portal-copy__done").first).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "What is the breath reading? 0.42 mg/L" in copied
    assert "Who decides: The prescriber" in copied


def test_no_request_tells_where_it_came_from_and_nothing_is_kept(portal: str, page: Page) -> None:
    told: list[str] = []

    def listen(request: Request) -> None:
        told.append(request.headers.get("referer", ""))

    page.on("request", listen)
    page.goto(f"{BREATH}/result/?{SHAKY}")
    page.locator(".portal-citation").first.click()
    page.wait_for_load_state()

    assert any(told), "a browser names where it came from"
    assert not [referer for referer in told if "looks" in referer or "decision-trees" in referer]
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


# --- Keyboard only ------------------------------------------------------------------------------------------------


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there. The bound ends the loop; a result with many passages has many links."""
    for _ in range(100):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def test_the_whole_journey_by_keyboard(portal: str, page: Page) -> None:
    page.goto(f"{BREATH}/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    page.keyboard.press("Enter")
    tab_to(page, "main a.nhsuk-button")
    page.keyboard.press("Enter")

    page.wait_for_url("**/looks/")
    tab_to(page, "input[type=radio]")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("In withdrawal")).to_be_checked()
    tab_to(page, "button[type=submit]")
    page.keyboard.press("Space")

    page.wait_for_url("**/reading/*")
    tab_to(page, "#answer")
    page.keyboard.type("42")
    tab_to(page, "#answer-unit")
    page.keyboard.press("ArrowDown")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")

    page.wait_for_url("**/risks/*")
    tab_to(page, "input[value=cocaine]")
    page.keyboard.press("Space")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")

    page.wait_for_url("**/result/*")
    expect_result(page, "breath-alcohol-before-dose", "assess-withdrawal-now")
    expect(page.locator("#advice-risk-cocaine")).to_be_visible()
    tab_to(page, ".portal-trace__change")
    page.keyboard.press("Enter")
    page.wait_for_url("**/looks/*")


# --- On paper -----------------------------------------------------------------------------------------------------


def test_a_printed_result_holds_all_that_is_needed_and_nothing_to_press(portal: str, page: Page) -> None:
    page.goto(f"{BREATH}/result/?{SHAKY}")
    page.emulate_media(media="print")
    tree = written("breath-alcohol-before-dose").tree
    outcome = tree.outcome("assess-withdrawal-now")
    assert outcome is not None
    paper = page.locator("main")
    for text in (
        "Today",
        outcome.title,
        outcome.do_now,
        *(statement.text for statement in (*outcome.actions, *outcome.cautions)),
        outcome.who_decides,
        *outcome.record,
        "Advise the person not to drive",
        *outcome.gaps,
        outcome.because,
        "How does the person look right now?",
        "Which single answer, if wrong, would change this",
        "Version 1 of this tree",
    ):
        expect(paper.get_by_text(text).first).to_be_visible()
    expect(page.locator(".portal-address")).to_be_visible()
    expect(paper.locator(".portal-citation__source").first).to_be_visible()
    for hidden in (
        ".portal-nav",
        ".portal-copy",
        ".portal-print",
        ".portal-trace__change",
        ".portal-hand-over",
        "footer nav",
    ):
        for element in page.locator(hidden).all():
            expect(element).to_be_hidden()
    folded = page.locator("main details:not([open])")
    assert folded.count() == len(outcome.conflicts)
    for fold in folded.all():
        # Paper cannot be unfolded, so what can be opened on a screen is printed open.
        expect(fold.get_by_text("What we follow:")).to_be_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_map_is_the_outline_drawn(portal: str, page: Page) -> None:
    page.goto(f"{BREATH}/map/")
    links = [link.get_attribute("href") or "" for link in page.locator(".portal-map a").all()]
    tree = written("breath-alcohol-before-dose").tree
    nodes = [*(f"question-{each.id}" for each in tree.questions), *(f"outcome-{each.id}" for each in tree.outcomes)]
    assert {link.rpartition("#")[2] for link in links} == set(nodes)

    page.goto(links[-1])
    expect(page.locator(":target")).to_be_in_viewport()
