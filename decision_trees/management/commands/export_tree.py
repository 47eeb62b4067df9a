"""Write one tree as a file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from decision_trees.engine.errors import InvalidTree
from decision_trees.models import TreePage
from decision_trees.transfer import export_page, export_version


class Command(BaseCommand):
    help = "Write a tree with its cases as one YAML file: the version in force, another version, or the draft."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="The tree, as in its address.")
        parser.add_argument("file", nargs="?", type=Path, help="Where to write; the screen unless told.")
        parser.add_argument("--tree-version", type=int, metavar="N", help="This version instead of the one in force.")
        parser.add_argument("--draft", action="store_true", help="What stands in the editor instead.")

    def handle(self, *args: Any, **options: Any) -> None:
        page = TreePage.objects.filter(slug=options["slug"]).first()
        if page is None:
            known = ", ".join(TreePage.objects.order_by("slug").values_list("slug", flat=True)) or "none"
            raise CommandError(f"No tree is called “{options['slug']}”. There are: {known}.", returncode=2)
        text = self._draft(page) if options["draft"] else self._version(page, options["tree_version"])
        if options["file"] is None:
            self.stdout.write(text, ending="")
        else:
            options["file"].write_text(text, encoding="utf-8")
            self.stdout.write(f"Written: {options['file']}")

    def _draft(self, page: TreePage) -> str:
        try:
            return export_page(page.get_latest_revision_as_object())
        except InvalidTree as error:
            raise CommandError("The draft is half-written:\n" + "\n".join(error.problems)) from error

    def _version(self, page: TreePage, number: int | None) -> str:
        versions = page.versions.order_by("-number")
        version = versions.first() if number is None else versions.filter(number=number).first()
        if version is None:
            known = ", ".join(str(each) for each in versions.values_list("number", flat=True)) or "none; try --draft"
            raise CommandError(f"That version was not published. Published versions: {known}.", returncode=2)
        return export_version(version)
