"""What follows a change to a learning path. Each handler only calls a service."""

from __future__ import annotations

from typing import Any

from search.services import enqueue

from .models import LearningPathPage
from .services import keep_step_ids


def keep_published_step_ids(sender: type[LearningPathPage], instance: LearningPathPage, **kwargs: Any) -> None:
    keep_step_ids(instance)


def index_path(sender: type[LearningPathPage], instance: LearningPathPage, **kwargs: Any) -> None:
    enqueue("learning-path", instance.pk)
