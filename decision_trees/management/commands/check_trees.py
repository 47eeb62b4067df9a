"""Check and prove trees: those that are published, or what stands in the editor."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from wagtail.query import PageQuerySet

from decision_trees.checking import Origin, TreeCheck, TreeProblem, check_page
from decision_trees.models import TreePage
from decision_trees.services import pages_without_a_tree


class Command(BaseCommand):
    help = (
        "Check trees over every combination of answers, run their cases, resolve their citations. Exit 1 on findings."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="Trees to check; all published ones unless told.")
        parser.add_argument("--draft", action="store_true", help="Check what stands in the editor, published or not.")
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        pages = _drafts() if options["draft"] else {page.slug: page for page in _by_slug().live()}
        unknown = [slug for slug in options["slugs"] if slug not in pages]
        if unknown:
            called, there_are = ("tree", "There are") if options["draft"] else ("published tree", "Published")
            known = ", ".join(pages) or "none; run load_content first"
            message = f"No {called} is called {', '.join(unknown)}. {there_are}: {known}."
            raise CommandError(message, returncode=2)
        wanted = options["slugs"] or list(pages)
        # Of a draft nothing is said about what readers find.
        unshown = frozenset() if options["draft"] else pages_without_a_tree()
        checked = {slug: _checked(pages[slug], unshown) for slug in dict.fromkeys(wanted)}
        self.stdout.write(_as_json(checked) if options["as_json"] else _as_text(checked))
        if not all(check.is_sound for check in checked.values()):
            sys.exit(1)


def _by_slug() -> PageQuerySet:
    return TreePage.objects.order_by("slug")


def _drafts() -> dict[str, TreePage]:
    """What stands in the editor, by the slug that the tree has now: a draft may be about to change it."""
    return {page.slug: page.get_latest_revision_as_object() for page in _by_slug()}


def _checked(page: TreePage, unshown: Collection[int]) -> TreeCheck:
    check = check_page(page)
    if page.pk not in unshown:
        return check
    message = "Readers do not find this tree: what is stored of its version is not what was published."
    return replace(check, problems=(TreeProblem(Origin.PAGE, "page", "", "not-shown", message), *check.problems))


def _as_json(checked: dict[str, TreeCheck]) -> str:
    described = {
        "sound": all(check.is_sound for check in checked.values()),
        "trees": {
            slug: {
                "sound": check.is_sound,
                "problems": [str(problem) for problem in check.problems],
                "combinations": check.combinations,
                "cases": len(check.cases),
            }
            for slug, check in checked.items()
        },
    }
    return json.dumps(described, ensure_ascii=False, indent=2)


def _as_text(checked: dict[str, TreeCheck]) -> str:
    lines = []
    for slug, check in checked.items():
        looked_at = f"{check.combinations:,} combinations of answers, {len(check.cases)} cases"
        count = len(check.problems)
        verdict = "sound" if check.is_sound else f"{count} finding{'' if count == 1 else 's'}"
        lines.append(f"{slug}: {verdict} ({looked_at})")
        lines += [f"  {problem}" for problem in check.problems]
    return "\n".join(lines) or "There is no tree to check. Run load_content first."
