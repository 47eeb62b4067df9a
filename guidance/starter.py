"""Loading starter content without ever undoing what a person did.

An item is created once and updated while nobody has touched what was made from it. What was edited stays as it is, and
the item is reported as a conflict when its file has changed too. What was deleted, unpublished or withdrawn stays so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.serializers import serialize
from django.db import models, transaction
from wagtail.models import Page

from guidance.models.starter import StarterItem


class Outcome(Enum):
    """What became of one item."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT_LOCAL_EDIT = "kept-local-edit"
    LEFT_DELETED = "left-deleted"
    LEFT_UNPUBLISHED = "left-unpublished"
    FAILED = "failed"


class CannotLoad(Exception):
    """An item cannot be loaded. The message says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What became of one item, with a line for the person who loads."""

    kind: str
    key: str
    outcome: Outcome
    message: str = ""

    @property
    def is_failure(self) -> bool:
        return self.outcome is Outcome.FAILED

    def __str__(self) -> str:
        line = f"{self.outcome.value}: {self.kind} {self.key}"
        return f"{line} - {self.message}" if self.message else line


class Item(Protocol):
    """One item of starter content, as its app describes it."""

    @property
    def kind(self) -> str:
        """What it is: "source", "page"."""

    @property
    def key(self) -> str:
        """Its name among its kind."""

    @property
    def data(self) -> Any:
        """What the file says, as plain data."""

    def find(self) -> models.Model | None:
        """An object with this item's name that the loader did not make."""

    def create(self) -> models.Model:
        """Make the object, published where it is a page."""

    def update(self, obj: Any) -> models.Model:
        """Bring the object, which nobody has touched, to what the file says."""


@dataclass(frozen=True, slots=True)
class StarterContent:
    """An `Item` made of functions, for those that need no class of their own."""

    kind: str
    key: str
    data: Any
    find: Callable[[], models.Model | None]
    create: Callable[[], models.Model]
    update: Callable[[Any], models.Model]


def sync(item: Item) -> SyncResult:
    """Bring one item into the database, whole or not at all. Doing it again changes nothing."""
    try:
        with transaction.atomic():
            outcome, message = _sync(item)
    except CannotLoad as error:
        outcome, message = Outcome.FAILED, str(error)
    except ValidationError as error:
        outcome, message = Outcome.FAILED, _in_words(error)
    return SyncResult(item.kind, item.key, outcome, message)


def digest_of(data: Any) -> str:
    """A hash of what the file says, the same whatever the order of its keys."""
    canonical = json.dumps(data, sort_keys=True, default=str, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def state_of(obj: models.Model) -> str:
    """A token that changes when a person changes the object: the latest revision of a page, else its fields."""
    if isinstance(obj, Page):
        return f"revision {obj.latest_revision_id}"
    fields = serialize("python", [obj])[0]["fields"]
    return digest_of(fields)


def loaded_object(kind: str, key: str) -> models.Model | None:
    """The object that was made from an item, if it is still there."""
    record = StarterItem.objects.filter(kind=kind, key=key).first()
    return _object_of(record) if record else None


def _sync(item: Item) -> tuple[Outcome, str]:
    record = StarterItem.objects.select_for_update().filter(kind=item.kind, key=item.key).first()
    digest = digest_of(item.data)
    if record is None:
        if item.find() is not None:
            return Outcome.KEPT_LOCAL_EDIT, "Something with this name was made here before, so it stays as it is."
        _record(StarterItem(kind=item.kind, key=item.key), item.create(), digest)
        return Outcome.CREATED, ""

    obj = _object_of(record)
    if obj is None:
        return Outcome.LEFT_DELETED, "It was deleted here."
    if isinstance(obj, Page) and not obj.live:
        return Outcome.LEFT_UNPUBLISHED, "It was unpublished here."
    if record.digest == digest:
        return Outcome.UNCHANGED, ""
    if isinstance(obj, Page) and obj.locked:
        return Outcome.KEPT_LOCAL_EDIT, "It is locked here and its file has changed. Unlock it to load the change."
    if state_of(obj) != record.state:
        return Outcome.KEPT_LOCAL_EDIT, "It was edited here and its file has changed too. The edit stays."
    _record(record, item.update(obj), digest)
    return Outcome.UPDATED, ""


def _object_of(record: StarterItem) -> models.Model | None:
    model = apps.get_model(record.model)
    return model._default_manager.filter(pk=record.object_id).first()


def _record(record: StarterItem, obj: models.Model, digest: str) -> None:
    # Read again: what is compared later is what the database gives back, not what was handed to it.
    fresh = type(obj)._default_manager.get(pk=obj.pk)
    record.model, record.object_id = fresh._meta.label, str(fresh.pk)
    record.digest, record.state = digest, state_of(fresh)
    record.save()


def _in_words(error: ValidationError) -> str:
    if hasattr(error, "error_dict"):
        return "; ".join(f"{field}: {_flat(errors)}" for field, errors in error.error_dict.items())
    return _flat([error])


def _flat(errors: Any) -> str:
    """The messages of errors that may stand in blocks inside blocks."""
    found: list[str] = []
    for error in errors:
        block_errors = getattr(error, "block_errors", None)
        if block_errors:
            children = block_errors.items() if isinstance(block_errors, dict) else enumerate(block_errors)
            found.extend(f"{name}: {_flat([child])}" for name, child in children if child is not None)
        elif isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            found.append(_in_words(error))
        elif isinstance(error, ValidationError):
            found.extend(error.messages)
    return " ".join(found)
