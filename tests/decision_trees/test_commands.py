"""`walk_tree` and `check_trees`: what they print, and the codes they end with."""

from __future__ import annotations

import json
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from decision_trees.management.commands.walk_tree import EXAMPLE
from decision_trees.models import TreePage
from guidance.generation import bump_generation
from tests.factories.trees import draft_tree, published_tree, unsound_document, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

SLUG = "breath-alcohol-before-dose"
SHAKY = {"looks": "withdrawal", "reading": {"value": "0.42", "unit": "mg-l"}, "risks": ["sedatives", "cocaine"]}
#: product.md, section 10.
PROMISED = {"tree", "version", "status", "actions", "cautions", "urgency", "citations", "trace"}


def run(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def walked(answers: dict[str, Any], slug: str = SLUG) -> Any:
    return json.loads(run("walk_tree", slug, answers=json.dumps(answers), as_json=True))


# --- walk_tree ----------------------------------------------------------------------------------------------------


def test_an_outcome_as_json_has_every_promised_key() -> None:
    found = walked(SHAKY)
    assert set(found) >= PROMISED | {"outcome"}
    assert (found["tree"], found["version"], found["status"]) == (SLUG, 1, "outcome")
    assert found["outcome"]["id"] == "assess-withdrawal-now"
    assert found["outcome"]["text"]
    assert found["urgency"] == "today"
    assert [advice["id"] for advice in found["add_ons"]] == ["do-not-drive", "risk-sedatives", "risk-cocaine"]
    assert found["problems"] == []


def test_the_example_of_the_help_can_be_walked_as_it_stands() -> None:
    found = json.loads(run("walk_tree", SLUG, answers=EXAMPLE, as_json=True))
    assert (found["status"], found["problems"], found["unused"]) == ("outcome", [], [])


def test_each_citation_as_json_names_source_section_and_passage() -> None:
    citations = walked(SHAKY)["citations"]
    assert citations
    for citation in citations:
        assert citation["source"] in {"towards-successful-treatment-completion", "models-of-care-update-2006"}
        assert citation["section"]
        assert citation["url"].startswith("/sources/")
    assert any(citation["passage"] for citation in citations)


def test_actions_and_cautions_say_on_what_they_rest() -> None:
    found = walked(SHAKY)
    for statement in (*found["actions"], *found["cautions"]):
        assert statement["text"]
        assert statement["basis"]
        assert statement["citations"]


def test_the_trace_goes_from_question_to_question() -> None:
    trace = walked(SHAKY)["trace"]
    assert [(step["question"], step["go"]) for step in trace] == [
        ("looks", "reading"),
        ("reading", "risks"),
        ("risks", "assess-withdrawal-now"),
    ]
    assert trace[1]["value"] == {"value": "0.42", "unit": "mg-l"}


def test_an_unfinished_journey_as_json_is_at_its_next_question() -> None:
    found = walked({"looks": "neither"})
    assert set(found) >= PROMISED | {"question"}
    assert found["status"] == "question"
    assert found["question"]["id"] == "reading"
    assert found["question"]["text"] == "What is the breath reading?"
    assert (found["actions"], found["cautions"], found["urgency"], found["citations"]) == ([], [], None, [])


def test_nonsense_in_the_answers_is_named_and_stops_at_the_question() -> None:
    out = StringIO()
    nonsense = json.dumps({"looks": "green", "colour": "blue"})
    with pytest.raises(CommandError, match=re.escape("(colour, looks)")) as refused:
        call_command("walk_tree", SLUG, answers=nonsense, as_json=True, stdout=out)
    assert refused.value.returncode == 2
    found = json.loads(out.getvalue())
    assert found["question"]["id"] == "looks"
    assert {(problem["question"], problem["code"]) for problem in found["problems"]} == {
        ("looks", "not-an-option"),
        ("colour", "unknown-question"),
    }


def test_an_outcome_as_text_reads_from_top_to_bottom() -> None:
    text = run("walk_tree", SLUG, answers=json.dumps(SHAKY))
    assert text.index("TODAY: ") < text.index("\n1. ") < text.index("What not to do") < text.index("Who decides: ")
    assert "What is the breath reading? 0.42 mg/L" in text
    assert "Do not: Do not" not in text


def test_a_question_as_text_is_the_next_one() -> None:
    assert "Next question: How does the person look right now? (looks)" in run("walk_tree", SLUG)


@pytest.mark.parametrize("answers", ["{", "[]", '"looks"', "looks=neither"])
def test_answers_that_are_no_object_are_a_mistake_in_use(answers: str) -> None:
    with pytest.raises(CommandError) as refused:
        run("walk_tree", SLUG, answers=answers)
    assert refused.value.returncode == 2


def test_a_tree_that_is_not_published_is_a_mistake_in_use_and_the_published_are_named() -> None:
    draft_tree()
    with pytest.raises(CommandError, match=SLUG) as refused:
        run("walk_tree", "lantern")
    assert refused.value.returncode == 2


# --- check_trees --------------------------------------------------------------------------------------------------


def spoil(slug: str) -> None:
    """Break a live tree behind the checks that guard publishing."""
    page = TreePage.objects.get(slug=slug)
    TreePage.objects.filter(pk=page.pk).update(document={**page.document, "start": "nowhere"})
    bump_generation()


def exit_code(*args: str, **options: Any) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command(*args, stdout=out, **options)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue()
    return 0, out.getvalue()


def test_every_tree_of_the_starter_content_is_sound() -> None:
    code, text = exit_code("check_trees")
    assert code == 0, text
    lines = text.splitlines()
    assert len(lines) == 5
    assert all(": sound (" in line and line.endswith(" cases)") for line in lines)


def test_a_finding_ends_with_one_and_names_the_node() -> None:
    spoil("missed-opioid-doses")
    code, text = exit_code("check_trees")
    assert code == 1
    assert re.search(r"missed-opioid-doses: \d+ findings? ", text)
    assert "nowhere" in text
    assert f"{SLUG}: sound" in text


def test_only_the_trees_named_are_checked() -> None:
    spoil("missed-opioid-doses")
    assert exit_code("check_trees", SLUG)[0] == 0
    assert exit_code("check_trees", SLUG, "missed-opioid-doses")[0] == 1


def test_findings_as_json() -> None:
    spoil("missed-opioid-doses")
    code, text = exit_code("check_trees", as_json=True)
    found = json.loads(text)
    assert code == 1
    assert found["sound"] is False
    assert len(found["trees"]) == 5
    assert found["trees"][SLUG]["sound"] is True
    assert found["trees"][SLUG]["problems"] == []
    assert found["trees"][SLUG]["combinations"] > 1000
    assert found["trees"][SLUG]["cases"] >= 12
    assert found["trees"]["missed-opioid-doses"]["problems"]


def test_a_tree_that_nobody_published_is_a_mistake_in_use() -> None:
    draft_tree()
    with pytest.raises(CommandError, match="lantern") as refused:
        exit_code("check_trees", "lantern")
    assert refused.value.returncode == 2


def test_with_nothing_published_there_is_nothing_to_find() -> None:
    TreePage.objects.update(live=False)
    bump_generation()
    assert exit_code("check_trees") == (0, "There is no tree to check. Run load_content first.\n")


def test_a_draft_is_checked_when_that_is_asked_for_and_a_tree_with_no_draft_as_it_stands() -> None:
    draft_tree().save_revision()
    code, text = exit_code("check_trees", "lantern", draft=True)
    assert code == 0
    assert re.fullmatch(r"lantern: sound \([0-9,]+ combinations of answers, 4 cases\)\n", text)
    assert exit_code("check_trees", "lantern", SLUG, draft=True)[0] == 0


def test_the_draft_of_a_published_tree_counts_and_not_what_readers_walk() -> None:
    page = published_tree()
    write(page, unsound_document()).save_revision()
    assert exit_code("check_trees", "lantern")[0] == 0
    code, text = exit_code("check_trees", "lantern", draft=True)
    assert code == 1
    assert "  dusk: " in text
    found = json.loads(exit_code("check_trees", "lantern", draft=True, as_json=True)[1])
    assert not found["trees"]["lantern"]["sound"]


def test_all_drafts_are_checked_where_none_is_named() -> None:
    draft_tree(unsound_document())
    code, text = exit_code("check_trees", draft=True)
    assert code == 1
    assert f"{SLUG}: sound" in text


def test_a_draft_that_there_is_not_says_which_there_are() -> None:
    draft_tree()
    with pytest.raises(CommandError, match=r"No tree is called nowhere. There are: .*lantern"):
        exit_code("check_trees", "nowhere", draft=True)
