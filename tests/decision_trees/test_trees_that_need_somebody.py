"""What held when it was published and holds no longer: readers get no wrong result, and those who write are told."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from decision_trees.attention import trees_that_need_somebody
from decision_trees.models import TreePage, TreeVersion
from decision_trees.services import find_tree
from guidance.generation import bump_generation
from guidance.models import Edition, Figure, Section
from tests.factories.guidance import UserFactory
from tests.factories.trees import (
    CITED,
    draft_tree,
    lantern_cases,
    lantern_document,
    outcome_of,
    published_tree,
    question_of,
    write,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

RESULT = "/decision-trees/lantern/result/?dusk=yes&nights=10"


@pytest.fixture
def oil() -> Figure:
    """How many nights a filling of oil lasts, by law."""
    return Figure.objects.create(
        key="nights-of-oil", title="Oil", value="20", unit="days", jurisdiction="England", starts=date(2020, 1, 1)
    )


@pytest.fixture
def tree(oil: Figure) -> TreePage:
    """Few nights: light it. More, up to the figure: fill first. Above the figure: leave it, and ask somebody."""
    document = lantern_document()
    question_of(document, "nights")["next"] = [
        {"when": "nights at most 3 days", "go": "light"},
        {"when": "nights at least 4 days and nights at most figure nights-of-oil", "go": "fill-first"},
        {"when": "nights above figure nights-of-oil or nights is not-known", "go": "ask"},
    ]
    document["outcomes"].append({**outcome_of(document, "fill-first"), "id": "ask", "title": "Ask", "care_level": 3})
    cases = lantern_cases()
    cases[-1]["outcome"] = "ask"
    for nights, outcome in (("20", "fill-first"), ("21", "ask")):
        cases.append({**cases[1], "id": nights, "answers": {"dusk": "yes", "nights": nights}, "outcome": outcome})
    return published_tree(document, cases)


def lines_about(slug: str) -> list[str]:
    return [line for each in trees_that_need_somebody() if each.page.slug == slug for line in each.lines]


def first_page(client: Client) -> str:
    return client.get(reverse("wagtailadmin_home")).content.decode()


# --- Figures ------------------------------------------------------------------------------------------------------


def test_another_value_with_which_the_tree_holds_is_read_at_once(client: Client, tree: TreePage, oil: Figure) -> None:
    oil.value = "8"
    oil.save()
    assert "Ask" in client.get(RESULT).content.decode()
    assert client.get(f"{RESULT}&v=1").status_code == 200


def test_a_value_with_which_it_does_not_hold_gives_nobody_a_result(client: Client, tree: TreePage, oil: Figure) -> None:
    assert "Fill first it now." in client.get(RESULT).content.decode()
    oil.value = "2"
    oil.save()
    # With 3 nights two rules apply; with 10 only one does, but the tree as a whole is not what was proved.
    for nights in (3, 10):
        page = client.get(f"/decision-trees/lantern/result/?dusk=yes&nights={nights}").content.decode()
        assert "No result can be given" in page
        assert "it now." not in page
    with pytest.raises(CommandError, match="No result can be given"):
        call_command("walk_tree", "lantern", answers='{"dusk": "yes", "nights": "10"}')


def test_those_who_write_trees_are_told_which_no_longer_hold_and_where(
    client: Client, tree: TreePage, oil: Figure
) -> None:
    client.force_login(UserFactory(roles=["Clinical leads"]))
    assert "two rules" not in first_page(client)
    oil.value = "2"
    oil.save()
    told = first_page(client)
    assert "Trees that need somebody" in told
    assert f"/admin/pages/{tree.pk}/edit/#node-question-nights" in told

    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_trees", "lantern", as_json=True, stdout=out)
    assert ended.value.code == 1
    assert json.loads(out.getvalue())["trees"]["lantern"]["sound"] is False


def test_others_are_told_nothing(client: Client, tree: TreePage, oil: Figure) -> None:
    oil.delete()
    client.force_login(UserFactory(roles=["Trainers"]))
    assert "Trees that need somebody" not in client.get(reverse("wagtailadmin_home"), follow=True).content.decode()


def test_a_figure_from_a_day_to_come_is_not_read_before_it(client: Client, tree: TreePage, oil: Figure) -> None:
    today = timezone.localdate()
    Figure.objects.filter(pk=oil.pk).update(ends=today)
    Figure.objects.create(
        key=oil.key, title="Oil", value="2", unit="days", jurisdiction="England", starts=today + timedelta(days=1)
    )
    assert "Fill first it now." in client.get(RESULT).content.decode()


# --- Sources ------------------------------------------------------------------------------------------------------


def test_a_citation_that_no_longer_resolves_is_said_and_readers_keep_the_result(client: Client) -> None:
    published_tree()
    assert not [line for line in lines_about("lantern") if "citation" in line]
    Section.objects.filter(edition__source__slug=CITED.partition("@")[0], key="5.2.4").delete()
    bump_generation()
    assert any(CITED in line and "node-outcome-light" in line for line in lines_about("lantern"))
    assert client.get("/decision-trees/lantern/result/?dusk=yes&nights=2").status_code == 200
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_trees", "lantern", stdout=out)
    assert CITED in out.getvalue()


def test_a_passage_that_a_new_text_of_its_document_lacks_is_said_too() -> None:
    document = lantern_document()
    document["citations"] = [f"{CITED} #0123456789ab"]
    published_tree(document)
    Edition.objects.filter(source__slug=CITED.partition("@")[0]).update(sha256="1" * 64)
    bump_generation()
    assert any("#0123456789ab" in line for line in lines_about("lantern"))


# --- What is stored -----------------------------------------------------------------------------------------------


def test_a_version_that_is_not_what_was_published_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    page = published_tree()
    TreeVersion._base_manager.filter(page=page).update(document={})
    bump_generation()
    monkeypatch.setattr("decision_trees.services._trees", {})
    assert any("not what was published" in line for line in lines_about("lantern"))
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_trees", "lantern", stdout=out)
    assert "Readers do not find this tree" in out.getvalue()


# --- Owner, review, schedule --------------------------------------------------------------------------------------


def test_a_tree_without_an_owner_or_with_a_review_that_was_due_is_said() -> None:
    page = published_tree()
    assert lines_about("lantern") == ["Nobody is named as its owner.", "It does not say when it was reviewed."]
    page.owned_by, page.reviewed = "Keeper", date(2026, 1, 5)
    page.next_review = timezone.localdate()
    page.save()
    assert lines_about("lantern") == []
    page.next_review = date(2026, 2, 3)
    page.save()
    assert lines_about("lantern") == ["Its review was due on 3 February 2026."]


def test_a_publication_that_was_refused_when_its_time_came_is_said_until_somebody_saves() -> None:
    document = lantern_document()
    question_of(document, "dusk")["next"].pop()
    page = draft_tree(document)
    revision = page.save_revision()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - timedelta(hours=1))
    call_command("publish_scheduled", stdout=StringIO())
    assert lines_about("lantern") == ["It was not published when its time came. Its history says why."]
    write(TreePage.objects.get(pk=page.pk), lantern_document()).save_revision()
    assert lines_about("lantern") == []
    assert find_tree("lantern", user=AnonymousUser()) is None


def test_the_trees_of_the_starter_content_need_nobody(client: Client) -> None:
    client.force_login(UserFactory(roles=["Editors"]))
    assert trees_that_need_somebody() == ()
    assert "Trees that need somebody" not in first_page(client)
