"""Learning over HTTP: what a person meets, what is kept, and what is never kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from decision_trees.models import TreePage
from guidance.generation import bump_generation
from guidance.models import Passage, Section, Source
from learning.models import Enrolment, StepProgress
from portal.page_cache import pages
from tests.factories.learning import (
    RIGHT_ANSWERS,
    LearningPathPageFactory,
    UserFactory,
    make_guidance,
    make_tree,
    practise_step,
    read_step,
)

pytestmark = pytest.mark.django_db

PATH = "/learning/doses/"
READ = f"{PATH}read/"
PRACTISE = f"{PATH}practise/"


@pytest.fixture(autouse=True)
def _no_kept_pages() -> Iterator[None]:
    pages.clear()
    yield
    pages.clear()


@pytest.fixture(autouse=True)
def path() -> Any:
    return LearningPathPageFactory(slug="doses", title="Giving doses")


@pytest.fixture
def learner() -> Any:
    return UserFactory()


@pytest.fixture
def logged_in(learner: Any) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


# --- Lists --------------------------------------------------------------------------------------------------------


def test_the_list_of_paths_says_for_whom_and_how_long(client: Client) -> None:
    found = text(client.get("/learning/"))

    assert "Giving doses" in found
    assert "Pharmacists. 2 steps" in found


def test_the_list_counts_a_learners_own_steps(logged_in: Client) -> None:
    logged_in.post(f"{READ}done/")

    assert "1 of 2 steps done" in text(logged_in.get("/learning/"))


def test_a_path_shows_its_steps_and_one_way_on(client: Client) -> None:
    found = text(client.get(PATH))

    assert "Afterwards you can say when a dose is given." in found
    assert f'href="{READ}" role="button"' in found
    assert found.count('role="button"') == 1
    assert "Read practise" not in found
    assert "Practise practise" in found


def test_a_path_goes_on_where_the_learner_left_off(logged_in: Client) -> None:
    assert logged_in.post(f"{PATH}start/").headers["Location"] == READ
    logged_in.post(f"{READ}done/")

    assert "1 of 2 done" in text(logged_in.get(PATH))
    assert logged_in.post(f"{PATH}start/").headers["Location"] == PRACTISE


def test_starting_keeps_the_step_as_in_progress(logged_in: Client, learner: Any) -> None:
    logged_in.post(f"{PATH}start/")

    assert Enrolment.objects.get().user == learner
    assert StepProgress.objects.get().state == "opened"
    assert "In progress since" in text(logged_in.get(PATH))


# --- Practice -----------------------------------------------------------------------------------------------------


def test_practice_shows_the_story_and_the_trees_own_question(client: Client) -> None:
    found = text(client.get(PRACTISE))

    assert "A man stands steady at the hatch" in found
    assert "How does the person look?" in found
    assert "Practice" in found
    assert f'<form action="{PRACTISE}" method="post"' in found


def test_a_brief_takes_the_place_of_the_story(client: Client) -> None:
    LearningPathPageFactory(slug="brief", steps=[practise_step("one", TreePage.objects.get(), brief="Told otherwise.")])

    found = text(client.get("/learning/brief/one/"))

    assert "Told otherwise." in found
    assert "A man stands steady" not in found


def test_an_answer_travels_in_the_address(client: Client) -> None:
    first = client.post(PRACTISE, {"answer": "steady"})
    assert (first.status_code, first.headers["Location"]) == (302, f"{PRACTISE}?looks=steady")

    second = client.post(f"{PRACTISE}?looks=steady", {"number": "20", "number.unit": "ug-100ml"})
    assert second.headers["Location"] == f"{PRACTISE}?looks=steady&reading=20&reading.unit=ug-100ml"
    assert "Did the person come by car?" in text(client.get(second.headers["Location"]))


def test_a_wrong_turn_stops_there_shows_the_passage_and_lets_one_try_again(client: Client) -> None:
    wrong = client.post(f"{PRACTISE}?looks=steady", {"coded": "not-known"}).headers["Location"]

    found = text(client.get(wrong))

    assert "Not this way" in found
    assert "You answered: Not measured" in found
    assert "Assess first" in found
    assert "He is steady, and the reading is under the limit." in found
    assert "/sources/handbook/2021/2/" in found
    assert f'href="{PRACTISE}?looks=steady" role="button" draggable="false">Try again' in found
    assert "Did the person come by car?" not in found


def test_a_wrong_turn_shows_the_text_of_a_passage_that_may_be_shown_whole(client: Client) -> None:
    section = Section.objects.get(key="2")
    passage = Passage.objects.create(
        passage_id="p1",
        section=section,
        order=1,
        kind="paragraph",
        markdown="Look at the person **first**.",
        plain="Look at the person first.",
        hash="0123456789ab" + "0" * 52,
        locator="section 2, paragraph 1",
    )
    bump_generation()
    assert "Look at the person <strong>first</strong>." in text(client.get(f"{PRACTISE}?looks=unsteady"))

    Source.objects.update(licence_allows="extracts-only")
    Passage.objects.filter(pk=passage.pk).update(extract="Look at …")
    bump_generation()
    found = text(client.get(f"{PRACTISE}?looks=unsteady"))
    assert "Look at" not in found
    assert "section 2, paragraph 1" in found


def test_the_story_is_open_first_and_closed_while_one_answers(client: Client) -> None:
    story = '<details class="nhsuk-details portal-case" open>'

    assert story in text(client.get(PRACTISE))
    assert story not in text(client.get(f"{PRACTISE}?looks=steady"))
    assert story in text(client.get(f"{PRACTISE}?looks=unsteady"))


def test_failing_first_and_then_right_reaches_the_trees_real_result(client: Client) -> None:
    assert "Not this way" in text(client.get(f"{PRACTISE}?looks=unsteady"))

    found = text(client.get(f"{PRACTISE}?{RIGHT_ANSWERS}"))

    assert "Right outcome." in found
    assert "Give the dose as written." in found
    assert "Talk about driving" in found
    assert "/decision-trees/at-the-hatch/looks/" not in found


def test_advice_that_an_answer_lost_is_pointed_out(client: Client) -> None:
    found = text(client.get(f"{PRACTISE}?{RIGHT_ANSWERS.replace('drives=yes', 'drives=no')}"))

    assert "Right outcome." in found
    assert "You answered: No. The case answers: Yes." in found


def test_changing_an_answer_keeps_the_others(client: Client) -> None:
    found = text(client.get(f"{PRACTISE}?looks=steady&reading=0.2&reading.unit=mg-l"))

    assert f'href="{PRACTISE}?reading=0.2&amp;reading.unit=mg-l">Change' in found


def test_back_goes_to_the_question_before_and_from_the_first_to_the_path(client: Client) -> None:
    assert f'<a class="nhsuk-back-link" href="{PATH}">' in text(client.get(PRACTISE))
    second = text(client.get(f"{PRACTISE}?looks=steady"))
    assert f'<a class="nhsuk-back-link" href="{PRACTISE}">' in second


def test_an_answer_that_is_none_is_refused_in_words(client: Client) -> None:
    response = client.post(PRACTISE, {})

    assert response.status_code == 422
    assert "Choose one of the answers." in text(response)


@pytest.mark.parametrize(
    "query",
    ["looks=nonsense", "reading=abc", f"looks={'x' * 900}", "nobody=asked", "looks=steady&reading=99", "v=1&at=2"],
)
def test_nonsense_in_the_address_gives_a_kind_page(client: Client, query: str) -> None:
    response = client.get(f"{PRACTISE}?{query}")

    assert response.status_code in (200, 400)
    assert "Continue</button>" in text(response)


def test_pages_with_answers_are_kept_by_nobody(client: Client) -> None:
    for query in ("looks=steady", "looks=unsteady", RIGHT_ANSWERS):
        response = client.get(f"{PRACTISE}?{query}")
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Robots-Tag"] == "noindex"


# --- What is kept -------------------------------------------------------------------------------------------------


def test_without_an_account_nothing_is_left_behind() -> None:
    client = Client(enforce_csrf_checks=True)
    for address in ("/learning/", PATH, READ, PRACTISE, f"{PRACTISE}?looks=unsteady", f"{PRACTISE}?{RIGHT_ANSWERS}"):
        response = client.get(address)
        assert response.status_code == 200
        assert "csrfmiddlewaretoken" not in response.content.decode()
    assert client.post(PRACTISE, {"answer": "steady"}).status_code == 302

    assert not client.cookies
    assert not Session.objects.exists()
    assert not Enrolment.objects.exists()
    assert not StepProgress.objects.exists()


def test_without_an_account_nothing_can_be_completed() -> None:
    assert Client(enforce_csrf_checks=True).post(f"{READ}done/").status_code == 403

    client = Client()
    assert client.post(f"{READ}done/").headers["Location"] == READ
    assert client.post(f"{PATH}start/").headers["Location"] == READ
    assert not Enrolment.objects.exists()
    assert not client.cookies


def test_completing_needs_a_token(learner: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)

    assert client.post(f"{READ}done/").status_code == 403
    assert client.post(f"{PATH}start/").status_code == 403
    assert not Enrolment.objects.exists()


def test_reading_changes_nothing_until_it_is_marked(logged_in: Client) -> None:
    logged_in.get(READ)
    logged_in.get(f"{PRACTISE}?{RIGHT_ANSWERS}")
    assert not Enrolment.objects.exists()

    assert logged_in.get(f"{READ}done/").status_code == 405
    assert logged_in.post(f"{READ}done/").headers["Location"] == PATH
    assert StepProgress.objects.get().step == "read"


def test_practice_counts_only_at_the_right_outcome(logged_in: Client) -> None:
    for query in ("", "looks=steady", "looks=unsteady"):
        response = logged_in.post(f"{PRACTISE}done/?{query}")
        assert response.headers["Location"] == (f"{PRACTISE}?{query}" if query else PRACTISE)
        assert not StepProgress.objects.exists()

    logged_in.post(f"{PRACTISE}done/?{RIGHT_ANSWERS}")
    assert StepProgress.objects.get().state == "done"


def test_the_right_outcome_offers_to_finish_the_step(logged_in: Client) -> None:
    found = text(logged_in.get(f"{PRACTISE}?{RIGHT_ANSWERS}"))

    assert f'<form action="{PRACTISE}done/?{RIGHT_ANSWERS.replace("&", "&amp;")}" method="post">' in found


def test_no_answer_is_kept(logged_in: Client) -> None:
    logged_in.post(f"{PRACTISE}done/?{RIGHT_ANSWERS.replace('drives=yes', 'drives=no').replace('0.2', '0.07')}")
    kept = StepProgress.objects.values().get()
    logged_in.post(f"{PATH}start/")

    assert kept["state"] == "done"
    values = " ".join(str(value) for name, value in kept.items() if name not in ("opened_at", "completed_at"))
    for answer in ("steady", "0.07", "drives", "mg-l"):
        assert answer not in values


def test_progress_survives_logging_out(logged_in: Client, learner: Any) -> None:
    logged_in.post(f"{READ}done/")
    logged_in.post(f"{PRACTISE}done/?{RIGHT_ANSWERS}")
    logged_in.logout()
    assert "Done on" not in text(logged_in.get(PATH))

    logged_in.force_login(learner)
    found = text(logged_in.get(PATH))
    assert "2 of 2 done" in found
    assert "You have done every step of this path." in found


def test_pages_of_people_who_are_logged_in_are_kept_by_no_cache(logged_in: Client) -> None:
    for address in ("/learning/", PATH, READ, PRACTISE):
        assert "no-store" in logged_in.get(address).headers["Cache-Control"]


# --- Who may see what ---------------------------------------------------------------------------------------------


def test_what_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/learning/nobody/read/").status_code == 404
    assert client.get(f"{PATH}nothing/").status_code == 404


def test_a_path_behind_a_log_in_shows_nothing_of_its_steps(client: Client, logged_in: Client, path: Any) -> None:
    PageViewRestriction.objects.create(page=path, restriction_type=PageViewRestriction.LOGIN)

    assert client.get(PATH).status_code == 302
    assert client.get(READ).status_code == 404
    assert "Giving doses" not in text(client.get("/learning/"))
    assert logged_in.get(READ).status_code == 200
    assert "Giving doses" in text(logged_in.get("/learning/"))


def test_a_draft_is_not_shown(client: Client, path: Any) -> None:
    path.unpublish()

    assert client.get(PATH).status_code == 404
    assert client.get(READ).status_code == 404
    assert "Giving doses" not in text(client.get("/learning/"))


def test_a_step_whose_tree_is_withdrawn_says_so(client: Client) -> None:
    TreePage.objects.get().unpublish()

    assert "This step is not available at the moment" in text(client.get(PRACTISE))
    assert "Not available at the moment." in text(client.get(PATH))


def test_a_renamed_path_and_its_steps_are_found_under_the_old_name(
    client: Client, path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    path.slug = "doses-now"
    with django_capture_on_commit_callbacks(execute=True):
        path.save_revision().publish()

    assert client.get(PATH).headers["Location"] == "/learning/doses-now/"
    response = client.get(f"{PRACTISE}?looks=steady")
    assert response.headers["Location"] == "/learning/doses-now/practise/?looks=steady"
    assert "Did the person" not in text(client.get(response.headers["Location"]))


def test_the_editor_previews_a_path_that_was_never_published(rf: Any, path: Any) -> None:
    assert "Giving doses" in path.make_preview_request().rendered_content


# --- Queries ------------------------------------------------------------------------------------------------------

ADDRESSES = {
    "list": "/learning/",
    "path": PATH,
    "read": READ,
    "question": f"{PRACTISE}?looks=steady",
    "wrong turn": f"{PRACTISE}?looks=unsteady",
    "right": f"{PRACTISE}?{RIGHT_ANSWERS}",
}


def queries(client: Client, address: str, *, cold: bool) -> int:
    if cold:
        bump_generation()
    pages.clear()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.fixture
def ten_times_the_content() -> Callable[[], None]:
    def make() -> None:
        trees = [make_tree(f"tree-{number}") for number in range(4)]
        guidance = [make_guidance(f"page-{number}") for number in range(4)]
        for number in range(10):
            LearningPathPageFactory(
                slug=f"more-{number}",
                steps=[practise_step(f"p{n}", tree) for n, tree in enumerate(trees)]
                + [read_step(f"r{n}", page) for n, page in enumerate(guidance)],
            )

    return make


def test_pages_take_at_most_twelve_queries_and_the_same_with_ten_times_the_content(
    client: Client, logged_in: Client, ten_times_the_content: Callable[[], None]
) -> None:
    logged_in.post(f"{READ}done/")

    def counted() -> dict[tuple[str, str, bool], int]:
        return {
            (who, name, cold): queries(each, address, cold=cold)
            for who, each in (("anybody", client), ("learner", logged_in))
            for name, address in ADDRESSES.items()
            for cold in (True, False)
        }

    # The first use of a tree's version in a process reads it once.
    counted()
    before = counted()
    ten_times_the_content()

    assert counted() == before
    assert max(before.values()) <= 12, before
