"""Nonsense through the server that `make run` starts: a kind page, and nothing of it in a log."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connection

from tests.support.starter_content import committed_content

__all__ = ["committed_content"]

#: Without it, a run of this module alone makes no database for tests, and would work on the portal's own.
pytestmark = pytest.mark.django_db

BREATH = "/decision-trees/breath-alcohol-before-dose"
SHAKY = "looks=withdrawal&reading=0.42&reading.unit=mg-l&risks=none"
LONG = "a" * 10_000
NONSENSE = [
    f"{BREATH}/looks/?looks=green",
    f"{BREATH}/reading/?looks=neither&reading=plenty&reading.unit=mg-l",
    f"{BREATH}/reading/?looks=neither&reading=1e400&reading.unit=mg-l",
    f"{BREATH}/result/?looks=neither&looks=withdrawal",
    f"{BREATH}/result/?looks={LONG}",
    f"{BREATH}/{LONG}/",
    f"{BREATH}/result/?looks=%00&%00=looks",
    f"{BREATH}/lo%00oks/",
    f"{BREATH}/result/?looks=%F0%9F%8D%BA&v=%FF",
    f"{BREATH}/result/?looks=\xff\xfe",
    f"{BREATH}/weather/?looks=neither",
    f"{BREATH}/result/?v=99&looks=neither",
    "/decision-trees/%00/?looks=neither",
]
STARTS_WITHIN = 60


@dataclass
class Served:
    port: int
    log: Path

    def get(self, target: str) -> tuple[int, str, dict[str, str]]:
        """Status, page and headers; the target goes out as it is, unlike a browser's."""
        talk = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            talk.putrequest("GET", "/", skip_host=True)
            # What `http.client` refuses to send is what is wanted here.
            talk._buffer[0] = f"GET {target} HTTP/1.1".encode("latin-1")  # type: ignore[attr-defined]
            talk.putheader("Host", f"localhost:{self.port}")
            talk.endheaders()
            response = talk.getresponse()
            return response.status, response.read().decode(errors="replace"), dict(response.getheaders())
        finally:
            talk.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_url(folder: Path) -> str:
    """An address of the test's database that another process can open: a database in memory is copied to a file."""
    described: dict[str, Any] = connection.settings_dict
    if connection.vendor != "sqlite":
        return f"postgres://{described['USER']}@{described['HOST']}:{described['PORT']}/{described['NAME']}"
    connection.ensure_connection()
    with sqlite3.connect(folder / "portal.sqlite3") as copy:
        connection.connection.backup(copy)
    copy.close()
    return f"sqlite:///{folder / 'portal.sqlite3'}"


@pytest.fixture(scope="module")
def served(committed_content: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATABASE_URL": database_url(folder),
        "PORT": str(port),
        "ACCESS_LOG": "1",
        "WEB_WORKERS": "1",
    }
    log = folder / "log"
    with log.open("wb") as writing:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "portal/gunicorn.py", "portal.wsgi"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=writing,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(server, port, log)
        yield Served(port, log)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < give_up:
        assert server.poll() is None, log.read_text(errors="replace")
        try:
            with urlopen(f"http://127.0.0.1:{port}/health/live", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text(errors="replace"))


@pytest.mark.parametrize("target", NONSENSE, ids=[target[:70] for target in NONSENSE])
def test_nonsense_gives_a_kind_page(served: Served, target: str) -> None:
    status, page, _ = served.get(target)
    assert 200 <= status < 500
    if status not in (301, 302):
        assert "</html>" in page
        assert "<h1" in page


def test_a_result_is_served_and_kept_nowhere(served: Served) -> None:
    status, page, headers = served.get(f"{BREATH}/result/?{SHAKY}")
    assert status == 200
    assert "Possible withdrawal" in page
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Referrer-Policy"] == "strict-origin"


def test_no_answer_stands_in_a_log(served: Served) -> None:
    served.get(f"{BREATH}/result/?{SHAKY}&marker=zanzibar")
    served.get(f"{BREATH}/nowhere/?marker=zanzibar")
    served.get(f"{BREATH}/result/?marker=zanzibar\xff")
    logged = served.log.read_text(errors="replace")
    assert f"GET {BREATH}/result/" in logged, "requests are logged"
    assert "zanzibar" not in logged
    assert "withdrawal" not in logged
