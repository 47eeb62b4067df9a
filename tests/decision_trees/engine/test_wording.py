"""The difference between two versions of a tree, in words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from decision_trees.engine.conditions import parse
from decision_trees.engine.model import Basis, Kind, Option, Question, Statement, Tree
from decision_trees.engine.wording import NodeChange, TextChange, What, describe_changes, marked

from .trees import BREATH, CITED, add_on, dose_tree, options, otherwise, outcome, question, random_trees, tree, when


def with_question(made: Tree, id: str, **fields: object) -> Tree:
    return replace(made, questions=tuple(_replaced(each, fields) if each.id == id else each for each in made.questions))


def with_outcome(made: Tree, id: str, **fields: object) -> Tree:
    changed = tuple(replace(each, **fields) if each.id == id else each for each in made.outcomes)  # type: ignore[arg-type]  # of Outcome
    return replace(made, outcomes=changed)


def _replaced(asked: Question, fields: dict[str, object]) -> Question:
    return replace(asked, **fields)  # type: ignore[arg-type]  # each test names fields of Question


def only(changes: tuple[NodeChange, ...]) -> NodeChange:
    (change,) = changes
    return change


@given(random_trees())
@settings(max_examples=30, deadline=None)
def test_a_tree_does_not_differ_from_itself(made: Tree) -> None:
    assert describe_changes(made, made) == ()


@given(random_trees(), random_trees())
@settings(max_examples=30, deadline=None)
def test_what_one_direction_adds_the_other_removes(one: Tree, other: Tree) -> None:
    there = {(each.kind, each.id, each.what) for each in describe_changes(one, other)}
    back = {(each.kind, each.id, each.what) for each in describe_changes(other, one)}
    turned = {What.ADDED: What.REMOVED, What.REMOVED: What.ADDED}
    assert {(kind, id, turned.get(what, what)) for kind, id, what in there} == back


def test_a_changed_text_is_told_before_and_after() -> None:
    before = dose_tree()
    after = with_question(before, "looks", text="How do they look?", why="It matters.")
    assert only(describe_changes(before, after)) == NodeChange(
        "question",
        "looks",
        "How do they look?",
        What.CHANGED,
        (
            TextChange("Question", "What of looks?", "How do they look?"),
            TextChange("Why it matters", "", "It matters."),
        ),
    )


def test_a_moved_boundary_is_one_changed_rule() -> None:
    before = dose_tree()
    rules = before.questions[3].rules
    after = with_question(
        before,
        "risks",
        rules=(rules[0], when("limit is none-set and reading at most 0.4 mg-l", "carry-on"), *rules[2:]),
    )
    assert only(describe_changes(before, after)).details == (
        TextChange(
            "Rules",
            "Limit is “None set” and reading is at most 0.35 mg/L: go to “Do carry-on”",
            "Limit is “None set” and reading is at most 0.4 mg/L: go to “Do carry-on”",
        ),
    )


def test_the_order_of_rules_is_told_once() -> None:
    before = dose_tree()
    first, second, *rest = before.questions[3].rules
    change = only(describe_changes(before, with_question(before, "risks", rules=(second, first, *rest))))
    assert [each.label for each in change.details] == ["Rules, order"]


def test_options_are_compared_by_their_ids() -> None:
    before = dose_tree()
    withdrawal, neither, collapsed = before.questions[0].options
    after = with_question(
        before, "looks", options=(neither, replace(withdrawal, label="Shaking or sweating"), Option("asleep", "Asleep"))
    )
    del collapsed
    change = next(each for each in describe_changes(before, after) if each.id == "looks")
    assert change.details == (
        TextChange("Answers", "Withdrawal", "Shaking or sweating"),
        TextChange("Answers", "", "Asleep"),
        TextChange("Answers", "Collapsed", ""),
        TextChange(
            "Answers, order",
            "Shaking or sweating · Neither · Not known",
            "Neither · Shaking or sweating · Not known",
        ),
    )


def test_a_new_title_of_an_outcome_or_an_answer_does_not_change_the_rules_that_name_it() -> None:
    before = dose_tree()
    after = with_outcome(before, "carry-on", title="Carry on as before")
    assert [each.id for each in describe_changes(before, after)] == ["carry-on"]
    withdrawal, *others = before.questions[0].options
    relabelled = with_question(before, "looks", options=(replace(withdrawal, label="Shaking"), *others))
    assert [detail.label for detail in only(describe_changes(before, relabelled)).details] == ["Answers"]


def test_nodes_that_are_new_or_gone_are_told_whole() -> None:
    before = dose_tree()
    extra = question("sleeps", Kind.YES_NO, otherwise("risks"), why="They may be tired.")
    after = replace(before, questions=(*before.questions, extra))
    change = only(describe_changes(before, after))
    assert (change.what, change.kind, change.id) == (What.ADDED, "question", "sleeps")
    assert TextChange("Why it matters", "", "They may be tired.") in change.details
    assert TextChange("Rules", "", "Whatever the answer: go to “What of risks?”") in change.details
    gone = only(describe_changes(after, before))
    assert gone.what is What.REMOVED
    assert TextChange("Question", "What of sleeps?", "") in gone.details


def test_the_fewest_nodes_are_said_to_have_moved() -> None:
    before = dose_tree()
    first, *rest = before.outcomes
    change = only(describe_changes(before, replace(before, outcomes=(*rest, first))))
    assert (change.id, change.what) == ("carry-on", What.MOVED)
    assert change.details == (TextChange("Place", "First", "After “Do emergency”"),)


def test_statements_change_with_their_strength_and_their_passages() -> None:
    one = Statement("Ask the prescriber today.", CITED, Basis.RULE)
    before = with_outcome(dose_tree(), "assess", actions=(one,))
    after = with_outcome(
        before, "assess", actions=(replace(one, basis=Basis.INFERENCE), replace(one, text="Write it down."))
    )
    change = only(describe_changes(before, after, cite=lambda citation: "Section 5.2.4"))
    assert change.details == (
        TextChange(
            "What to do",
            "Ask the prescriber today. [rule; Section 5.2.4]",
            "Ask the prescriber today. [inference; Section 5.2.4]",
        ),
        TextChange("What to do", "", "Write it down. [rule; Section 5.2.4]"),
    )


def test_red_flags_and_advice_are_told_by_their_condition() -> None:
    before = dose_tree()
    (flag,) = before.red_flags
    after = replace(
        before,
        red_flags=(replace(flag, when=parse("looks is any of collapsed, not-known")),),
        add_ons=(before.add_ons[0], add_on("mind-sedatives", "risks includes sedatives")),
    )
    flagged, advised = describe_changes(before, after)
    assert flagged.details == (TextChange("When", "Looks is “Collapsed”", "Looks is “Collapsed” or “Not known”"),)
    assert (advised.kind, advised.id, [each.label for each in advised.details]) == (
        "advice",
        "mind-sedatives",
        ["When"],
    )


def test_the_range_of_a_number_is_told_in_its_unit() -> None:
    before = dose_tree()
    after = with_question(before, "reading", number=replace(BREATH, maximum=Decimal(2)))
    (detail,) = only(describe_changes(before, after)).details
    assert detail.before == "0 to 3 mg/L in steps of 0.01, given in mg/L, micrograms per 100 ml, for example 0.42"
    assert detail.after.startswith("0 to 2 mg/L")


@pytest.mark.parametrize("units", [(), ("stone",)])
def test_a_number_whose_unit_is_not_chosen_yet_is_told_without_its_range(units: tuple[str, ...]) -> None:
    made = dose_tree()
    begun = with_question(made, "reading", number=replace(BREATH, units=units))
    (change,) = only(describe_changes(made, begun)).details
    assert (change.label, change.after) == ("Numbers", "")


def test_the_words_of_the_tree_itself_come_first() -> None:
    before = dose_tree()
    after = with_outcome(replace(before, at_hand=("The reading",), start="reading"), "assess", who_decides="You")
    tree_change, _ = describe_changes(before, after)
    assert tree_change.kind == "tree"
    assert {each.label for each in tree_change.details} == {"First question", "To have at hand"}


#: Every field of a question and of an outcome that is changed on its own must show.
FIELDS = {
    "careful": ("withdrawal",),
    "no_not_known": "It can always be seen.",
    "hint": "Look closely.",
    "citations": (),
    "setting": "looks-setting",
    "name": "the look of it",
}


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_of_a_question_changes_unseen(field: str) -> None:
    assert describe_changes(dose_tree(), with_question(dose_tree(), "looks", **{field: FIELDS[field]}))


@pytest.mark.parametrize(
    "field", ["record", "gaps", "signposts", "conflicts", "next_trees", "next_pages", "citations", "because", "do_now"]
)
def test_no_field_of_an_outcome_changes_unseen(field: str) -> None:
    value: object = "Other words." if field in ("because", "do_now") else ("something-else",)
    assert describe_changes(dose_tree(), with_outcome(dose_tree(), "assess", **{field: value}))


def test_marks_stand_at_whole_words() -> None:
    before, after = marked("Hold it for 3 days.", "Hold the dose for 3 days.")
    assert [text for text, differs in before if differs] == ["it"]
    assert [text for text, differs in after if differs] == ["the dose"]
    assert "".join(text for text, _ in before) == "Hold it for 3 days."


def test_answers_are_not_taken_from_an_earlier_version_when_they_are_gone() -> None:
    before = tree([question("a", Kind.ONE_OF, otherwise("end"), options=options("red", "green"))], [outcome("end")])
    after = with_question(before, "a", options=options("red"))
    assert only(describe_changes(before, after)).details == (TextChange("Answers", "Green", ""),)
