"""Somebody who builds their first tree is told what is wrong now, where to mend it, and what everything is."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from decision_trees.models import TreeIndexPage, TreePage
from tests.factories.trees import (
    draft_tree,
    lantern_cases,
    lantern_document,
    published_tree,
    question_of,
    unsound_document,
)
from tests.support.browser import accessibility_findings
from tests.support.tree_editor import TreeEditor

DUSK = "Is it dusk?"
NIGHTS = "For how many nights has it burned?"


def begin(editor: TreeEditor) -> TreeEditor:
    """A new page under the list of trees, with nothing written."""
    editor.page.goto(f"/admin/pages/add/decision_trees/treepage/{TreeIndexPage.objects.get().pk}/")
    return editor


def write_about(page: Page, **words: str) -> None:
    """Fill in fields of the page beside the tree."""
    page.get_by_role("tab", name="About").click()
    for name, text in words.items():
        page.locator(f"#id_{name}").fill(text)


def missed_doses(editor: TreeEditor) -> TreeEditor:
    return editor.edit(TreePage.objects.get(slug="missed-opioid-doses").pk)


# --- What the page says of the tree -------------------------------------------------------------------------------


def test_what_is_typed_beside_the_tree_is_checked_as_well(editor: TreeEditor) -> None:
    begin(editor).open().checked()
    editor.expect_finding("“Title” is missing")
    about = {"title": "A lost lamp", "situation": "A lamp is lost", "summary": "What to do.", "audience": "Keeper"}
    write_about(editor.page, **about)
    editor.open()
    for label in ("Title", "Situation", "Summary", "Audience"):
        editor.expect_no_finding(f"“{label}” is missing")


def test_another_change_note_is_checked_without_an_edit_of_the_tree(editor: TreeEditor) -> None:
    missed_doses(editor).section("Outcomes")
    editor.line(editor.node("Nothing has been missed"), "Who decides").fill("The keeper of the lamp.")
    editor.expect_finding("The change note is still that of version 1")
    write_about(editor.page, change_note="Somebody else decides.")
    editor.open()
    editor.expect_no_finding("The change note is still that of version 1")


def test_a_field_that_a_script_filled_in_is_checked_when_one_turns_to_the_tree(editor: TreeEditor) -> None:
    begin(editor).open().checked()
    editor.expect_finding("“Summary” is missing")
    editor.page.get_by_role("tab", name="About").click()
    editor.page.locator("#id_summary").evaluate("field => { field.value = 'What to do.'; }")
    editor.open()
    editor.expect_no_finding("“Summary” is missing")


# --- Units --------------------------------------------------------------------------------------------------------


def test_a_number_has_its_unit_where_there_is_only_one(editor: TreeEditor) -> None:
    editor.edit(draft_tree().pk).section("Questions")
    panel = editor.node(NIGHTS)
    rule = editor.add_rule(panel)
    statement = editor.condition(rule)
    expect(editor.list(statement, "Unit").locator("option:checked")).to_have_text("days")
    editor.line(statement, "Number").fill("9")
    rules = next(question for question in editor.stored()["questions"] if question["id"] == "nights")["next"]
    assert rules[-1]["when"] == {"question": "nights", "test": "above", "value": "9", "unit": "days"}


def test_a_rule_that_was_there_before_the_unit_takes_it_as_the_number_is_typed(editor: TreeEditor) -> None:
    begin(editor).open()
    panel = editor.add_question("How much oil is left?", "A number with a unit")
    statement = editor.condition(editor.add_rule(panel))
    editor.list(panel, "Quantity").select_option(label="Breath alcohol")
    unit = editor.list(statement, "Unit")
    expect(unit).to_have_value("")
    editor.line(statement, "Number").fill("2")
    expect(unit).to_have_value(editor.stored()["questions"][0]["units"][0])


# --- Cases --------------------------------------------------------------------------------------------------------


def test_a_case_is_called_by_its_story_or_else_by_its_answers(editor: TreeEditor) -> None:
    cases = lantern_cases()
    cases[0]["story"] = "A keeper comes home long before the sun has gone down behind the hill."
    cases[1]["story"] = ""
    cases[2]["outcome"] = "light"
    editor.edit(draft_tree(cases=cases).pk)
    headings = editor.section("Cases").locator("h3.w-panel__heading")
    expect(headings.nth(0)).to_have_text("day: A keeper comes home long before the sun has…")
    expect(headings.nth(1)).to_have_text("three: Yes · 3 days")
    editor.expect_finding("three: Yes · 3 days", "A case is a person's word")
    editor.expect_finding("four: A keeper stands at the door.")


def test_a_case_that_would_fail_is_called_by_its_story_and_leads_to_it(editor: TreeEditor) -> None:
    editor.edit(published_tree().pk).section("Cases")
    case = editor.node("four: A keeper stands at the door.")
    editor.list(case, "Outcome").select_option(label="Light it")
    editor.expect_finding("four: A keeper stands at the door.")
    changes = editor.section("What changes")
    changes.get_by_role("link", name="four: A keeper stands at the door.").click()
    expect(editor.line(case, "Story")).to_be_focused()


def test_a_question_in_other_words_names_the_cases_to_read_again(editor: TreeEditor) -> None:
    editor.edit(published_tree().pk).section("Questions")
    editor.line(editor.node(NIGHTS), "Question").fill("For how many nights is it to burn?")
    changes = editor.section("What changes")
    expect(changes).to_contain_text("Changes no result")
    expect(changes).to_contain_text(re.compile(r"For how many nights is it to burn\? – \d+ cases to read again"))
    changes.get_by_text("Which cases").click()
    assert accessibility_findings(editor.page, within="#tree-editor") == []
    changes.get_by_role("link", name="four: A keeper stands at the door. – read again").click()
    expect(editor.line(editor.node("four: A keeper stands at the door."), "Story")).to_be_focused()


def test_a_finding_that_a_case_is_missing_leads_to_the_case_that_is_proposed(editor: TreeEditor) -> None:
    editor.edit(draft_tree(cases=[]).pk)
    found = editor.findings.filter(has_text="No passing case reaches the outcome “Light it”")
    found.get_by_role("link").click()
    cases = editor.region.get_by_role("region", name="Cases", exact=True)
    proposal = cases.locator(".tree-editor__proposals li").filter(has_text="reaches the outcome “Light it”")
    expect(proposal.get_by_role("button", name="Add this case")).to_be_focused()
    # What it would be is said before it is added.
    expect(proposal).to_contain_text(DUSK)
    expect(proposal).to_contain_text(NIGHTS)
    expect(proposal).to_contain_text(re.compile(r"Outcome\s*Light it"))
    assert accessibility_findings(editor.page, within="#tree-editor") == []
    editor.section("Outcomes")
    expect(editor.node("Light it").get_by_role("link", name="See the case that is proposed")).to_be_visible()
    assert accessibility_findings(editor.page, within="#tree-editor") == []


# --- A new node ---------------------------------------------------------------------------------------------------


def is_in_full_view(field: Locator) -> bool:
    """Whether nothing lies over the middle of its upper or its lower edge."""
    seen: bool = field.evaluate(
        """field => {
          const { left, right, top, bottom } = field.getBoundingClientRect();
          const at = (y) => document.elementFromPoint((left + right) / 2, y);
          return at(top + 3) === field && at(bottom - 3) === field;
        }"""
    )
    return seen


def test_a_blank_node_says_quietly_what_it_lacks_until_one_leaves_it(editor: TreeEditor) -> None:
    editor.page.set_viewport_size({"width": 1366, "height": 768})
    missed_doses(editor).section("Outcomes").get_by_role("button", name="Add outcome").click()
    panel = editor.node("An outcome without a title")
    expect(panel).to_contain_text(re.compile(r"New: \d+ things are still missing\."))
    expect(panel.get_by_text("Finding:")).to_have_count(0)
    title = editor.line(panel, "Title").first
    expect(title).to_be_focused()
    assert is_in_full_view(title)

    # Within the form, and in a window that it opens, one is still there.
    editor.line(panel, "Who decides").click()
    expect(panel.get_by_text("Finding:")).to_have_count(0)
    panel.locator("portal-citations").last.get_by_role("button", name="Choose a passage").click()
    editor.page.get_by_role("dialog", name="Choose a passage").get_by_label("Look for").press("Escape")
    expect(panel).to_contain_text("things are still missing")

    editor.section("Questions")
    editor.section("Outcomes")
    expect(panel.get_by_text("Finding:").first).to_be_visible()
    expect(panel).not_to_contain_text("are still missing")


def test_a_blank_node_says_all_once_the_page_is_saved(editor: TreeEditor) -> None:
    missed_doses(editor).section("Outcomes").get_by_role("button", name="Add outcome").click()
    panel = editor.node("An outcome without a title")
    expect(panel).to_contain_text("things are still missing")
    editor.page.locator("footer").get_by_role("button", name="Save draft").evaluate("button => button.click()")
    expect(editor.page.locator(".messages")).to_contain_text("has been updated")
    editor.open().checked().section("Outcomes")
    expect(editor.node("An outcome without a title").get_by_text("Finding:").first).to_be_visible()
    expect(panel).not_to_contain_text("are still missing")


# --- A gap --------------------------------------------------------------------------------------------------------


def test_a_gap_leads_to_the_rules_and_says_what_to_do(editor: TreeEditor) -> None:
    editor.edit(draft_tree(unsound_document()).pk)
    editor.expect_finding("no rule applies. Add a rule or widen one.")
    editor.findings.get_by_role("link").filter(has_text="no rule applies").click()
    panel = editor.node(DUSK)
    expect(panel.locator("[data-field=next]").locator(":focus")).to_have_count(1)
    expect(panel).to_contain_text("no rule applies. Add a rule or widen one.")


# --- The map ------------------------------------------------------------------------------------------------------


def test_the_map_marks_the_node_that_one_writes_in(editor: TreeEditor) -> None:
    editor.edit(draft_tree().pk).section("Questions")
    for text in (DUSK, NIGHTS):
        editor.node(text)
    on_the_map = editor.region.locator(".tree-editor__map")
    expect(on_the_map.locator("a[href='#node-question-nights']")).to_contain_class("is-open")
    editor.line(editor.node(DUSK), "Question").fill("Is the sun down?")
    expect(on_the_map.locator("a.is-open")).to_have_attribute("href", "#node-question-dusk")


def test_the_map_marks_a_new_node_whose_id_follows_its_words(editor: TreeEditor) -> None:
    begin(editor).open()
    editor.add_question("Is the harbour dark?", "Yes or no")
    marked = editor.region.locator(".tree-editor__map a.is-open")
    expect(marked).to_have_attribute("href", "#node-question-harbour-dark")


def test_a_map_begins_as_wide_as_its_frame_while_its_words_can_be_read(editor: TreeEditor) -> None:
    editor.page.set_viewport_size({"width": 1366, "height": 768})
    frame = editor.region.locator(".tree-editor__map")
    hidden = "frame => frame.scrollWidth - frame.clientWidth"
    sizes = "frame => [frame.querySelector('svg').viewBox.baseVal.width, frame.querySelector('svg').clientWidth]"

    editor.edit(published_tree().pk)
    expect(frame.locator("svg")).to_be_visible()
    assert frame.evaluate(hidden) == 0
    editor.region.get_by_role("button", name="Make the map larger").click()
    editor.region.get_by_role("button", name="Make the map larger").click()
    assert frame.evaluate(hidden) > 0

    missed_doses(editor)
    expect(frame.locator("svg")).to_be_visible()
    drawn, shown = frame.evaluate(sizes)
    assert shown == round(drawn * 0.45)


# --- Who reads an answer ------------------------------------------------------------------------------------------


def test_a_question_says_who_reads_its_answer(editor: TreeEditor) -> None:
    document = lantern_document()
    question_of(document, "nights")["next"][0]["when"] = "dusk is yes and nights at most 3 days"
    document["red_flags"] = [{"id": "storm", "when": "dusk is yes", "outcome": "leave"}]
    document["add_ons"][0]["when"] = "dusk is not-known"
    editor.edit(draft_tree(document).pk).section("Questions")
    used = editor.node(DUSK).get_by_role("group", name="Used in")
    expect(used.get_by_role("link")).to_have_text(
        [f"Rule 1 of “{NIGHTS}”", "The red flag “storm”", "The added advice “Carry matches”"]
    )
    expect(editor.node(NIGHTS)).to_contain_text("No other rule, red flag or advice reads its answer.")
    used.get_by_role("link", name="The added advice").click()
    expect(editor.line(editor.node("Carry matches"), "Title")).to_be_focused()
