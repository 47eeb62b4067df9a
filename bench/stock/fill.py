"""Fills the peer with the pages of `pages.json`. Runs in the folder of the peer."""

import json
from pathlib import Path

import django

django.setup()

from django.db import transaction  # noqa: E402 - Django must be set up first
from home.models import HomePage, StandardPage  # noqa: E402 - Django must be set up first


def main() -> None:
    pages = sorted(json.loads(Path("pages.json").read_text(encoding="utf-8")), key=lambda page: page["address"])
    home = HomePage.objects.get()
    made = {"/": home}
    with transaction.atomic():
        for page in pages:
            if page["address"] == "/":
                home.title, home.body = page["title"] or "Home", page["body"]
                home.save_revision().publish()
            elif page["address"] not in made:
                add(made, page["address"], page["title"], page["body"])


def add(made: dict, address: str, title: str = "", body: tuple = ()) -> None:
    above, slug = address.rstrip("/").rsplit("/", 1)
    if f"{above}/" not in made:
        add(made, f"{above}/")
    made[address] = made[f"{above}/"].add_child(
        instance=StandardPage(title=(title or slug)[:255], slug=slug, body=list(map(tuple, body)))
    )


main()
