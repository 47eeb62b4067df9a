"""A question is split in two, and the tree means what it meant: the same result and advice for every answer."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from decision_trees.checking import context_of_today
from decision_trees.editor.vocabulary import vocabulary_of
from decision_trees.engine.answers import coded_answers
from decision_trees.engine.cases import cases_from_document, run_case
from decision_trees.engine.conditions import (
    All,
    Any_,
    AnyOf,
    CompareConstant,
    CompareFigure,
    Condition,
    Is,
    NoneOf,
    Not,
    parse,
)
from decision_trees.engine.documents import tree_from_document, tree_to_document
from decision_trees.engine.graph import conditions_of
from decision_trees.engine.model import (
    Answer,
    Answers,
    Choice,
    Context,
    Kind,
    Order,
    Quantity,
    Question,
    RedFlag,
    Selection,
    Tree,
)
from decision_trees.engine.units import to_base
from decision_trees.engine.validation import prove
from decision_trees.engine.walk import find_end, walk
from decision_trees.models import TreePage
from decision_trees.readers import cases_of_page, document_for_editing, tree_of_page
from tests.decision_trees.engine.brute_force import answers_that_differ
from tests.decision_trees.engine.generator import Size, sound_tree
from tests.decision_trees.engine.trees import add_on, options, otherwise, outcome, question, tree, when
from tests.support.browser import accessibility_findings
from tests.support.tree_editor import MODULES, TreeEditor

#: Those with a question that can be split.
SLUGS = (
    "breath-alcohol-before-dose",
    "illicit-opiates-on-top",
    "missed-opioid-doses",
    "not-benefiting-from-treatment",
    "postal-equipment-and-domestic-abuse",
)
MANY = 10
SIZE = Size(questions=5, numbers=1, points=5, options=5, asked_anyway=0.1, red_flags=6)
GENERATED = 60
#: What the check may say of two questions that it did not say of the one: that where both lead is the same, or that
#: other answers leave nothing for a rule in one of the two.
MAY_FOLLOW = {"changes-nothing", "rule-never-wins"}

SPLIT = f"""async ({{ splits, vocabulary }}) => {{
  const load = (name) => import(`{MODULES}${{name}}.js`);
  const {{ readState, writeDocument, writeCases }} = await load("state");
  const {{ splitQuestionOf }} = await load("question_splitting");
  return splits.map(({{ document, cases, question, options }}) => {{
    const state = readState(document, cases);
    const before = JSON.stringify(state);
    const {{ _key: key }} = state.tree.questions.find(({{ id }}) => id === question);
    const wanted = {{ key, options, text: "Which of the others is it?", label: "Something else" }};
    const made = splitQuestionOf(state, vocabulary, wanted);
    if (JSON.stringify(state) !== before) throw new Error("The state itself was changed.");
    if (made.refused) return {{ refused: made.refused.words }};
    const second = made.state.tree.questions.find(({{ _key }}) => _key === made.key);
    return {{ document: writeDocument(made.state), cases: writeCases(made.state), second: second.id }};
  }});
}}"""


@dataclass(frozen=True)
class Split:
    """A question that is to be split, and the answers that move."""

    tree: Tree
    context: Context
    question: Question
    options: tuple[str, ...]
    cases: tuple[dict[str, Any], ...] = ()

    def given(self) -> dict[str, Any]:
        return {
            "document": document_for_editing(tree_to_document(self.tree)),
            "cases": list(self.cases),
            "question": self.question.id,
            "options": list(self.options),
        }


@pytest.fixture
def site(portal: str, page: Page) -> Page:
    page.goto("/health/live")
    return page


def made_of(site: Page, splits: list[Split]) -> list[dict[str, Any]]:
    """What the editor's scripts make of each."""
    page = TreePage.objects.get(slug="missed-opioid-doses")
    made = site.evaluate(SPLIT, {"splits": [each.given() for each in splits], "vocabulary": vocabulary_of(page)})
    assert isinstance(made, list)
    return made


def can_be_split(tree: Tree) -> list[Question]:
    return [each for each in tree.questions if each.kind is Kind.ONE_OF and len(each.options) > 2]


def parts_of(question: Question, chance: random.Random) -> tuple[str, ...]:
    """Two answers or more that move, and at least one that stays."""
    ids = [option.id for option in question.options]
    return tuple(chance.sample(ids, chance.randint(2, len(ids) - 1)))


def telling_answers(tree: Tree, context: Context) -> dict[str, list[Answer]]:
    """For each question, answers of every sort.

    Of numbers that are compared with each other, those about each bound: both can then stand on every side of it, and
    be equal, lower or higher. Of many options of which several are chosen, each alone and all together.
    """
    bounds = {
        to_base(statement.constant if isinstance(statement, CompareConstant) else context.figures[statement.figure])
        for condition in conditions_of(tree)
        for statement in condition.statements()
        if isinstance(statement, CompareConstant | CompareFigure)
    }
    found = answers_that_differ(tree, context)
    for asked in tree.questions:
        if len(found[asked.id]) > MANY:
            sizes = {1, len(asked.options)}
            found[asked.id] = [
                each for each in found[asked.id] if not isinstance(each, Selection) or len(each.options) in sizes
            ]
        if asked.number is not None:
            step = asked.number.step
            near = {each + by * step for each in bounds for by in (-1, 0, 1)}
            near |= {asked.number.minimum, asked.number.maximum}
            found[asked.id] = [
                each for each in found[asked.id] if not isinstance(each, Quantity) or to_base(each) in near
            ]
    return found


def ends_of(tree: Tree, context: Context, answers: dict[str, list[Answer]]) -> Iterator[Answers]:
    """The answers of every way through a tree, up to its end or to where it breaks off."""
    open_: list[dict[str, Answer]] = [{}]
    while open_:
        given = open_.pop()
        journey = find_end(tree, given, context)
        if journey.outcome is not None or journey.is_broken or journey.question is None:
            yield given
        else:
            open_.extend({**given, journey.question.id: answer} for answer in answers[journey.question.id])


def result_of(tree: Tree, answers: Answers, context: Context) -> tuple[Any, ...]:
    journey = walk(tree, answers, context)
    outcome = journey.outcome.id if journey.outcome else None
    flag = journey.red_flag.id if journey.red_flag else None
    broken = {problem.code for problem in journey.problems}
    return outcome, [applied.add_on.id for applied in journey.add_ons], flag, broken


def expect_the_same_meaning(split: Split, made: dict[str, Any]) -> int:
    """Every person gets the same from both trees. Answers how many ways were compared."""
    after = tree_from_document(made["document"])
    first, second = after.question(split.question.id), after.question(made["second"])
    assert first is not None
    assert second is not None
    kept = [option for option in split.question.options if option.id not in split.options]
    assert list(first.options[:-1]) == kept
    assert list(second.options) == [option for option in split.question.options if option.id in split.options]
    assert (second.not_known, second.no_not_known) == (split.question.not_known, split.question.no_not_known)
    assert set(second.careful) == set(split.question.careful) & set(split.options)
    leading = Choice(first.options[-1].id)
    answers = telling_answers(after, split.context)
    for each in (first, second):
        answers[each.id] = [Choice(code) for code in coded_answers(each)]
    compared = 0
    for given in ends_of(after, split.context, answers):
        before = {id: answer for id, answer in given.items() if id != second.id}
        if before.get(first.id) == leading:
            assert second.id in given, given
            before[first.id] = given[second.id]
        assert result_of(after, given, split.context) == result_of(split.tree, before, split.context), given
        compared += 1
    return compared


def expect_no_new_findings(split: Split, made: dict[str, Any]) -> None:
    after = tree_from_document(made["document"])
    assert {finding.code for finding in prove(after, split.context).findings} <= MAY_FOLLOW


def generated(count: int) -> Iterator[Split]:
    """Sound trees with a question that can be split."""
    numbers = itertools.count(1)
    while count:
        number = next(numbers)
        sound = sound_tree(number, SIZE)
        chance = random.Random(f"split, {number}")
        for asked in can_be_split(sound.tree)[:1]:
            count -= 1
            yield Split(sound.tree, sound.context, asked, parts_of(asked, chance))


def rewired(split: Split, chance: random.Random) -> Split:
    """The same tree with red flags, advice and some rules that read the question in every way. Seldom sound."""
    tree, question = split.tree, split.question

    def other(when: Condition | None) -> Condition | None:
        return when if when is None or chance.random() < 0.6 else some_condition(chance, question)

    flags = [replace(flag, when=some_condition(chance, question)) for flag in tree.red_flags]
    flags += [
        RedFlag(f"another-{number}", some_condition(chance, question), chance.choice(tree.outcomes).id)
        for number in range(chance.randint(1, 3))
    ]
    changed = replace(
        tree,
        red_flags=tuple(flags),
        add_ons=tuple(replace(each, when=some_condition(chance, question)) for each in tree.add_ons),
        questions=tuple(
            replace(
                each,
                rules=tuple(replace(rule, when=other(rule.when)) for rule in each.rules),
                order=chance.choice(list(Order)),
            )
            for each in tree.questions
        ),
    )
    asked = changed.question(question.id)
    assert asked is not None
    return replace(split, tree=changed, question=asked)


def some_condition(chance: random.Random, question: Question, depth: int = 0) -> Condition:
    way = chance.random() if depth < 3 else 1
    if way < 0.2:
        return Not(some_condition(chance, question, depth + 1))
    if way < 0.6:
        parts = (some_condition(chance, question, depth + 1), some_condition(chance, question, depth + 1))
        return All(parts) if way < 0.4 else Any_(parts)
    codes = coded_answers(question)
    some = tuple(chance.sample(codes, chance.randint(1, len(codes) - 1)))
    return chance.choice([Is(question.id, some[0]), AnyOf(question.id, some), NoneOf(question.id, some)])


# --- The same meaning -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_a_question_of_a_shipped_tree_is_split_and_the_tree_means_the_same(site: Page, slug: str) -> None:
    page = TreePage.objects.get(slug=slug)
    tree, context = tree_of_page(page), context_of_today()
    cases = tuple(cases_of_page(page))
    [asked, *_] = can_be_split(tree)
    split = Split(tree, context, asked, (asked.options[0].id, asked.options[-1].id), cases)
    [made] = made_of(site, [split])
    assert expect_the_same_meaning(split, made) > 100
    expect_no_new_findings(split, made)
    after = tree_from_document(made["document"])
    kept = cases_from_document({"cases": made["cases"]})
    assert [case.id for case in kept if run_case(after, case, context).differences] == []
    moved = {case["id"]: case["answers"][split.question.id] for case in cases if gives_one_of(case, split)}
    assert moved
    assert {case.id: case.answers.get(made["second"]) for case in kept if case.id in moved} == moved
    assert all(made["second"] not in case.answers for case in kept if case.id not in moved)


def gives_one_of(case: dict[str, Any], split: Split) -> bool:
    return case["answers"].get(split.question.id) in split.options


def test_generated_trees_that_are_sound_mean_the_same_and_stay_as_careful(site: Page) -> None:
    splits = list(generated(GENERATED))
    done = 0
    for split, made in zip(splits, made_of(site, splits), strict=True):
        # A rule may be in the way that was written for answers nobody who comes there has given.
        if "refused" in made:
            continue
        expect_the_same_meaning(split, made)
        expect_no_new_findings(split, made)
        done += 1
    assert done > GENERATED * 0.9


def test_trees_that_read_the_question_in_every_way_mean_the_same(site: Page) -> None:
    splits = [rewired(split, random.Random(f"rewired, {place}")) for place, split in enumerate(generated(GENERATED))]
    done = 0
    for split, made in zip(splits, made_of(site, splits), strict=True):
        if "refused" not in made:
            expect_the_same_meaning(split, made)
            done += 1
    assert done > GENERATED * 0.2


def lamp_tree(*red_flags: tuple[str, str], order: Order = Order.EXACTLY_ONE, **fields: Any) -> Tree:
    """The first question is the one to split: oil, gas and wax, or not known."""
    rules = (when("lamp is any of oil, gas", "cold"), otherwise("end"))
    lamp = question("lamp", Kind.ONE_OF, *rules, options=options("oil", "gas", "wax"), order=order, **fields)
    cold = question("cold", Kind.YES_NO, otherwise("end"))
    flags = tuple(RedFlag(f"flag-{place}", parse(said), go) for place, (said, go) in enumerate(red_flags))
    advice = (add_on("trim", "cold is yes and not lamp is gas"),)
    return tree([lamp, cold], [outcome("end"), outcome("first", 3), outcome("second", 2)], flags, advice)


def lamp_split(tree: Tree) -> Split:
    return Split(tree, Context(), tree.questions[0], ("gas", "wax"))


@pytest.mark.parametrize(
    "flags",
    [
        # The first of two that hold wins, also where only the second would hold before the second question.
        [("lamp is gas", "first"), ("lamp is none of oil", "second")],
        [("lamp is wax", "first"), ("not lamp is oil", "second")],
        # Before the first question, no red flag is looked at.
        [("lamp is any of gas, wax", "first"), ("not cold is yes", "second")],
        [("not (lamp is gas or lamp is oil)", "first")],
        # Whatever moves raises it: nobody who kept to the first question is told that it comes too late.
        [("lamp is any of gas, wax, not-known", "first")],
        [("lamp is gas or lamp is any of wax, not-known", "first")],
    ],
)
def test_the_red_flag_that_won_wins_and_no_earlier(site: Page, flags: list[tuple[str, str]]) -> None:
    split = lamp_split(lamp_tree(*flags))
    [made] = made_of(site, [split])
    assert expect_the_same_meaning(split, made) >= 5
    before = {finding.code for finding in prove(split.tree).findings}
    after = {finding.code for finding in prove(tree_from_document(made["document"])).findings}
    assert after - before <= MAY_FOLLOW


def test_the_new_answer_is_marked_as_careful_where_all_are_for_which_it_stands(site: Page) -> None:
    splits = [lamp_split(lamp_tree(careful=careful)) for careful in [("gas", "wax"), ("oil", "gas"), ()]]
    made = [tree_from_document(each["document"]) for each in made_of(site, splits)]
    assert [tuple(question.careful for question in tree.questions[:2]) for tree in made] == [
        (("something-else",), ("gas", "wax")),
        (("oil",), ("gas",)),
        ((), ()),
    ]


def test_where_not_known_is_not_offered_the_second_question_says_why_as_the_first_does(site: Page) -> None:
    split = lamp_split(lamp_tree(not_known="", no_not_known="It can be seen."))
    [made] = made_of(site, [split])
    expect_the_same_meaning(split, made)


def test_rules_that_are_read_in_order_keep_their_order(site: Page) -> None:
    tree = lamp_tree(order=Order.FIRST_FIT)
    rules = (when("not lamp is oil", "first"), when("lamp is any of oil, wax", "second"), otherwise("end"))
    [lamp, *others] = tree.questions
    split = lamp_split(replace(tree, questions=(replace(lamp, rules=rules[:2]), *others)))
    [made] = made_of(site, [split])
    expect_the_same_meaning(split, made)
    second = tree_from_document(made["document"]).question(made["second"])
    assert second is not None
    assert second.rules == (otherwise("first"),)
    [refused] = made_of(site, [lamp_split(replace(tree, questions=(replace(lamp, rules=rules), *others)))])
    assert refused == {"refused": "Rule 3 of “What of lamp?” never applies. Take it out or widen it first."}


# --- What is refused ------------------------------------------------------------------------------------------------


def refused(site: Page, document: dict[str, Any], question: str = "lamp") -> str:
    given = {"document": document, "cases": [], "question": question, "options": ["gas", "wax"]}
    page = TreePage.objects.get(slug="missed-opioid-doses")
    [made] = site.evaluate(SPLIT, {"splits": [given], "vocabulary": vocabulary_of(page)})
    return str(made["refused"])


def lamp_document() -> dict[str, Any]:
    return document_for_editing(tree_to_document(lamp_tree(("lamp is gas", "first"))))


def test_a_question_of_another_kind_is_not_split(site: Page) -> None:
    assert "Only a question with one choice of several options can be split" in refused(site, lamp_document(), "cold")


def test_a_question_with_two_options_is_not_split(site: Page) -> None:
    document = lamp_document()
    del document["questions"][0]["options"][0]
    assert "so a question needs three to be split" in refused(site, document)


def test_a_question_whose_id_another_has_is_not_split(site: Page) -> None:
    document = lamp_document()
    document["questions"][1]["id"] = "lamp"
    assert "Another question has the same id" in refused(site, document)


def test_a_question_with_two_options_of_one_id_is_not_split(site: Page) -> None:
    document = lamp_document()
    document["questions"][0]["options"][0]["id"] = "gas"
    assert "Two of its answers have the same id" in refused(site, document)


def test_nothing_is_split_beside_a_condition_that_cannot_be_read(site: Page) -> None:
    document = lamp_document()
    document["add_ons"][0]["when"] = "lamp iz gas"
    assert refused(site, document) == (
        "The added advice “Advice trim” has a condition that cannot be read, so nobody knows what it asks. "
        "Mend it first."
    )


@pytest.mark.parametrize(
    "statement",
    [
        {"question": "lamp", "test": "includes", "options": ["gas"]},
        {"question": "lamp", "test": "above", "value": "3", "unit": "days"},
        {"question": "lamp", "test": "is", "options": []},
        {"question": "lamp", "test": "is", "options": ["gas", "wax"]},
        {"question": "lamp", "test": "any-of", "options": ["gas", "tallow"]},
        {"question": "cold", "test": "above", "other": "lamp"},
    ],
)
def test_a_condition_that_reads_the_question_otherwise_is_named(site: Page, statement: dict[str, Any]) -> None:
    document = lamp_document()
    document["red_flags"][0]["when"] = {"any": [statement, {"question": "cold", "test": "is", "options": ["yes"]}]}
    assert refused(site, document) == (
        "The red flag “flag-0” reads this question, but not as one of its answers, or is not finished. "
        "Mend its condition first."
    )


def test_a_rule_that_reads_a_moved_answer_where_nobody_can_have_given_it_is_named(site: Page) -> None:
    document = lamp_document()
    document["questions"][0]["next"][0]["when"]["options"] = ["oil"]
    document["questions"][1]["next"].insert(0, {"when": "lamp is gas", "go": "first"})
    assert refused(site, document_for_editing(document)) == (
        "Rule 1 of “What of cold?” reads answers of this question that it never meets. Take them out of it first."
    )


# --- In the editor --------------------------------------------------------------------------------------------------

MEDICINE = "Which medicine is it?"
SECOND = "Which of the other medicines is it?"


def test_a_question_is_split_with_the_keyboard_and_the_step_is_taken_back(editor: TreeEditor) -> None:
    editor.edit(TreePage.objects.get(slug="missed-opioid-doses").pk)
    page = editor.page
    editor.section("Questions")
    before, cases = editor.stored(), editor.stored("cases")
    panel = editor.node(MEDICINE)
    panel.get_by_role("button", name="Split the question in two").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Split the question in two")
    expect(dialog).to_contain_text("“Not known” is offered in both")
    expect(dialog.get_by_label("Methadone by mouth")).to_be_focused()
    assert accessibility_findings(page, within=".tree-editor__dialog") == []
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(dialog.get_by_label("Buprenorphine by mouth")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(SECOND)
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Tick at least two answers for the second question.")
    dialog.get_by_label("Another opioid medicine or form").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(editor.line(dialog, "Answer to the first question that leads to it")).to_have_value("Something else")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()

    field = editor.line(editor.node(SECOND), "Question")
    expect(field).to_be_focused()
    expect(field).to_have_value(SECOND)
    after = {question["id"]: question for question in editor.stored()["questions"]}
    assert list(after)[1:3] == ["medicine", "other-medicines"]
    assert [option["id"] for option in after["medicine"]["options"]] == ["methadone", "something-else"]
    assert [option["id"] for option in after["other-medicines"]["options"]] == ["buprenorphine", "other"]
    assert editor.stored("cases") != cases
    editor.checked()
    editor.expect_finding("No passing case answers", SECOND, "Not known")

    page.keyboard.press("Control+z")
    expect(editor.region.locator("h3").filter(has_text=SECOND)).to_have_count(0)
    expect(editor.region.get_by_role("button", name="Undo")).to_be_disabled()
    assert editor.stored() == before
    assert editor.stored("cases") == cases
    page.keyboard.press("Control+Shift+z")
    expect(editor.region.locator("h3").filter(has_text=SECOND)).to_have_count(1)


def test_what_is_still_to_be_said_of_a_split_is_said_in_the_window(editor: TreeEditor) -> None:
    editor.edit(TreePage.objects.get(slug="missed-opioid-doses").pk)
    editor.section("Questions")
    before = editor.stored()
    editor.node(MEDICINE).get_by_role("button", name="Split the question in two").click()
    dialog = editor.page.get_by_role("dialog", name="Split the question in two")
    split = dialog.get_by_role("button", name="Split question")
    error = dialog.get_by_role("alert")
    expect(dialog.get_by_role("checkbox")).to_have_count(3)
    for box in dialog.get_by_role("checkbox").all():
        box.check()
    split.click()
    expect(error).to_have_text("Leave at least one answer to the first question.")
    dialog.get_by_label("Methadone by mouth").uncheck()
    split.click()
    expect(error).to_have_text("Write the second question.")
    editor.line(dialog, "Second question").fill(SECOND)
    leading = editor.line(dialog, "Answer to the first question that leads to it")
    leading.fill("")
    split.click()
    expect(error).to_have_text("Write the answer that leads to the second question.")
    leading.fill("Methadone by mouth")
    split.click()
    expect(error).to_have_text("The first question has an answer “Methadone by mouth” already. Write another.")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert editor.stored() == before


def test_what_is_in_the_way_of_a_split_is_named_and_one_is_led_there(editor: TreeEditor) -> None:
    editor.edit(TreePage.objects.get(slug="missed-opioid-doses").pk)
    page = editor.page
    editor.section("Questions")
    panel = editor.node("Is there a written agreement between pharmacy and service for missed doses?")
    panel.get_by_role("button", name="Split the question in two").click()
    dialog = page.get_by_role("dialog", name="The question cannot be split")
    expect(dialog).to_contain_text("Only a question with one choice of several options can be split.")
    dialog.get_by_role("button", name="Go there").click()
    expect(editor.list(panel, "Kind of answer")).to_be_focused()

    editor.add_rule(panel)
    statement = editor.condition(editor.rule(panel, 4))
    editor.list(statement, "Question").select_option(label=MEDICINE)
    editor.node(MEDICINE).get_by_role("button", name="Split the question in two").click()
    expect(dialog).to_contain_text("Rule 4 of “Is there a written agreement")
    dialog.get_by_role("button", name="Go there").click()
    expect(editor.rule(panel, 4)).to_be_focused()
