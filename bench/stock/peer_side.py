"""The peer in the benchmark of searches: filled with many texts quickly, and asked without a page around it."""

import json
import time
from html import escape
from itertools import islice
from pathlib import Path
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.signals import request_started
from django.db import OperationalError, connection, transaction
from django.db.backends.signals import connection_created
from home.models import HomePage, StandardPage
from wagtail.models import Locale, Page

#: Pages written in one go.
BATCH = 1000
#: Seconds after which a query is broken off: at large sizes some take minutes.
PATIENCE = 10.0
#: When the query that is being answered is broken off. What is no query takes as long as it takes.
_until: float | None = None


def fill(path: str) -> dict:
    """A page for each line of a file, `{"title": …, "body": …}`, then Wagtail's own command that fills its index.

    Returns how many pages there are, and of the index alone: seconds to build it, and MiB that it adds to the database.
    """
    with open(path, encoding="utf-8") as lines, transaction.atomic():
        count = _add_pages(map(json.loads, lines))
    before = _database_size()
    started = time.perf_counter()
    call_command("update_index", verbosity=0)
    seconds = time.perf_counter() - started
    return {"documents": count, "seconds": seconds, "disk": _database_size() - before}


def _add_pages(texts) -> int:
    """Pages below the home page. Written as rows: one by one treebeard and the signals would take an hour."""
    home = HomePage.objects.get()
    facts = {
        "depth": home.depth + 1,
        "content_type": ContentType.objects.get_for_model(StandardPage),
        "locale": Locale.get_default(),
    }
    count = 0
    while batch := list(islice(texts, BATCH)):
        pages = [
            Page(
                title=text["title"][:255] or "Untitled",
                draft_title=text["title"][:255] or "Untitled",
                slug=f"p{number}",
                path=Page._get_path(home.path, home.depth + 1, number),
                url_path=f"{home.url_path}p{number}/",
                **facts,
            )
            for number, text in enumerate(batch, start=count + 1)
        ]
        Page.objects.bulk_create(pages)
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO home_standardpage (page_ptr_id, body) VALUES (%s, %s)",
                [(page.pk, _body(text["body"])) for page, text in zip(pages, batch, strict=True)],
            )
        count += len(batch)
    Page.objects.filter(pk=home.pk).update(numchild=count)
    return count


def _body(text: str) -> str:
    """A StreamField of one paragraph, as the database keeps it."""
    return json.dumps([{"type": "paragraph", "value": f"<p>{escape(text)}</p>", "id": str(uuid4())}])


def _database_size() -> float:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(connection.settings_dict["NAME"]).stat().st_size / 2**20


def find(query: str) -> int:
    """What the search page of `wagtail start` asks: how many hits, and the first ten. -1 where it fails."""
    _begin()
    results = Page.objects.live().search(query)
    try:
        count = results.count()
        list(results[:10])
    except OperationalError:
        return -1
    return count


def first(query: str, limit: int) -> list[int]:
    """The numbers of the texts that are found first, counted from 0 in the order of the file."""
    _begin()
    return [int(page.slug.removeprefix("p")) - 1 for page in Page.objects.live().search(query)[:limit]]


def forget_found() -> None:
    """Nothing: Wagtail remembers nothing of a query."""


def _begin(**_: object) -> None:
    global _until
    _until = time.perf_counter() + PATIENCE


def _let_be_broken_off(connection, **_: object) -> None:
    connection.connection.set_progress_handler(lambda: _until is not None and time.perf_counter() > _until, 100_000)


request_started.connect(_begin)
connection_created.connect(_let_be_broken_off)
