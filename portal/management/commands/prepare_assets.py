"""Put the front end where the site serves it from. Part of `make setup`; safe to run again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.assets import AssetsMissing, prepare


class Command(BaseCommand):
    help = "Take the NHS design system's front end from its installed package into var/vendor."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            prepared = prepare(settings.VAR_DIR / "vendor")
        except AssetsMissing as missing:
            raise CommandError(str(missing)) from missing
        done = "prepared" if prepared.changed else "up to date"
        self.stdout.write(f"Front end: nhsuk-frontend {prepared.version}, {done}.")
