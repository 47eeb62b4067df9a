"""Writing many documents: in pieces of a size that the server takes, each piece tried again where that may help."""

from __future__ import annotations

import logging
import time
from types import TracebackType
from typing import Any

from elasticsearch import Elasticsearch

from search.engines.base import IndexMissing, SearchUnavailable
from search.engines.elasticsearch.connection import BUSY, Connection

logger = logging.getLogger(__name__)

#: A piece holds no more documents, and about no more characters, than this.
PIECE, PIECE_SIZE = 500, 4_000_000
#: Seconds before a piece is tried again. A rebuild outlives a restart of the server; a small write has the outbox.
PAUSES = (0.2, 0.5)
PATIENT_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, *[15.0] * 10)


class DocumentRefused(Exception):
    """The server will not have a document, whenever it is sent. The message says why."""


class Writer:
    """Collects what is to be written and sends it; what was written is seen when the `with` block ends.

    Each piece is safe to send twice: documents are named by us.
    """

    def __init__(self, connection: Connection, index: str, patient: bool = False, alias: bool = False) -> None:
        self._connection = connection
        self._index = index
        #: True: the name is that of an alias, and no index of that name is to come into being where it is gone.
        self._alias = alias
        self._pauses = PATIENT_PAUSES if patient else PAUSES
        self._operations: list[dict[str, Any]] = []
        self._size = 0
        self._pieces = 0
        self.put_in = 0
        self.taken_out = 0

    def put(self, id_: str, source: dict[str, Any]) -> None:
        """Write a document in place of the one of this name."""
        self._operations += [{"index": {"_id": id_}}, source]
        self._size += 1000 + sum(len(value) for value in source.values() if isinstance(value, str))
        self._size += len(source.get("stored", {}).get("body", ""))
        self.put_in += 1
        self._send_if_full()

    def take_out(self, id_: str) -> None:
        """Delete a document; one that is not there does no harm."""
        self._operations.append({"delete": {"_id": id_}})
        self._size += 100
        self._send_if_full()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._send(refresh=True)

    def _send_if_full(self) -> None:
        if self._size >= PIECE_SIZE or len(self._operations) >= 2 * PIECE:
            self._send(refresh=False)

    def _send(self, refresh: bool) -> None:
        if self._operations:
            self._send_patiently(self._operations, refresh)
            self._pieces += 1
        elif refresh and self._pieces:
            with self._connection.writing() as client:
                client.indices.refresh(index=self._index)
        self._operations = []
        self._size = 0

    def _send_patiently(self, operations: list[dict[str, Any]], refresh: bool) -> None:
        for pause in (*self._pauses, None):
            try:
                with self._connection.writing() as client:
                    answered = self._bulk(client, operations, refresh)
                if not answered["errors"] or not self._must_repeat(answered["items"]):
                    self.taken_out += sum(_was_deleted(each) for each in answered["items"])
                    return
                problem = SearchUnavailable("Elasticsearch is too busy to write.")
            except IndexMissing:
                raise
            except SearchUnavailable as error:
                problem = error
            if pause is None:
                raise problem
            time.sleep(pause)

    def _bulk(self, client: Elasticsearch, operations: list[dict[str, Any]], refresh: bool) -> dict[str, Any]:
        body: dict[str, Any] = client.bulk(
            index=self._index, operations=operations, refresh=refresh, require_alias=self._alias
        ).body
        return body

    def _must_repeat(self, items: list[dict[str, Any]]) -> bool:
        """Whether something of a piece should be sent again. Raises `DocumentRefused` where that is hopeless."""
        busy = False
        for item in items:
            outcome = next(iter(item.values()))
            if "error" not in outcome:
                continue
            if outcome["status"] not in BUSY:
                raise DocumentRefused(f"{outcome['_id']}: {outcome['error'].get('reason', '')[:300]}")
            busy = True
        return busy


def _was_deleted(item: dict[str, Any]) -> bool:
    return bool(item.get("delete", {}).get("result") == "deleted")
