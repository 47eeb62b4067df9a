"""How the server is reached, and what happens while it cannot be: short waits, few attempts, clear errors."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError, UnsupportedProductError

from search.engines.base import IndexMissing, SearchUnavailable

#: Seconds in which a server that failed is not asked again, from the first failure on. The last one stays.
PAUSES = (1.0, 2.0, 5.0, 10.0)
#: Answers that say the server is there and cannot work just now.
BUSY = frozenset({408, 429, 502, 503, 504})


@dataclass(frozen=True)
class Address:
    """Where the server is and how to be let in.

    Attributes:
        hosts: One or more addresses of the same cluster.
        api_key: As Elasticsearch gives it, encoded; empty where none is needed.
        ca_certs: File of the authority that signed the server's certificate; empty: those the machine trusts.
        prefix: Begins the name of everything of ours in the cluster.
        patience: Seconds that a search may take.
        write_patience: Seconds that one request that writes may take.
    """

    hosts: tuple[str, ...]
    api_key: str = ""
    ca_certs: str = ""
    prefix: str = "portal"
    patience: float = 2.0
    write_patience: float = 30.0


class Breaker:
    """Remembers that a server does not answer, so that not everybody waits for it to be found out again.

    After a pause one request may try; the others are told at once until it has come back.
    """

    def __init__(self, pauses: tuple[float, ...] = PAUSES) -> None:
        self._pauses = pauses
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0

    @property
    def open(self) -> bool:
        """Whether the last that was heard of the server is that it does not answer."""
        return self._failures > 0

    def enter(self) -> None:
        """Ask to be let through. Raises `SearchUnavailable` during a pause."""
        with self._lock:
            if not self._failures:
                return
            now = time.monotonic()
            if now < self._closed_until:
                raise SearchUnavailable("Elasticsearch did not answer a moment ago and is not asked again yet.")
            # Whoever comes while this one tries finds a pause.
            self._closed_until = now + self._pause()

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._closed_until = time.monotonic() + self._pause()

    def _pause(self) -> float:
        return self._pauses[min(self._failures, len(self._pauses)) - 1]


class Connection:
    """The client of this process, behind a breaker. Safe to share between threads and over a fork."""

    def __init__(self, address: Address, breaker: Breaker | None = None) -> None:
        self.address = address
        self.breaker = breaker or Breaker()
        self._lock = threading.Lock()
        self._clients: tuple[int, Elasticsearch, Elasticsearch] | None = None

    @contextlib.contextmanager
    def reading(self) -> Iterator[Elasticsearch]:
        """The client for searches; whatever goes wrong comes out as `SearchUnavailable`."""
        with self._asking():
            yield self._both()[0]

    @contextlib.contextmanager
    def writing(self) -> Iterator[Elasticsearch]:
        """The client for writes, which may take longer."""
        with self._asking():
            yield self._both()[1]

    def _both(self) -> tuple[Elasticsearch, Elasticsearch]:
        with self._lock:
            # Sockets are not shared between a process and its children.
            if self._clients is None or self._clients[0] != os.getpid():
                self._clients = (os.getpid(), self._client(), self._client(self.address.write_patience))
            return self._clients[1:]

    def _client(self, patience: float | None = None) -> Elasticsearch:
        address = self.address
        options: dict[str, object] = {}
        if address.api_key:
            options["api_key"] = address.api_key
        if address.ca_certs:
            options["ca_certs"] = address.ca_certs
        return Elasticsearch(
            list(address.hosts),
            request_timeout=patience or address.patience,
            # Each other host once; the one that failed is left alone by the client for a while.
            max_retries=len(address.hosts) - 1,
            retry_on_timeout=False,
            http_compress=False,
            **options,  # type: ignore[arg-type]  # named as the client names them
        )

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        self.breaker.enter()
        try:
            yield
        except UnsupportedProductError as error:
            self.breaker.failed()
            raise SearchUnavailable("What answers at ELASTICSEARCH_URL is not Elasticsearch.") from error
        except NotFoundError as error:
            self.breaker.succeeded()
            raise IndexMissing(
                "There is no Elasticsearch index yet. Run: manage.py rebuild_search --engine elasticsearch"
            ) from error
        except ApiError as error:
            if error.status_code in BUSY:
                self.breaker.failed()
                raise SearchUnavailable("Elasticsearch is too busy to answer.") from error
            self.breaker.succeeded()
            raise SearchUnavailable(_refusal(error)) from error
        except NoConnection as error:
            self.breaker.failed()
            raise SearchUnavailable("Elasticsearch cannot be reached.") from error
        except TransportError as error:
            self.breaker.failed()
            raise SearchUnavailable("Elasticsearch does not answer in time.") from error
        else:
            self.breaker.succeeded()


def _refusal(error: ApiError) -> str:
    if error.status_code in (401, 403):
        return "Elasticsearch refuses the key or the rights in ELASTICSEARCH_API_KEY."
    # The kind of error, and not its reason: that may repeat the words that were searched.
    return f"Elasticsearch refused a request ({error.status_code}, {error.error})."
