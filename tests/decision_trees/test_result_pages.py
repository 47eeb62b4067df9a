"""Result pages: everything an outcome holds is on the page, and the promises about safety are kept."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from decision_trees.engine.cases import Case
from decision_trees.engine.model import AdviceKind
from decision_trees.models import TreePage
from guidance.citations import Precision
from tests.factories.trees import lantern_cases, lantern_document, outcome_of, publish, published_tree, write
from tests.support.journeys import Visit, Walk, is_private

from .tables.reading import figures_today
from .test_written_cases import ALL_CASES, SLUGS, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

BREATH = "breath-alcohol-before-dose"
MISSED = "missed-opioid-doses"
SHAKY = "looks=withdrawal&reading=0.42&reading.unit=mg-l&risks=none"
COME_BACK = ("come back", "sober", "second test", "retest", "later today")


def result(client: Client, slug: str, query: str) -> Visit:
    return Visit(client, slug).opens(f"/decision-trees/{slug}/result/?{query}")


def said(page: str) -> str:
    """What the page says to a reader, without marks and runs of spaces."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def content_of(page: Visit) -> Any:
    """What a result says, apart from the answers themselves."""
    view = page.view
    return view.result, [(advice.id, advice.statement.text) for advice in view.advice]


# --- Everything is on the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("slug", "case"), ALL_CASES)
def test_a_case_walked_page_by_page_shows_its_whole_outcome(client: Client, slug: str, case: Case) -> None:
    visit = Visit(client, slug).walks(case).reaches(case.outcome)
    assert is_private(visit.page)
    outcome = written(slug).tree.outcome(case.outcome)
    assert outcome is not None
    page = visit.text
    for text in (
        outcome.title,
        outcome.do_now,
        outcome.who_decides,
        outcome.because,
        *outcome.record,
        *outcome.gaps,
        *outcome.signposts,
        *(statement.text for statement in (*outcome.actions, *outcome.cautions)),
        *(planned.title for planned in outcome.planned_trees),
    ):
        assert escape(text) in page, text
    expected = [add_on for add_on in written(slug).tree.add_ons if add_on.id in (case.add_ons or ())]
    notes = [add_on for add_on in expected if add_on.kind is AdviceKind.NOTE]
    to_do = [add_on for add_on in expected if add_on not in notes]
    assert [advice.id for advice in visit.view.advice] == [add_on.id for add_on in (*to_do, *notes)], (
        "to do comes first"
    )
    for advice in visit.view.advice:
        assert escape(advice.statement.text) in page
        assert advice.statement.because, "added advice says which answer brought it"


@pytest.mark.parametrize("slug", SLUGS)
def test_every_outcome_is_reached_by_a_case(slug: str) -> None:
    tree, cases = written(slug).tree, written(slug).cases
    assert {case.outcome for case in cases} == {outcome.id for outcome in tree.outcomes}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_statement_of_every_outcome_cites_a_place_that_opens(client: Client, slug: str) -> None:
    opened: set[str] = set()
    seen: set[str] = set()
    for case in written(slug).cases:
        if case.outcome in seen:
            continue
        seen.add(case.outcome)
        view = Visit(client, slug).walks(case).view
        for statement in (*view.result.actions, *view.result.cautions, *(advice.statement for advice in view.advice)):
            assert statement.citations, statement.text
            opened |= {citation.url.partition("#")[0] for citation in statement.citations}
            assert all(citation.precision is not Precision.UNRESOLVED for citation in statement.citations)
        assert view.result.citations
    for url in opened:
        assert client.get(url).status_code == 200, url


def test_the_order_on_the_page_is_the_order_of_acting(client: Client) -> None:
    page = result(client, BREATH, "looks=withdrawal&reading=0.42&reading.unit=mg-l&risks=sedatives").text
    headings = [
        "Today",
        "What to do",
        "What not to do",
        "Who decides",
        "What to record",
        "Advice your answers add",
        "What the documents do not say",
        "Why this result",
        "Your answers",
        "Hand over",
    ]
    places = [page.index(f">{heading}<") if heading != "Today" else page.index("Today") for heading in headings]
    assert places == sorted(places)


def test_nothing_is_folded_away_above_the_reasons(client: Client) -> None:
    page = result(client, BREATH, SHAKY).text
    main = page[page.index("<main") :]
    assert "<details" not in main[: main.index("Why this result")]


def test_a_result_leads_to_what_the_documents_leave_open_on_the_whole_subject(client: Client) -> None:
    page = result(client, BREATH, SHAKY).text
    link = f'<a href="/decision-trees/{BREATH}/#gaps">What else the documents leave open on this subject</a>'
    assert page.index("What the documents do not say") < page.index(link) < page.index("Where to look instead")
    start = client.get(f"/decision-trees/{BREATH}/").text
    assert start.index('id="gaps"') < start.index(written(BREATH).tree.gaps[0])


def test_the_hand_over_holds_answers_result_and_who_decides(client: Client) -> None:
    handover = result(client, BREATH, SHAKY).view.handover
    assert "What is the breath reading? 0.42 mg/L" in handover
    assert "Possible withdrawal" in handover
    assert "Who decides: The prescriber" in handover
    assert "Version 1, " in handover
    assert handover.index("What to do\n") < handover.index("What not to do\n") < handover.index("Who decides")


def test_the_hand_over_says_on_what_each_line_rests_and_where_the_result_stands(client: Client) -> None:
    view = result(client, BREATH, SHAKY).view
    lines = view.handover.splitlines()
    statements = [*view.result.actions, *view.result.cautions, *(advice.statement for advice in view.advice)]
    for statement in statements:
        (line,) = {line for line in lines if statement.text in line}
        assert line.endswith("[Our inference]" if statement.basis == "inference" else f", {statement.year}]"), line
    assert "(today, by our inference)" in view.handover
    assert lines.index(view.result.outcome.do_now) < lines.index("Advice the answers add") < lines.index("What to do")
    assert "Some of this rests on historic guidance." in view.handover
    assert "- Towards successful treatment completion, section 5.2.4 (2009)" in lines
    for gap in view.result.outcome.gaps:
        assert f"- {gap}" in lines
    assert lines[-1] == f"This result: {view.address}"


def test_what_the_answers_add_is_named_right_under_the_card(client: Client) -> None:
    """Some of it comes before what the card says."""
    reading = "looks=neither&reading=0.3&reading.unit=mg-l&risks=sedatives"
    visit = result(client, BREATH, f"{reading}&individual-limit=0.3&individual-limit.unit=mg-l&dependent=no")
    assert "risk-sedatives" in [advice.id for advice in visit.view.advice]
    above = visit.text[visit.text.index("<main") : visit.text.index(">What to do<")]
    for advice in visit.view.advice:
        assert f'<a href="#advice-{advice.id}">{escape(advice.title)}</a>' in above


def test_the_address_of_a_result_gives_the_same_result_to_somebody_else(client: Client) -> None:
    mine = result(client, BREATH, SHAKY)
    address = mine.view.address
    assert address.startswith("http://testserver/decision-trees/")
    theirs = Visit(Client(), BREATH).opens(address.removeprefix("http://testserver"))
    assert content_of(theirs) == content_of(mine)
    assert theirs.view.rows == mine.view.rows


def test_a_planned_tree_sends_the_reader_to_the_cited_section_and_says_so(client: Client) -> None:
    page = result(client, BREATH, SHAKY)
    assert "this tree is not written yet" in page.text
    planned = page.view.result.planned_trees[0]
    assert planned.citations[0].url in page.text


def test_what_would_change_the_result_leads_to_the_question(client: Client) -> None:
    page = result(client, BREATH, SHAKY)
    assert "Which single answer, if wrong, would change this" in page.text
    change = page.view.changes[0]
    assert change.question == "How does the person look right now?"
    Visit(client, BREATH).opens(change.change_url).is_asked("looks")
    assert [each.question for each in page.view.changes] == list(
        dict.fromkeys(each.question for each in page.view.changes)
    ), "each question once, with every other way it can lead"
    assert "Other answers may also change the advice that is added" in page.text


def test_each_answer_stands_once_with_its_rule_its_passages_and_its_change(client: Client) -> None:
    page = result(client, MISSED, "days=2&medicine=methadone&cause=none&injecting=no&protocol=yes")
    main = said(page.text)
    told = main[main.index("Your answers How many days") : main.index("Which single answer")]
    assert [told.count(row.question) for row in page.view.rows] == [2] * len(page.view.rows), "and once in its link"
    assert "Which medicine is it? Methadone by mouth Change : Which medicine is it?" in told
    assert "Rule: none of the others fits (Days is exactly 0 days and medicine is" in told
    assert all(row.citations and row.change_url in page.text.replace("&amp;", "&") for row in page.view.rows)


def test_paper_says_which_tree_which_version_and_when_it_was_printed(client: Client) -> None:
    main = said(result(client, BREATH, SHAKY).text)
    (told,) = re.findall(
        r"Decision tree “([^”]+)”, version 1 of \d+ \w+ \d{4}\. Printed \d+ \w+ \d{4}, \d\d:\d\d\.", main
    )
    assert told == "Alcohol on the breath and a dose is due"


def test_an_unfinished_address_leads_to_the_question_that_is_open(client: Client) -> None:
    response = client.get(f"/decision-trees/{BREATH}/result/?looks=neither&v=1")
    assert response["Location"] == f"/decision-trees/{BREATH}/reading/?looks=neither"


# --- Promises -----------------------------------------------------------------------------------------------------


def test_the_two_units_give_the_same_result(client: Client) -> None:
    in_milligrams = result(client, BREATH, SHAKY)
    in_micrograms = result(client, BREATH, "looks=withdrawal&reading=42&reading.unit=ug-100ml&risks=none")
    assert content_of(in_milligrams) == content_of(in_micrograms)


def test_the_unit_can_be_switched_in_the_form(client: Client) -> None:
    visit = Visit(client, BREATH).starts().answers_with("withdrawal")
    visit.answers_with({"value": "42", "unit": "ug-100ml"}).answers_with(["none"])
    assert content_of(visit) == content_of(result(Client(), BREATH, SHAKY))


NOT_DEPENDENT = "looks=neither&reading={}&reading.unit=mg-l&risks=none&individual-limit=none-set&dependent=no"
AT_SERVICE_LIMIT = "&service-limit=0.4&service-limit.unit=mg-l"


def test_exactly_0_35_is_not_above_and_the_page_says_so(client: Client) -> None:
    page = result(client, BREATH, NOT_DEPENDENT.format("0.35") + AT_SERVICE_LIMIT).reaches("carry-on")
    advice = {advice.id for advice in page.view.advice}
    assert "exactly-driving-limit" in advice
    assert "do-not-drive" not in advice
    assert escape('Exactly 0.35 mg/L is not "above"') in page.text


def test_one_step_above_0_35_is_above(client: Client) -> None:
    page = result(client, BREATH, NOT_DEPENDENT.format("0.36") + AT_SERVICE_LIMIT).reaches("assess-high-reading")
    assert "do-not-drive" in {advice.id for advice in page.view.advice}


@pytest.mark.parametrize("looks", ["withdrawal", "not-known"])
@pytest.mark.parametrize("reading", ["reading=3&reading.unit=mg-l", "reading=0.36&reading.unit=mg-l"])
def test_withdrawal_with_a_high_reading_is_never_told_to_come_back(client: Client, looks: str, reading: str) -> None:
    page = result(client, BREATH, f"looks={looks}&{reading}&risks=not-known").reaches("assess-withdrawal-now")
    main = said(page.text).lower()
    # What would change the result names other outcomes; what is said to do ends before it.
    told = main[: main.index("which single answer")]
    assert not [words for words in COME_BACK if words in told]


@pytest.mark.parametrize(
    ("days", "advice", "outcome"),
    [("3", "exactly-three", "hold-until-confirmed"), ("5", "exactly-five", "hold-and-evaluate-tolerance")],
)
def test_exactly_three_and_exactly_five_days_take_the_safer_branch_and_say_why(
    client: Client, days: str, advice: str, outcome: str
) -> None:
    rest = "medicine=methadone&cause=none&injecting=no&protocol=yes&prescriber=not-known"
    page = result(client, MISSED, f"days={days}&{rest}").reaches(outcome)
    (why,) = (each for each in page.view.advice if each.id == advice)
    assert escape(why.statement.text) in page.text
    assert f"not been taken? {days} days" in why.statement.because


def test_the_same_journeys_hold_below_http() -> None:
    walk = Walk(written(MISSED).tree, figures_today())
    asked = walk.at("days").answering("3").at("medicine").answering("buprenorphine").at("cause").answering(["none"])
    asked = asked.at("injecting").answering("no").at("protocol").answering("no").at("prescriber")
    asked.answering("confirmed").reaches("follow-prescriber").with_advice(
        "exactly-three", "cause-not-known", "make-protocol"
    )
    asked.answering("refused").reaches("urgent-assessment-today")


# --- Versions and names -------------------------------------------------------------------------------------------


def reworded(words: str) -> dict[str, Any]:
    document = lantern_document()
    outcome_of(document, "light")["do_now"] = words
    return document


def test_an_old_version_in_an_address_gives_its_result_and_says_what_it_comes_to_today(client: Client) -> None:
    page = published_tree()
    publish(write(page, reworded("Light it before supper.")))
    old = result(client, "lantern", "dusk=yes&nights=2&v=1").reaches("light")
    card = old.text[old.text.index("portal-care__now") :]
    assert "Light it now." in card
    assert "Light it before supper." not in card
    assert "Result of version 1: the same today, in other words" in old.text
    new = result(client, "lantern", "dusk=yes&nights=2&v=2").reaches("light")
    assert "Light it before supper." in new.text
    assert "Result of version" not in new.text


def test_no_heading_stands_over_nothing(client: Client) -> None:
    document = lantern_document()
    outcome_of(document, "leave").update({"actions": [], "gaps": [], "signposts": ["Ask the keeper of the harbour."]})
    published_tree(document)
    page = result(client, "lantern", "dusk=no").reaches("leave").text
    assert 'id="what-to-do"' not in page
    assert "Ask the keeper of the harbour." in page
    assert not re.search(r"<ul[^>]*>\s*</ul>", page)


@pytest.mark.parametrize("v", ["", "0", "99", "-1", "x", "9" * 30, "²", "1.0", "%00"])
def test_a_version_that_makes_no_sense_gives_the_current_one(client: Client, v: str) -> None:
    published_tree()
    result(client, "lantern", f"dusk=no&v={v}").reaches("leave")


def test_an_old_address_survives_a_question_that_is_gone(client: Client) -> None:
    page = published_tree()
    document = lantern_document()
    document["questions"] = document["questions"][:1]
    document["questions"][0]["next"][1]["go"] = "light"
    document["add_ons"] = []
    document["outcomes"] = [outcome for outcome in document["outcomes"] if outcome["id"] != "fill-first"]
    cases = [case for case in lantern_cases() if case["id"] == "day"]
    cases += [{**cases[0], "id": dusk, "answers": {"dusk": dusk}, "outcome": "light"} for dusk in ("yes", "not-known")]
    publish(write(page, document, cases))
    result(client, "lantern", "dusk=yes&nights=9&v=1").reaches("fill-first")
    result(client, "lantern", "dusk=yes&nights=9&v=2").reaches("light")
    assert client.get("/decision-trees/lantern/nights/?dusk=yes&v=1").status_code == 404


@pytest.fixture
def renamed() -> None:
    """A tree with another slug, of which nothing but the publication itself took place: a crash came after it."""
    page = published_tree()
    page.slug, page.change_note = "lamp", "Named anew."
    publish(page)


@pytest.mark.usefixtures("renamed")
def test_a_renamed_tree_redirects_every_address_of_a_journey(client: Client) -> None:
    for address in ("", "dusk/", "nights/?dusk=yes", "result/?dusk=yes&nights=2&v=1", "outline/", "map/", "versions/"):
        response = client.get(f"/decision-trees/lantern/{address}", follow=True)
        assert response.status_code == 200, address
        assert response.wsgi_request.get_full_path().startswith("/decision-trees/lamp/")
    result(client, "lantern", "dusk=yes&nights=2&v=1").reaches("light")


@pytest.mark.usefixtures("renamed")
def test_a_tree_renamed_twice_redirects_from_each_name_it_had(client: Client) -> None:
    page = TreePage.objects.get(slug="lamp")
    page.slug, page.change_note = "beacon", "Named once more."
    publish(page)
    for name in ("lantern", "lamp"):
        assert client.get(f"/decision-trees/{name}/map/").url == "/decision-trees/beacon/map/"
    page.unpublish()
    assert client.get("/decision-trees/lantern/map/").status_code == 404


@pytest.mark.usefixtures("renamed")
def test_an_answer_posted_to_a_renamed_tree_is_not_lost(client: Client) -> None:
    response = client.post("/decision-trees/lantern/dusk/", {"answer": "no"}, follow=True)
    assert response.context["view"].result.outcome.id == "leave"
    assert is_private(client.post("/decision-trees/lantern/dusk/", {"answer": "no"}))
