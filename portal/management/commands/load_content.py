"""Load the starter content of `content/`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from guidance.starter import Outcome, SyncResult
from portal.starter import load_everything

#: What the person who loads must hear about, item by item.
_WORTH_A_LINE = (Outcome.FAILED, Outcome.KEPT_LOCAL_EDIT, Outcome.LEFT_DELETED, Outcome.LEFT_UNPUBLISHED)
_WORDS = {
    Outcome.CREATED: "created",
    Outcome.UPDATED: "updated",
    Outcome.UNCHANGED: "unchanged",
    Outcome.KEPT_LOCAL_EDIT: "edited here and kept",
    Outcome.LEFT_DELETED: "deleted here and left so",
    Outcome.LEFT_UNPUBLISHED: "unpublished here and left so",
    Outcome.FAILED: "could not be loaded",
}


class Command(BaseCommand):
    help = (
        "Load the starter content. Doing it again updates what nobody has touched. What was edited, deleted or "
        "unpublished here stays so. Ends with 1 when something could not be loaded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.CONTENT_DIR, help="The folder of content files.")
        parser.add_argument("--json", action="store_true", help="Print every item as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.", returncode=2)
        results = load_everything(folder)
        self.stdout.write(_as_json(results) if options["json"] else _as_text(results))
        if any(result.is_failure for result in results):
            sys.exit(1)


def _as_text(results: list[SyncResult]) -> str:
    """One line for each kind of item, then a line for each that needs a look."""
    lines = []
    for kind in dict.fromkeys(result.kind for result in results):
        counts = Counter(result.outcome for result in results if result.kind == kind)
        shown = ", ".join(f"{counts[outcome]} {words}" for outcome, words in _WORDS.items() if counts[outcome])
        lines.append(f"{kind}: {shown}")
    lines += [
        f"  {result.kind} {result.key}: {_WORDS[result.outcome]}. {result.message}".rstrip()
        for result in results
        if result.outcome in _WORTH_A_LINE
    ]
    return "\n".join(lines)


def _as_json(results: list[SyncResult]) -> str:
    return json.dumps(
        [
            {"kind": each.kind, "key": each.key, "outcome": each.outcome.value, "message": each.message}
            for each in results
        ],
        indent=2,
        ensure_ascii=False,
    )
