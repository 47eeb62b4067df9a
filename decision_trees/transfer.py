"""One tree as one file, out of the portal and in: the form of `content/trees/`, with the cases in the same file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import strip_tags
from wagtail.models import Page, Revision

from guidance.admin_forms import author_and_time

from .checking import check_page
from .engine.cases import cases_from_document
from .engine.documents import FACT_KEYS, read_yaml, tree_from_document, tree_to_document
from .engine.errors import InvalidCases, InvalidTree
from .engine.model import Tree
from .models import TreeIndexPage, TreePage, TreeVersion
from .readers import cases_in, cases_of_page, fields_from_document, lines_of, tree_of_page

#: Far above any tree that people could read.
LARGEST = 1_000_000
#: How much of a message is told: it may repeat what stands in the file.
_SHOWN = 200
_CASE_KEYS = ("id", "story", "answers", "outcome", "add_ons", "why", "citations")
_FACT_FIELDS = {"owner": "owned_by", "reviewed": "reviewed", "next_review": "next_review", "change_note": "change_note"}


class CannotImport(Exception):
    """A file is no tree. `problems` names everything that is wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: a draft, new or on top of the tree of that name. `problems` stop its publication.

    `covered` is the draft of somebody that nobody had published, which now stands below this one in the history.
    """

    page: TreePage
    is_new: bool
    problems: tuple[str, ...]
    covered: Revision | None = None

    @property
    def said_of_covered(self) -> str:
        """Whose draft was covered, and where it is; empty where there was none."""
        if self.covered is None:
            return ""
        who, when = author_and_time(self.covered)
        return f"The draft that {who} saved on {when} stands below it in the history."


def export_page(page: TreePage) -> str:
    """The tree as it stands in the page's fields, as YAML. Raises `InvalidTree` where it is half-written."""
    return _file(tree_of_page(page), _facts_of(page), cases_of_page(page))


def export_version(version: TreeVersion) -> str:
    """A published version as YAML, with the cases that were published last with it.

    A version keeps the tree. Its topics, owner and days of review are those of the page as it is published today.
    """
    facts = _facts_of(version.page) | {"change_note": version.change_note}
    return _file(tree_from_document(version.document), facts, cases_in(version.latest_cases()))


def read_tree_file(text: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The document and the cases of a file.

    Raises:
        CannotImport: with everything that is wrong.
    """
    if len(text) > LARGEST:
        raise CannotImport(["The file is too large for a tree. Split the tree into several."])
    try:
        read = read_yaml(text)
        if not isinstance(read, Mapping):
            raise CannotImport(["A tree's file starts with keys such as “slug: …”. Export a tree to see the form."])
        document = dict(read)
        cases = document.pop("cases", None) or []
        tree = tree_from_document(document)
        cases_from_document({"tree": tree.slug, "cases": cases})
    except (InvalidTree, InvalidCases) as error:
        raise CannotImport(error.problems) from error
    return document, cases


@transaction.atomic
def import_tree(text: str, user: AbstractBaseUser | AnonymousUser | None = None, new_slug: str = "") -> Imported:
    """Put a file's tree into a draft: of the tree with its slug, or of a new one. Nothing is published.

    Args:
        text: the file.
        user: who brings it.
        new_slug: makes it a new tree of that slug, whatever slug the file names.

    Raises:
        CannotImport: where the file is no tree, the new slug is taken, or the tree is not to be changed; nothing is
            changed then.
    """
    document, cases = read_tree_file(text)
    if new_slug:
        if _tree_index().get_children().filter(slug=new_slug).exists():
            raise CannotImport([f"There is a tree with the slug “{new_slug}” already. Choose another."])
        document["slug"] = new_slug
    values = _values_of(document, cases)
    found = TreePage.objects.filter(slug=document["slug"]).first()
    if found is not None:
        _refuse_unless_open(found, user)
    covered = found.latest_revision if found is not None and found.has_unpublished_changes else None
    page = found.get_latest_revision_as_object() if found else TreePage(live=False)
    for name, value in values.items():
        setattr(page, name, value)
    if found is None:
        _tree_index().add_child(instance=page)
    page.save_revision(user=user, log_action=True, clean=False)
    problems = check_page(page).problems
    return Imported(page, found is None, tuple(map(str, problems)), covered)


def _refuse_unless_open(page: TreePage, user: AbstractBaseUser | AnonymousUser | None) -> None:
    """A file is no way round a lock, nor round a workflow or a schedule that holds the tree."""
    if user is not None and not page.permissions_for_user(user).can_edit():
        raise CannotImport([f"You may not change the tree “{page.title}”."])
    person = user or AnonymousUser()
    lock = page.get_lock()
    if lock is not None and (user is None or lock.for_user(person)):
        why = " ".join(strip_tags(lock.get_message(person) or "It is locked.").split())
        raise CannotImport([f"{why} Have it unlocked, or bring the file in as a new tree of another slug."])


def _values_of(document: Mapping[str, Any], cases: list[dict[str, Any]]) -> dict[str, Any]:
    """What the fields of the page are to hold.

    Raises:
        CannotImport: where a field cannot hold it, naming each.
    """
    topics = document.get("topics") or []
    if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
        raise CannotImport(["tree: “topics” must be a list of texts."])
    values = fields_from_document(document) | {"cases": cases}
    if "topics" not in document:
        # The page's own, which a file may leave out: what stands is kept.
        del values["topics"]
    keys = {field: key for key, field in _FACT_FIELDS.items()}
    facts = {field: document[key] for field, key in keys.items() if document.get(key)}
    # A day without quotes is read as a day.
    problems = [f"tree: “{keys[name]}” must be a text." for name in facts if not isinstance(facts[name], (str, date))]
    if problems:
        raise CannotImport(problems)
    values |= facts
    for name, value in values.items():
        if not value:
            continue
        try:
            values[name] = TreePage._meta.get_field(name).clean(value, None)
        except ValidationError as error:
            problems += [f"tree: “{keys.get(name, name)}”: {message[:_SHOWN]}" for message in error.messages]
    if problems:
        raise CannotImport(problems)
    return values


def _tree_index() -> Page:
    index = TreeIndexPage.objects.first()
    if index is None:
        raise CannotImport(["There is no list of trees to put this under. Run load_content first."])
    return index


def _facts_of(page: TreePage) -> dict[str, Any]:
    """What the page says about itself beside the tree; what it leaves empty is left out."""
    days = {name: str(getattr(page, name) or "") for name in ("reviewed", "next_review")}
    facts = {"topics": lines_of(page.topics), "owner": page.owned_by, "change_note": page.change_note, **days}
    return {key: facts[key] for key in FACT_KEYS if facts[key]}


def _file(tree: Tree, facts: Mapping[str, Any], cases: list[dict[str, Any]]) -> str:
    """In the order in which people write it: a database may keep the keys of what it stores in an order of its own."""
    asked = {question.id: place for place, question in enumerate(tree.questions)}
    ordered = []
    for case in cases:
        answers = sorted(case["answers"].items(), key=lambda answer: asked.get(answer[0], len(asked)))
        keys = sorted(case, key=lambda key: _CASE_KEYS.index(key) if key in _CASE_KEYS else len(_CASE_KEYS))
        ordered.append({**{key: case[key] for key in keys}, "answers": dict(answers)})
    document = {**tree_to_document(tree), **facts, "cases": ordered}
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
