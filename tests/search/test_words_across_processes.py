"""What one process of the portal is told, another searches with: words that an editor adds in the admin, and pages."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from guidance.models import GlossaryTerm

pytestmark = pytest.mark.django_db(transaction=True)

WITHIN_S = 5.0
#: A portal that does what each line says, and answers in a line.
PORTAL = """
import json, sys, time
import django
django.setup()
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from search.services import rebuild, search

def keys(words):
    page = search(words)
    return {"engine": page.engine, "keys": [hit.key for hit in page.hits]}

def add(**fields):
    client = Client()
    client.force_login(get_user_model().objects.get(username="editor"))
    response = client.post(reverse("wagtailsnippets_guidance_searchwords:add"), fields)
    return {"status": response.status_code}

does = {"rebuild": lambda: {"count": rebuild()}, "search": keys, "add": add}
for line in sys.stdin:
    name, given = json.loads(line)
    print(json.dumps(does[name](**given)), flush=True)
"""
Ask = Callable[..., dict[str, Any]]


@contextmanager
def portal_process(environment: dict[str, str]) -> Iterator[Ask]:
    """A portal in a process of its own, to be told things."""
    with subprocess.Popen(
        [sys.executable, "-c", PORTAL],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout

        def ask(name: str, **given: object) -> dict[str, Any]:
            process.stdin.write(json.dumps([name, given]) + "\n")
            process.stdin.flush()
            answered: dict[str, Any] = json.loads(process.stdout.readline())
            return answered

        try:
            yield ask
        finally:
            process.stdin.close()


def address_of_the_database(folder: Path) -> str:
    """Where other processes find what is in the database of the test; on SQLite, a copy of it."""
    if connection.vendor == "sqlite":
        path = folder / "portal.sqlite3"
        connection.ensure_connection()
        copy = sqlite3.connect(path)
        connection.connection.backup(copy)
        copy.close()
        return f"sqlite:///{path}"
    given = connection.settings_dict
    host = given["HOST"]
    place = quote(host, safe="") if host.startswith("/") else host
    who = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}@" if given["USER"] else ""
    return f"postgresql://{who}{place}:{given['PORT'] or 5432}/{given['NAME']}"


@pytest.fixture
def processes(
    engine_name: str, tmp_path: Path, django_user_model: Any, request: pytest.FixtureRequest
) -> Iterator[tuple[Ask, Ask]]:
    """Two processes of one portal in which the glossary has a term that no test has typed yet."""
    django_user_model.objects.create_superuser("editor", password="not used")
    GlossaryTerm.objects.create(slug="lantern-watch", term="Lantern watch", meaning="Who looks after the lanterns.")
    environment = {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": address_of_the_database(tmp_path),
        "PORTAL_VAR": str(tmp_path / "var"),
        "SEARCH_INDEX_PATH": str(tmp_path / "search.sqlite3"),
        "ELASTICSEARCH_URL": "",
    }
    if engine_name == "elasticsearch":
        address = request.getfixturevalue("elasticsearch_address")
        environment |= {"ELASTICSEARCH_URL": ",".join(address.hosts), "ELASTICSEARCH_PREFIX": address.prefix}
        environment["ELASTICSEARCH_TIMEOUT"] = str(address.patience)
    with ExitStack() as stack:
        one = stack.enter_context(portal_process(environment))
        assert one("rebuild")["count"]
        yield one, stack.enter_context(portal_process(environment))


def test_words_added_in_the_admin_are_searched_with_by_the_other_process_within_five_seconds(engine_name, processes):
    editing, searching = processes
    assert searching("search", words="wibble") == {"engine": engine_name, "keys": []}

    fields = {"term": "lantern watch", "slug": "lantern-watch", "typed": "wibble", "weight": "0.8"}
    empty = dict.fromkeys(("searched", "pairs", "ambiguous", "context", "note"), "")
    assert editing("add", **fields, **empty)["status"] == 302

    deadline = time.monotonic() + WITHIN_S
    while not (found := searching("search", words="wibble"))["keys"] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert found["engine"] == engine_name
    assert len(found["keys"]) == 1
    assert "lantern-watch" in found["keys"][0]
