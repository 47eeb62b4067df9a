"""The editor's scripts and the engine say the same: of conditions in words, of the way of a case, of what is kept."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page

from decision_trees.checking import context_of_today
from decision_trees.editor.vocabulary import vocabulary_of
from decision_trees.engine.cases import cases_from_document, run_case
from decision_trees.engine.condition_data import condition_from_data
from decision_trees.engine.model import Answer, Choice, Context, Kind, Quantity, Question, Selection
from decision_trees.engine.units import UNITS, in_words
from decision_trees.engine.validation import prove
from decision_trees.models import TreePage
from decision_trees.readers import cases_of_page, document_for_editing, tree_of_page
from tests.support.tree_editor import MODULES

SLUGS = (
    "breath-alcohol-before-dose",
    "illicit-opiates-on-top",
    "missed-opioid-doses",
    "not-benefiting-from-treatment",
    "postal-equipment-and-domestic-abuse",
)


@pytest.fixture
def site(portal: str, page: Page) -> Page:
    page.goto("/health/live")
    return page


def run(site: Page, script: str, tree: TreePage, **given: Any) -> Any:
    """Run a script with the editor's modules and the state it makes of a tree."""
    return site.evaluate(
        f"""async ({{ document, cases, vocabulary, given }}) => {{
          const load = (name) => import(`{MODULES}${{name}}.js`);
          const {{ readState, writeDocument, writeCases }} = await load("state");
          const state = readState(document, cases);
          {script}
        }}""",
        {
            "document": document_for_editing(tree.document),
            "cases": tree.cases,
            "vocabulary": vocabulary_of(tree),
            "given": given,
        },
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_what_the_editor_keeps_of_a_tree_is_the_same_tree(site: Page, slug: str) -> None:
    page = TreePage.objects.get(slug=slug)
    before, cases = tree_of_page(page), cases_of_page(page)
    kept = run(site, "return { document: writeDocument(state), cases: writeCases(state) };", page)
    page.document, page.cases = kept["document"], kept["cases"]
    assert tree_of_page(page) == before
    assert cases_of_page(page) == cases


@pytest.mark.parametrize("slug", SLUGS)
def test_conditions_are_said_in_the_words_of_the_engine(site: Page, slug: str) -> None:
    page = TreePage.objects.get(slug=slug)
    tree, context = tree_of_page(page), context_of_today()
    said = run(
        site,
        """
          const { phraseOf } = await load("conditions");
          const all = [...state.tree.questions.flatMap((question) => question.next), ...state.tree.add_ons];
          return all.map(({ otherwise, when }) => (otherwise ? null : phraseOf(when, state.tree, vocabulary)));
        """,
        page,
    )
    rules = [rule.when for question in tree.questions for rule in question.rules]
    conditions = [*rules, *(add_on.when for add_on in tree.add_ons)]
    assert said == [condition and condition.phrase(tree, context) for condition in conditions]


def test_amounts_are_said_as_the_engine_says_them(site: Page) -> None:
    amounts = [(value, unit) for unit in UNITS for value in ("0", "1", "1.0", "2", "0.50")]
    said = run(
        site,
        """
          const { amountInWords } = await load("units");
          return given.amounts.map(([value, unit]) => amountInWords(value, unit, vocabulary));
        """,
        TreePage.objects.get(slug="missed-opioid-doses"),
        amounts=amounts,
    )
    assert said == [in_words(Quantity(Decimal(value), unit)) for value, unit in amounts]


def test_a_short_name_is_kept_and_said_as_the_engine_says_it_and_a_copy_has_none(site: Page) -> None:
    page = TreePage.objects.get(slug="breath-alcohol-before-dose")
    for question in page.document["questions"]:
        question["name"] = f"what was said of {question['id']}"
    tree, context = tree_of_page(page), context_of_today()
    said = run(
        site,
        """
          const { phraseOf } = await load("conditions");
          const { copyOfNode } = await load("copies");
          const [first] = state.tree.questions;
          return {
            kept: writeDocument(state),
            copy: copyOfNode(state, vocabulary, "question", first).name,
            phrases: state.tree.add_ons.map(({ when }) => phraseOf(when, state.tree, vocabulary)),
          };
        """,
        page,
    )
    assert said["phrases"] == [add_on.when.phrase(tree, context) for add_on in tree.add_ons]
    assert any("what was said of reading is above 0.35 mg/L" in phrase for phrase in said["phrases"])
    assert said["copy"] == ""
    page.document = said["kept"]
    assert tree_of_page(page) == tree


@pytest.mark.parametrize("slug", SLUGS)
def test_a_case_is_asked_the_questions_that_the_engine_asks(site: Page, slug: str) -> None:
    page = TreePage.objects.get(slug=slug)
    tree, context = tree_of_page(page), context_of_today()
    asked = run(
        site,
        """
          const { askedOnTheWay } = await load("way");
          return state.cases.map((each) => askedOnTheWay(state.tree, each.answers, vocabulary));
        """,
        page,
    )
    cases = cases_from_document({"cases": cases_of_page(page)})
    assert asked == [[step.question.id for step in run_case(tree, case, context).journey.steps] for case in cases]


SPLITS = [
    ("medicine", {"options": ["methadone"]}),
    ("medicine", {"options": ["other", "not-known"]}),
    ("cause", {"options": ["working"]}),
    ("days", {"test": "below", "value": "3", "unit": "days", "othersFirst": False}),
    ("days", {"test": "at-most", "value": "3", "unit": "days", "othersFirst": True}),
]


@pytest.mark.parametrize("certain", [True, False])
@pytest.mark.parametrize(("id", "chosen"), SPLITS)
def test_the_two_halves_of_a_split_rule_hold_where_the_one_did_and_never_both(
    site: Page, id: str, chosen: dict[str, Any], certain: bool
) -> None:
    page = TreePage.objects.get(slug="missed-opioid-doses")
    question = tree_of_page(page).question(id)
    assert question is not None
    written = run(
        site,
        """
          const { halves } = await load("splitting");
          const { newGroup, writeCondition } = await load("conditions");
          const question = state.tree.questions.find(({ id }) => id === given.id);
          return halves(question, given.chosen, given.certain).map((row) => writeCondition(newGroup([row])));
        """,
        page,
        id=id,
        chosen=chosen,
        certain=certain,
    )
    first, second = map(condition_from_data, written)
    answers = [{id: answer} for answer in answers_of(question)]
    held = [
        (first.holds(each, Context()), second.holds(each, Context()))
        for each in (answers if certain else [*answers, {}])
    ]
    assert all(one != other for one, other in held)
    assert any(one for one, _ in held)
    assert any(other for _, other in held)


def answers_of(question: Question) -> list[Answer]:
    """Answers that tell a split apart, of every kind the question takes."""
    not_known: list[Answer] = [Choice("not-known")]
    if question.kind is Kind.WHOLE_DAYS:
        return [*(Quantity(Decimal(days), "days") for days in range(8)), *not_known]
    options = [option.id for option in question.options]
    if question.kind is not Kind.SEVERAL_OF:
        return [*map(Choice, options), *not_known]
    taken = [tuple(sorted(each)) for size in range(1, len(options) + 1) for each in combinations(options, size)]
    return [*map(Selection, taken), Selection(("none",)), *not_known]


PROPOSED = [
    ("How does the person look right now?", "question", "look-right-now"),
    ("What is the breath reading?", "question", "breath-reading"),
    ("Who is it?", "question", "who-is-it"),
    ("5 days or more?", "question", "question-5-days-or-more"),
    ("Déjà vu", "question", "deja-vu"),
    ("Do not cut or stop the prescription", "outcome", "do-not-cut-or-stop-prescription"),
    ("The person's own limit", "option", "persons-own-limit"),
    ("Number", "option", "number-2"),
    ("…", "question", "question"),
    ("Looks", "question", "looks-2"),
]


@pytest.mark.parametrize(("words", "kind", "id"), PROPOSED)
def test_an_id_is_proposed_from_the_words(site: Page, words: str, kind: str, id: str) -> None:
    page = TreePage.objects.get(slug="breath-alcohol-before-dose")
    proposed = run(
        site,
        """
          const { proposeId, idProblem } = await load("ids");
          const others = { taken: ["looks"], reserved: vocabulary.reservedForOptions };
          const id = proposeId(given.words, given.kind, others);
          return [id, idProblem(id, others)];
        """,
        page,
        words=words,
        kind=kind,
    )
    assert proposed == [id, ""]


def test_an_id_that_cannot_be_taken_is_refused_in_words(site: Page) -> None:
    page = TreePage.objects.get(slug="breath-alcohol-before-dose")
    refused = run(
        site,
        """
          const { idProblem } = await load("ids");
          const others = { taken: ["looks"], reserved: vocabulary.reservedForQuestions };
          return ["Looks", "2nd", "", "result", "and", "looks", "a".repeat(61)].map((id) => idProblem(id, others));
        """,
        page,
    )
    form = "Use small letters, digits and hyphens, starting with a letter."
    assert refused[:3] == [form, form, form]
    assert all("has a meaning of its own" in each for each in refused[3:5])
    assert refused[5:] == ["“looks” is used already. Choose another id.", "Use at most 60 characters."]


def test_another_id_is_said_wherever_the_question_is_named(site: Page) -> None:
    page = TreePage.objects.get(slug="breath-alcohol-before-dose")
    kept = run(
        site,
        """
          const { rename, questionOf } = await load("tree");
          rename(state, "question", questionOf(state.tree, "reading"), "breath");
          rename(state, "question", questionOf(state.tree, "looks"), "signs");
          rename(state, "question", questionOf(state.tree, "individual-limit"), "own-limit");
          return { document: writeDocument(state), cases: writeCases(state) };
        """,
        page,
    )
    page.document, page.cases = kept["document"], kept["cases"]
    tree = tree_of_page(page)
    assert tree.start == "signs"
    context = context_of_today()
    assert prove(tree, context).findings == ()
    cases = cases_from_document({"cases": cases_of_page(page)})
    assert [case.id for case in cases if run_case(tree, case, context).differences] == []


@pytest.mark.parametrize(
    "stored",
    [
        "looks iz neither",
        {"question": "looks", "test": "is", "options": ["neither"]},
        {"not": {"question": "looks", "test": "any-of", "options": ["neither", "not-known"]}},
        {
            "not": {
                "any": [{"question": "reading", "test": "number"}, {"question": "looks", "test": "is", "options": []}]
            }
        },
        {
            "all": [
                {"question": "", "test": "is", "options": []},
                {"question": "reading", "test": "below", "value": "", "unit": ""},
            ]
        },
    ],
)
def test_a_condition_is_kept_as_it_was_stored_also_where_it_is_half_written(site: Page, stored: Any) -> None:
    page = TreePage.objects.get(slug="breath-alcohol-before-dose")
    kept = run(
        site,
        """
          const { readCondition, writeCondition } = await load("conditions");
          return writeCondition(readCondition(given.stored));
        """,
        page,
        stored=stored,
    )
    assert kept == stored
