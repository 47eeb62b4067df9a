"""How the trees of `content/` are worded: whole, plain, in our own words, and never silent about who decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from decision_trees.engine.cases import cases_from_document
from decision_trees.engine.model import Outcome, Tree

from .tables.reading import content_tree

TREES = settings.CONTENT_DIR / "trees"
SLUGS = sorted(path.stem for path in TREES.glob("*.yaml") if not path.name.endswith(".cases.yaml"))
#: As many words in a row as would be a sentence of the documents and not a name, a heading or a common turn.
IN_A_ROW = 9
LONGEST_SENTENCE = 30
A_DOSE = re.compile(
    r"(?<!per )\b\d[\d.]*\s?(?:mg|mcg|ml|micrograms?|milligrams?|millilitres?)\b(?!/L| per 100 ml)"
    r"|\b(?:half|quarter|third) (?:of )?(?:the|a) (?:usual )?dose",
    re.IGNORECASE,
)
#: Trees about a dose that is due today: a result that holds it sends nobody to a prescriber who cannot be reached.
ABOUT_A_DOSE_DUE = ("breath-alcohol-before-dose", "missed-opioid-doses")
ROUTE_TO_ANOTHER = "your service's route to another prescriber"
#: Short forms that every reader knows, or that are names; the others are spelt out where they stand.
KNOWN_SHORT_FORMS = frozenset({"GHB", "HIV", "NHS", "NICE", "UK"})
SPELT_OUT = {"SADQ": "Severity of Alcohol Dependence Questionnaire (SADQ)", "TOP": "Treatment Outcomes Profile (TOP)"}


def texts_of_question_pages(tree: Tree) -> Iterator[str]:
    for question in tree.questions:
        yield from (question.text, question.why, question.hint, question.none_label, question.not_known)
        for option in question.options:
            yield from (option.label, option.hint)


def texts_of_outcome(outcome: Outcome) -> Iterator[str]:
    yield from (outcome.title, outcome.do_now, outcome.care_reason, outcome.who_decides, outcome.because)
    yield from (statement.text for statement in (*outcome.actions, *outcome.cautions))
    yield from (*outcome.record, *outcome.gaps, *outcome.signposts)


def texts_of(tree: Tree) -> list[str]:
    texts = [tree.title, tree.situation, tree.summary, *tree.at_hand, *tree.gaps, *texts_of_question_pages(tree)]
    for add_on in tree.add_ons:
        texts += [add_on.title, add_on.text]
    for outcome in tree.outcomes:
        texts += texts_of_outcome(outcome)
    return [text for text in texts if text]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower().replace("\u2019", "'"))


def runs(text: str) -> Iterator[tuple[str, ...]]:
    found = words(text)
    return (tuple(found[start : start + IN_A_ROW]) for start in range(len(found) - IN_A_ROW + 1))


@pytest.fixture(scope="module", params=SLUGS)
def tree(request: pytest.FixtureRequest) -> Tree:
    return content_tree(request.param)


def test_no_item_of_a_list_is_cut_in_two(tree: Tree) -> None:
    """An unquoted comma in a short YAML list makes two items of one; the second begins in the middle of a sentence."""
    items = [*tree.at_hand, *tree.gaps]
    for outcome in tree.outcomes:
        items += [*outcome.record, *outcome.gaps, *outcome.signposts]
    assert [item for item in items if item[0].islower()] == []


def test_a_question_ends_with_a_question_mark(tree: Tree) -> None:
    assert [question.text for question in tree.questions if not question.text.endswith("?")] == []


def test_sentences_are_short(tree: Tree) -> None:
    sentences = [sentence for text in texts_of(tree) for sentence in re.split(r"(?<=[.?:;])\s+", text)]
    assert [sentence for sentence in sentences if len(sentence.split()) > LONGEST_SENTENCE] == []


def test_short_forms_are_spelt_out(tree: Tree) -> None:
    for short_form in {form for text in texts_of(tree) for form in re.findall(r"\b[A-Z]{2,}\b", text)}:
        if short_form not in KNOWN_SHORT_FORMS:
            assert any(SPELT_OUT[short_form] in text for text in texts_of(tree)), short_form


@pytest.mark.parametrize(
    ("short_form", "where"), [("SADQ", ("question: dependent", "add-on: find-out-dependence"))], ids=["SADQ"]
)
def test_a_short_form_is_spelt_out_on_the_page_where_it_is_met(short_form: str, where: tuple[str, ...]) -> None:
    tree = content_tree("breath-alcohol-before-dose")
    shown = {f"question: {question.id}": question.hint for question in tree.questions}
    shown |= {f"add-on: {add_on.id}": add_on.text for add_on in tree.add_ons}
    assert [place for place in where if SPELT_OUT[short_form] not in shown[place]] == []


def test_no_text_names_a_dose(tree: Tree) -> None:
    assert A_DOSE.search("start at 20 mg")
    assert not A_DOSE.search("0.35 mg/L, which is 35 micrograms per 100 ml")
    assert [text for text in texts_of(tree) if A_DOSE.search(text)] == []


def test_no_sentence_of_the_documents_stands_in_a_tree(tree: Tree, sources_dir: Path) -> None:
    theirs = {run for path in sources_dir.glob("*.txt") for run in runs(path.read_text(encoding="utf-8"))}
    assert theirs
    cases = cases_from_document((TREES / f"{tree.slug}.cases.yaml").read_text(encoding="utf-8"))
    ours = [*texts_of(tree), *(text for case in cases for text in (case.story, case.why))]
    assert [text for text in ours if any(run in theirs for run in runs(text))] == []


def test_every_result_names_who_decides(tree: Tree) -> None:
    assert [outcome.id for outcome in tree.outcomes if not outcome.who_decides] == []


@pytest.mark.parametrize("slug", ABOUT_A_DOSE_DUE)
def test_a_result_that_waits_for_a_prescriber_says_what_to_do_when_none_can_be_reached(slug: str) -> None:
    waiting = [outcome for outcome in content_tree(slug).outcomes if outcome.care_level >= 3]
    silent = [
        outcome.id for outcome in waiting if not any(ROUTE_TO_ANOTHER in action.text for action in outcome.actions)
    ]
    assert len(waiting) > 3
    assert silent == []


def test_where_a_dose_may_be_given_days_missed_here_and_there_are_asked_about() -> None:
    outcomes = {outcome.id: outcome for outcome in content_tree("missed-opioid-doses").outcomes}
    for id_ in ("nothing-missed", "report-early-warning"):
        told = " ".join(action.text for action in outcomes[id_].actions)
        assert "here and there" in told, id_
        assert "look intoxicated" in told, id_


def test_a_second_test_that_is_above_again_does_not_start_a_third() -> None:
    retest = next(
        question for question in content_tree("breath-alcohol-before-dose").questions if question.id == "retest"
    )
    assert 'already a second test, choose "No"' in retest.hint


def test_nobody_under_18_is_sent_a_parcel_on_a_result_that_lets_one_be_posted() -> None:
    for outcome in content_tree("postal-equipment-and-domestic-abuse").outcomes:
        if outcome.id in ("post-as-supplement", "post-equipment-only"):
            assert any("under 18" in caution.text for caution in outcome.cautions), outcome.id
