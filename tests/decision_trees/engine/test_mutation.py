from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import prod

import pytest
from hypothesis import assume, given, settings

from decision_trees.engine.cases import Case, run_case
from decision_trees.engine.conditions import parse
from decision_trees.engine.documents import tree_from_document, tree_to_document
from decision_trees.engine.errors import CannotCompare
from decision_trees.engine.goals import Part
from decision_trees.engine.model import Context, Kind, Order, RedFlag, Tree
from decision_trees.engine.mutation import Mutant, mutate, mutation_run
from decision_trees.engine.proposals import propose_cases
from decision_trees.engine.validation import find_problems
from decision_trees.engine.walk import walk

from .trees import add_on, all_answers, dose_tree, mg, options, otherwise, outcome, question, random_trees, tree, when

ENDS = [outcome("low"), outcome("high")]


def edits(tree: Tree, node: str, rule: int | None = None) -> set[str]:
    """What the mutants have in the place of a condition: their sentences."""
    found = set()
    for mutant in mutate(tree):
        if mutant.node != node or mutant.rule != rule:
            continue
        whens = {flag.id: flag.when for flag in mutant.tree.red_flags}
        whens |= {advice.id: advice.when for advice in mutant.tree.add_ons}
        asked = mutant.tree.question(node)
        if node in whens:
            found.add(whens[node].sentence())
        elif asked is not None and rule is not None and rule < len(asked.rules):
            condition = asked.rules[rule].when
            found.add(condition.sentence() if condition is not None else "otherwise")
    return found


def conditional(sentence: str, kind: Kind = Kind.WHOLE_DAYS, **fields: object) -> Tree:
    """A tree with one question `q` and this condition on it, as added advice: its edits are edits of the condition."""
    return tree([question("q", kind, otherwise("low"), **fields)], ENDS[:1], add_ons=(add_on("advice", sentence),))  # type: ignore[arg-type]  # of Question


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("q above 2 days", {"q at least 2 days", "q above 1 days", "q above 3 days"}),
        ("q at least 2 days", {"q above 2 days", "q at least 1 days", "q at least 3 days"}),
        ("q below 2 days", {"q at most 2 days", "q below 1 days", "q below 3 days"}),
        ("q at most 2 days", {"q below 2 days", "q at most 1 days", "q at most 3 days"}),
        ("q equals 0 days", {"q at least 0 days", "q at most 0 days", "q equals 1 days"}),
        ("q above figure limit", {"q at least figure limit"}),
        ("q is number", set()),
    ],
)
def test_a_comparison_is_turned_and_its_number_moved_by_one_step(sentence: str, wrong: set[str]) -> None:
    assert edits(conditional(sentence), "advice") - {sentence} == wrong | {f"not {sentence}"}


def test_numbers_compared_with_each_other_are_exchanged_and_another_number_is_taken() -> None:
    numbers = [question(id, Kind.WHOLE_DAYS, otherwise(go)) for id, go in (("a", "b"), ("b", "c"), ("c", "low"))]
    compared = tree(numbers, ENDS[:1], add_ons=(add_on("advice", "a above b"),))
    wrong = {"a at least b", "b above a", "a above c", "not a above b"}
    assert edits(compared, "advice") - {"a above b"} == wrong


@pytest.mark.parametrize(
    ("sentence", "kind", "wrong"),
    [
        ("q is yes", Kind.YES_NO, {"q is no", "q is any of yes, no", "q is any of yes, not-known"}),
        ("q is any of yes, not-known", Kind.YES_NO, {"q is yes", "q is not-known", "q is any of yes, not-known, no"}),
        ("q is none of a, b", Kind.SEVERAL_OF, {"q is none of a", "q is none of b"}),
        ("q includes any of a, b", Kind.SEVERAL_OF, {"q includes a", "q includes b", "q includes any of a, b, none"}),
        ("q is none", Kind.SEVERAL_OF, {"q is not-known", "q is any of none, not-known"}),
    ],
)
def test_an_option_is_taken_out_of_a_list_put_in_or_mistaken(sentence: str, kind: Kind, wrong: set[str]) -> None:
    given = {"options": options("a", "b")} if kind is Kind.SEVERAL_OF else {}
    assert wrong <= edits(conditional(sentence, kind, **given), "advice")


def test_and_and_or_are_mixed_up_a_part_is_left_out_and_not_comes_and_goes() -> None:
    found = edits(conditional("q is yes and (q is no or not q is not-known)", Kind.YES_NO), "advice")
    assert {
        "q is yes or (q is no or not q is not-known)",
        "q is yes and (q is no and not q is not-known)",
        "q is no or not q is not-known",
        "q is yes",
        "q is yes and q is no",
        "q is yes and not q is not-known",
        "not q is yes and (q is no or not q is not-known)",
        "q is yes and (q is no or q is not-known)",
        "q is yes and (not q is no or not q is not-known)",
    } <= found
    assert not any("not not" in each for each in found)


def three_ways(order: Order = Order.EXACTLY_ONE) -> Tree:
    rules = (when("hurt is yes", "high"), when("hurt is no", "low"), when("hurt is not-known", "middle"))
    ends = [outcome("low"), outcome("middle"), outcome("high"), outcome("far")]
    far = question("other", Kind.YES_NO, otherwise("far"))
    return tree([question("hurt", Kind.YES_NO, *rules, order=order), far], ends)


def ways(mutant: Mutant) -> list[tuple[str, str]]:
    asked = mutant.tree.question("hurt")
    assert asked is not None
    return [(rule.when.sentence() if rule.when is not None else "", rule.go) for rule in asked.rules]


def test_a_rule_leads_where_its_neighbours_lead_or_to_the_outcome_after_its_own() -> None:
    gone = {ways(each)[0][1] for each in mutate(three_ways()) if each.node == "hurt" and len(ways(each)) == 3}
    assert gone == {"high", "low", "middle", "far"}


def test_a_rule_that_leads_to_a_question_may_leave_it_out() -> None:
    asked = [question(id, Kind.YES_NO, otherwise(go)) for id, go in (("a", "b"), ("b", "c"), ("c", "low"))]
    made = [each.tree.question("a") for each in mutate(tree(asked, ENDS[:1])) if each.node == "a"]
    assert [[rule.go for rule in each.rules] for each in made if each is not None] == [["c"]]


def test_a_rule_is_left_out() -> None:
    left = [ways(each) for each in mutate(three_ways()) if len(ways(each)) == 2 and "left out" in each.description]
    assert len(left) == 3


def test_neighbours_change_places_only_where_the_order_counts() -> None:
    swapped = [("hurt is no", "low"), ("hurt is yes", "high"), ("hurt is not-known", "middle")]
    assert swapped in [ways(each) for each in mutate(three_ways(Order.FIRST_FIT))]
    assert swapped not in [ways(each) for each in mutate(three_ways())]


def test_not_known_moves_to_the_rule_beside() -> None:
    moved = [ways(each) for each in mutate(three_ways()) if "moved" in each.description]
    assert [("hurt is yes", "high"), ("hurt is any of no, not-known", "low")] in moved
    assert [("hurt is any of yes, not-known", "high"), ("hurt is no", "low")] in moved


def test_not_known_moves_out_of_a_longer_condition() -> None:
    rules = (
        when("lost is yes and hurt is any of yes, not-known", "high"),
        when("lost is no or hurt is no", "low"),
    )
    asked = tree([question("lost", Kind.YES_NO, otherwise("hurt")), question("hurt", Kind.YES_NO, *rules)], ENDS)
    assert [
        ("lost is yes and hurt is yes", "high"),
        ("lost is no or hurt is any of no, not-known", "low"),
    ] in [ways(each) for each in mutate(asked)]


def test_a_rule_of_not_known_alone_goes_when_not_known_moves() -> None:
    moved = [ways(each) for each in mutate(three_ways()) if "moved" in each.description]
    assert all(len(rules) == 2 for rules in moved)


def test_a_red_flag_is_left_out_leads_elsewhere_or_is_raised_otherwise() -> None:
    flagged = [each for each in mutate(dose_tree()) if each.part is Part.RED_FLAG]
    assert () in [each.tree.red_flags for each in flagged]
    assert RedFlag("collapsed", parse("looks is collapsed"), "carry-on") in [
        flag for each in flagged for flag in each.tree.red_flags
    ]
    assert "not looks is collapsed" in edits(dose_tree(), "collapsed")


def test_advice_is_left_out_or_joins_where_it_must_not() -> None:
    (advice,) = conditional("q is yes", Kind.YES_NO).add_ons
    limited = replace(conditional("q is yes", Kind.YES_NO), add_ons=(replace(advice, not_with=("low",)),))
    made = [each.tree.add_ons for each in mutate(limited)]
    assert () in made
    assert (advice,) in made


def test_advice_no_longer_joins_one_of_the_outcomes_that_it_joins() -> None:
    advice = replace(add_on("advice", "q is yes"), not_with=("low",))
    asked = question("q", Kind.YES_NO, otherwise("low"))
    ends = [outcome("low"), outcome("middle"), outcome("high")]
    made = [each.tree.add_ons for each in mutate(tree([asked], ends, add_ons=(advice,)))]
    assert (replace(advice, not_with=("low", "middle")),) in made
    assert (replace(advice, not_with=("low", "high")),) in made
    assert not any(each.not_with.count("low") > 1 for add_ons in made for each in add_ons)


def test_an_edit_says_where_it_is_and_what_it_is() -> None:
    asked = question("days", Kind.WHOLE_DAYS, when("days at most 3 days", "low"), otherwise("high"))
    told = {each.description for each in mutate(tree([asked], ENDS))}
    assert "In “days”, rule 1: “days is at most 2 days” instead of “days is at most 3 days”" in told
    assert "In “days”, rule 1: leads to “high” instead of “low”" in told


@settings(max_examples=60)
@given(random_trees())
def test_every_edit_makes_another_tree_that_can_be_written_down(random: Tree) -> None:
    documents = [tree_to_document(random)]
    for mutant in mutate(random):
        document = tree_to_document(mutant.tree)
        assert document not in documents, mutant.description
        assert tree_from_document(document) == mutant.tree, mutant.description
        documents.append(document)


# --- The run ----------------------------------------------------------------------------------------------------------


def two_ways() -> Tree:
    asked = question("days", Kind.WHOLE_DAYS, when("days at most 2 days", "low"), otherwise("high"))
    return tree([asked], [outcome("low", 1), outcome("high", 2)])


NEAR = [Case("a", "low", {"days": "2"}), Case("b", "high", {"days": "3"}), Case("c", "high", {"days": "not-known"})]


def test_cases_right_beside_the_boundary_notice_every_edit_that_changes_a_result() -> None:
    report = mutation_run(two_ways(), NEAR)
    assert report.survivors == ()
    assert report.score == report.score_of_cases_alone == 1.0
    assert report.total == report.caught_by_cases + report.equivalent


def test_cases_further_off_let_a_moved_bound_through() -> None:
    far = [Case("a", "low", {"days": "0"}), Case("b", "high", {"days": "4"}), NEAR[2]]
    report = mutation_run(two_ways(), far)
    assert {each.description.partition(": ")[2] for each in report.survivors} == {
        "“days is below 2 days” instead of “days is at most 2 days”",
        "“days is at most 1 day” instead of “days is at most 2 days”",
        "“days is at most 3 days” instead of “days is at most 2 days”",
    }
    assert report.score == report.caught_by_cases / (report.caught_by_cases + 3)


def test_without_cases_the_proof_stops_what_it_can_and_the_score_says_so() -> None:
    report = mutation_run(two_ways(), [])
    assert report.caught_by_cases == 0
    assert report.caught_by_proof > 0
    assert report.score == report.score_of_cases_alone == 0.0
    assert report.total == report.caught_by_proof + report.equivalent + len(report.survivors)


def test_an_edit_that_changes_no_result_does_not_count() -> None:
    same = question("days", Kind.WHOLE_DAYS, when("days at least 1 days", "low"), otherwise("low"))
    report = mutation_run(tree([same], [outcome("low")]), [])
    # Without its “otherwise” the question has a gap; nothing else changes a result.
    assert (report.equivalent, report.caught_by_proof) == (report.total - 1, 1)
    assert report.survivors == ()
    assert report.score == 1.0


def test_rules_that_contradict_each_other_are_a_change_although_the_first_of_them_is_right() -> None:
    rules = (when("hurt is yes", "high"), when("hurt is any of no, not-known", "low"))
    small = tree([question("hurt", Kind.YES_NO, *rules)], [outcome("low", 1), outcome("high", 2)])
    report = mutation_run(small, [])
    assert report.equivalent == 0
    assert mutation_run(small, [each.case for each in propose_cases(small, [])]).score_of_cases_alone == 1.0


def cautioned() -> Tree:
    """Two outcomes, and a caution that can join both of them; a third that it can never join."""
    asked = [
        question("pills", Kind.YES_NO, when("pills is not-known", "ask"), otherwise("days")),
        question("days", Kind.WHOLE_DAYS, when("days at most 2 days", "low"), otherwise("high")),
    ]
    ends = [outcome("low", 1), outcome("high", 2), outcome("ask", 3)]
    return tree(asked, ends, add_ons=(add_on("caution", "pills is yes"),))


CAUTIONED = [
    Case("a", "low", {"pills": "yes", "days": "2"}, ("caution",)),
    Case("b", "high", {"pills": "no", "days": "3"}, ()),
    Case("c", "high", {"pills": "no", "days": "not-known"}, ()),
    Case("d", "ask", {"pills": "not-known"}, ()),
    Case("e", "low", {"pills": "no", "days": "2"}, ()),
]


def test_a_caution_that_is_hidden_from_one_outcome_is_noticed_only_where_a_case_brings_both() -> None:
    hidden = "Added advice “caution”: no longer joins “high”"
    assert [each.description for each in mutation_run(cautioned(), CAUTIONED).survivors] == [hidden]
    both = Case("f", "high", {"pills": "yes", "days": "3"}, ("caution",))
    assert mutation_run(cautioned(), [*CAUTIONED, both]).score_of_cases_alone == 1.0


def test_a_caution_that_is_hidden_where_it_never_joins_changes_no_result() -> None:
    report = mutation_run(cautioned(), CAUTIONED)
    assert not any("“ask”" in each.description for each in report.survivors)
    assert report.total == report.caught_by_cases + report.equivalent + 1


def results(tree: Tree) -> list[object]:
    """What comes of every combination of answers, one by one."""
    ids = [asked.id for asked in tree.questions]
    rows = product(*(all_answers(asked) for asked in tree.questions))
    journeys = (walk(tree, dict(zip(ids, row, strict=True))) for row in rows)
    return [
        (each.outcome.id, {applied.add_on.id for applied in each.add_ons}) if each.outcome is not None else None
        for each in journeys
    ]


@settings(max_examples=25)
@given(random_trees())
def test_the_edits_that_do_not_count_are_those_that_change_no_result_of_any_answers(random: Tree) -> None:
    assume(prod(len(all_answers(asked)) for asked in random.questions) <= 120)
    assume(not {"gap", "overlap"} & {each.code for each in find_problems(random)})
    before = results(random)
    unchanged = [mutant for mutant in mutate(random) if results(mutant.tree) == before]
    assert mutation_run(random, []).equivalent == len(unchanged)


def test_the_defects_of_the_tree_itself_are_not_taken_for_those_of_an_edit() -> None:
    gap = question("days", Kind.WHOLE_DAYS, when("days at most 2 days", "low"), when("days at least 4 days", "high"))
    report = mutation_run(tree([gap], [outcome("low", 1), outcome("high", 2)]), [])
    assert "“days is at least 3 days” instead" in " ".join(mutant.description for mutant in report.survivors)


def test_a_tree_that_cannot_be_walked_is_not_run() -> None:
    with pytest.raises(CannotCompare, match="cannot be walked"):
        mutation_run(tree([question("hurt", Kind.YES_NO, otherwise("nowhere"))], [outcome("end")]), [])


def test_a_case_that_fails_catches_nothing() -> None:
    failing = Case("x", "high", {"days": "2"})
    assert mutation_run(two_ways(), [failing]) == mutation_run(two_ways(), [])


def test_a_local_setting_does_not_hide_an_edit() -> None:
    context = Context(settings={"service-limit": mg("0.20")})
    cases = [each.case for each in propose_cases(dose_tree(), [], context)]
    assert all(run_case(dose_tree(), case, context).passed for case in cases)
    assert mutation_run(dose_tree(), cases, context).score > 0.9
