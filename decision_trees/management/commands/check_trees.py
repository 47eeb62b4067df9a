"""Check and prove the published trees."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from decision_trees.models import TreePage
from decision_trees.services import publishing_problems


class Command(BaseCommand):
    help = (
        "Check trees over every combination of answers, run their cases, resolve their citations. Exit 1 on findings."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="Trees to check; all published ones unless told.")
        parser.add_argument("--json", action="store_true", dest="as_json", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        pages = {page.slug: page for page in TreePage.objects.live().order_by("slug")}
        unknown = [slug for slug in options["slugs"] if slug not in pages]
        if unknown:
            known = ", ".join(pages) or "none; run load_content first"
            raise CommandError(f"No published tree is called {', '.join(unknown)}. Published: {known}.", returncode=2)
        wanted = options["slugs"] or list(pages)
        found = {slug: publishing_problems(pages[slug]) for slug in wanted}
        if options["as_json"]:
            self.stdout.write(
                json.dumps({"trees": found, "sound": not any(found.values())}, ensure_ascii=False, indent=2)
            )
        else:
            for slug, problems in found.items():
                self.stdout.write(f"{slug}: {'sound' if not problems else f'{len(problems)} findings'}")
                for problem in problems:
                    self.stdout.write(f"  {problem}")
            if not found:
                self.stdout.write("No tree is published. Run load_content first.")
        if any(found.values()):
            raise SystemExit(1)
