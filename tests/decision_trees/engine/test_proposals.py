from __future__ import annotations

from collections.abc import Iterator
from itertools import count, product

import pytest
from hypothesis import assume, given, settings

from decision_trees.engine.answers import answers_from_json
from decision_trees.engine.cases import Case, coverage, run_case
from decision_trees.engine.goals import goals_of
from decision_trees.engine.journey import Journey
from decision_trees.engine.model import Context, Kind, Tree
from decision_trees.engine.mutation import mutation_run
from decision_trees.engine.proof import effort
from decision_trees.engine.proposals import CONFIRM, propose_cases, propose_noticing
from decision_trees.engine.reaching import reaching
from decision_trees.engine.validation import find_problems
from decision_trees.engine.walk import walk

from .trees import add_on, all_answers, dose_tree, mg, options, otherwise, outcome, question, random_trees, tree, when


def every_journey(tree: Tree) -> Iterator[Journey]:
    ids = [asked.id for asked in tree.questions]
    for row in product(*(all_answers(asked) for asked in tree.questions)):
        yield walk(tree, dict(zip(ids, row, strict=True)))


def test_proposals_fill_everything_that_is_left_out_and_nothing_twice() -> None:
    written = [Case("assess", "assess", {"looks": "withdrawal"})]
    proposals = propose_cases(dose_tree(), written)
    left_out = coverage(dose_tree(), written).gaps
    assert sorted(gap.message for each in proposals for gap in each.gaps) == sorted(gap.message for gap in left_out)
    assert coverage(dose_tree(), [*written, *(each.case for each in proposals)]).is_complete


def test_a_proposal_is_ready_to_fill_in() -> None:
    for proposal in propose_cases(dose_tree(), []):
        case = proposal.case
        result = run_case(dose_tree(), case)
        assert result.passed, result.differences
        assert list(case.answers) == [step.question.id for step in result.journey.steps], (
            "only what is asked on the way"
        )
        assert (case.story, case.why, case.citations) == ("", "", ())
        assert case.add_ons is not None
        assert case.tree == "small"
        assert proposal.node == proposal.gaps[0].node


def test_a_proposal_says_what_it_is_for_and_what_the_author_has_to_confirm() -> None:
    for proposal in propose_cases(dose_tree(), []):
        assert proposal.reason.startswith(proposal.gaps[0].message)
        assert proposal.reason.endswith(CONFIRM)


def test_ids_are_proposed_from_the_outcome_and_are_free() -> None:
    taken = Case("assess", "retest", {"looks": "withdrawal"})
    ids = [each.case.id for each in propose_cases(dose_tree(), [taken])]
    assert len(set(ids)) == len(ids)
    assert "assess" not in ids
    assert "assess-2" in ids


def test_few_proposals_cover_much() -> None:
    several = question("risks", Kind.SEVERAL_OF, otherwise("end"), options=options("a", "b", "c", "d"))
    proposals = propose_cases(tree([several], [outcome("end")]), [])
    assert [each.case.answers["risks"] for each in proposals] == [["a", "b", "c", "d"], ["none"], "not-known"]


def test_where_little_work_is_left_proposals_are_more_and_not_none(monkeypatch: pytest.MonkeyPatch) -> None:
    plenty = propose_cases(dose_tree(), [])
    goals = goals_of(dose_tree(), Context())
    for work in count(1, 10):
        monkeypatch.setattr(effort, "EFFORTS", (effort.Effort(numbers_together=True, work=work),))
        if reaching(dose_tree(), goals, Context()).sets:
            break
    proposals = propose_cases(dose_tree(), [])
    assert len(proposals) >= len(plenty)
    assert coverage(dose_tree(), [each.case for each in proposals]).is_complete


def test_no_more_are_proposed_than_are_asked_for() -> None:
    plenty = propose_cases(dose_tree(), [])
    assert propose_cases(dose_tree(), [], most=2) == plenty[:2]


def test_nothing_is_proposed_where_nothing_is_left_out() -> None:
    proposals = propose_cases(dose_tree(), [])
    assert propose_cases(dose_tree(), [each.case for each in proposals]) == ()


def test_a_local_setting_does_not_stand_in_for_an_answer_that_a_case_should_give() -> None:
    context = Context(settings={"service-limit": mg("0.20")})
    proposals = propose_cases(dose_tree(), [], context)
    assert {("limit", "none-set"), ("limit", "not-known")} <= {
        (g.question, g.option) for p in proposals for g in p.gaps
    }
    assert coverage(dose_tree(), [each.case for each in proposals], context).is_complete


def test_nothing_is_proposed_for_answers_that_have_no_result() -> None:
    asked = question("hurt", Kind.YES_NO, when("hurt is yes", "low"), when("hurt is any of yes, no", "high"))
    proposals = propose_cases(tree([asked], [outcome("low"), outcome("high")]), [])
    assert [each.case.answers for each in proposals] == [{"hurt": "no"}]


@settings(max_examples=60)
@given(random_trees())
def test_what_is_asked_for_is_exactly_what_some_answers_can_do(random: Tree) -> None:
    problems = find_problems(random)
    assume("overlap" not in {each.code for each in problems})
    goals = goals_of(random, Context())
    reached = set(reaching(random, goals, Context()).sets)
    journeys = list(every_journey(random))
    for goal in goals:
        assert (goal in reached) == any(goal.is_met(journey) for journey in journeys), goal.gap


@settings(max_examples=40)
@given(random_trees())
def test_proposals_keep_their_promise_on_any_tree(random: Tree) -> None:
    assume("overlap" not in {each.code for each in find_problems(random)})
    proposals = propose_cases(random, [])
    assert coverage(random, [each.case for each in proposals]).is_complete
    for proposal in proposals:
        answers, problems = answers_from_json(random, proposal.case.answers)
        assert problems == ()
        covered = set(coverage(random, []).gaps) - set(coverage(random, [proposal.case]).gaps)
        assert set(proposal.gaps) <= covered
        assert set(answers) == {step.question.id for step in walk(random, answers).steps}


def test_proposals_for_a_tree_with_many_answers_come_without_a_list_of_them_all() -> None:
    # 256 answers to each of eight questions: whoever listed the combinations would never end.
    asked = [
        question(f"q{n}", Kind.SEVERAL_OF, otherwise(f"q{n + 1}" if n < 7 else "end"), options=options(*"abcdefgh"))
        for n in range(8)
    ]
    proposals = propose_cases(tree(asked, [outcome("end")]), [])
    assert len(proposals) == 3


# --- Cases that notice small wrong edits ------------------------------------------------------------------------------


def cautioned() -> Tree:
    """Two kinds of advice, each of which can join each of two outcomes."""
    asked = [
        question("pills", Kind.YES_NO, otherwise("ill")),
        question("ill", Kind.YES_NO, otherwise("days")),
        question("days", Kind.WHOLE_DAYS, when("days at most 2 days", "low"), otherwise("high")),
    ]
    advice = (add_on("caution", "pills is yes"), add_on("doctor", "ill is yes"))
    return tree(asked, [outcome("low", 1), outcome("high", 2)], add_ons=advice)


def test_one_case_is_proposed_for_all_the_advice_that_could_be_hidden_from_an_outcome() -> None:
    cases = [each.case for each in propose_cases(cautioned(), [])]
    cases = [case for case in cases if case.outcome != "high" or not case.add_ons]
    cases.append(Case("high-and-well", "high", {"pills": "not-known", "ill": "not-known", "days": "not-known"}, ()))
    survivors = mutation_run(cautioned(), cases).survivors
    hidden = {
        "Added advice “caution”: no longer joins “high”",
        "Added advice “doctor”: no longer joins “high”",
    }
    assert hidden <= {mutant.description for mutant in survivors}
    proposals = propose_noticing(cautioned(), survivors, cases, Context())
    assert ("caution", "doctor") in [each.case.add_ons for each in proposals if each.case.outcome == "high"]
    assert mutation_run(cautioned(), [*cases, *(each.case for each in proposals)]).score_of_cases_alone == 1.0


def test_a_case_that_notices_edits_says_which() -> None:
    cases = [each.case for each in propose_cases(cautioned(), [])]
    survivors = mutation_run(cautioned(), cases).survivors
    told = [each.reason for each in propose_noticing(cautioned(), survivors, cases, Context())]
    assert told
    assert told[0].startswith(f"{survivors[0].description}.")
    assert all(reason.endswith(CONFIRM) for reason in told)
    assert len(propose_noticing(cautioned(), survivors, cases, Context(), most=1)) == 1


@settings(max_examples=40)
@given(random_trees())
def test_with_the_cases_that_are_proposed_no_edit_goes_unnoticed_on_any_tree(random: Tree) -> None:
    assume(not {"gap", "overlap"} & {each.code for each in find_problems(random)})
    cases = [each.case for each in propose_cases(random, [])]
    survivors = mutation_run(random, cases).survivors
    proposals = propose_noticing(random, survivors, cases, Context())
    assert len(proposals) <= len(survivors)
    assert len({each.case.id for each in proposals} | {case.id for case in cases}) == len(proposals) + len(cases)
    assert mutation_run(random, [*cases, *(each.case for each in proposals)]).survivors == ()
