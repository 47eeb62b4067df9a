"""One tree as one file: out, in, and what is refused."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from jsonschema import Draft202012Validator
from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask

from decision_trees.engine.documents import read_yaml, tree_from_document, tree_hash
from decision_trees.engine.schema import tree_schema
from decision_trees.engine.units import UNITS, Unit
from decision_trees.models import TreePage
from decision_trees.readers import cases_of_page, document_for_editing, tree_of_page
from decision_trees.transfer import CannotImport, export_page, import_tree
from tests.factories.guidance import UserFactory
from tests.factories.trees import (
    draft_tree,
    lantern_cases,
    lantern_document,
    problems_of,
    publish,
    published_tree,
    question_of,
)
from tests.support.tree_form import form_of

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
    text = export_page(page).replace(f"slug: {slug}\n", "slug: another-portal\n", 1)

    imported = import_tree(text)

    assert imported.is_new
    assert imported.problems == ()
    imported.page.slug = slug
    assert tree_hash(tree_of_page(imported.page)) == tree_hash(tree)
    assert cases_of_page(imported.page) == cases
    assert (imported.page.topics, imported.page.owned_by) == (page.topics, page.owned_by)
    assert not imported.page.live


def test_a_tree_built_from_lists_goes_out_in_sentences() -> None:
    page = draft_tree()
    page.document = document_for_editing(page.document)
    read = read_yaml(export_page(page))
    assert isinstance(read, dict)
    assert question_of(read, "dusk")["next"][0] == {"when": "dusk is no", "go": "leave"}


def test_json_is_read_as_yaml_is() -> None:
    imported = import_tree(
        json.dumps({**lantern_document(), "change_note": "First version.", "cases": lantern_cases()})
    )
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


def with_condition(depth: int) -> str:
    condition: dict[str, Any] = {"question": "dusk", "test": "is", "answer": "no"}
    for _ in range(depth):
        condition = {"not": condition}
    document = lantern_document()
    question_of(document, "dusk")["next"][0]["when"] = condition
    return json.dumps({**document, "cases": lantern_cases()})


#: Aliases of aliases: two gigabytes, if anybody wrote it all out.
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "without an alias .line 2, column"),
        ("a: &x\n  b: *x\n", "without an alias .line 2, column 6"),
        ("a: " + "[" * 3000 + "]" * 3000, "nested too deeply"),
        (with_condition(450), "nested too deeply"),
        ("a: !!python/object/apply:os.system [ls]", "line 1, column 4"),
        ("slug: a\nslug: b\n", "“slug” is given twice .line 2, column 1"),
        ("a: 1\n---\nb: 2\n", "another document"),
        ("? [a]\n: b\n", "a key must be a word"),
        (lantern_file(colour="red"), "colour"),
        (json.dumps({**lantern_document(), "title": "a\x00b"}), "characters that are no text"),
        (json.dumps({**lantern_document(), "title": "a\ud800b"}), "no text|not YAML"),
        (lantern_file(title=" "), "“title” is missing"),
        (lantern_file(title="x" * 300), "“title”: .*255"),
        (lantern_file(slug="<script>"), "“slug”: "),
        (lantern_file(situation="x" * 200), "“situation”: .*160"),
        (lantern_file(reviewed="2026-13-45"), "“reviewed”: "),
        (lantern_file(reviewed=[3]), "“reviewed” must be a text"),
        (lantern_file(owner={"a": 1}), "“owner” must be a text"),
        (lantern_file(topics=3), "“topics” must be a list of texts"),
        (lantern_file(topics=[{}]), "“topics” must be a list of texts"),
    ],
)
def test_a_hostile_file_is_refused_whole_and_in_words_in_the_admin_and_in_the_shell(
    editor: Client, tmp_path: Path, text: str, said: str
) -> None:
    before = TreePage.objects.count()
    response = upload(editor, text)
    assert response.status_code == 422
    assert re.search(said, " ".join(response.context["form"].non_field_errors()))
    file = tmp_path / "tree.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        run("import_tree", str(file))
    assert TreePage.objects.count() == before


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", "{{ 7 }}", "‮turned"])
def test_marks_in_a_file_are_shown_as_text(editor: Client, value: str) -> None:
    document = lantern_document()
    question_of(document, "dusk")["text"] = value
    imported = import_tree(lantern_file(questions=document["questions"], change_note="First version.", summary=value))
    assert imported.problems == ()
    imported.page.get_latest_revision().publish()
    for address in ("/decision-trees/lantern/", "/decision-trees/lantern/dusk/", edit_address(imported.page)):
        assert "<script>alert(1)" not in editor.get(address).content.decode()


@pytest.mark.parametrize("part", [*lantern_document(), "cases", "topics", "owner", "reviewed", "next_review"])
def test_whatever_stands_at_a_place_a_file_comes_in_or_is_refused(part: str) -> None:
    for value in (None, True, 3, "", "words", [], {}, [[]], [{}], [None], {"a": 1}, [3]):
        with contextlib.suppress(CannotImport):
            import_tree(lantern_file(**{part: value}))


# --- Someone else's work ------------------------------------------------------------------------------------------


def test_an_import_says_whose_draft_it_covers_and_leaves_it_in_the_history(editor: Client, tmp_path: Path) -> None:
    page = published_tree()
    page.summary = "Ada's words."
    page.save_revision(user=UserFactory(first_name="Ada", last_name="Keeper"))

    said = upload(editor, lantern_file(), follow=True).content.decode()

    assert "The draft that Ada Keeper saved on" in said
    assert "stands below it in the history" in said
    assert "Ada's words." in [revision.content["summary"] for revision in page.revisions.all()]
    file = tmp_path / "lantern.yaml"
    file.write_text(lantern_file(), encoding="utf-8")
    assert "stands below it in the history" in run("import_tree", str(file))


def test_an_editor_whose_form_is_open_is_told_of_a_file_that_came_in(editor: Client) -> None:
    page = published_tree()
    opened = TreePage.objects.get(pk=page.pk).latest_revision
    import_tree(lantern_file(summary="From a file."))
    form = form_of(page) | {
        "summary": "My words.",
        "loaded_revision_id": str(opened.pk),
        "loaded_revision_created_at": opened.created_at.isoformat(),
    }
    text = editor.post(edit_address(page), form).content.decode()
    assert "after you opened it" in text
    assert "My words." in text
    assert TreePage.objects.get(pk=page.pk).get_latest_revision_as_object().summary == "From a file."


def locked(page: TreePage) -> str:
    page.locked, page.locked_by, page.locked_at = True, UserFactory(first_name="Ada"), timezone.now()
    page.save()
    return "was locked by Ada"


def scheduled(page: TreePage) -> str:
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()
    return "scheduled to go live"


def waiting(page: TreePage) -> str:
    task = GroupApprovalTask.objects.create(name="Second person")
    task.groups.add(Group.objects.get(name="Clinical leads"))
    workflow = Workflow.objects.create(name="Approval")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    workflow.start(page, UserFactory(roles=["Editors"]))
    return "awaiting moderation"


@pytest.mark.parametrize("hold", [locked, scheduled, waiting])
def test_a_file_is_no_way_round_a_lock(editor: Client, tmp_path: Path, hold: Callable[[TreePage], str]) -> None:
    page = published_tree()
    said = hold(page)
    before = TreePage.objects.get(pk=page.pk).latest_revision_id
    (problem,) = upload(editor, lantern_file(summary="From a file.")).context["form"].non_field_errors()
    assert said in problem
    assert "Have it unlocked" in problem
    file = tmp_path / "lantern.yaml"
    file.write_text(lantern_file(summary="From a file."), encoding="utf-8")
    with pytest.raises(CommandError, match="Have it unlocked"):
        run("import_tree", str(file), publish=True)
    assert TreePage.objects.get(pk=page.pk).latest_revision_id == before


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


def test_a_short_name_fits_the_schema_and_goes_out_and_in_with_the_tree() -> None:
    document = lantern_document()
    question_of(document, "nights")["name"] = "nights it burned"
    exported = read_yaml(export_page(draft_tree(document)))
    SCHEMA.validate(json.loads(json.dumps(exported, default=str)))
    assert isinstance(exported, dict)
    question = tree_from_document({key: value for key, value in exported.items() if key != "cases"}).question("nights")
    assert question is not None
    assert question.name == "nights it burned"


@pytest.mark.parametrize("unit", UNITS.values(), ids=lambda unit: unit.id)
def test_every_quantity_with_its_units_fits_the_schema(unit: Unit) -> None:
    document = lantern_document()
    question_of(document, "nights").update(kind="number", quantity=unit.quantity, units=[unit.id])
    assert SCHEMA.is_valid(document)
    assert tree_from_document(document).questions[1].number is not None


def test_the_schema_is_published(client: Client) -> None:
    response = client.get("/decision-trees/schema.json")
    Draft202012Validator.check_schema(response.json())
    assert response.json()["$id"].endswith("/decision-trees/schema.json")


# --- The admin ----------------------------------------------------------------------------------------------------


def upload(client: Client, text: str | bytes, new_slug: str = "", *, follow: bool = False) -> Any:
    content = text if isinstance(text, bytes) else text.encode()
    sent = {"file": SimpleUploadedFile("tree.yaml", content), "new_slug": new_slug}
    return client.post(reverse("decision_trees_import"), sent, follow=follow)


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


def backwards(mapping: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed([*mapping.items()]))


def test_a_file_is_in_the_order_in_which_people_write_it_however_it_was_stored() -> None:
    document, cases = lantern_document(), lantern_cases()
    for case in cases:
        case["answers"] = backwards(case["answers"])
    draft = draft_tree(backwards(document), list(map(backwards, cases)))
    read = yaml.safe_load(export_page(draft))
    assert list(read)[:3] == ["format", "slug", "title"]
    assert list(read["cases"][2]) == ["id", "story", "answers", "outcome", "add_ons", "why", "citations"]
    assert all(list(case["answers"]) == ["dusk", "nights"][: len(case["answers"])] for case in read["cases"])


def test_the_file_of_a_version_says_what_its_page_says_of_itself(tmp_path: Path) -> None:
    page = draft_tree()
    page.topics, page.owned_by = "lanterns\noil", "Keeper"
    page.reviewed, page.next_review = date(2026, 3, 1), date(2027, 3, 1)
    page = publish(page)
    page.owned_by = "Somebody else"
    page.save_revision()

    file = tmp_path / "lantern.yaml"
    run("export_tree", "lantern", str(file), tree_version=1)
    assert file.read_text(encoding="utf-8") == export_page(TreePage.objects.get(pk=page.pk))
    run("import_tree", str(file))
    read = TreePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert (read.topics, read.owned_by) == ("lanterns\noil", "Keeper")
    assert (read.reviewed, read.next_review) == (date(2026, 3, 1), date(2027, 3, 1))


@pytest.mark.parametrize(
    "args", [("export_tree", "nowhere"), ("export_tree", "lantern"), ("import_tree", "no-such-file.yaml")]
)
def test_a_mistake_in_use_ends_with_two_and_says_what_there_is(args: tuple[str, ...]) -> None:
    draft_tree()
    with pytest.raises(CommandError) as refused:
        run(*args)
    assert refused.value.returncode == 2
