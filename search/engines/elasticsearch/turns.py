"""Taking turns across processes and machines, by a document that says whose turn it is.

Whoever holds a turn shows again and again that it is alive. A turn whose holder has shown nothing for a while is taken
over; so that clocks need not agree, everybody measures that while for themselves. On one machine a holder whose process
has ended is found out at once.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from elasticsearch import ConflictError, NotFoundError

from search.engines.base import SearchUnavailable
from search.engines.elasticsearch.connection import Connection

logger = logging.getLogger(__name__)

#: Seconds without a sign of life after which a turn is taken over, and between two signs.
LIFE, BEAT = 15.0, 3.0
POLL = 0.03

#: Turns that this process holds. One of its own that is not among them could not be given back: the server was away.
_held: set[str] = set()


class Turn:
    """One turn that is held."""

    def __init__(self, connection: Connection, index: str, name: str, token: str) -> None:
        self._connection = connection
        self._index = index
        self._name = name
        self._token = token
        self._ended = threading.Event()

    def confirm(self) -> None:
        """Raise `SearchUnavailable` when somebody else has taken the turn over."""
        with self._connection.writing() as client:
            found = _read(client, self._index, self._name)
        if found is None or found["_source"]["token"] != self._token:
            raise SearchUnavailable("Another process has taken over the writing of the Elasticsearch index.")

    def keep_alive(self) -> None:
        """Show now and then that the holder lives. Runs in a thread of its own."""
        while not self._ended.wait(BEAT):
            with contextlib.suppress(SearchUnavailable), self._connection.writing() as client:
                found = _read(client, self._index, self._name)
                if found is None or found["_source"]["token"] != self._token:
                    return
                with contextlib.suppress(ConflictError):
                    _write(client, self._index, self._name, {**found["_source"], "beat": uuid.uuid4().hex}, found)

    def end(self) -> None:
        """Give the turn back. A server that is away keeps it until it is taken over."""
        self._ended.set()
        _held.discard(self._token)
        with contextlib.suppress(SearchUnavailable), self._connection.writing() as client:
            found = _read(client, self._index, self._name)
            if found is not None and found["_source"]["token"] == self._token:
                with contextlib.suppress(ConflictError, NotFoundError):
                    client.delete(
                        index=self._index,
                        id=self._name,
                        if_seq_no=found["_seq_no"],
                        if_primary_term=found["_primary_term"],
                    )


class Turns:
    """The turns of one index of state, each with its name."""

    def __init__(self, connection: Connection, index: str) -> None:
        self._connection = connection
        self._index = index
        #: What was last seen of the holder of each turn, and since when.
        self._seen: dict[str, tuple[str, float]] = {}

    @contextlib.contextmanager
    def hold(self, name: str, patience: float, **facts: Any) -> Iterator[Turn]:
        """Hold a turn, with facts for others to read. `SearchUnavailable` where it is not given back in time."""
        turn = self._take(name, patience, facts)
        beating = threading.Thread(target=turn.keep_alive, name=f"turn {name}", daemon=True)
        beating.start()
        try:
            yield turn
        finally:
            turn.end()

    def facts(self, name: str) -> dict[str, Any] | None:
        """What the holder of a turn says, if there is one."""
        with self._connection.writing() as client:
            found = _read(client, self._index, name)
        return found["_source"] if found else None

    def _take(self, name: str, patience: float, facts: dict[str, Any]) -> Turn:
        token = uuid.uuid4().hex
        mine = {"token": token, "beat": "", "place": _place(), "process": os.getpid(), **facts}
        deadline = time.monotonic() + patience
        while True:
            with self._connection.writing() as client:
                held = _read(client, self._index, name)
                if held is None or self._is_over(name, held["_source"]):
                    with contextlib.suppress(ConflictError):
                        _write(client, self._index, name, mine, held)
                        _held.add(token)
                        return Turn(self._connection, self._index, name, token)
            if time.monotonic() > deadline:
                raise SearchUnavailable("The Elasticsearch index is being written. Try again in a moment.")
            time.sleep(POLL)

    def _is_over(self, name: str, holder: dict[str, Any]) -> bool:
        if holder["place"] and holder["place"] == _place():
            if holder["process"] == os.getpid():
                return holder["token"] not in _held
            if not _lives(holder["process"]):
                logger.warning("search: a process ended in the middle of its turn at the Elasticsearch index")
                return True
        sign = f"{holder['token']} {holder['beat']}"
        last, since = self._seen.get(name, ("", 0.0))
        if sign != last:
            self._seen[name] = (sign, time.monotonic())
            return False
        return time.monotonic() - since > LIFE


def _read(client: Any, index: str, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = client.get(index=index, id=name).body
    except NotFoundError:
        return None
    return found


def _write(client: Any, index: str, name: str, facts: dict[str, Any], instead_of: dict[str, Any] | None) -> None:
    """Write in place of what was read, or raise `ConflictError` where somebody was quicker."""
    if instead_of is None:
        client.create(index=index, id=name, document=facts)
    else:
        client.index(
            index=index,
            id=name,
            document=facts,
            if_seq_no=instead_of["_seq_no"],
            if_primary_term=instead_of["_primary_term"],
        )


def _place() -> str:
    """Where a process number means something: this start of this machine, and within it this container."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
