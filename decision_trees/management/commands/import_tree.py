"""Read one tree from a file into a draft."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from decision_trees.transfer import CannotImport, import_tree


class Command(BaseCommand):
    help = "Put a tree's file into a draft: of the tree with its slug, or of a new one. Exit 1 where it is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="In the form that export_tree writes.")
        parser.add_argument("--publish", action="store_true", help="Publish it too, if nothing stops that.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = options["file"].read_text(encoding="utf-8")
        except FileNotFoundError:
            raise CommandError(f"There is no file {options['file']}.", returncode=2)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']} cannot be read as UTF-8 text: {error}", returncode=2)
        try:
            imported = import_tree(text)
        except CannotImport as error:
            raise CommandError("Nothing was changed. What is wrong:\n" + "\n".join(error.problems)) from error
        new = "a new draft" if imported.is_new else "a draft on top of the tree that stands"
        self.stdout.write(f"{imported.page.slug}: {new}. {imported.said_of_covered}".strip())
        if not options["publish"]:
            for problem in imported.problems:
                self.stdout.write(f"  {problem}")
            return
        try:
            imported.page.get_latest_revision().publish()
        except ValidationError as error:
            raise CommandError("It stays a draft. What stops it:\n" + "\n".join(error.messages)) from error
        self.stdout.write(f"Published as version {imported.page.versions.first().number}.")
