"""From a draft to what readers walk: numbered versions, and what stops a publication."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.urls import reverse

from decision_trees.checking import check_page
from decision_trees.models import LocalSetting, TreePage
from decision_trees.services import find_tree
from decision_trees.transfer import export_version
from guidance.models import Citation
from tests.factories.guidance import UserFactory
from tests.factories.trees import (
    CITED,
    draft_tree,
    lantern_cases,
    lantern_document,
    outcome_of,
    problems_of,
    publish,
    published_tree,
    question_of,
    unsound_document,
    write,
)
from tests.support.tree_form import form_of

from .test_written_cases import SLUGS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]


def reworded_document(words: str = "Light it before supper.") -> dict[str, Any]:
    document = lantern_document()
    outcome_of(document, "light")["do_now"] = words
    return document


def current(slug: str = "lantern") -> Any:
    published = find_tree(slug, user=AnonymousUser())
    assert published is not None
    return published


# --- Versions -----------------------------------------------------------------------------------------------------


def test_the_first_publication_makes_version_one() -> None:
    page = published_tree()
    assert [version.number for version in page.versions.all()] == [1]
    assert current().version == 1
    assert current().change_note == "First published version."


def test_a_version_is_never_changed_and_keeps_the_cases_that_passed() -> None:
    version = published_tree().versions.get()
    assert [case["id"] for case in version.cases] == [case["id"] for case in lantern_cases()]
    version.change_note = "Something else."
    with pytest.raises(TypeError, match="never changed"):
        version.save()


def test_answers_whose_words_changed_places_are_not_published() -> None:
    """Every result that was kept would say the opposite, though no rule and no case has changed."""
    page = TreePage.objects.get(slug="missed-opioid-doses")
    document = deepcopy(page.document)
    confirmed, refused = (
        next(option for option in question_of(document, "prescriber")["options"] if option["id"] == id)
        for id in ("confirmed", "refused")
    )
    confirmed["label"], refused["label"] = refused["label"], confirmed["label"]
    page.change_note = "Tidied the wording."
    found = [each for each in check_page(write(page, document, page.cases)).problems if each.node == "prescriber"]
    assert [each.code for each in found] == ["words-exchanged"] * 2
    assert "“Said no, or wants to see the person” stood for another answer in version 1" in found[0].message


def test_publishing_the_same_again_makes_no_version() -> None:
    page = published_tree()
    page.change_note = "Nothing."
    publish(page)
    assert page.versions.count() == 1


def more_cases() -> list[dict[str, Any]]:
    return [*lantern_cases(), {**lantern_cases()[1], "id": "two", "answers": {"dusk": "yes", "nights": "2"}}]


def with_more_cases(note: str) -> TreePage:
    page = published_tree()
    page.cases, page.change_note = more_cases(), note
    return publish(page)


def test_other_cases_are_kept_beside_the_version_which_stays(client: Any) -> None:
    version = with_more_cases("Two nights are tried as well.").versions.get()
    assert [case["id"] for case in version.cases] == [case["id"] for case in lantern_cases()]
    assert [case["id"] for case in version.latest_cases()] == [case["id"] for case in more_cases()]
    assert "id: two" in export_version(version)
    shown = client.get("/decision-trees/lantern/versions/").content.decode()
    assert re.search(r"Its cases were changed on \d+ \w+ \d{4}, and no result. Two nights are tried as well.", shown)
    assert "5 cases written by people passed" in client.get("/decision-trees/lantern/proof/").content.decode()


def test_the_same_cases_again_are_not_kept_twice_and_never_changed() -> None:
    page = with_more_cases("Two nights are tried as well.")
    publish(page)
    (later,) = page.versions.get().later_cases.all()
    with pytest.raises(TypeError, match="never changed"):
        later.save()
    with pytest.raises(TypeError, match="never changed"):
        page.versions.get().later_cases.update(change_note="Something else.")


@pytest.mark.parametrize("note", ["First published version.", "."])
def test_a_note_that_tells_nothing_new_is_not_told_with_cases(note: str) -> None:
    page = with_more_cases(note)
    assert page.versions.get().later_cases.get().change_note == ""


def test_a_note_that_was_told_with_cases_is_not_told_again_with_a_version() -> None:
    page = with_more_cases("Two nights are tried as well.")
    page = write(page, reworded_document(), more_cases())
    page.change_note = "Two nights are tried as well."
    with pytest.raises(ValidationError, match="still that of version 1"):
        publish(page)


def test_changed_wording_makes_the_next_version() -> None:
    page = published_tree()
    page.change_note = "Said when."
    publish(write(page, reworded_document()))
    assert [version.number for version in page.versions.all()] == [2, 1]
    assert current().tree.outcome("light").do_now == "Light it before supper."
    assert current().change_note == "Said when."


def test_publishing_again_after_unpublishing_goes_on_counting() -> None:
    page = published_tree()
    page.unpublish()
    assert find_tree("lantern", user=AnonymousUser()) is None
    publish(write(TreePage.objects.get(pk=page.pk), reworded_document()))
    assert current().version == 2


def test_an_old_version_is_still_walked_as_it_was() -> None:
    page = published_tree()
    publish(write(page, reworded_document()))
    old = find_tree("lantern", user=AnonymousUser(), version=1)
    assert old is not None
    assert not old.is_current
    assert old.tree.outcome("light").do_now == "Light it now."


def test_a_version_that_never_was_falls_back_on_the_current_one() -> None:
    published_tree()
    assert find_tree("lantern", user=AnonymousUser(), version=99) == current()


def test_an_old_version_stands_at_the_present_address_of_a_renamed_tree() -> None:
    page = published_tree()
    publish(write(page, reworded_document() | {"slug": "lamp"}))
    old = find_tree("lamp", user=AnonymousUser(), version=1)
    assert old is not None
    assert old.tree.slug == "lamp"


# --- What stops a publication -------------------------------------------------------------------------------------


def test_a_sound_tree_has_no_problem() -> None:
    assert problems_of(draft_tree()) == []


def test_an_unsound_tree_can_be_saved_and_not_published_and_the_message_names_the_node() -> None:
    page = draft_tree(unsound_document())
    revision = page.save_revision()
    with pytest.raises(ValidationError) as refused:
        revision.publish()
    assert any(message.startswith("dusk: ") for message in refused.value.messages)
    assert not TreePage.objects.get(pk=page.pk).live
    assert page.versions.count() == 0


def test_an_unsound_draft_of_a_live_tree_can_be_saved_and_not_published() -> None:
    page = published_tree()
    revision = write(page, unsound_document()).save_revision()
    with pytest.raises(ValidationError, match="dusk: "):
        revision.publish()
    stands = TreePage.objects.get(pk=page.pk)
    assert stands.live
    assert stands.has_unpublished_changes
    assert problems_of(stands) == []
    assert current().version == 1


def test_a_live_page_cannot_be_saved_unsound_past_the_editor() -> None:
    page = write(published_tree(), unsound_document())
    with pytest.raises(ValidationError, match="dusk: "):
        page.save()


def test_a_document_that_is_no_tree_is_refused_in_words() -> None:
    document = lantern_document()
    question_of(document, "dusk")["next"][0]["when"] = "dusk is perhaps not"
    page = draft_tree(document)
    assert any("dusk" in problem for problem in problems_of(page))


def test_a_citation_that_resolves_nowhere_stops_a_publication() -> None:
    document = lantern_document()
    lost = "towards-successful-treatment-completion@2009-07 99.9"
    outcome_of(document, "light")["actions"][0]["citations"] = [lost]
    (problem,) = problems_of(draft_tree(document))
    assert problem.startswith("light: ")
    assert lost in problem


def test_a_case_that_fails_stops_a_publication_and_says_what_came() -> None:
    cases = lantern_cases()
    cases[1]["outcome"] = "fill-first"
    problems = problems_of(draft_tree(cases=cases))
    assert (
        "case three: It reaches “Light it”; the case expects “Fill first it”. "
        "It went another way at “For how many nights has it burned?”, by rule 1."
    ) in problems


def test_a_case_with_other_advice_stops_a_publication() -> None:
    cases = lantern_cases()
    cases[3]["add_ons"] = []
    assert problems_of(draft_tree(cases=cases))[0] == "case unknown: The advice “Carry matches” joins too."


def test_an_outcome_that_no_case_reaches_stops_a_publication() -> None:
    problems = problems_of(draft_tree(cases=lantern_cases()[1:]))
    assert problems == [
        "leave: No passing case reaches the outcome “Leave it”.",
        "dusk: No passing case answers “Is it dusk?” with “No”.",
    ]


def test_a_missing_case_leads_to_the_cases() -> None:
    problems = check_page(draft_tree(cases=[])).problems
    assert {problem.anchor for problem in problems} == {"node-case"}


def test_each_problem_leads_to_where_it_is_mended() -> None:
    document = unsound_document() | {"citations": []}
    question_of(document, "nights")["next"].insert(1, {"when": "nights at least 3 days", "go": "fill-first"})
    del outcome_of(document, "leave")["do_now"]
    draft = draft_tree(document)
    draft.change_note = ""
    found = {(problem.code, problem.anchor) for problem in check_page(draft).problems}
    assert found >= {
        ("gap", "node-question-dusk/next"),
        ("overlap", "node-question-nights/next/1"),
        ("missing-citation", "node-tree"),
        ("unreadable", "node-outcome-leave/do_now"),
        ("missing-change-note", "node-page-change_note"),
    }


def test_a_side_of_a_boundary_that_no_case_stands_on_stops_a_publication() -> None:
    cases = [case for case in lantern_cases() if case["id"] != "four"]
    assert problems_of(draft_tree(cases=cases)) == [
        "nights: No passing case stands at the boundary of rule 1, “nights is at most 3 days”: nights of 4 days."
    ]


def test_a_case_that_is_not_written_out_stops_a_publication() -> None:
    cases = lantern_cases()
    cases[0]["outcome"] = ""
    problems = problems_of(draft_tree(cases=cases))
    assert problems[0] == "case day: “outcome” is missing."


def test_a_case_that_cites_nothing_known_stops_a_publication() -> None:
    cases = lantern_cases()
    cases[0]["citations"] = ["towards-successful-treatment-completion@2009-07 99.9"]
    (problem,) = problems_of(draft_tree(cases=cases))
    assert problem.startswith("case day: ")


def test_a_local_setting_makes_no_sound_tree_unsound() -> None:
    document = lantern_document()
    question_of(document, "nights")["setting"] = "nights-burned"
    LocalSetting.objects.create(
        slug="nights-burned", title="Nights", value=9, unit="days", owner="Keeper", set_on="2026-01-01"
    )
    assert problems_of(draft_tree(document)) == []


# --- The editor's form --------------------------------------------------------------------------------------------


@pytest.fixture
def editing(client: Any) -> Any:
    person = UserFactory(is_superuser=True, is_staff=True)
    client.force_login(person)
    return client


def post(editing: Any, page: TreePage, **button: str) -> Any:
    return editing.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form_of(page) | button, follow=True)


PUBLISH = {"action-publish": "action-publish"}


def test_the_form_publishes_a_sound_tree(editing: Any) -> None:
    page = draft_tree()
    post(editing, page, **PUBLISH)
    assert current().tree.title == "Is the lantern to be lit?"


def test_the_form_refuses_to_publish_an_unsound_tree_and_names_the_node(editing: Any) -> None:
    page = draft_tree(unsound_document())
    response = post(editing, page, **PUBLISH)
    assert "Is it dusk?: " in response.content.decode()
    assert not TreePage.objects.get(pk=page.pk).live


def test_the_form_saves_an_unsound_draft(editing: Any) -> None:
    page = draft_tree(unsound_document())
    before = page.latest_revision
    post(editing, page)
    assert TreePage.objects.get(pk=page.pk).latest_revision != before


def test_the_form_saves_an_unsound_draft_of_a_live_tree_and_readers_do_not_see_it(editing: Any) -> None:
    page = published_tree()
    post(editing, write(page, unsound_document()))
    stands = TreePage.objects.get(pk=page.pk)
    assert stands.has_unpublished_changes
    assert current().version == 1
    response = post(editing, write(stands, unsound_document()), **PUBLISH)
    assert "Is it dusk?: " in response.content.decode()
    assert current().version == 1


@pytest.mark.parametrize("slug", SLUGS)
def test_every_tree_of_the_starter_content_can_be_saved_in_the_editor(editing: Any, slug: str) -> None:
    page = TreePage.objects.get(slug=slug)
    page.change_note = "Saved in the editor."
    post(editing, page, **PUBLISH)
    stands = TreePage.objects.get(slug=slug)
    assert stands.change_note == "Saved in the editor."
    assert not stands.has_unpublished_changes
    assert stands.versions.count() == 1, "nothing about the tree has changed"


def test_the_preview_shows_the_draft_and_what_stops_it(editing: Any) -> None:
    page = draft_tree(unsound_document())
    editing.post(reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]), form_of(page))
    shown = editing.get(reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])).content.decode()
    assert "What stops this tree from being published" in shown
    assert "dusk: " in shown
    assert "Fill first it" in shown


def test_the_preview_shows_a_number_whose_unit_nobody_knows(editing: Any) -> None:
    document = lantern_document()
    question_of(document, "nights").update(kind="number", quantity="weight", units=["stone"])
    page = draft_tree(document)
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    editing.post(address, form_of(page))
    shown = editing.get(address)
    assert shown.status_code == 200
    assert "“stone” is not a unit of weight." in shown.content.decode()


def test_the_preview_claims_nothing_that_nobody_chose(editing: Any) -> None:
    document = lantern_document()
    outcome = document["outcomes"][0]
    for key in ("urgency", "care_level", "basis"):
        del outcome[key]
    del outcome["actions"][0]["basis"]
    page = draft_tree(document)
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    editing.post(address, form_of(page))
    shown = editing.get(address).content.decode()
    body = shown[shown.index(f'id="outcome-{outcome["id"]}"') :]
    body = body[: body.index(f'id="outcome-{document["outcomes"][1]["id"]}"')]
    assert "Urgency not chosen" in body
    assert "Care level not chosen" in body
    assert body.count("Basis not chosen") == 2
    for claimed in ("Routine", "Care level 0", "portal-basis__tag--rule"):
        assert claimed not in body


# --- What a publication records -----------------------------------------------------------------------------------


def test_publishing_records_what_each_node_cites() -> None:
    page = published_tree()
    recorded = Citation.objects.filter(page_id=page.pk)
    assert {citation.section_key for citation in recorded} == {CITED.partition(" ")[2]}
    urls = {citation.url for citation in recorded}
    assert "/decision-trees/lantern/outline/#question-dusk" in urls
    assert "/decision-trees/lantern/outline/#outcome-light" in urls
    assert "/decision-trees/lantern/outline/#advice-carry-matches" in urls


def test_unpublishing_forgets_what_was_cited() -> None:
    page = published_tree()
    page.unpublish()
    assert not Citation.objects.filter(page_id=page.pk).exists()
