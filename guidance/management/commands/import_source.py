"""Import a source document: `manage.py import_source FILE [--slug S] [--dry-run] [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guidance.importing.errors import UnreadableSource
from guidance.services.importing import ImportReport, import_source


class Command(BaseCommand):
    help = "Read a source document into sections and passages. Importing the same file twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="The document.")
        parser.add_argument("--slug", help="Which source it is. Told from the file's name when left out.")
        parser.add_argument("--dry-run", action="store_true", help="Report what would change, and change nothing.")
        parser.add_argument("--json", action="store_true", help="Print the report as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_source(options["file"], slug=options["slug"], dry_run=options["dry_run"])
        except UnreadableSource as error:
            if options["json"]:
                self.stdout.write(json.dumps({"error": type(error).__name__, "message": str(error)}))
            raise CommandError(str(error))
        if options["json"]:
            self.stdout.write(json.dumps(as_json(report), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_in_words(report)))


def as_json(report: ImportReport) -> dict[str, Any]:
    """Return the report as plain data."""
    return {
        "source": report.slug,
        "edition": report.edition,
        "dry_run": report.dry_run,
        "sha256": report.sha256,
        "sections": report.sections,
        "passages": report.passages,
        "kinds": dict(report.kinds),
        "tables": dict(report.tables),
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "doubts": [asdict(doubt) | {"new": doubt.is_new} for doubt in report.doubts],
        "new_doubts": len(report.new_doubts),
    }


def _in_words(report: ImportReport) -> list[str]:
    would = "would be " if report.dry_run else ""
    lines = [
        f"{report.slug}, edition {report.edition}: {report.sections} sections, {report.passages} passages.",
        f"{report.added} {would}added, {report.changed} {would}changed, {report.removed} {would}removed.",
    ]
    lines += [f"{label}: {rows} rows" for label, rows in report.tables]
    if not report.doubts:
        lines.append("No doubts.")
    for doubt in report.doubts:
        lines.append(f"{'New doubt' if doubt.is_new else 'Doubt'} {doubt.code} at {doubt.where}: {doubt.detail}")
        if doubt.explained:
            lines.append(f"    {doubt.explained}")
    return lines
