"""What the server gives the tree editor: the words of the format, what can be pointed at, the ids kept for good."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from decision_trees.editor.vocabulary import vocabulary_of
from decision_trees.editor.widgets import TreeInput
from decision_trees.engine.condition_data import condition_from_data
from decision_trees.engine.model import AdviceKind, Asks, Basis, Kind, Order, Urgency, UrgencyFrom
from decision_trees.models import LocalSetting, TreePage
from tests.factories.guidance import UserFactory
from tests.factories.trees import draft_tree, lantern_cases, lantern_document, publish, published_tree, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kinds", Kind),
        ("bases", Basis),
        ("orders", Order),
        ("asks", Asks),
        ("urgencies", Urgency),
        ("urgencyFrom", UrgencyFrom),
        ("adviceKinds", AdviceKind),
    ],
)
def test_every_word_of_the_format_can_be_chosen(name: str, words: Any) -> None:
    assert [word for word, _ in vocabulary_of(TreePage())[name]] == [word.value for word in words]


def test_ids_are_kept_for_good_once_a_version_holds_them_also_where_the_node_is_gone() -> None:
    page = published_tree()
    document = lantern_document()
    question = document["questions"][0]
    question |= {"kind": "one-of", "options": [{"id": "yes", "label": "It is"}, {"id": "no", "label": "It is not"}]}
    document["add_ons"] = []
    unknown = {**lantern_cases()[3], "add_ons": []}
    publish(write(page, document, [*lantern_cases()[:3], unknown]))
    published = vocabulary_of(page)["published"]
    assert published["questions"] == ["dusk", "nights"]
    assert published["options"]["dusk"] == ["no", "yes"]
    assert published["outcomes"] == ["fill-first", "leave", "light"]
    assert published["addOns"] == ["carry-matches"]
    assert published["cases"] == ["day", "four", "three", "unknown"]


def test_no_id_of_a_draft_is_kept_for_good() -> None:
    published = vocabulary_of(draft_tree())["published"]
    assert not any(published.values())


def test_a_setting_that_the_service_has_not_set_can_still_be_named() -> None:
    LocalSetting.objects.create(
        slug="oil-limit", title="Limit of oil", value=3, unit="days", owner="Keeper", set_on="2026-01-01"
    )
    document = lantern_document()
    document["questions"][1]["setting"] = "wick-limit"
    assert vocabulary_of(draft_tree(document))["settings"] == [
        ("oil-limit", "Limit of oil"),
        ("wick-limit", "Wick limit (not set yet)"),
    ]


def test_trees_and_pages_to_go_to_say_whether_they_are_published() -> None:
    page = published_tree()
    draft = draft_tree(lantern_document("drafted"))
    trees = dict(vocabulary_of(page)["trees"])
    assert page.slug not in trees
    assert trees[draft.slug] == f"{draft.title} (not published)"
    assert trees["missed-opioid-doses"] == TreePage.objects.get(slug="missed-opioid-doses").title
    assert "missed-doses-and-pharmacies" in dict(vocabulary_of(page)["pages"])


def test_a_figure_is_told_with_the_value_in_force() -> None:
    (figure,) = vocabulary_of(TreePage())["figures"]
    assert (figure["id"], figure["value"], figure["unit"]) == ("drink-drive-breath-england-wales", "0.35", "mg-l")
    assert figure["quantity"] == "breath-alcohol"


def test_the_quantities_of_numbers_are_offered_in_words() -> None:
    offered = vocabulary_of(TreePage())
    assert [words for _, words in offered["quantities"]] == [
        *("Breath alcohol", "Count", "Days", "Hours and minutes", "Score", "Weeks", "Years")
    ]
    units = {unit["id"]: unit for unit in offered["units"]}
    assert (units["hours"]["one"], units["hours"]["factor"]) == ("hour", "60")


def test_the_editor_is_given_conditions_as_data() -> None:
    given = json.loads(TreeInput().format_value(json.dumps(lantern_document())) or "")
    when = given["questions"][0]["next"][1]["when"]
    assert condition_from_data(when).sentence() == "dusk is any of yes, not-known"


@pytest.mark.parametrize("value", ["", None, "null"])
def test_the_editor_is_given_an_empty_tree_where_there_is_none(value: str | None) -> None:
    assert TreeInput().format_value(value) == "{}"


def test_what_cannot_be_read_is_given_back_as_it_was_sent() -> None:
    assert TreeInput().format_value("{broken") == "{broken"


def test_the_page_editor_holds_the_tree_editor_and_no_script_within_the_page(client: Client) -> None:
    page = published_tree()
    client.force_login(UserFactory(roles=["Editors"]))
    html = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert 'data-component="tree-editor"' in html
    assert 'type="hidden" name="document"' in html
    assert 'type="hidden" name="cases"' in html
    vocabulary = re.search(r'<script id="tree-editor-vocabulary" type="application/json">(.*?)</script>', html)
    assert vocabulary is not None
    told = json.loads(vocabulary[1])
    assert told["checkUrl"] == "/admin/decision-trees/check/"
    assert told["page"] == page.pk
    assert re.search(r'<script src="[^"]*decision_trees/editor/main[^"]*\.js" type="module"', html)
