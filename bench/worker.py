"""A process that serves one site to the benchmark: takes orders as lines of JSON, answers each with a line of JSON.

Knows nothing of the site but its settings and, where it has any, the module that fills it and empties its caches. Runs
in the folder of the project: `python worker.py SETTINGS [MODULE]`.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults


class Site:
    """A Django site with everything it puts around a request, driven without a socket."""

    def __init__(self, settings: str, module: str | None) -> None:
        os.environ["DJANGO_SETTINGS_MODULE"] = settings
        # The project in place of the folder of this file, whose modules the site must not take for its own.
        sys.path[0] = os.getcwd()
        import django

        django.setup()
        self.module: Any = importlib.import_module(module) if module else None

    def answer(self, order: dict[str, Any]) -> Any:
        """Do what an order says: one of the methods `do_…`, or a function of the site's module."""
        arguments = dict(order)
        name = arguments.pop("do")
        own = getattr(self, f"do_{name}", None)
        return own(**arguments) if own else getattr(self.module, name)(**arguments)

    def do_fetch(self, address: str) -> dict[str, Any]:
        status, body = self._get(address, encodings="")
        return {"status": status, "body": body.decode()}

    def do_measure(self, address: str, times: int, empty: bool) -> list[float]:
        """CPU time of each request in milliseconds, all threads of the process together."""
        self._get(address)
        gc.collect()
        gc.disable()
        taken = []
        for _ in range(times):
            self._prepare(empty)
            started = time.process_time_ns()
            status, _ = self._get(address)
            taken.append((time.process_time_ns() - started) / 1e6)
            assert status == 200, f"{address} answered {status}"
        gc.enable()
        return taken

    def do_ask_engine(self, queries: list[str], seconds: float) -> list[list[float]]:
        """Each query to the engine alone, nothing remembered, as far as the seconds reach.

        Returns CPU and wall clock in milliseconds, and how many hits there are; below 0 where the query failed.
        """

        def ask(query: str) -> float:
            return float(self.module.find(query))

        return _timed(queries, seconds, ask, self.module.forget_found)

    def do_ask_pages(self, addresses: list[str], seconds: float) -> list[list[float]]:
        """Each address once through the whole of the site, as far as the seconds reach; nothing is emptied between.

        Returns CPU and wall clock in milliseconds, and 1 for a page; below 0 where there was none.
        """

        def ask(address: str) -> float:
            return 1 if self._get(address)[0] == 200 else -1

        return _timed(addresses, seconds, ask, _nothing)

    def do_memory(self) -> float:
        """MiB of this process that are in memory now."""
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def do_count(self, address: str, empty: bool) -> int:
        """Queries to the main database for one request."""
        from django.db import connection

        queries = []

        def count(execute: Any, sql: str, *rest: Any) -> Any:
            queries.append(sql)
            return execute(sql, *rest)

        self._get(address)
        self._prepare(empty)
        with connection.execute_wrapper(count):
            self._get(address)
        return len(queries)

    def do_profile(self, address: str, times: int, empty: bool) -> str:
        """Where the time of a request goes."""
        import cProfile
        import io
        import pstats

        self._get(address)
        profile = cProfile.Profile()
        for _ in range(times):
            self._prepare(empty)
            profile.enable()
            self._get(address)
            profile.disable()
        text = io.StringIO()
        pstats.Stats(profile, stream=text).sort_stats("cumulative").print_stats(60)
        pstats.Stats(profile, stream=text).sort_stats("tottime").print_stats(35)
        return text.getvalue()

    def _prepare(self, empty: bool) -> None:
        from django.core.cache import cache

        if self.module:
            self.module.forget_answers()
        if empty:
            cache.clear()
            if self.module:
                self.module.forget()

    def _get(self, address: str, encodings: str = "gzip") -> tuple[int, bytes]:
        from django.core.handlers.wsgi import WSGIHandler

        if not hasattr(self, "_handler"):
            self._handler = WSGIHandler()
        path, _, query = address.partition("?")
        environ: dict[str, Any] = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_ACCEPT_ENCODING": encodings}
        environ |= {"HTTP_HOST": "localhost", "HTTP_ACCEPT": "text/html"}
        setup_testing_defaults(environ)
        statuses: list[str] = []
        response = self._handler(environ, lambda status, headers: statuses.append(status))
        body = b"".join(response)
        response.close()
        return int(statuses[0].split()[0]), body


def _timed(
    asked: list[str], seconds: float, ask: Callable[[str], float], prepare: Callable[[], None]
) -> list[list[float]]:
    taken = []
    until = time.perf_counter() + seconds
    gc.collect()
    gc.disable()
    for each in asked:
        if time.perf_counter() > until:
            break
        prepare()
        wall, cpu = time.perf_counter_ns(), time.process_time_ns()
        answer = ask(each)
        taken.append([(time.process_time_ns() - cpu) / 1e6, (time.perf_counter_ns() - wall) / 1e6, answer])
    gc.enable()
    return taken


def _nothing() -> None:
    pass


def main() -> None:
    """Answer orders until there are no more."""
    # Whatever the site prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    site = Site(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
    for line in sys.stdin:
        answers.write(json.dumps(site.answer(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
