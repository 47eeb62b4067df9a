"""One tree as one file: out, in, and what is refused."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator

from decision_trees.engine.documents import read_yaml, tree_hash
from decision_trees.engine.schema import tree_schema
from decision_trees.models import TreePage
from decision_trees.readers import cases_of_page, document_for_editing, tree_of_page
from decision_trees.transfer import CannotImport, export_page, import_tree
from tests.factories.guidance import UserFactory
from tests.factories.trees import draft_tree, lantern_cases, lantern_document, problems_of, published_tree, question_of

from .test_written_cases import SLUGS, TREES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

SCHEMA = Draft202012Validator(tree_schema())


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(UserFactory(roles=["Editors"]))
    return client


def lantern_file(**changes: Any) -> str:
    return yaml.safe_dump({**lantern_document(), "cases": lantern_cases(), **changes}, allow_unicode=True)


def edit_address(page: TreePage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


# --- Out and in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_a_written_tree_goes_out_and_comes_in_as_the_same_tree_with_the_same_cases(slug: str) -> None:
    page = TreePage.objects.get(slug=slug)
    tree, cases = tree_of_page(page), cases_of_page(page)
    text = export_page(page)
    page.delete()

    imported = import_tree(text)

    assert imported.is_new
    assert imported.problems == ()
    assert tree_hash(tree_of_page(imported.page)) == tree_hash(tree)
    assert cases_of_page(imported.page) == cases
    assert (imported.page.topics, imported.page.owned_by) == (page.topics, page.owned_by)
    assert not TreePage.objects.get(slug=slug).live


def test_a_tree_built_from_lists_goes_out_in_sentences() -> None:
    page = draft_tree()
    page.document = document_for_editing(page.document)
    read = read_yaml(export_page(page))
    assert isinstance(read, dict)
    assert question_of(read, "dusk")["next"][0] == {"when": "dusk is no", "go": "leave"}


def test_json_is_read_as_yaml_is() -> None:
    imported = import_tree(json.dumps({**lantern_document(), "change_note": "First.", "cases": lantern_cases()}))
    assert imported.problems == ()


def test_a_tree_that_stands_gets_a_draft_and_readers_meet_the_old_one() -> None:
    page = published_tree()
    imported = import_tree(lantern_file(title="Light it?", change_note="Asked shorter."))
    assert not imported.is_new
    stored = TreePage.objects.get(pk=page.pk)
    assert stored.title == page.title
    assert stored.get_latest_revision_as_object().title == "Light it?"
    assert stored.versions.count() == 1


def test_an_unsound_tree_comes_in_as_a_draft_that_says_what_stops_it() -> None:
    document = lantern_document()
    question_of(document, "dusk")["next"].pop()
    imported = import_tree(lantern_file(questions=document["questions"]))
    assert any("no rule applies" in problem for problem in imported.problems)
    assert not imported.page.live


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("just words", "starts with keys"),
        ("a: [1", "not YAML"),
        (lantern_file(questions="none"), "“questions” must be a list"),
        (lantern_file(cases=[{"id": "one"}]), "case one"),
        ("x" * 1_000_001, "too large"),
    ],
)
def test_a_file_that_is_no_tree_is_refused_whole_and_in_words(text: str, said: str) -> None:
    before = TreePage.objects.count()
    with pytest.raises(CannotImport, match=said):
        import_tree(text)
    assert TreePage.objects.count() == before


# --- The schema ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_every_written_tree_fits_the_schema_as_written_and_as_exported(slug: str) -> None:
    written = read_yaml((TREES / f"{slug}.yaml").read_text(encoding="utf-8"))
    cases = read_yaml((TREES / f"{slug}.cases.yaml").read_text(encoding="utf-8"))
    assert isinstance(written, dict)
    assert isinstance(cases, dict)
    exported = read_yaml(export_page(TreePage.objects.get(slug=slug)))
    for document in ({**written, "cases": cases["cases"]}, exported, document_for_editing(written)):
        SCHEMA.validate(json.loads(json.dumps(document, default=str)))


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("questions", "kind", "essay"),
        ("questions", "colour", "red"),
        ("outcomes", "urgency", "now"),
        ("cases", "id", ["one"]),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(part: str, key: str, value: object) -> None:
    document = {**lantern_document(), "cases": lantern_cases()}
    assert SCHEMA.is_valid(document)
    document[part][0][key] = value
    assert not SCHEMA.is_valid(document)


def test_the_schema_is_published(client: Client) -> None:
    response = client.get("/decision-trees/schema.json")
    Draft202012Validator.check_schema(response.json())
    assert response.json()["$id"].endswith("/decision-trees/schema.json")


# --- The admin ----------------------------------------------------------------------------------------------------


def upload(client: Client, text: str | bytes, new_slug: str = "") -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    sent = {"file": SimpleUploadedFile("tree.yaml", content), "new_slug": new_slug}
    return client.post(reverse("decision_trees_import"), sent)


def test_an_editor_imports_a_file_and_is_led_to_the_draft(editor: Client) -> None:
    response = upload(editor, lantern_file())
    page = TreePage.objects.get(slug="lantern")
    assert response.url == edit_address(page)
    assert problems_of(page)[0].startswith("Say what changed")
    assert page.latest_revision.user is not None


@pytest.mark.parametrize("text", [b"\xff\xfe", "just words", b""])
def test_a_file_that_is_no_tree_is_said(editor: Client, text: str | bytes) -> None:
    response = upload(editor, text)
    assert response.status_code == 422
    assert response.context["form"].errors


def test_a_file_becomes_another_tree_where_a_new_slug_is_given(editor: Client) -> None:
    first = published_tree()
    response = upload(editor, lantern_file(), new_slug="torch")
    second = TreePage.objects.get(slug="torch")
    assert response.url == edit_address(second)
    assert (second.live, second.title) == (False, first.title)
    assert TreePage.objects.get(slug="lantern").latest_revision_id == first.latest_revision_id

    again = upload(editor, lantern_file(), new_slug="torch")
    assert again.status_code == 422
    assert "There is a tree with the slug “torch” already" in again.content.decode()


def test_a_tree_is_exported_from_the_admin_as_its_file(editor: Client) -> None:
    page = published_tree()
    response = editor.get(reverse("decision_trees_export", args=[page.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="lantern.yaml"'
    assert response.content.decode() == export_page(page)


def test_a_half_written_tree_makes_no_file_and_says_why(editor: Client) -> None:
    page = draft_tree()
    page.document["outcomes"][0]["title"] = ""
    page.save_revision()
    response = editor.get(reverse("decision_trees_export", args=[page.pk]), follow=True)
    assert "makes no file yet" in response.content.decode()


def test_those_who_may_not_write_trees_neither_import_nor_export_them(client: Client) -> None:
    page = published_tree()
    client.force_login(UserFactory(roles=["Trainers"]))
    for address in (reverse("decision_trees_import"), reverse("decision_trees_export", args=[page.pk])):
        assert client.get(address).status_code in (302, 403)


# --- The shell ----------------------------------------------------------------------------------------------------


def run(*args: Any, **options: Any) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def test_a_tree_goes_out_and_in_from_the_shell(tmp_path: Path) -> None:
    page = published_tree()
    file = tmp_path / "lantern.yaml"
    run("export_tree", "lantern", str(file))
    text = file.read_text(encoding="utf-8").replace("Whether to light the lantern.", "Whether to light it.")
    file.write_text(text.replace("First published version.", "Said shorter."), encoding="utf-8")

    assert "a draft on top" in run("import_tree", str(file))
    assert TreePage.objects.get(pk=page.pk).versions.count() == 1
    assert "version 2" in run("import_tree", str(file), publish=True)
    assert "Whether to light it." in run("export_tree", "lantern")
    assert "Whether to light the lantern." in run("export_tree", "lantern", tree_version=1)


@pytest.mark.parametrize(
    "args", [("export_tree", "nowhere"), ("export_tree", "lantern"), ("import_tree", "no-such-file.yaml")]
)
def test_a_mistake_in_use_ends_with_two_and_says_what_there_is(args: tuple[str, ...]) -> None:
    draft_tree()
    with pytest.raises(CommandError) as refused:
        run(*args)
    assert refused.value.returncode == 2
