"""Telling the owner of a page what is wrong with it, without a word about a person."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from portal.models import ProblemReport

WORDS = "Recommendation 2 names the wrong table."
NUMBER = "943 476 5919"
BIRTH = "01/02/1980"


def test_a_persons_details_are_refused_and_what_was_typed_stays(portal: str, page: Page) -> None:
    page.goto("/guidance/medicines-and-safety/missed-doses-and-pharmacies/")
    page.get_by_role("link", name="Report a problem with this advice").click()
    page.get_by_label("Something is wrong or out of date").check()
    typed = f"{WORDS} Asked by {NUMBER}, born {BIRTH}."
    page.get_by_label("What is wrong?").fill(typed)
    page.get_by_role("button", name="Send the report").click()

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("it looks like an NHS number")
    expect(summary).to_contain_text("date of birth")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    expect(page.get_by_label("What is wrong?")).to_have_value(typed)
    expect(page.get_by_label("Something is wrong or out of date")).to_be_checked()
    assert not ProblemReport.objects.exists()

    summary.get_by_role("link").first.click()
    expect(page.get_by_label("What is wrong?")).to_be_focused()
    page.get_by_label("What is wrong?").fill(WORDS)
    page.get_by_role("button", name="Send the report").click()

    expect(page).to_have_url(f"{portal}/report-a-problem/thanks/")
    report = ProblemReport.objects.get()
    assert report.text == WORDS
    assert report.page_path == "/guidance/medicines-and-safety/missed-doses-and-pharmacies/"


def test_a_report_is_sent_without_scripts_and_leaves_no_answers_of_a_tree(
    portal: str, page_without_scripts: Page
) -> None:
    page = page_without_scripts
    page.goto("/decision-trees/missed-opioid-doses/")
    page.locator("main").get_by_role("button", name="Start now").click()
    page.get_by_role("link", name="Report a problem with this advice").click()
    page.get_by_label("Something is wrong or out of date").check()
    page.get_by_label("What is wrong?").fill(WORDS)
    page.get_by_role("button", name="Send the report").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Your report is with the owner")
    assert "?" not in ProblemReport.objects.get().page_path
