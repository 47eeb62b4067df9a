"""The path "When treatment is not working", from its first page to its last step."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from learning.models import Enrolment, StepProgress
from tests.factories.guidance import UserFactory
from tests.support.browser import log_in

PATH = "/learning/when-treatment-is-not-working/"
PASSWORD = "correct horse battery"

#: Question and answers, as the two cases have them, in the order in which they are asked.
WHERE_TO_START = [
    ("What is the main difficulty?", ["Heroin or other illicit opiates"]),
    ("Have you explored the reasons with the person?", ["No"]),
    ("Which needs are not met?", ["Housing"]),
    ("Is this early in the person's treatment?", ["No"]),
]
FEARS = [
    ("How do we know about the use on top?", ["The person told us"]),
    ("Had the person stopped, and now started again?", ["No"]),
    ("What is likely to lie behind the use?", ["Fears or mistaken ideas about methadone"]),
    ("Does the person inject?", ["No"]),
    ("Which social problems stand in the way?", ["None of these"]),
    ("Does anyone want to cut the dose or stop the prescription because of this?", ["No"]),
]


@pytest.fixture
def learner(portal: str) -> Any:
    person = UserFactory(username="sam", roles=["Learners"])
    person.set_password(PASSWORD)
    person.save()
    return person


def answer(page: Page, question: str, labels: list[str]) -> None:
    """Answer the question that the page asks."""
    expect(page.get_by_role("heading", level=1)).to_have_text(question)
    for label in labels:
        page.get_by_label(label, exact=True).check()
    page.get_by_role("button", name="Continue").click()


def go_wrong_and_try_again(page: Page) -> None:
    """Say that the reasons have been explored, which the case does not bear out, and be shown why not."""
    answer(page, *WHERE_TO_START[0])
    answer(page, "Have you explored the reasons with the person?", ["Yes"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Not this way")
    expect(page.locator("main")).to_contain_text("You answered: Yes")
    expect(page.locator("main")).to_contain_text("The reasons come first")
    expect(page.locator(".portal-turn__passages .portal-citation").first).to_contain_text("section 5.1")
    page.get_by_role("button", name="Try again").click()


def reach_the_right_outcome(page: Page, questions: list[tuple[str, list[str]]]) -> None:
    for question, labels in questions:
        answer(page, question, labels)
    expect(page.locator("main")).to_contain_text("Right outcome.")


def test_a_learner_goes_wrong_once_completes_the_path_and_finds_it_done_after_logging_in_again(
    learner: Any, page: Page
) -> None:
    log_in(page, "sam", PASSWORD)
    page.goto("/learning/")
    page.get_by_role("link", name="When treatment is not working").click()

    page.get_by_role("button", name="Start").click()
    for title in ("opiates or cocaine on top", "decision aids safely"):
        page.locator("main .portal-cards").get_by_role("link").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(title, ignore_case=True)
        page.go_back()
        page.get_by_role("button", name="Mark as read").click()
        page.get_by_role("button", name="Continue").click()

    go_wrong_and_try_again(page)
    reach_the_right_outcome(page, WHERE_TO_START[1:])
    page.get_by_role("button", name="Finish this step").click()
    expect(page.locator("main")).to_contain_text("3 of 4 done.")

    page.get_by_role("button", name="Continue").click()
    reach_the_right_outcome(page, FEARS)
    page.get_by_role("button", name="Finish this step").click()
    expect(page.locator("main")).to_contain_text("You have done every step of this path.")

    page.get_by_role("button", name="Log out").first.click()
    page.goto(PATH)
    expect(page.locator("main")).not_to_contain_text("4 of 4 done.")

    log_in(page, "sam", PASSWORD)
    page.goto(PATH)
    expect(page.locator("main")).to_contain_text("4 of 4 done.")
    assert StepProgress.objects.filter(enrolment__user=learner, state=StepProgress.State.DONE).count() == 4


def walk_without_an_account(page: Page) -> None:
    page.goto(PATH)
    page.locator("main").get_by_role("button", name="Start").click()
    page.locator("main").get_by_role("button", name="Next step").click()
    page.locator("main").get_by_role("button", name="Next step").click()
    go_wrong_and_try_again(page)
    reach_the_right_outcome(page, WHERE_TO_START[1:])
    page.locator("main").get_by_role("button", name="Next step").click()
    reach_the_right_outcome(page, FEARS)
    expect(page.locator("main")).to_contain_text("Without an account nothing has been kept.")


def assert_nothing_is_left(page: Page) -> None:
    assert page.context.cookies() == []
    for model in (Enrolment, StepProgress, Session):
        assert not model.objects.exists(), f"{model.__name__} keeps something of somebody without an account"


def test_walking_the_path_without_an_account_leaves_nothing(portal: str, page: Page) -> None:
    walk_without_an_account(page)

    assert_nothing_is_left(page)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_the_path_is_walked_without_scripts(portal: str, page_without_scripts: Page) -> None:
    walk_without_an_account(page_without_scripts)

    assert_nothing_is_left(page_without_scripts)


def test_a_wrong_turn_shows_the_words_of_its_passage(portal_with_documents: str, page: Page) -> None:
    page.goto(f"{PATH}practise-where-to-start/")
    answer(page, *WHERE_TO_START[0])
    answer(page, "Have you explored the reasons with the person?", ["Yes"])

    quoted = page.locator(".portal-turn__passages blockquote")
    expect(quoted.first).to_contain_text("explore")
    page.locator(".portal-turn__passages .portal-citation").first.click()
    expect(page.locator(":target")).to_be_in_viewport()
