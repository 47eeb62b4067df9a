"""Starter content: what nobody touched is updated, what somebody touched stays."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest
from django.core.management import call_command

from guidance.loading import load_guidance, load_pages
from guidance.models import Figure, GlossaryTerm, GuidancePage, Tension, TopicPage
from guidance.starter import Outcome
from tests.factories.guidance import PassageFactory, citation, draft, home_page, published, topic_index

pytestmark = pytest.mark.django_db

GLOSSARY = """\
    - term: lantern
      meaning: A light that is carried.
      synonyms: [lamp]
      status: old
      found_in: []
      expansions_not_in_text: []
      search: [lamp]
      typed: [glim]
      see_also: []
    - term: dusk
      meaning: The end of the day.
      synonyms: []
      status: both
      found_in: []
      expansions_not_in_text: []
      search: []
      see_also: []
"""
TOPICS = """\
    - {slug: lights, title: Lights, summary: All about lights., order: 1}
"""
PAGE = """\
    ---
    slug: counting
    title: Counting lanterns
    topic: lights
    summary: Count them at dusk.
    owner: Clinical lead
    reviewed: 2026-11-22
    next_review: 2027-05-22
    trees: [not-written-yet]
    recommendations:
      - id: r1
        text: Count them.
        strength: should
        basis: good-practice
        citations: ["CITATION"]
        why: They get lost.
      - id: r3
        text: Count them again.
        strength: may
        basis: inference
        citations: []
        why: To be sure.
    disagreements: [X-01]
    gaps: [Nothing says how often.]
    update_notes:
      - {date: 2026-11-22, text: First published.}
    ---
    ## Why

    Lanterns get lost [[CITATION]].
"""
TENSIONS = """\
    - id: X-01
      title: Dusk or dawn
      sides:
        - {says: Dusk., citations: ["CITATION"]}
        - {says: Dawn., citations: ["CITATION"]}
      we_follow: Dusk.
"""
FIGURES = """\
    - id: lantern-limit
      title: Limit of lanterns
      value: "0.35"
      unit: mg-l
      jurisdiction: Nowhere
      from: 1990-01-01
      until: null
      citations: ["CITATION"]
      note: Invented.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = citation(PassageFactory())
    (tmp_path / "pages").mkdir()
    for name, content in {
        "glossary.yaml": GLOSSARY,
        "topics.yaml": TOPICS,
        "tensions.yaml": TENSIONS,
        "figures.yaml": FIGURES,
        "pages/counting.md": PAGE,
    }.items():
        (tmp_path / name).write_text(dedent(content).replace("CITATION", text), encoding="utf-8")
    return tmp_path


def _load(folder: Path) -> dict[str, Outcome]:
    return {f"{each.kind} {each.key}": each.outcome for each in [*load_guidance(folder), *load_pages(folder)]}


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_everything_is_created_once_and_then_left_alone(folder) -> None:
    assert set(_load(folder).values()) == {Outcome.CREATED}
    page = GuidancePage.objects.get(slug="counting")
    revision = page.latest_revision_id
    assert set(_load(folder).values()) == {Outcome.UNCHANGED}
    page.refresh_from_db()
    assert page.latest_revision_id == revision


def test_a_page_is_loaded_whole(folder) -> None:
    _load(folder)
    page = GuidancePage.objects.get(slug="counting")
    assert page.live
    assert page.get_parent().specific == TopicPage.objects.get(slug="lights")
    assert [block.value["anchor"] for block in page.recommendations] == ["r1", "r3"]
    assert page.last_number == 3
    assert page.disagreements[0].value == Tension.objects.get(key="X-01")
    assert page.gaps[0].value == "Nothing says how often."
    assert "Lanterns get lost" in page.body[0].value
    assert Figure.objects.get().shown_value == "0.35"
    assert GlossaryTerm.objects.get(slug="lantern").lines("typed") == ("glim",)


def test_a_changed_file_updates_what_nobody_touched(folder) -> None:
    _load(folder)
    _change(folder / "pages/counting.md", "Count them at dusk.", "Count them at dawn.")
    _change(folder / "glossary.yaml", "A light that is carried.", "A lamp that is carried.")
    outcomes = _load(folder)
    assert outcomes["page counting"] is Outcome.UPDATED
    assert outcomes["glossary lantern"] is Outcome.UPDATED
    assert outcomes["glossary dusk"] is Outcome.UNCHANGED
    assert GuidancePage.objects.get(slug="counting").summary == "Count them at dawn."


@pytest.mark.parametrize("publish", [True, False])
def test_an_edit_stays_and_a_changed_file_is_a_conflict(folder, publish) -> None:
    _load(folder)
    page = GuidancePage.objects.get(slug="counting")
    page.summary = "Do not count them."
    revision = page.save_revision()
    if publish:
        revision.publish()
    assert _load(folder)["page counting"] is Outcome.UNCHANGED
    _change(folder / "pages/counting.md", "Count them at dusk.", "Count them at dawn.")
    assert _load(folder)["page counting"] is Outcome.KEPT_LOCAL_EDIT
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().summary == "Do not count them."
    assert page.summary == ("Do not count them." if publish else "Count them at dusk.")


def test_an_edited_term_stays(folder) -> None:
    _load(folder)
    term = GlossaryTerm.objects.get(slug="lantern")
    term.meaning = "Our own."
    term.save()
    _change(folder / "glossary.yaml", "A light that is carried.", "A lamp that is carried.")
    assert _load(folder)["glossary lantern"] is Outcome.KEPT_LOCAL_EDIT
    term.refresh_from_db()
    assert term.meaning == "Our own."


def test_what_was_deleted_is_not_brought_back(folder) -> None:
    _load(folder)
    GuidancePage.objects.get(slug="counting").delete()
    GlossaryTerm.objects.get(slug="lantern").delete()
    _change(folder / "pages/counting.md", "Count them at dusk.", "Count them at dawn.")
    outcomes = _load(folder)
    assert outcomes["page counting"] is Outcome.LEFT_DELETED
    assert outcomes["glossary lantern"] is Outcome.LEFT_DELETED
    assert not GuidancePage.objects.exists()


def test_what_was_unpublished_stays_so(folder) -> None:
    _load(folder)
    GuidancePage.objects.get(slug="counting").unpublish()
    _change(folder / "pages/counting.md", "Count them at dusk.", "Count them at dawn.")
    assert _load(folder)["page counting"] is Outcome.LEFT_UNPUBLISHED
    assert not GuidancePage.objects.get(slug="counting").live


def test_a_page_of_the_same_name_made_here_stays_as_it_is(folder) -> None:
    own = published(TopicPage(title="Our lights", slug="lights", summary="Ours."), topic_index())
    draft(GuidancePage(title="Ours", slug="counting", summary="Ours."), own)
    outcomes = _load(folder)
    assert outcomes["topic lights"] is Outcome.KEPT_LOCAL_EDIT
    assert outcomes["page counting"] is Outcome.KEPT_LOCAL_EDIT
    assert GuidancePage.objects.get().summary == "Ours."


def test_a_moved_page_is_updated_where_it_stands_now(folder) -> None:
    _load(folder)
    elsewhere = published(TopicPage(title="Elsewhere", slug="elsewhere", summary="There."), topic_index())
    GuidancePage.objects.get(slug="counting").move(elsewhere, pos="last-child")
    _change(folder / "pages/counting.md", "Count them at dusk.", "Count them at dawn.")
    assert _load(folder)["page counting"] is Outcome.UPDATED
    assert GuidancePage.objects.get().get_parent().specific == elsewhere


def test_a_broken_file_names_its_place_and_stops_nothing_else(folder) -> None:
    _change(folder / "glossary.yaml", "meaning: The end of the day.", "meaning: The end: of the day.")
    _change(folder / "pages/counting.md", "strength: should", "strength: perhaps")
    results = [*load_guidance(folder), *load_pages(folder)]
    messages = {each.key: each.message for each in results if each.is_failure}
    assert "glossary.yaml, line 11" in messages["glossary.yaml"]
    assert "strength" in messages["counting"]
    assert not GlossaryTerm.objects.exists()
    assert not GuidancePage.objects.exists()
    assert TopicPage.objects.filter(slug="lights").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("topic: lights", "topic: sounds", "sounds"),
        ("disagreements: [X-01]", "disagreements: [X-99]", "X-99"),
        ("summary: Count them at dusk.", "summary: ''", "summary"),
        ("---\nslug", "slug", "line 1"),
        ("[[", "[[gone@2009 1]] [[", "gone@2009"),
    ],
)
def test_a_page_that_cannot_be_loaded_says_why(folder, old, new, said) -> None:
    _change(folder / "pages/counting.md", old, new)
    (failure,) = [each for each in [*load_guidance(folder), *load_pages(folder)] if each.is_failure]
    assert said in failure.message
    assert not GuidancePage.objects.exists()


def test_a_tree_that_is_written_later_joins_the_page(folder) -> None:
    from decision_trees.models import TreeIndexPage, TreePage

    _load(folder)
    index = published(TreeIndexPage(title="Trees", slug="trees"), home_page())
    tree = TreePage(title="Not written yet?", slug="not-written-yet", situation="Later", summary="Later.")
    tree.live = False
    index.add_child(instance=tree)
    assert _load(folder)["page counting"] is Outcome.UPDATED
    assert GuidancePage.objects.get().trees[0].value.pk == tree.pk


def test_the_command_reports_and_ends_with_1_when_something_failed(folder, capsys) -> None:
    for name in ("trees", "paths", "sources"):
        (folder / name).mkdir()
    call_command("load_content", folder=folder)
    assert "page: 1 created" in capsys.readouterr().out
    call_command("load_content", folder=folder, json=True)
    assert {each["outcome"] for each in json.loads(capsys.readouterr().out)} == {"unchanged"}
    _change(folder / "topics.yaml", "- {", "- [")
    with pytest.raises(SystemExit) as end:
        call_command("load_content", folder=folder)
    assert end.value.code == 1
    assert "topics.yaml, line 1" in capsys.readouterr().out
