"""Question pages: every node renders, answers travel in the address, and what was typed wrongly never does."""

from __future__ import annotations

from itertools import chain

import pytest
from django.test import Client
from django.utils.html import escape

from decision_trees.engine.model import Kind
from decision_trees.journeys import question_url
from tests.support.journeys import Visit, is_private

from .test_written_cases import SLUGS, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

BREATH = "breath-alcohol-before-dose"
MISSED = "missed-opioid-doses"
POSTAL = "postal-equipment-and-domestic-abuse"
EVERY_CASE = [(slug, case) for slug in SLUGS for case in written(slug).cases]


def at(slug: str, question: str, query: str = "") -> str:
    return f"/decision-trees/{slug}/{question}/?{query}"


def error_in(page: str) -> bool:
    return "There is a problem" in page


# --- Every page renders -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_every_question_of_every_tree_is_shown_on_the_way_of_some_case(client: Client, slug: str) -> None:
    tree = written(slug).tree
    shown = set()
    for case in written(slug).cases:
        visit = Visit(client, slug).walks(case)
        for row in visit.view.rows:
            page = Visit(client, slug).opens(row.change_url).is_asked(row.question_id)
            question = tree.question(row.question_id)
            assert question is not None
            assert f">{escape(question.text)}<" in page.text
            assert all(f">{escape(choice.label)}<" in page.text for choice in page.view.choices)
            shown.add(row.question_id)
    assert shown == {question.id for question in tree.questions}


@pytest.mark.parametrize("slug", SLUGS)
def test_start_outline_map_and_versions_are_shown(client: Client, slug: str) -> None:
    tree = written(slug).tree
    for part in ("", "outline/", "map/", "versions/"):
        response = client.get(f"/decision-trees/{slug}/{part}")
        assert response.status_code == 200
        assert "noindex" not in response.get("X-Robots-Tag", "")
    outline = client.get(f"/decision-trees/{slug}/outline/").content.decode()
    for anchor in chain(
        (f"question-{question.id}" for question in tree.questions),
        (f"outcome-{outcome.id}" for outcome in tree.outcomes),
        (f"advice-{add_on.id}" for add_on in tree.add_ons),
    ):
        assert f'id="{anchor}"' in outline


def test_the_start_says_for_whom_how_long_and_what_to_have_at_hand(client: Client) -> None:
    page = client.get(f"/decision-trees/{BREATH}/").content.decode()
    tree = written(BREATH).tree
    assert escape(tree.audience) in page
    assert "questions at most" in page
    assert all(escape(item) in page for item in tree.at_hand)
    assert question_url(tree, tree.start, {}) in page


def test_a_question_has_one_heading_its_reason_and_the_way_back(client: Client) -> None:
    visit = Visit(client, BREATH).starts()
    assert visit.text.count("<h1") == 1
    assert "Why it matters:" in visit.text
    assert visit.view.back_url == f"/decision-trees/{BREATH}/"


def test_a_number_has_its_units_an_example_and_its_range(client: Client) -> None:
    visit = Visit(client, BREATH).starts().answers_with("neither").is_asked("reading")
    assert [unit.value for unit in visit.view.units] == ["mg-l", "ug-100ml"]
    assert "For example 0.42." in visit.view.hint
    assert "From 0 to 3\xa0mg/L, or 0 to 300\xa0" in visit.view.hint


@pytest.mark.parametrize("slug", SLUGS)
def test_not_known_stands_last_wherever_it_is_offered(client: Client, slug: str) -> None:
    for case in written(slug).cases:
        for row in Visit(client, slug).walks(case).view.rows:
            page = Visit(client, slug).opens(row.change_url)
            choices = page.view.choices
            if page.view.question.not_known:
                assert choices[-1].value == "not-known"


# --- Answers travel in the address --------------------------------------------------------------------------------


def test_an_answer_leads_to_the_address_of_the_next_question(client: Client) -> None:
    visit = Visit(client, BREATH).starts().answers_with("neither")
    assert visit.address == at(BREATH, "reading", "looks=neither")
    visit.answers_with({"value": "0.420", "unit": "mg-l"})
    assert visit.address == at(BREATH, "risks", "looks=neither&reading=0.42&reading.unit=mg-l")


def test_several_answers_are_sorted_in_the_address(client: Client) -> None:
    visit = Visit(client, BREATH).opens(at(BREATH, "risks", "looks=withdrawal&reading=not-known"))
    visit.answers_with(["sedatives", "cocaine"])
    assert ("risks", "cocaine") in visit.answers
    assert visit.answers.index(("risks", "cocaine")) < visit.answers.index(("risks", "sedatives"))


def test_changing_an_answer_keeps_the_others(client: Client) -> None:
    (case,) = (case for case in written(BREATH).cases if case.id == "not-dependent-exactly-service-limit")
    visit = Visit(client, BREATH).walks(case)
    before = dict(visit.answers)
    visit.changes("reading").is_asked("reading").answers_with({"value": "0.30", "unit": "mg-l"})
    assert visit.page.status_code == 200
    assert dict(visit.answers) == before | {"reading": "0.3"}
    visit.reaches("carry-on")


def test_changing_an_answer_keeps_those_that_are_no_longer_on_the_path(client: Client) -> None:
    (case,) = (case for case in written(BREATH).cases if case.id == "not-dependent-exactly-service-limit")
    visit = Visit(client, BREATH).walks(case)
    visit.changes("looks").answers_with("withdrawal").reaches("assess-withdrawal-now")
    assert "service-limit" not in {row.question_id for row in visit.view.rows}
    assert "service-limit" in dict(visit.answers)
    visit.changes("looks").answers_with("neither").reaches(case.outcome)


def test_a_question_opened_again_shows_its_answer(client: Client) -> None:
    query = "looks=neither&reading=42&reading.unit=ug-100ml&risks=none"
    page = Visit(client, BREATH).opens(at(BREATH, "reading", query))
    assert page.view.typed == "42"
    assert [unit.value for unit in page.view.units if unit.selected] == ["ug-100ml"]
    page.opens(at(BREATH, "looks", query))
    assert [choice.value for choice in page.view.choices if choice.checked] == ["neither"]


def test_the_answers_so_far_stand_below_with_a_change_link_each(client: Client) -> None:
    visit = Visit(client, BREATH).opens(at(BREATH, "risks", "looks=neither&reading=0.1&reading.unit=mg-l"))
    assert [row.question_id for row in visit.view.rows] == ["looks", "reading"]
    assert visit.view.rows[1].answer == "0.1 mg/L"
    assert all(row.change_url for row in visit.view.rows)


def test_how_many_questions_are_left_counts_those_still_open_only(client: Client) -> None:
    visit = Visit(client, MISSED).starts()
    assert visit.view.left_at_most == 6
    visit.answers_with("0").answers_with("methadone")
    assert visit.page.context["view"].result.outcome.id == "nothing-missed"
    visit.changes("medicine")
    assert visit.view.left_at_most >= 1


def test_a_question_that_is_not_on_the_path_leads_to_the_one_that_is(client: Client) -> None:
    response = client.get(at(BREATH, "dependent", "looks=neither"))
    assert response.status_code == 302
    assert response["Location"] == at(BREATH, "reading", "looks=neither")
    assert is_private(response)


def test_a_finished_journey_at_a_later_question_leads_to_its_result(client: Client) -> None:
    response = client.get(at(MISSED, "protocol", "days=0&medicine=methadone"))
    assert response["Location"] == f"/decision-trees/{MISSED}/result/?days=0&medicine=methadone&v=1"


# --- Errors -------------------------------------------------------------------------------------------------------


def test_an_empty_form_is_answered_with_an_error_and_no_redirect(client: Client) -> None:
    response = client.post(at(BREATH, "looks"), {})
    assert response.status_code == 422
    page = response.content.decode()
    assert error_in(page)
    assert page.index("There is a problem") < page.index("<h1")
    assert "Error:" in page.partition("</title>")[0]
    assert is_private(response)


@pytest.mark.parametrize(
    "typed", ["about half", "0,42", "-1", "4", "0.425", "1e1", "0.42 mg", "<script>alert(1)</script>", "٣", "\x00"]
)
def test_a_number_typed_wrongly_stays_in_the_field_and_out_of_the_address(client: Client, typed: str) -> None:
    response = client.post(at(BREATH, "reading", "looks=neither"), {"number": typed, "number.unit": "mg-l"})
    assert response.status_code == 422
    assert "Location" not in response
    assert response.context["view"].typed == typed
    assert response.context["view"].error
    assert "<script>alert" not in response.content.decode()
    assert response.context["view"].action_url == at(BREATH, "reading", "looks=neither")


def test_a_story_in_a_number_field_is_cut_short(client: Client) -> None:
    response = client.post(at(BREATH, "reading", "looks=neither"), {"number": "x" * 10_000, "number.unit": "mg-l"})
    assert response.status_code == 422
    assert response.context["view"].typed == "x" * 40


def test_a_refused_number_keeps_its_unit(client: Client) -> None:
    response = client.post(at(BREATH, "reading", "looks=neither"), {"number": "high", "number.unit": "ug-100ml"})
    assert [unit.value for unit in response.context["view"].units if unit.selected] == ["ug-100ml"]


def test_a_number_and_a_choice_together_are_refused_and_both_stay(client: Client) -> None:
    both = {"number": "0.2", "number.unit": "mg-l", "coded": "not-known"}
    response = client.post(at(BREATH, "reading", "looks=neither"), both)
    assert response.status_code == 422
    assert response.context["view"].typed == "0.2"
    assert [choice.value for choice in response.context["view"].choices if choice.checked] == ["not-known"]


def test_none_with_another_box_is_refused_and_the_ticks_stay(client: Client) -> None:
    query = "looks=neither&reading=0.1&reading.unit=mg-l"
    response = client.post(at(BREATH, "risks", query), {"answer": ["cocaine", "none"]})
    assert response.status_code == 422
    assert [choice.value for choice in response.context["view"].choices if choice.checked] == ["cocaine", "none"]


@pytest.mark.parametrize("slug", SLUGS)
def test_words_posted_to_any_question_never_enter_an_address(client: Client, slug: str) -> None:
    words = "Jane Doe of Leeds"
    for question in written(slug).tree.questions:
        field = "number" if question.kind.is_numeric else "answer"
        response = client.post(at(slug, question.id), {field: words, "number.unit": words, "coded": words})
        assert response.status_code == 422
        assert "Location" not in response
        assert words not in response.context["view"].action_url


# --- Several kinds of pages, one rule -----------------------------------------------------------------------------


def test_every_page_with_answers_is_kept_by_no_cache_and_listed_nowhere(client: Client) -> None:
    query = "looks=withdrawal&reading=0.42&reading.unit=mg-l&risks=none"
    responses = [
        client.get(at(BREATH, "looks")),
        client.get(at(BREATH, "reading", "looks=neither")),
        client.get(at(BREATH, "nowhere", query)),
        client.get(at(BREATH, "dependent", "looks=neither")),
        client.get(at("no-such-tree", "looks", query)),
        client.get(f"/decision-trees/no-such-tree/result/?{query}"),
        client.get(f"/decision-trees/{BREATH}/result/?{query}"),
        client.get(f"/decision-trees/{BREATH}/result/?looks=neither"),
        client.post(at(BREATH, "looks"), {"answer": "neither"}),
        client.post(at(BREATH, "looks"), {"answer": "green"}),
    ]
    assert [response.status_code for response in responses] == [200, 200, 404, 302, 404, 404, 200, 302, 302, 422]
    assert all(is_private(response) for response in responses)


def test_pages_with_answers_say_so_to_search_engines_in_the_page_too(client: Client) -> None:
    assert '<meta name="robots" content="noindex">' in Visit(client, BREATH).starts().text


def test_nothing_is_stored_about_a_journey(client: Client) -> None:
    visit = Visit(client, POSTAL).walks(written(POSTAL).cases[0])
    assert visit.page.status_code == 200
    assert client.cookies == {}


def test_every_kind_of_question_is_in_the_starter_content() -> None:
    assert {question.kind for slug in SLUGS for question in written(slug).tree.questions} == set(Kind)
