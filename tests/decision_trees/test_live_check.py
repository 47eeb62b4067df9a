"""What the editor is told while somebody types: findings at their nodes, cases, the map, and what the draft changes."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from decision_trees import live_check
from decision_trees.models import TreePage
from decision_trees.readers import document_for_editing
from tests.factories.guidance import UserFactory
from tests.factories.trees import draft_tree, lantern_cases, lantern_document, published_tree, question_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

MISSED = "missed-opioid-doses"


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory(roles=["Editors"]))
    return client


def ask(client: Client, page: TreePage | None, document: Any, cases: Any, view: str = "check", **about: str) -> Any:
    address = reverse(f"decision_trees_{view}", args=[page.pk if page else 0])
    sent = {"document": document, "cases": cases, "page": about}
    return client.post(address, json.dumps(sent), content_type="application/json")


def checked(client: Client, page: TreePage, document: Any = None, cases: Any = None, **about: str) -> dict[str, Any]:
    document = page.document if document is None else document
    response = ask(client, page, document, page.cases if cases is None else cases, **about)
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def drawn(client: Client, page: TreePage, document: Any = None) -> str:
    response = ask(client, page, page.document if document is None else document, page.cases, view="drawing")
    assert response.status_code == 200
    return str(response.json()["map"])


# --- Findings -----------------------------------------------------------------------------------------------------


def test_a_sound_tree_has_no_finding_and_every_case_passes(editor: Client) -> None:
    found = checked(editor, published_tree())
    assert (found["sound"], found["findings"]) == (True, [])
    assert found["combinations"] > 0
    assert all(case["passed"] for case in found["cases"].values())
    assert len(found["cases"]) == len(lantern_cases())


def test_a_gap_is_found_at_its_question_with_an_example_in_words(editor: Client) -> None:
    page = published_tree()
    document = deepcopy(page.document)
    question_of(document, "nights")["next"][1] = {"when": "nights above 4 days", "go": "fill-first"}
    findings = checked(editor, page, document)["findings"]
    gaps = [finding for finding in findings if finding["code"] == "gap"]
    assert {(gap["kind"], gap["node"], gap["from"]) for gap in gaps} == {("question", "nights", "proof")}
    assert "Nights 4 days: no rule applies. Add a rule or widen one." in {gap["message"] for gap in gaps}
    assert {gap["anchor"] for gap in gaps} == {"node-question-nights/next"}


def test_a_rule_that_is_not_finished_says_what_to_choose_and_nothing_else_is_hidden(editor: Client) -> None:
    page = published_tree()
    document = document_for_editing(page.document)
    question_of(document, "nights")["next"][0] = {"when": {"question": "nights", "test": "at-most"}, "go": "light"}
    document["outcomes"][0]["who_decides"] = ""
    findings = checked(editor, page, document)["findings"]
    said = {(finding["kind"], finding["node"]): finding for finding in findings if finding["from"] == "reading"}
    assert "Enter the number" in said["question", "nights"]["message"]
    assert said["question", "nights"]["rule"] == 0
    assert "“Who decides” is missing" in said["outcome", "leave"]["message"]
    assert not any(finding["node"] == "nights" and finding["from"] == "proof" for finding in findings)


def test_an_empty_tree_names_each_thing_once(editor: Client) -> None:
    findings = ask(editor, None, {}, []).json()["findings"]
    said = [finding["message"] for finding in findings]
    assert "“First question” is missing." in said
    assert not any("which is not a question" in message or "Slug" in message for message in said)
    assert len(set(said)) == len(said)


def test_what_is_missing_is_named_with_its_place_and_its_field(editor: Client) -> None:
    page = published_tree()
    document = deepcopy(page.document)
    question_of(document, "nights")["coded"] = [{"id": "fine", "label": "Fine"}, {"id": "other"}]
    del document["outcomes"][0]["actions"][0]["text"]
    del document["outcomes"][0]["urgency"]
    found = checked(editor, page, document)
    said = {finding["message"]: finding["anchor"] for finding in found["findings"] if finding["from"] == "reading"}
    assert said["Answer 2: “Label” is missing."] == "node-question-nights/label"
    assert said["Action 1: “Text” is missing."] == "node-outcome-leave/text"
    assert said["“Urgency” is missing."] == "node-outcome-leave/urgency"


def test_what_is_missing_of_a_number_is_named_as_the_form_names_it(editor: Client) -> None:
    page = published_tree()

    def said_of(**numbers: object) -> dict[str, str]:
        document = deepcopy(page.document)
        asked = question_of(document, "nights")
        for key in ("quantity", "units", "min", "max", "step", "example"):
            asked.pop(key, None)
        asked.update(numbers)
        found = checked(editor, page, document)["findings"]
        return {each["message"]: each["anchor"].rpartition("/")[2] for each in found if each["from"] == "reading"}

    bare = {"“Quantity” is missing.": "quantity", "“Lowest” is missing.": "min", "“Highest” is missing.": "max"}
    assert said_of(kind="number") == {**bare, "“Step” is missing.": "step"}
    assert said_of(kind="whole-days") == {"“Lowest” is missing.": "min", "“Highest” is missing.": "max"}
    written = {"min": "none", "max": "many", "step": "small"}
    assert list(said_of(kind="whole-days", min="none", max="5")) == ["“Lowest” must be a number such as 3."]
    assert list(said_of(kind="number", quantity="breath-alcohol", units=["mg-l"], **written)) == [
        "“Lowest” must be a number such as 0.35.",
        "“Highest” must be a number such as 0.35.",
        "“Step” must be a number such as 0.01.",
    ]
    hours: dict[str, object] = {"kind": "number", "quantity": "hours-and-minutes", "min": "0", "max": "60"}
    assert said_of(**hours, step="15") == {"“Units taken” is missing.": "units"}
    assert list(said_of(**hours, units=["hours"], step="x")) == ["“Step” must be a number such as 1."]


def test_what_is_missing_is_named_by_the_label_of_its_field_wherever_it_stands(editor: Client) -> None:
    page = published_tree()
    document = deepcopy(page.document)
    del question_of(document, "nights")["kind"]
    del document["outcomes"][0]["basis"]
    del document["outcomes"][1]["actions"][0]["basis"]
    document["red_flags"] = [{"id": "fire", "when": "dusk is no", "outcome": ""}]
    said = {finding["message"] for finding in checked(editor, page, document)["findings"]}
    assert {"“Kind of answer” is missing.", "“Basis of the outcome as a whole” is missing."} <= said
    assert {"Action 1: “Basis” is missing.", "“Go to” is missing."} <= said


def test_the_map_claims_no_urgency_that_nobody_chose(editor: Client) -> None:
    page = published_tree()
    document = deepcopy(page.document)
    del document["outcomes"][0]["urgency"]
    assert "urgency not chosen" in drawn(editor, page, document)
    assert "urgency not chosen" not in drawn(editor, page)


def test_a_failing_case_and_a_missing_one_are_named_and_the_missing_one_is_proposed(editor: Client) -> None:
    page = published_tree()
    cases = deepcopy(lantern_cases()[1:])
    cases[0]["outcome"] = "fill-first"
    found = checked(editor, page, cases=cases)
    assert not found["cases"]["three"]["passed"]
    assert ("case", "three") in {(finding["kind"], finding["node"]) for finding in found["findings"]}
    assert ("outcome", "leave") in {(each["kind"], each["node"]) for each in found["findings"]}
    proposed = [proposal["case"] for proposal in found["proposals"]]
    assert any(case["outcome"] == "leave" and case["answers"] == {"dusk": "no"} for case in proposed)


def test_every_finding_that_a_case_is_missing_has_a_proposal_that_answers_it(editor: Client) -> None:
    found = checked(editor, published_tree(), cases=[])
    missing = {finding["message"] for finding in found["findings"] if finding["from"] == "coverage"}
    assert missing
    assert missing == {message for proposal in found["proposals"] for message in proposal["fills"]}


def test_proposed_cases_leave_nothing_out_once_they_are_written(editor: Client) -> None:
    page = published_tree()
    proposed = [proposal["case"] for proposal in checked(editor, page, cases=[])["proposals"]]
    written = [
        case | {"story": "Invented.", "why": "So.", "citations": page.document["citations"]} for case in proposed
    ]
    assert checked(editor, page, cases=written)["findings"] == []


def test_a_citation_that_leads_nowhere_is_named_at_its_node(editor: Client) -> None:
    page = published_tree()
    document = deepcopy(page.document)
    question_of(document, "dusk")["citations"] = ["towards-successful-treatment-completion@2009-07 99.9"]
    (finding,) = checked(editor, page, document, change_note="Cited anew.")["findings"]
    assert (finding["from"], finding["kind"], finding["node"]) == ("citation", "question", "dusk")


def test_the_page_as_typed_counts_and_not_as_saved(editor: Client) -> None:
    page = published_tree()
    assert checked(editor, page, change_note="")["findings"][0]["code"] == "missing-change-note"
    assert checked(editor, page, change_note="First published version.")["sound"]


def test_the_map_leads_to_the_forms_and_is_drawn_of_half_a_tree_too(editor: Client) -> None:
    page = published_tree()
    assert 'href="#node-question-dusk"' in drawn(editor, page)
    document = deepcopy(page.document)
    document["outcomes"] = []
    assert 'href="#node-question-nights"' in drawn(editor, page, document)
    assert drawn(editor, page, {}) == ""


def test_findings_never_wait_for_a_map_nor_a_map_for_the_proof(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = published_tree()

    def too_early(*_: Any, **__: Any) -> None:
        raise AssertionError("This belongs to another request.")

    with monkeypatch.context() as patch:
        patch.setattr(live_check, "map_view", too_early)
        assert "map" not in checked(editor, page)
    monkeypatch.setattr(live_check, "check_page", too_early)
    assert "<svg" in drawn(editor, page)


def test_a_new_tree_can_be_checked_before_it_is_saved(editor: Client) -> None:
    response = ask(editor, None, {}, [])
    assert response.status_code == 200
    assert not response.json()["sound"]
    assert response.json()["changes"] is None


def test_small_wrong_edits_that_no_case_would_catch_are_listed(editor: Client) -> None:
    page = published_tree()
    all_cases = ask(editor, page, page.document, page.cases, view="mutations").json()
    one_case = ask(editor, page, page.document, page.cases[:1], view="mutations").json()
    assert one_case["score"] < all_cases["score"] <= 1
    assert {"kind", "node", "rule", "description"} <= set(one_case["survivors"][0])
    assert one_case["proposals"] == [], "the cases that are missing come first"


def test_cases_are_proposed_that_would_catch_the_small_wrong_edits(editor: Client) -> None:
    document = lantern_document()
    document["add_ons"][0]["when"] = "dusk is not-known"
    page = published_tree(document)  # It may be published without such a case.
    answer = ask(editor, page, page.document, page.cases, view="mutations").json()
    assert [(each["kind"], each["node"]) for each in answer["survivors"]] == [("add-on", "carry-matches")]
    assert "no longer joins “light”" in answer["survivors"][0]["description"]
    (proposal,) = answer["proposals"]
    assert (proposal["case"]["outcome"], proposal["case"]["add_ons"]) == ("light", ["carry-matches"])
    caught = ask(editor, page, page.document, [*page.cases, proposal["case"]], view="mutations").json()
    assert (caught["survivors"], caught["proposals"]) == ([], [])


def test_while_a_case_fails_no_edit_seems_to_be_caught(editor: Client) -> None:
    page = published_tree()
    cases = deepcopy(page.cases)
    cases[0]["outcome"] = "light"
    answer = ask(editor, page, page.document, cases, view="mutations").json()
    assert answer["score"] is None
    assert "cases that fail" in answer["message"]


def test_a_case_that_nobody_has_told_is_not_enough(editor: Client) -> None:
    page = published_tree()
    cases = deepcopy(page.cases)
    cases[0] |= {"story": "", "why": "", "citations": []}
    (finding,) = checked(editor, page, cases=cases)["findings"]
    assert (finding["kind"], finding["node"], finding["code"]) == ("case", "day", "case-not-told")
    assert "its story and why the outcome is right and the passages" in finding["message"]


# --- What the draft changes ---------------------------------------------------------------------------------------


def hold_from_two_days(document: dict[str, Any]) -> dict[str, Any]:
    """The boundary from which the usual dose is held, moved from 3 to 2 days."""
    written = json.dumps(document)
    for old, new in (("days at most 2 days", "days at most 1 days"), ("days at least 3 days", "days at least 2 days")):
        assert old in written
        written = written.replace(old, new)
    moved: dict[str, Any] = json.loads(written)
    return moved


def test_moving_the_boundary_shows_the_exact_set_the_failing_cases_and_who_mentions_the_tree(editor: Client) -> None:
    page = TreePage.objects.get(slug=MISSED)
    found = checked(editor, page, hold_from_two_days(page.document))
    changes = found["changes"]

    assert changes["against"] == 1
    assert 0 < changes["changed"] < changes["total"]
    assert sum(group["count"] for group in changes["groups"]) == changes["changed"] + changes["advice_changed"]
    regions = [region for group in changes["groups"] for region in group["regions"]]
    assert regions
    assert all(region.startswith("days of exactly 2 days, medicine") for region in regions)
    assert {group["before"] for group in changes["groups"]} == {
        "One or two days missed - tell the service and find out why"
    }

    failing = {case for case in found["cases"] if not found["cases"][case]["passed"]}
    assert "two-days" in failing
    assert failing == {each["case"] for each in changes["failing_cases"]}

    again = {(text["node"], text["text"]) for text in changes["read_again"]}
    assert ("hold-until-confirmed", "Three or four days missed - no usual dose until the prescriber confirms") in again
    assert not any("Five days or more" in text for _, text in again)

    mentioned = {(mention["kind"], mention["title"]) for mention in changes["mentions"]}
    assert ("Guidance page", "Missed doses and working with pharmacies") in mentioned


def test_a_question_that_asks_in_other_words_is_named_with_the_cases_that_answer_it(editor: Client) -> None:
    page = published_tree()
    assert checked(editor, page)["changes"]["asked_otherwise"] == []
    document = lantern_document()
    question_of(document, "nights")["text"] = "For how many nights is it to burn?"
    changes = checked(editor, page, document)["changes"]
    assert (changes["changed"], changes["advice_changed"]) == (0, 0)
    answering = [case["id"] for case in lantern_cases() if "nights" in case["answers"]]
    assert changes["asked_otherwise"] == [{"node": "nights", "cases": answering}]


def test_rules_that_contradict_each_other_change_results_to_none(editor: Client) -> None:
    page = TreePage.objects.get(slug=MISSED)
    old, new = (f"days at least {number} days or days is not-known" for number in (3, 2))
    written = json.dumps(page.document).replace(old, new, 1)
    changes = checked(editor, page, json.loads(written))["changes"]
    assert changes["changed"] > 0
    assert {group["after"] for group in changes["groups"]} == {"No result"}


def test_an_unchanged_draft_changes_nothing(editor: Client) -> None:
    changes = checked(editor, TreePage.objects.get(slug=MISSED))["changes"]
    assert (changes["changed"], changes["advice_changed"], changes["groups"]) == (0, 0, [])


def test_the_steps_that_practise_a_tree_are_named(editor: Client) -> None:
    practised = TreePage.objects.get(slug="illicit-opiates-on-top")
    mentions = checked(editor, practised)["changes"]["mentions"]
    steps = [mention for mention in mentions if mention["kind"] == "Learning step"]
    assert [step["case"] for step in steps] == ["forty-ml-and-fears"]


def test_a_case_that_a_step_practises_is_missed_at_the_cases(editor: Client) -> None:
    practised = TreePage.objects.get(slug="illicit-opiates-on-top")
    kept = [case for case in practised.cases if case["id"] != "forty-ml-and-fears"]
    (finding,) = checked(editor, practised, cases=kept)["findings"]
    assert (finding["kind"], finding["from"], finding["code"]) == ("case", "mention", "case-needed")
    assert checked(editor, practised)["sound"]


# --- Who may ask, and nonsense ------------------------------------------------------------------------------------


def test_those_who_may_not_write_trees_are_refused(client: Client) -> None:
    page = draft_tree()
    client.force_login(UserFactory(roles=["Trainers"]))
    for target in (page, None):
        assert ask(client, target, lantern_document(), []).status_code in (302, 403)


@pytest.mark.parametrize("body", ["", "{", "[]", "3", '{"document": [], "cases": {}, "page": 3}', "null"])
def test_nonsense_is_answered_in_words_and_breaks_nothing(editor: Client, body: str) -> None:
    address = reverse("decision_trees_check", args=[draft_tree().pk])
    response = editor.post(address, body, content_type="application/json")
    assert response.status_code in (200, 400)
    assert response.json()


def test_an_edit_of_words_alone_is_told_though_it_changes_no_result(editor: Client) -> None:
    page = published_tree()
    document = deepcopy(page.document)
    outcome = document["outcomes"][0]
    before, outcome["do_now"] = outcome["do_now"], "Do the opposite."
    changes = checked(editor, page, document)["changes"]
    assert (changes["changed"], changes["advice_changed"]) == (0, 0)
    (node,) = changes["nodes"]
    assert (node["kind"], node["node"], node["what"]) == ("outcome", outcome["id"], "changed")
    (detail,) = node["details"]
    assert (detail["before"], detail["after"]) == (before, "Do the opposite.")
