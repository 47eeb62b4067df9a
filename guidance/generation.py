"""One token that changes whenever anything public changes, so that what a process remembers can be keyed by it.

The token is random, not a count: what was computed inside a transaction that is rolled back can never be taken for what
a later change made.
"""

from __future__ import annotations

import uuid
from typing import Any

from asgiref.local import Local
from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

_QUERY = "SELECT token FROM guidance_contentgeneration WHERE id = 1"
_request = Local()
#: The token and what was remembered under it, changed together.
_memory: tuple[str, dict[str, dict[Any, Any]]] = ("", {})


def current_generation() -> str:
    """The token as the database has it. Inside a request it is asked for once."""
    known: str | None = getattr(_request, "token", None)
    if known is not None:
        return known
    token = _read()
    if getattr(_request, "active", False):
        _request.token = token
    return token


def bump_generation() -> None:
    """Say that something public has changed. Part of the transaction that changes it."""
    from .models.generation import ContentGeneration

    token = uuid.uuid4().hex
    if not ContentGeneration.objects.filter(pk=ContentGeneration.ONLY).update(token=token):
        # The first change ever; two processes may make it at once.
        ContentGeneration.objects.update_or_create(pk=ContentGeneration.ONLY, defaults={"token": token})
    _request.token = None


def remembered(name: str) -> dict[Any, Any]:
    """A dictionary of this process, emptied when the content changes. For what is the same for every reader only."""
    global _memory
    token = current_generation()
    memory = _memory
    if memory[0] != token:
        # A new pair, not `clear()`: another thread may still be writing what the older content gave it.
        memory = _memory = (token, {})
    return memory[1].setdefault(name, {})


def watch(*models: type[Model]) -> None:
    """Bump the generation whenever a row of these models is saved or deleted. Call it from `ready()`."""
    for model in models:
        post_save.connect(_bump_after_change, sender=model, dispatch_uid=f"generation-save-{model._meta.label}")
        post_delete.connect(_bump_after_change, sender=model, dispatch_uid=f"generation-delete-{model._meta.label}")


def _bump_after_change(sender: object, **kwargs: Any) -> None:
    # Fixtures are loaded before or with the table of the token.
    if not kwargs.get("raw"):
        bump_generation()


def _read() -> str:
    # Asked by every request, the kept pages' too, so without the detour of building the same query each time.
    with connection.cursor() as cursor:
        cursor.execute(_QUERY)
        row = cursor.fetchone()
    return row[0] if row else ""


def _begin_request(sender: object, **kwargs: Any) -> None:
    _request.active, _request.token = True, None


def _end_request(sender: object, **kwargs: Any) -> None:
    _request.active, _request.token = False, None


def connect() -> None:
    """Remember the token for the length of a request."""
    request_started.connect(_begin_request, dispatch_uid="generation-begin")
    request_finished.connect(_end_request, dispatch_uid="generation-end")
