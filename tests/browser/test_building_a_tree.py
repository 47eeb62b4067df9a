"""A clinical lead builds a tree in the admin: in plain forms, with the findings beside them, to its publication."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from decision_trees.engine.documents import tree_from_document
from decision_trees.models import TreeIndexPage, TreePage
from tests.factories.trees import draft_tree, lantern_cases, lantern_document
from tests.support.browser import accessibility_findings
from tests.support.tree_editor import TreeEditor, wait_until_saved

TITLE = "A lost naloxone kit: what now?"

BREATHING = "Is the person breathing normally?"
NIGHTS = "For how many nights was there no kit?"
KIT = "Which kit was it?"
ALONE = "Does the person use alone?"
TRAINED = "Has somebody at home been trained?"

CALL = "Call 999 and give naloxone"
REPLACE = "Replace the kit"
RETRAIN = "Replace the kit and train again"

INFERENCE = "Our inference: the text is silent, ambiguous or less careful"
PROMPT = "It is a prompt: it changes only the added advice"


def edit(editor: TreeEditor, slug: str) -> TreePage:
    tree = TreePage.objects.get(slug=slug)
    editor.edit(tree.pk)
    return tree


def begin(page: Page) -> None:
    """A new page under the list of trees, with what it says about itself."""
    page.goto(f"/admin/pages/add/decision_trees/treepage/{TreeIndexPage.objects.get().pk}/")
    about = {
        "title": TITLE,
        "situation": "A naloxone kit has been lost",
        "summary": "What to do when a kit was lost.",
        "audience": "Keyworker",
        "change_note": "First published version.",
    }
    for name, words in about.items():
        page.locator(f"#id_{name}").fill(words)


def describe(editor: TreeEditor, title: str, *, urgency: str, care_level: str) -> None:
    """Fill in an outcome."""
    editor.section("Outcomes")
    panel = editor.node(title)
    editor.line(panel, "The one thing to do now").fill(f"{title}, today.")
    editor.list(panel, "Urgency").select_option(label=urgency)
    editor.list(panel, "Where the urgency comes from").select_option(label="Our inference")
    editor.line(panel, "Care level").fill(care_level)
    editor.line(panel, "Why it stands at that level").fill("Less is not enough.")
    action = panel.get_by_role("group", name="Action 1", exact=True)
    editor.line(action, "Text").fill("Do it with the person.")
    editor.list(action, "Basis").select_option(label=INFERENCE)
    editor.cite(action)
    editor.line(panel, "Who decides").fill("The keyworker.")
    editor.line(panel, "Why, in words").fill("A kit was lost.")
    editor.list(panel, "Basis of the outcome as a whole").select_option(label=INFERENCE)
    editor.cite(panel, group="Citations of the outcome")


def advise(editor: TreeEditor, title: str, question: str, *answers: str) -> None:
    """Write advice that joins after these answers."""
    editor.section("Added advice").get_by_role("button", name="Add advice").click()
    editor.line(editor.node("Advice without a title"), "Title").fill(title)
    panel = editor.node(title)
    editor.line(panel, "Text").fill("Say it plainly.")
    editor.list(panel, "Basis").select_option(label=INFERENCE)
    editor.answers(editor.condition(panel), question, "is one of", *answers)
    editor.cite(panel)


def publish(page: Page) -> None:
    wait_until_saved(page)
    footer = page.locator("footer")
    footer.get_by_role("button", name="More actions").click()
    footer.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("published")


def ask(editor: TreeEditor, text: str, kind: str, *, prompt: bool = False) -> Locator:
    panel = editor.add_question(text, kind)
    if prompt:
        editor.list(panel, "What its answer does").select_option(label=PROMPT)
    editor.cite(panel)
    return panel


def test_a_five_question_tree_is_built_from_nothing_and_published(editor: TreeEditor) -> None:
    page = editor.page
    begin(page)
    editor.open()
    editor.cite(editor.section("Whole tree"))

    # The questions, in the order in which they are asked.
    breathing = ask(editor, BREATHING, "Yes or no")
    breathing.get_by_role("button", name="Add a rule for each answer").click()
    editor.new_outcome(editor.rule(breathing, 2), CALL)
    editor.lead(editor.rule(breathing, 3), CALL)

    nights = ask(editor, NIGHTS, "Whole days")
    editor.line(nights, "Lowest").fill("0")
    editor.line(nights, "Highest").fill("30")
    kit = ask(editor, KIT, "One of several options", prompt=True)
    for place, label in enumerate(("Nasal", "Injectable"), 1):
        editor.line(kit.get_by_role("group", name=f"Option {place}"), "Label").fill(label)
    alone = ask(editor, ALONE, "Yes or no", prompt=True)
    trained = ask(editor, TRAINED, "Yes or no")
    editor.otherwise(nights, KIT)
    editor.otherwise(kit, ALONE)
    editor.otherwise(alone, TRAINED)
    editor.lead(editor.rule(breathing, 1), NIGHTS)

    # Exactly three nights are forgotten.
    short = editor.add_rule(trained)
    editor.answers(editor.condition(short), None, "is", "Yes")
    short.get_by_role("button", name="Add condition").click()
    editor.number(editor.condition(short, 1), NIGHTS, "is below", "3")
    editor.new_outcome(short, REPLACE)
    long = editor.add_rule(trained)
    editor.answers(editor.condition(long), None, "is", "Yes")
    long.get_by_role("button", name="Add group").click()
    editor.number(editor.condition(long, 1), NIGHTS, "is above", "3")
    long.get_by_role("group", name="Conditions").last.get_by_role("button", name="Add condition").click()
    editor.answers(editor.condition(long, 2), NIGHTS, "is", "Not known")
    editor.new_outcome(long, RETRAIN)
    rest = editor.add_rule(trained)
    editor.answers(editor.condition(rest), None, "is one of", "No", "Not known")
    editor.lead(rest, RETRAIN)

    describe(editor, CALL, urgency="Emergency", care_level="3")
    describe(editor, REPLACE, urgency="Soon", care_level="1")
    describe(editor, RETRAIN, urgency="Soon", care_level="2")
    advise(editor, "Say how the injectable kit is kept", KIT, "Injectable", "Not known")
    advise(editor, "Ask them never to use alone", ALONE, "Yes", "Not known")

    # The gap is reported beside the form and at the question, in words, without anything being saved.
    editor.expect_finding(TRAINED, "3 days", "no rule")
    editor.section("Questions")
    trained = editor.node(TRAINED)
    expect(trained.locator(".tree-editor__findings-here").filter(has_text="no rule").first).to_be_visible()

    # It is mended.
    editor.list(editor.condition(editor.rule(trained, 2), 1), "Test").select_option(label="is at least")
    editor.expect_no_finding("no rule")

    # One case is written; the others are proposed.
    editor.section("Cases").get_by_role("button", name="Add case").click()
    case = editor.region.locator("section.tree-editor__node:visible").first
    editor.line(case, "Story").fill("A man rings. His friend does not breathe.")
    editor.list(case.get_by_role("group", name=BREATHING), "Answer").select_option(label="No")
    expect(case).to_contain_text("All questions on the way are answered.")
    editor.list(case, "Outcome").select_option(label=REPLACE)
    expect(case).to_contain_text("Failed")
    editor.list(case, "Outcome").select_option(label=CALL)
    expect(case).to_contain_text("Passed")
    proposals = editor.region.locator(".tree-editor__proposals li")
    for _ in range(30):
        editor.checked()
        if proposals.count() == 0:
            break
        proposals.first.get_by_role("button").click()
    editor.expect_finding("A case is a person's word")
    tell_every_case(editor)
    expect(editor.region).to_contain_text("No finding:")
    expect(editor.region.locator(".tree-editor__status")).to_contain_text("all lead to exactly one result")

    publish(page)

    version = TreePage.objects.get(title=TITLE).versions.get()
    tree = tree_from_document(version.document)
    assert [question.id for question in tree.questions] == [
        "breathing-normally",
        "nights-no-kit",
        "kit",
        "use-alone",
        "somebody-home-trained",
    ]
    assert tree.start == "breathing-normally"
    page.goto(f"/decision-trees/{tree.slug}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def tell_every_case(editor: TreeEditor) -> None:
    """Write what a proposal cannot know: the story, why the outcome is right, and a passage."""
    panels = editor.region.locator("section.tree-editor__node:visible")
    for place in range(panels.count()):
        case = panels.nth(place)
        toggle = case.locator("> .w-panel__header > .w-panel__toggle")
        if toggle.get_attribute("aria-expanded") == "false":
            toggle.click()
        editor.line(case, "Story").fill("Somebody stands at the door.")
        editor.line(case, "Why").fill("The guidance says so.")
        if not case.locator("portal-citations").first.evaluate("chooser => chooser.value.length"):
            editor.cite(case)


# --- Keyboard, map, size, access ----------------------------------------------------------------------------------


def tab_to(page: Page, target: Locator, *, at_most: int = 120) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {target}.")


def test_a_question_with_a_rule_is_added_with_the_keyboard_alone(editor: TreeEditor) -> None:
    edit(editor, "missed-opioid-doses")
    page = editor.page
    page.get_by_role("tab", name="Tree").focus()
    tab_to(page, editor.region.get_by_role("button", name="Add question"))
    page.keyboard.press("Enter")

    # One is where the words are written, and goes on from field to field.
    page.keyboard.type("Is the pharmacy open?")
    panel = editor.node("Is the pharmacy open?")
    tab_to(page, editor.list(panel, "Kind of answer"), at_most=1)
    page.keyboard.type("Yes")
    tab_to(page, panel.get_by_role("button", name="Add rule"))
    page.keyboard.press("Enter")
    rule = editor.rule(panel, 1)
    expect(rule).to_be_focused()
    tab_to(page, editor.list(rule, "Answer"), at_most=20)
    page.keyboard.type("No")
    tab_to(page, editor.list(rule, "Go to"), at_most=10)
    page.keyboard.type("Why were")

    added = editor.stored()["questions"][-1]
    assert (added["id"], added["kind"]) == ("pharmacy-open", "yes-no")
    condition = {"question": "pharmacy-open", "test": "is", "options": ["no"]}
    assert added["next"] == [{"when": condition, "go": "cause"}]

    # Its place and its end are a matter of buttons as well.
    tab_to(page, panel.get_by_role("button", name="Delete: Rule 1"), at_most=200)
    page.keyboard.press("Enter")
    assert editor.stored()["questions"][-1].get("next") is None
    page.keyboard.press("Control+z")
    assert editor.stored()["questions"][-1]["next"] == [{"when": condition, "go": "cause"}]


def test_taking_steps_back_never_loses_the_focus(editor: TreeEditor) -> None:
    edit(editor, "missed-opioid-doses")
    page = editor.page
    undo, redo = (editor.region.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo"))
    editor.section("Questions").get_by_role("button", name="Add question").press("Enter")
    page.keyboard.type("Is it dark?")
    # The field that has the focus goes with its question, and the last step leaves its button nothing to do.
    while undo.is_enabled():
        page.keyboard.press("Control+z")
    expect(redo).to_be_focused()
    while redo.is_enabled():
        page.keyboard.press("Enter")
    expect(undo).to_be_focused()


def test_a_node_of_the_map_leads_to_its_form(editor: TreeEditor) -> None:
    edit(editor, "missed-opioid-doses")
    page = editor.page
    box = editor.region.locator(".tree-editor__map a[href='#node-outcome-hold-until-confirmed']")
    box.focus()
    page.keyboard.press("Enter")
    form = editor.region.locator("#node-outcome-hold-until-confirmed .w-panel__content")
    expect(form).to_be_visible()
    expect(editor.line(form, "Title").first).to_be_focused()
    editor.region.locator(".tree-editor__map a[href='#node-question-cause']").click()
    expect(editor.region.locator("#node-question-cause .w-panel__content")).to_be_visible()
    expect(form).to_be_hidden()
    expect(editor.region.locator(".tree-editor__map a[href='#node-question-cause']")).to_contain_class("is-open")


def test_a_finding_leads_to_its_field_on_whichever_tab_it_is(editor: TreeEditor) -> None:
    edit(editor, "missed-opioid-doses")
    page = editor.page
    editor.section("Outcomes")
    panel = editor.node("Nothing has been missed")
    editor.line(panel, "Who decides").fill("")
    editor.section("Cases")
    editor.findings.get_by_role("link").filter(has_text="“Who decides” is missing").click()
    expect(editor.line(panel, "Who decides")).to_be_focused()

    editor.line(panel, "Who decides").fill("Nobody has to.")
    editor.findings.get_by_role("link").filter(has_text="change note").click()
    expect(page.locator("#id_change_note")).to_be_focused()
    page.goto(f"{page.url.partition('#')[0]}?again=1#node-question-cause")
    expect(editor.line(editor.region.locator("#node-question-cause"), "Question").first).to_be_focused()


def test_on_a_phone_everything_is_within_reach(editor: TreeEditor) -> None:
    editor.page.set_viewport_size({"width": 375, "height": 812})
    edit(editor, "missed-opioid-doses")
    editor.section("Questions")
    panel = editor.node("Is there a written agreement between pharmacy and service for missed doses?")
    reached = """element => [...element.querySelectorAll("button, input, select, textarea, summary")]
      .filter(each => each.checkVisibility() && !each.closest(".tree-editor__map"))
      .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth)
      .map(each => each.ariaLabel || each.textContent || each.className)"""
    assert editor.region.evaluate(reached) == []
    heading = panel.locator("> .w-panel__header h3").bounding_box()
    assert heading is not None
    assert heading["width"] > 200


def test_a_red_flag_is_called_by_what_raises_it(editor: TreeEditor) -> None:
    edit(editor, "missed-opioid-doses")
    editor.section("Red flags").get_by_role("button", name="Add red flag").click()
    flag = editor.region.locator("section.tree-editor__node:visible")
    editor.answers(editor.condition(flag), "Is the person injecting?", "is", "Yes")
    expect(flag.locator("h3").first).to_have_text("Injecting is “Yes”")
    assert editor.stored()["red_flags"][0]["id"] == "injecting-yes"


def test_all_missing_cases_are_added_at_once_and_taken_back_at_once(editor: TreeEditor) -> None:
    draft_tree(cases=[])
    edit(editor, "lantern")
    cases = editor.section("Cases")
    missing = cases.locator(".tree-editor__proposals li")
    count = missing.count()
    assert count > 1
    cases.get_by_role("button", name=f"Add all {count} missing cases").click()
    expect(missing).to_have_count(0)
    assert len(editor.stored("cases")) == count
    editor.region.get_by_role("button", name="Undo").click()
    assert editor.stored("cases") == []


def test_the_map_follows_an_edit(editor: TreeEditor) -> None:
    edit(editor, "missed-opioid-doses")
    editor.section("Questions")
    panel = editor.node("Which medicine is it?")
    editor.line(panel, "Question").fill("Which lantern is it?")
    drawn = editor.region.locator(".tree-editor__map a[href='#node-question-medicine']")
    expect(drawn).to_contain_text("Which lantern is it?")


#: What can be written in, in the nodes of the tree: the largest has many hundred fields, too many to make at once.
FIELDS = ".tree-editor__node :is(input, select, textarea)"


def test_a_form_is_made_when_its_node_is_opened_and_no_sooner(editor: TreeEditor) -> None:
    largest = max(TreePage.objects.all(), key=lambda page: len(str(page.document)))
    fields = editor.edit(largest.pk).region.locator(FIELDS)
    expect(fields).to_have_count(0)
    title = largest.document["outcomes"][0]["title"]
    editor.section("Outcomes")
    editor.line(editor.node(title), "Title").first.fill(f"{title}!")
    panel = editor.node(f"{title}!")
    expect(panel).to_be_visible()
    expect(fields).to_have_count(panel.locator("input, select, textarea").count())


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_editor_bars_nobody(editor: TreeEditor, colours: str) -> None:
    page = editor.page
    page.emulate_media(color_scheme=colours)
    edit(editor, "missed-opioid-doses")
    for section in ("Whole tree", "Questions", "Added advice", "Outcomes", "Cases", "What changes"):
        shown = editor.section(section)
        toggles = shown.locator(".w-panel__toggle")
        if toggles.count():
            toggles.nth(1).click()
        page.wait_for_load_state("networkidle")
        assert accessibility_findings(page, within="#tree-editor") == []


# --- Changing what is there ---------------------------------------------------------------------------------------


def test_what_others_point_at_is_deleted_only_after_a_warning_that_names_them(editor: TreeEditor) -> None:
    edit(editor, "missed-opioid-doses")
    page = editor.page
    editor.section("Questions")
    panel = editor.node("Which medicine is it?")
    panel.get_by_role("button", name="Delete: Option 1").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Rule 1 of “Which medicine is it?” names it.")
    dialog.get_by_role("button", name="Keep").click()
    assert len(editor.stored()["questions"][1]["options"]) == 3
    panel.get_by_role("button", name="Delete: Option 1").click()
    dialog.get_by_role("button", name="Delete all the same").click()
    assert [option["id"] for option in editor.stored()["questions"][1]["options"]] == ["buprenorphine", "other"]
    expect(panel.get_by_text("No longer there: methadone").first).to_be_visible()

    editor.region.get_by_role("button", name="Undo").click()
    expect(panel.get_by_text("No longer there: methadone")).to_have_count(0)
    assert len(editor.stored()["questions"][1]["options"]) == 3
    editor.region.get_by_role("button", name="Redo").click()
    assert len(editor.stored()["questions"][1]["options"]) == 2


def test_a_case_that_a_learning_step_practises_is_deleted_only_after_a_warning_that_names_the_step(
    editor: TreeEditor,
) -> None:
    edit(editor, "illicit-opiates-on-top")
    step = "When treatment is not working: Practise heroin on top with fears about methadone"
    changes = editor.section("What changes")
    expect(changes).to_contain_text(f"{step} – with the case “forty-ml-and-fears”")

    editor.section("Cases")
    panel = editor.region.locator("#node-case-forty-ml-and-fears")
    panel.get_by_role("button", name="Delete: case").click()
    dialog = editor.page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"Learning step “{step}” needs it.")
    dialog.get_by_role("button", name="Delete all the same").click()
    editor.expect_finding(step, "forty-ml-and-fears")
    expect(editor.section("What changes")).to_contain_text("“forty-ml-and-fears”, which is no longer here")


def test_an_id_that_a_published_version_holds_is_kept_and_a_new_one_can_be_changed(editor: TreeEditor) -> None:
    edit(editor, "missed-opioid-doses")
    editor.section("Questions")
    panel = editor.node("Which medicine is it?")
    ids = panel.locator("> .w-panel__content > [data-field=id]")
    expect(ids).to_have_text("Id: medicine (kept for good)")

    panel.get_by_role("button", name="Copy: question").click()
    copied = editor.node("Which medicine is it? (copy)")
    ids = copied.locator("> .w-panel__content > [data-field=id]")
    ids.locator("summary").click()
    field = editor.line(ids, "Id")
    expect(field).to_have_value("medicine-copy")
    field.fill("medicine")
    field.blur()
    expect(ids).to_contain_text("“medicine” is used already. Choose another id.")
    field.fill("which-medicine")
    field.blur()
    copy = editor.stored()["questions"][2]
    assert copy["id"] == "which-medicine"
    assert copy["next"][0]["when"]["all"][1]["question"] == "which-medicine"


def test_a_short_name_is_how_rules_and_findings_call_the_answer(editor: TreeEditor) -> None:
    edit(editor, "missed-opioid-doses")
    editor.section("Questions")
    panel = editor.node("What has the prescriber said about the usual dose?")
    name = editor.line(panel, "Short name")
    expect(name).to_have_accessible_description(
        "How rules and results call the answer, for example: breath reading. Left empty, it is made from the id."
    )
    expect(editor.rule(panel, 1)).to_contain_text("prescriber is “")
    name.fill("what the prescriber said")
    expect(editor.rule(panel, 1)).to_contain_text("what the prescriber said is “")
    assert editor.stored()["questions"][-1]["name"] == "what the prescriber said"
    name.fill("medicine")
    editor.expect_finding("Another question is called “medicine” too.")


def test_a_rule_and_an_outcome_are_split(editor: TreeEditor) -> None:
    edit(editor, "missed-opioid-doses")
    page = editor.page
    editor.section("Questions")
    panel = editor.node("What has the prescriber said about the usual dose?")
    editor.rule(panel, 1).get_by_role("button", name="Split: Rule 1").click()
    dialog = page.get_by_role("dialog", name="Split the rule in two")
    editor.list(dialog, "By the answer to").select_option(label="Which medicine is it?")
    dialog.get_by_label("Methadone by mouth").check()
    dialog.get_by_role("button", name="Split rule").click()
    first, second = editor.stored()["questions"][-1]["next"][:2]
    said = {"question": "prescriber", "test": "is", "options": ["confirmed"]}
    methadone = {"question": "medicine", "test": "is", "options": ["methadone"]}
    rest = {"question": "medicine", "test": "any-of", "options": ["buprenorphine", "other", "not-known"]}
    assert (first["when"], second["when"]) == ({"all": [said, methadone]}, {"all": [said, rest]})
    assert first["go"] == second["go"] == "follow-prescriber"

    editor.section("Outcomes")
    outcome = next(each for each in editor.stored()["outcomes"] if each["id"] == "follow-prescriber")
    panel = editor.node(outcome["title"])
    panel.get_by_role("button", name="Split the outcome in two").click()
    dialog = page.get_by_role("dialog", name="Split the outcome in two")
    editor.line(dialog, "Title of the copy").fill("Follow the prescriber with methadone")
    dialog.get_by_label("Rule 1 of “What has the prescriber said").check()
    dialog.get_by_role("button", name="Split outcome").click()
    assert [rule["go"] for rule in editor.stored()["questions"][-1]["next"][:2]] == [
        "follow-prescriber-copy",
        "follow-prescriber",
    ]


def test_what_an_edit_changes_is_said_before_it_is_published(editor: TreeEditor) -> None:
    edit(editor, "missed-opioid-doses")
    editor.section("Questions")
    panel = editor.node("Is there a written agreement between pharmacy and service for missed doses?")
    editor.line(editor.condition(editor.rule(panel, 2), 2), "Number").fill("1")
    editor.line(editor.condition(editor.rule(panel, 3), 1), "Number").fill("2")
    editor.checked()
    changes = editor.section("What changes")
    expect(changes).to_contain_text("Changes the result for")
    written = changes.locator(".tree-editor__wording")
    expect(written).to_contain_text("Is there a written agreement between pharmacy and service for missed doses?")
    expect(changes).to_contain_text("days of exactly 2 days")
    expect(changes).to_contain_text("would fail")
    expect(changes.get_by_role("link", name="Missed doses and working with pharmacies")).to_be_visible()


def test_small_wrong_edits_are_tried_and_those_that_no_case_catches_lead_to_their_node(editor: TreeEditor) -> None:
    edit(editor, "missed-opioid-doses")
    cases = editor.section("Cases")
    cases.get_by_role("button", name="Try small wrong edits").click()
    expect(cases).to_contain_text("None that changes a result could be published")

    # Nobody says what comes out at four nights: a bound that is moved would go unnoticed.
    draft_tree(cases=[case for case in lantern_cases() if case["id"] != "four"])
    edit(editor, "lantern")
    cases = editor.section("Cases")
    cases.get_by_role("button", name="Try small wrong edits").click()
    expect(cases).to_contain_text("No case would catch these")
    cases.locator(".tree-editor__wrong-edits a").filter(has_text="For how many nights").first.click()
    expect(editor.region.locator("#node-question-nights .w-panel__content")).to_be_visible()


def test_a_case_that_would_catch_a_small_wrong_edit_is_proposed_and_added(editor: TreeEditor) -> None:
    # The advice joins two outcomes, and the cases bring it with one of them: it could be hidden from the other.
    document = lantern_document()
    document["add_ons"][0]["when"] = "dusk is not-known"
    draft_tree(document)
    edit(editor, "lantern")
    cases = editor.section("Cases")
    cases.get_by_role("button", name="Try small wrong edits").click()
    tried = cases.locator(".tree-editor__wrong-edits")
    expect(tried).to_contain_text("no longer joins “light”")
    expect(tried).to_contain_text("The tree can be published without them.")
    proposal = tried.locator(".tree-editor__proposals li")
    expect(proposal).to_have_count(1)
    expect(proposal).to_contain_text("Carry matches")
    proposal.get_by_role("button", name="Add this case").click()
    expect(proposal).to_have_count(0)
    expect(editor.region.locator("#node-case-light .w-panel__content")).to_be_visible()
    editor.checked()
    tried.get_by_role("button", name="Try small wrong edits").click()
    expect(tried).to_contain_text("None that changes a result could be published")


def test_a_small_wrong_edit_of_a_red_flag_leads_to_the_red_flag(editor: TreeEditor) -> None:
    document = lantern_document()
    document["red_flags"] = [{"id": "storm", "when": "nights above 20 days", "outcome": "leave"}]
    draft_tree(document)
    edit(editor, "lantern")
    section = editor.section("Cases")
    section.get_by_role("button", name="Try small wrong edits").click()
    link = section.locator(".tree-editor__wrong-edits a").filter(has_text="storm").first
    expect(link).to_be_visible()
    link.click()
    expect(editor.region.locator("#node-red-flag-storm .w-panel__content")).to_be_visible()


def test_when_the_check_does_not_answer_the_editor_says_so_and_goes_on(editor: TreeEditor) -> None:
    edit(editor, "missed-opioid-doses")
    page = editor.page
    page.route("**/admin/decision-trees/check/**", lambda route: route.fulfill(status=503, body=""))
    editor.section("Questions")
    editor.line(editor.node("Which medicine is it?"), "Question").fill("Which medicine was it?")
    expect(editor.region).to_contain_text("The check did not answer. What you typed stands in this form")
    assert editor.stored()["questions"][1]["text"] == "Which medicine was it?"
    page.unroute("**/admin/decision-trees/check/**")
    editor.region.get_by_role("button", name="Check again").click()
    expect(editor.region.locator(".tree-editor__status")).not_to_contain_text("did not answer")
