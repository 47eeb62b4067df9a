"""Pages of a whole tree: outline and map with the way that answers took, versions, differences, old results."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from decision_trees.engine.documents import canonical_hash, tree_from_document, tree_hash, tree_to_document
from decision_trees.models import TreePage, TreeVersion
from decision_trees.presenters.maps import rounded_path
from guidance.generation import bump_generation
from guidance.models import Figure, Tension
from tests.factories.trees import (
    lantern_cases,
    lantern_document,
    outcome_of,
    publish,
    published_tree,
    question_of,
    write,
)
from tests.support.journeys import is_private

from .test_written_cases import written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

LANTERN = "/decision-trees/lantern"
BREATH = "/decision-trees/breath-alcohol-before-dose"
WORSE = "/decision-trees/not-benefiting-from-treatment"


def said(response: HttpResponse) -> str:
    """What the page says to a reader, without marks and runs of spaces."""
    page = response.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


def dated(page: TreePage, *moments: str) -> None:
    """Let the versions of a page have come into force at these moments: on a day at half past nine, unless told."""
    for version, text in zip(page.versions.order_by("number"), moments, strict=True):
        written = text if "T" in text else f"{text}T09:30"
        moment = datetime.fromisoformat(written).replace(tzinfo=ZoneInfo("Europe/London"))
        TreeVersion._base_manager.filter(pk=version.pk).update(published_at=moment)
    bump_generation()


def stricter(document: dict[str, Any]) -> dict[str, Any]:
    """Two nights are too many: the boundary of the lantern moved from three nights to one."""
    question_of(document, "nights")["next"][0]["when"] = "nights at most 1 days"
    return document


def stricter_cases() -> list[dict[str, Any]]:
    cases = lantern_cases()
    for case in cases:
        if "nights" in case["answers"] and case["answers"]["nights"] != "not-known":
            case["answers"]["nights"] = {"3": "1", "4": "2"}[case["answers"]["nights"]]
    return cases


@pytest.fixture
def lantern() -> TreePage:
    """Three versions: the first, one with other words, and one with another boundary."""
    page = published_tree()
    document = lantern_document()
    outcome_of(document, "light")["do_now"] = "Light it before supper."
    page.change_note = "Say when to light it."
    page = publish(write(page, document))
    page.change_note = "Fill it from the second night on."
    page = publish(write(page, stricter(document), stricter_cases()))
    dated(page, "2026-03-02", "2026-05-04", "2026-07-06")
    return page


# --- The way that answers took ------------------------------------------------------------------------------------

WALKED = "looks=intoxicated&reading=0.2&reading.unit=mg-l&risks=none&individual-limit=0.3&individual-limit.unit=mg-l"


def test_a_map_marks_the_way_in_words_and_in_shape(client: Client) -> None:
    response = client.get(f"{BREATH}/map/?{WALKED}")
    drawing = response.context["diagram"]
    ways = {box.name.rpartition(". ")[2] for box in drawing.boxes if box.walked}
    assert ways == {f"Your way, step {count}" for count in (1, 2, 3, 4)} | {"Your result"}
    assert [line.walked for line in drawing.lines].count(True) == 4
    (result,) = (box for box in drawing.boxes if "Your result" in box.name)
    assert result.name.startswith("Outcome 11: today. Looks intoxicated")
    assert "Thick lines and edges are your way" in said(response)
    assert "Your answers led to: Looks intoxicated" in said(response)


def test_pages_call_an_answer_by_the_short_name_of_its_question(client: Client) -> None:
    document = lantern_document()
    question_of(document, "nights")["name"] = "time it burned"
    published_tree(document)
    walked = f"{LANTERN}/{{}}/?dusk=yes&nights=3&nights.unit=days"
    assert "Time it burned is at most 3 days" in said(client.get(walked.format("outline")))
    assert "time it burned above 3 days" in said(client.get(walked.format("result")))
    assert "Time it burned is at most 3 days" in said(client.get(walked.format("print")))
    assert "Time it burned is at most 3 days" in said(client.get(walked.format("map")))


def test_an_outline_says_where_one_was_and_with_which_answer(client: Client) -> None:
    page = said(client.get(f"{BREATH}/outline/?{WALKED}"))
    assert "You were here, step 1. Your answer: Intoxicated" in page
    assert "You were here, step 2. Your answer: 0.2 mg/L" in page
    assert "b. Looks is “Intoxicated” and not (reading is above individual limit) Your way" in page
    assert page.count("Your way") == 4 + 1, "one of each step, and the notice above"
    assert page.count("Your result") == 1


def test_a_journey_that_is_under_way_says_where_one_is(client: Client) -> None:
    response = client.get(f"{BREATH}/map/?looks=intoxicated")
    (here,) = (box for box in response.context["diagram"].boxes if "You are here" in box.name)
    assert "What is the breath reading?" in here.name
    assert "You are here" in said(client.get(f"{BREATH}/outline/?looks=intoxicated"))


def test_a_red_flag_that_was_raised_is_marked(client: Client) -> None:
    response = client.get(f"{WORSE}/map/?difficulty=violence&danger=yes")
    raised = [box.name for box in response.context["diagram"].boxes if "Raised by your answer" in box.name]
    assert raised == ["Red flag A, at any point. Danger is “Yes, or there is reason to fear it”. Raised by your answer"]
    page = said(client.get(f"{WORSE}/outline/?difficulty=violence&danger=yes"))
    assert "Raised by your answer" in page
    assert "Your result" in page


@pytest.mark.parametrize(("tree", "explained"), [(BREATH, False), (WORSE, True)])
def test_the_key_of_a_map_explains_red_flags_where_there_are_any(client: Client, tree: str, explained: bool) -> None:
    assert ("A box with cut corners is a red flag" in said(client.get(f"{tree}/map/"))) is explained


def test_lines_of_the_map_have_round_corners() -> None:
    assert rounded_path([(0, 0), (0, 10), (30, 10), (30, 20)]) == "M0 0V5Q0 10 5 10H25Q30 10 30 15V20"
    assert rounded_path([(4, 0), (4, 50)]) == "M4 0V50"


def test_added_advice_that_joined_is_marked_in_the_outline(client: Client, lantern: TreePage) -> None:
    page = said(client.get(f"{LANTERN}/outline/?dusk=yes&nights=not-known"))
    assert "Carry matches Added to your result" in page


@pytest.mark.parametrize("path", ["map", "outline"])
def test_a_page_with_answers_is_private_and_one_without_is_not(client: Client, path: str) -> None:
    assert is_private(client.get(f"{BREATH}/{path}/?{WALKED}"))
    assert is_private(client.get(f"{BREATH}/{path}/?at=green"))
    assert not is_private(client.get(f"{BREATH}/{path}/"))


def test_map_and_outline_lead_to_each_other_with_the_answers(client: Client) -> None:
    assert escape(f"{BREATH}/outline/?{WALKED}") in client.get(f"{BREATH}/map/?{WALKED}").content.decode()
    assert escape(f"{BREATH}/map/?{WALKED}") in client.get(f"{BREATH}/outline/?{WALKED}").content.decode()


def test_questions_and_results_lead_to_the_way_on_map_and_in_outline(client: Client) -> None:
    question = client.get(f"{BREATH}/reading/?looks=intoxicated").content.decode()
    assert f"{BREATH}/map/?looks=intoxicated" in question
    assert f"{BREATH}/outline/?looks=intoxicated#question-reading" in question
    result = client.get(f"{BREATH}/result/?{WALKED}").content.decode()
    assert escape(f"{BREATH}/map/?{WALKED}") in result
    assert escape(f"{BREATH}/outline/?{WALKED}") in result


def test_no_way_is_marked_for_answers_that_mean_nothing(client: Client) -> None:
    response = client.get(f"{BREATH}/map/?looks=green&colour=blue")
    assert response.status_code == 200
    assert not any(box.walked for box in response.context["diagram"].boxes)


def test_no_way_is_marked_where_no_result_may_be_given(client: Client) -> None:
    Figure.objects.all().delete()
    response = client.get(f"{BREATH}/map/?{WALKED}")
    assert not any(box.walked for box in response.context["diagram"].boxes)


def test_a_result_says_which_rule_or_red_flag_led_to_it(client: Client) -> None:
    flagged = said(client.get(f"{WORSE}/result/?difficulty=violence&danger=yes"))
    asked = "Is anyone in danger right now?"
    assert f"{asked} Yes, or there is reason to fear it Change : {asked} Red flag: Danger is “Yes" in flagged
    ruled = said(client.get(f"{BREATH}/result/?{WALKED}"))
    assert "Rule: Looks is “Intoxicated” and not (reading is above individual limit)" in ruled


# --- Outline and map say the same ---------------------------------------------------------------------------------


def boxes(client: Client, tree: str) -> Any:
    # With a query, the page is made anew and not kept, so that what its template was given can be looked at.
    return client.get(f"{tree}/map/?v=1").context["diagram"].boxes


@pytest.mark.parametrize(("tree", "flags"), [(BREATH, 0), (WORSE, 1)])
def test_the_outline_has_everything_that_the_map_has(client: Client, tree: str, flags: int) -> None:
    page = said(client.get(f"{tree}/outline/"))
    drawn = boxes(client, tree)
    for box in drawn:
        _, _, text = box.name.partition(". ")
        assert text in page, box.name
    # Of each line of the map, the outline says at both ends that it leads there.
    assert page.count("Comes from") + page.count("Asked first") == len(drawn) - flags


def test_numbers_of_the_outline_are_those_of_the_map(client: Client, lantern: TreePage) -> None:
    page = said(client.get(f"{LANTERN}/outline/"))
    assert "1. Is it dusk?" in page
    assert "2. For how many nights has it burned?" in page
    assert "4. Light it" in page
    assert "a. Nights is at most 1 day 4. Light it" in page
    assert "Comes from 2 b" in page
    assert boxes(client, LANTERN)[3].name == "Outcome 4: routine. Light it"


# --- As it stood --------------------------------------------------------------------------------------------------


def test_versions_are_listed_with_notes_and_days(client: Client, lantern: TreePage) -> None:
    page = said(client.get(f"{LANTERN}/versions/"))
    assert page.index("Version 3 Current Fill it from the second night on.") < page.index(
        "Version 2 Say when to light it."
    )
    assert "In force since 6 July 2026" in page
    assert "In force from 4 May 2026 to 6 July 2026" in page
    assert "In force from 2 March 2026 to 4 May 2026" in page
    links = client.get(f"{LANTERN}/versions/").content.decode()
    assert f"{LANTERN}/versions/1/2/" in links
    assert f"{LANTERN}/versions/2/" in links


def test_an_older_version_says_that_it_is_not_current_above_everything(client: Client, lantern: TreePage) -> None:
    page = said(client.get(f"{LANTERN}/versions/1/"))
    assert page.index("Not current.") < page.index("Outline: Is the lantern to be lit?")
    assert "This is version 1. It is not the tree of today. In force from 2 March 2026 to 4 May 2026." in page
    assert "Today version 3 is in force" in page
    assert "Light it now." in page
    assert "Light it before supper." not in page


def test_the_version_of_today_says_so(client: Client, lantern: TreePage) -> None:
    page = said(client.get(f"{LANTERN}/versions/3/"))
    assert "This is version 3. It is in force today." in page
    assert "Not current" not in page


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2026-03-02", 1),
        ("2026-05-03", 1),
        ("2026-05-04", 2),
        ("2026-07-05", 2),
        ("2026-07-06", 3),
    ],
)
@pytest.mark.parametrize("path", ["", "outline/", "map/"])
def test_the_tree_as_it_stood_on_a_day(client: Client, lantern: TreePage, path: str, day: str, number: int) -> None:
    response = client.get(f"{LANTERN}/{path}?at={day}")
    assert response.status_code == 200
    assert response.context["published"].version == number
    assert f"version {number} was in force." in said(response)
    assert ("Not current." in said(response)) is (number != 3)


def test_an_older_start_page_does_not_start(client: Client, lantern: TreePage) -> None:
    assert "Start now" not in said(client.get(f"{LANTERN}/?at=2026-03-02"))
    assert "Start now" in said(client.get(f"{LANTERN}/?at={timezone.localdate()}"))


def test_before_the_first_version_there_was_no_tree(client: Client, lantern: TreePage) -> None:
    response = client.get(f"{LANTERN}/outline/?at=2026-03-01")
    assert response.status_code == 404
    assert "On 1 March 2026 there was no such tree yet. Its first version came into force on 2 March 2026." in said(
        response
    )


@pytest.mark.parametrize("day", ["green", "2026-02-30", "", "4 May 2026", "0000-00-00", "9" * 20, "２０２６-05-04x"])
@pytest.mark.parametrize("path", ["", "outline/", "map/"])
def test_what_is_no_day_is_asked_for_again(client: Client, lantern: TreePage, path: str, day: str) -> None:
    response = client.get(f"{LANTERN}/{path}", {"at": day})
    assert response.status_code == 400
    assert "Enter the day as year, month and day" in said(response)


def test_a_day_to_come_is_refused(client: Client, lantern: TreePage) -> None:
    response = client.get(f"{LANTERN}/outline/", {"at": str(timezone.localdate() + timedelta(days=1))})
    assert response.status_code == 400
    assert "not in the future" in said(response)


@pytest.mark.parametrize("path", ["versions/4/", "versions/0/", "versions/1/9/", "versions/99999999/", "outline/?v=7"])
def test_a_version_that_never_was_is_not_found_and_says_which_there_are(
    client: Client, lantern: TreePage, path: str
) -> None:
    response = client.get(f"{LANTERN}/{path}")
    assert response.status_code == 404
    assert "There is no version" in said(response)
    assert "Version 3 Current" in said(response)


@pytest.mark.parametrize(
    "path", ["versions/x/", "versions/1/x/", "versions/-1/", f"versions/{'9' * 5000}/", "versions/1/2/3/"]
)
def test_nonsense_for_a_version_is_not_found(client: Client, lantern: TreePage, path: str) -> None:
    assert client.get(f"{LANTERN}/{path}").status_code in (404, 414)


def test_versions_of_one_day_are_told_apart_by_the_hour(client: Client, lantern: TreePage) -> None:
    dated(lantern, "2026-05-04T09:05", "2026-05-04T16:45", "2026-07-06")
    page = said(client.get(f"{LANTERN}/versions/"))
    assert "In force on 4 May 2026, 09:05 to 16:45." in page
    assert "In force from 4 May 2026, 16:45 to 6 July 2026." in page
    assert "In force since 6 July 2026." in page
    assert "Version 1 is of 4 May 2026, 09:05, version 2 of 4 May 2026, 16:45." in said(
        client.get(f"{LANTERN}/versions/1/2/")
    )


@pytest.mark.parametrize("path", ["outline", "map", "print"])
def test_rules_are_told_with_the_figures_of_the_day_asked_about(client: Client, path: str) -> None:
    """A figure that changed since is not what the tree went by then."""
    version = TreeVersion.objects.get(page__slug="breath-alcohol-before-dose")
    TreeVersion._base_manager.filter(pk=version.pk).update(published_at=datetime(2026, 1, 5, tzinfo=ZoneInfo("UTC")))
    Figure.objects.update(ends=date(2026, 6, 30))
    now = Figure.objects.get()
    now.pk, now.value, now.starts, now.ends = None, "0.22", date(2026, 7, 1), None
    now.save()
    bump_generation()
    then, today = (said(client.get(f"{BREATH}/{path}/{query}")) for query in ("?at=2026-06-30", ""))
    assert ("reading is above 0.35" in then, "reading is above 0.22" in then) == (True, False)
    assert ("reading is above 0.35" in today, "reading is above 0.22" in today) == (False, True)


def test_the_map_of_an_older_version_leads_to_its_own_outline(client: Client, lantern: TreePage) -> None:
    page = client.get(f"{LANTERN}/map/?dusk=yes&v=1").content.decode()
    assert escape(f"{LANTERN}/outline/?dusk=yes&v=1#question-nights") in page


# --- What changed -------------------------------------------------------------------------------------------------


def test_a_moved_boundary_is_told_in_words_and_in_meaning(client: Client, lantern: TreePage) -> None:
    response = client.get(f"{LANTERN}/versions/2/3/")
    page = said(response)
    # Dusk: yes, no, not known. Nights: below 1, 1, between, 3, above 3, not known.
    assert "Of the 18 combinations of answers that the two versions can tell apart" in page
    assert "the later version changes the result for 4. Here they are." in page
    assert "Before: Light it Now: Fill first it 4 combinations: Dusk “Yes” or “Not known”, nights above 1 day" in page
    assert "Rules Nights is at most 3 days : go to “Light it” Nights is at most 1 day : go to “Light it”" in page
    assert "<del>3</del>" in response.content.decode()
    assert "Fill it from the second night on." in page


def test_a_reworded_version_changes_no_result(client: Client, lantern: TreePage) -> None:
    page = said(client.get(f"{LANTERN}/versions/1/2/"))
    assert "both give the same result" in page
    assert "Now Light it now . Light it before supper ." in page


def test_advice_that_changed_stands_apart_from_results(client: Client) -> None:
    page = published_tree()
    document = lantern_document()
    document["add_ons"][0]["when"] = "nights is not-known or nights above 9 days"
    cases = [*lantern_cases()]
    cases += [
        {**cases[2], "id": f"nights-{count}", "answers": {"dusk": "yes", "nights": count}, "add_ons": advice}
        for count, advice in (("9", []), ("10", ["carry-matches"]))
    ]
    publish(write(page, document, cases))
    told = said(client.get(f"{LANTERN}/versions/1/2/"))
    assert "changes only the added advice for 2" in told
    assert "The result stays, and other advice is added Added: Carry matches" in told


def test_every_change_note_on_the_way_is_told(client: Client, lantern: TreePage) -> None:
    page = said(client.get(f"{LANTERN}/versions/1/3/"))
    assert page.index("Said at version 2: Say when to light it.") < page.index("Said at version 3: Fill it")
    assert "Said at version 1" not in page


def test_what_came_or_went_is_told_once_and_by_its_name(client: Client) -> None:
    """Nothing stands beside it, and advice that is gone has a title."""
    page = published_tree()
    document = lantern_document()
    document["add_ons"] = []
    publish(write(page, document, [{**case, "add_ons": []} for case in lantern_cases()]))
    told = said(client.get(f"{LANTERN}/versions/1/2/"))
    assert "No longer added: Carry matches" in told
    assert "Removed Added advice: Carry matches What Text Title Carry matches Advice It may go out." in told
    assert "Nothing" not in told


def test_a_disagreement_of_the_documents_is_named_by_its_title(client: Client) -> None:
    page = published_tree()
    document = lantern_document()
    outcome_of(document, "light")["conflicts"] = ["X-03"]
    publish(write(page, document))
    title = Tension.objects.get(key="X-03").title
    assert f"Disagreements of the documents Nothing {title}" in said(client.get(f"{LANTERN}/versions/1/2/"))


def test_versions_are_compared_from_the_older_to_the_newer(client: Client, lantern: TreePage) -> None:
    assert client.get(f"{LANTERN}/versions/3/1/").headers["Location"] == f"{LANTERN}/versions/1/3/"
    assert client.get(f"{LANTERN}/versions/?from=1&to=3").headers["Location"] == f"{LANTERN}/versions/1/3/"
    assert client.get(f"{LANTERN}/versions/?from=x&to=3").status_code == 200
    assert "No word changed." in said(client.get(f"{LANTERN}/versions/2/2/"))


# --- A result of an older version -------------------------------------------------------------------------------


def result(client: Client, query: str) -> str:
    response = client.get(f"{LANTERN}/result/?{query}", follow=True)
    assert response.status_code == 200
    return said(response)


def test_an_old_result_that_is_the_same_today_says_so(client: Client, lantern: TreePage) -> None:
    page = result(client, "dusk=no&v=1")
    assert page.index("Result of version 1: the same today") < page.index("Not current What version 1 said.")
    assert "Version 3, in force today, gives the same result in the same words." in page
    assert "NOT CURRENT" not in page


def test_an_old_result_in_other_words_says_which(client: Client, lantern: TreePage) -> None:
    page = result(client, "dusk=yes&nights=1&v=1")
    assert "Result of version 1: the same today, in other words" in page
    assert "Now Light it now . Light it before supper ." in page
    assert page.index("Light it before supper .") < page.index("Not current What version 1 said.")


def test_a_result_as_it_was_on_a_day_is_that_of_the_version_in_force_then(client: Client, lantern: TreePage) -> None:
    assert "Result of version 2: different today" in result(client, "dusk=yes&nights=2&at=2026-05-04")
    for day in (str(timezone.localdate()), "2026-02-01", "green"):
        assert "Result of version" not in result(client, f"dusk=yes&nights=2&at={day}")


def test_a_result_of_a_version_that_never_was_says_so(client: Client, lantern: TreePage) -> None:
    page = result(client, "dusk=yes&nights=2&v=99")
    assert "There is no version 99 of this tree. This is the result of version 3, in force today." in page
    assert "There is no version" not in result(client, "dusk=yes&nights=2&v=3")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"text": "Is it dark?"}, "Question Is it dusk ? Is it dark ?"),
        ({"hint": "Count the stars."}, "Hint Nothing Count the stars."),
        ({"not_known": "Fog"}, "Answers Not known Fog"),
    ],
)
def test_an_old_result_says_that_a_question_was_put_in_other_words(
    client: Client, change: dict[str, str], told: str
) -> None:
    """The same answer to another question is not the same answer."""
    page = published_tree()
    document = lantern_document()
    question_of(document, "dusk").update(change)
    publish(write(page, document))
    said_today = result(client, "dusk=no&v=1")
    assert "the same today, if your answers still stand" in said_today
    assert "It asks in other words: look whether your answers still stand." in said_today
    assert told in said_today


def asking(yes: str, no: str) -> dict[str, Any]:
    """The lantern, with words of one's own for the two answers to its first question."""
    document = lantern_document()
    options = [{"id": "yes", "label": yes}, {"id": "no", "label": no}]
    question_of(document, "dusk").update({"kind": "one-of", "options": options})
    return document


def test_an_old_result_whose_words_stand_for_another_answer_today_is_to_be_asked_again(client: Client) -> None:
    """Nothing is said of today's result: it would be that of the opposite answer."""
    page = published_tree(asking("Dark", "Light"))
    for note, labels in (("Say how dark.", ("Pitch dark", "Light")), ("Said again.", ("Pitch dark", "Dark"))):
        page.change_note = note
        page = publish(write(page, asking(*labels)))
    for answers in ("dusk=no", "dusk=yes&nights=2"):
        told = result(client, f"{answers}&v=1")
        assert "Result of version 1: to be asked again today" in told
        assert "the words of an answer that led here stand for another answer. Answer the tree again." in told
        assert "Start again" in told
        assert "Open today's result" not in told
    assert "if your answers still stand" in result(client, "dusk=not-known&nights=2&v=1")


def test_a_difference_in_meaning_says_which_questions_ask_in_other_words(client: Client) -> None:
    page = published_tree()
    document = lantern_document()
    question_of(document, "dusk")["text"] = "Is it broad daylight?"
    page.change_note = "Tidied the wording."
    publish(write(page, document))
    told = said(client.get(f"{LANTERN}/versions/1/2/"))
    assert "both give the same result" in told
    assert (
        "These questions ask in other words, so the same person may give another answer: Is it broad daylight?" in told
    )
    assert "ask in other words" not in said(client.get(f"{LANTERN}/versions/2/2/"))


def test_an_old_result_that_is_another_today_shows_todays_first(client: Client, lantern: TreePage) -> None:
    page = result(client, "dusk=yes&nights=2&v=2")
    assert "Result of version 2: different today" in page
    assert "Version 3, in force today, gives another result for the same answers. Use today's." in page
    first, second = page.index("Fill first it now."), page.index("Not current What version 2 said.")
    assert first < second < page.index("Light it before supper.")
    html = client.get(f"{LANTERN}/result/?dusk=yes&nights=2&v=2").content.decode()
    assert escape(f"{LANTERN}/result/?dusk=yes&nights=2&v=3") in html
    assert f"{LANTERN}/versions/2/3/" in html
    assert "NOT CURRENT. Version 3" in html, "a summary that is handed over says it too"


def test_who_jumps_from_heading_to_heading_hears_that_an_old_result_is_not_current(
    client: Client, lantern: TreePage
) -> None:
    page = client.get(f"{LANTERN}/result/?dusk=yes&nights=2&v=2").content.decode()
    old = page[page.index('aria-labelledby="old-result"') :]
    headings = [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)) for text in re.findall(r"<h\d.*?</h\d>", old, re.DOTALL)
    ]
    assert headings[0].strip().startswith("Not current What version 2 said.")
    assert headings[1].strip() == "Not current. Routine: Light it"
    assert headings[2].strip() == "What to do (not current)"
    today = client.get(f"{LANTERN}/result/?dusk=yes&nights=2").content.decode()
    assert "not current" not in today


def test_a_start_page_names_the_years_of_what_is_historic(client: Client) -> None:
    published_tree()
    assert "Some of this rests on guidance from 2009. Read it with" in said(client.get(f"{LANTERN}/"))


def test_an_old_result_with_other_advice_today_says_which(client: Client) -> None:
    page = published_tree()
    document = lantern_document()
    document["add_ons"] = []
    publish(write(page, document, [{**case, "add_ons": []} for case in lantern_cases()]))
    told = result(client, "dusk=yes&nights=not-known&v=1")
    assert "Result of version 1: the same today, with other advice" in told
    assert "No longer added: Carry matches" in told


def test_an_old_result_that_needs_a_further_answer_today_says_which(client: Client) -> None:
    document = lantern_document()
    shorter = lantern_document()
    shorter["questions"] = shorter["questions"][:1]
    shorter["questions"][0]["next"][1]["go"] = "light"
    shorter["add_ons"] = []
    shorter["outcomes"] = [outcome for outcome in shorter["outcomes"] if outcome["id"] != "fill-first"]
    cases = [case for case in lantern_cases() if case["id"] == "day"]
    cases += [
        {**cases[0], "id": answer, "answers": {"dusk": answer}, "outcome": "light"} for answer in ("yes", "not-known")
    ]
    page = published_tree(shorter, cases)
    publish(write(page, document, lantern_cases()))
    told = result(client, "dusk=yes&v=1")
    assert "Result of version 1: not to be used today" in told
    assert "needs another answer before it gives a result: For how many nights has it burned?" in told
    assert escape(f"{LANTERN}/nights/?dusk=yes") in client.get(f"{LANTERN}/result/?dusk=yes&v=1").content.decode()


def test_the_day_is_that_of_the_place_and_not_of_the_clock_in_greenwich(client: Client) -> None:
    page = published_tree()
    # Half past midnight on 2 June in London is still 1 June in universal time.
    moment = datetime(2026, 6, 2, 0, 30, tzinfo=ZoneInfo("Europe/London"))
    TreeVersion._base_manager.filter(page=page).update(published_at=moment)
    bump_generation()
    assert client.get(f"{LANTERN}/outline/", {"at": str(date(2026, 6, 1))}).status_code == 404
    assert client.get(f"{LANTERN}/outline/", {"at": str(date(2026, 6, 2))}).status_code == 200


# --- All ways, to print -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "ways"),
    [
        ("breath-alcohol-before-dose", 15),
        ("illicit-opiates-on-top", 4),
        ("missed-opioid-doses", 7),
        ("not-benefiting-from-treatment", 14),
        ("postal-equipment-and-domestic-abuse", 11),
    ],
)
def test_every_way_and_everything_it_leads_to_is_printed(client: Client, slug: str, ways: int) -> None:
    response = client.get(f"/decision-trees/{slug}/print/")
    page, html = said(response), response.content.decode()
    assert f"Every way through the tree: {ways} ways" in page
    assert len(re.findall(r"Way \d+ ", page)) == ways
    tree = written(slug).tree
    for number, outcome in enumerate(tree.outcomes, start=1 + len(tree.questions)):
        assert f"{number}. {outcome.title}" in page
        for text in (
            outcome.do_now,
            outcome.who_decides,
            *outcome.gaps,
            *(statement.text for statement in (*outcome.actions, *outcome.cautions)),
        ):
            assert escape(text) in html, text
    for number, add_on in enumerate(tree.add_ons, start=1):
        assert f"Advice {number}. {add_on.title} Added when:" in page
        assert escape(add_on.text) in html
    for flag in tree.red_flags:
        assert flag.when.describe(tree) in page
    assert "(2009)" in page, "each citation has its year"


def test_a_printed_way_names_questions_conditions_outcome_and_advice(client: Client, lantern: TreePage) -> None:
    page = said(client.get(f"{LANTERN}/print/"))
    assert (
        "Way 3 1. Is it dusk? b. Dusk is “Yes” or “Not known” 2. For how many nights has it burned? b. Otherwise "
        "→ 5. Fill first it (Routine) Advice some answers add: 1."
    ) in page
    assert "Version 3 of 6 July 2026." in page
    assert lantern.versions.get(number=3).hash in page


def test_advice_that_follows_one_another_is_printed_as_a_range(client: Client) -> None:
    page = said(client.get("/decision-trees/missed-opioid-doses/print/"))
    assert "Advice some answers add: 1 to 3, 5, 7 to 16." in page


def test_the_numbers_of_the_law_are_printed(client: Client) -> None:
    assert "reading is above 0.35 mg/L" in said(client.get(f"{BREATH}/print/"))


def test_an_older_version_prints_with_its_notice(client: Client, lantern: TreePage) -> None:
    page = said(client.get(f"{LANTERN}/print/?v=1"))
    assert page.index("Not current.") < page.index("Is the lantern to be lit?")
    assert "Light it now." in page


def test_too_many_ways_are_told_by_where_each_answer_leads(client: Client, lantern: TreePage) -> None:
    document = lantern_document()
    dusk, nights = document["questions"]
    dusk["next"] = [{"when": "dusk is no", "go": "leave"}, {"when": "dusk is any of yes, not-known", "go": "turn-1"}]
    turns = [
        {
            **dusk,
            "id": f"turn-{number}",
            "next": [
                {"when": f"turn-{number} is yes", "go": f"turn-{number + 1}"},
                {"otherwise": f"turn-{number + 1}"},
            ],
        }
        for number in range(1, 9)
    ]
    turns[-1]["next"] = [{"otherwise": "nights"}]
    document["questions"] = [dusk, *turns, nights]
    tree = tree_from_document(document)
    lantern.versions.create(number=4, hash=tree_hash(tree), document=tree_to_document(tree))
    bump_generation()
    page = said(client.get(f"{LANTERN}/print/"))
    assert "There are more than 200 ways through this tree: too many to print one by one." in page
    assert "Way 1 " not in page
    assert "a. Dusk is “No” 11. Leave it" in page
    assert "a. Turn 1 is “Yes” 3. Is it dusk?" in page


def test_the_start_page_leads_to_every_view_of_the_tree(client: Client, lantern: TreePage) -> None:
    page = client.get(f"{LANTERN}/").content.decode()
    for path in ("outline/", "map/", "print/", "versions/", "proof/"):
        assert f'href="{LANTERN}/{path}"' in page
    older = client.get(f"{LANTERN}/?at=2026-03-02").content.decode()
    for path in ("outline/", "map/", "print/", "proof/"):
        assert f'href="{LANTERN}/{path}?v=1"' in older


# --- Proof --------------------------------------------------------------------------------------------------------


def test_the_proof_is_told_with_a_witness_for_everything(client: Client, lantern: TreePage) -> None:
    page = said(client.get(f"{LANTERN}/proof/"))
    certificate = lantern.versions.get(number=3).certificate
    assert f"for all {certificate['combinations']} combinations of answers" in page
    for number, outcome in ((3, "Leave it"), (4, "Light it"), (5, "Fill first it")):
        id = outcome.removesuffix(" it").lower().replace(" ", "-")
        assert f"Outcome {number}: {outcome} {certificate['outcomes'][id]['combinations']} combination" in page
    assert "Advice 1: Carry matches" in page
    assert "“Not known”, and every other answer marked as the careful one" in page
    assert "4 cases written by people passed" in page
    assert lantern.versions.get(number=3).hash in page


@pytest.mark.parametrize("tree", [BREATH, WORSE])
def test_each_witness_leads_where_the_proof_says(client: Client, tree: str) -> None:
    view = client.get(f"{tree}/proof/?v=1").context["view"]
    assert sum(outcome.combinations for outcome in view.outcomes) == view.combinations
    for outcome in view.outcomes:
        result = client.get(outcome.url).context["view"].result
        assert result.outcome.title == outcome.title
    for flag in view.red_flags:
        assert client.get(flag.url).context["view"].result.urgency == "emergency"
    for advice in view.advice:
        assert advice.title in [each.title for each in client.get(advice.url).context["view"].advice]


def test_figures_of_the_proof_are_named(client: Client) -> None:
    assert "0.35 mg/L" in said(client.get(f"{BREATH}/proof/"))


def test_what_is_downloaded_can_be_checked(client: Client, lantern: TreePage, tmp_path: Path) -> None:
    links = re.findall(r'href="([^"]*(?:\.json\?v=\d+|\.py))"', client.get(f"{LANTERN}/proof/?v=2").content.decode())
    files = {}
    for link in links:
        response = client.get(unescape(link))
        name = re.findall(r'filename="([^"]+)"', response["Content-Disposition"])[0]
        files[name] = tmp_path / name
        files[name].write_bytes(response.content)
    tree, certificate, checker = files
    assert (tree, certificate) == ("lantern-2-tree.json", "lantern-2-certificate.json")
    command = [sys.executable, "-I", checker, tree, certificate]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.stdout.startswith("It holds"), checked.stdout + checked.stderr
    assert f"python certificate_checker.py {tree} {certificate}" in said(client.get(f"{LANTERN}/proof/?v=2"))


def test_a_version_without_a_certificate_says_so(client: Client, lantern: TreePage) -> None:
    document = lantern_document()
    question_of(document, "dusk")["next"].pop()
    old = TreeVersion._base_manager.filter(page=lantern, number=1)
    old.update(certificate={}, document=document, hash=canonical_hash(document))
    bump_generation()
    assert "No certificate is kept with version 1" in said(client.get(f"{LANTERN}/proof/?v=1"))
    assert "Proved over" not in said(client.get(f"{LANTERN}/print/?v=1"))


def test_paper_says_what_was_proved(client: Client, lantern: TreePage) -> None:
    count = lantern.versions.get(number=3).certificate["combinations"]
    assert f"Proved over all {count} combinations" in said(client.get(f"{LANTERN}/print/"))
