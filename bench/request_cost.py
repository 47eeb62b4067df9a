"""CPU time per request: our pages beside those of a stock Wagtail site with the same text, in the same run."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.peer import SETTINGS as PEER_SETTINGS
from bench.peer import make_peer, peer_address, text_of
from tests.support.sources import find_sources_dir

ROOT = Path(__file__).resolve().parent.parent
_TREE = "/decision-trees/breath-alcohol-before-dose"
_SEARCHES = {"search, a phrase": "missed three days of methadone", "search, a word": "benzodiazepines"}
_RESULT = "looks=withdrawal&reading=0.42&reading.unit=mg-l&risks=cocaine&v=1"
#: What is measured, by the name it is printed with.
PAGES = {
    "home": "/",
    "guidance page": "/guidance/medicines-and-safety/missed-doses-and-pharmacies/",
    "source section": "/sources/towards-successful-treatment-completion/2009-07/5.2.4/",
    "tree start": f"{_TREE}/",
    "tree question": f"{_TREE}/reading/?looks=not-known",
    "result": f"{_TREE}/result/?{_RESULT}",
    **{name: f"/search/?{urlencode({'q': words})}" for name, words in _SEARCHES.items()},
}
#: Sides and states take turns, so that what else the machine does meets all of them alike.
ROUNDS = 5
REQUESTS_A_ROUND = 12
_WIDTHS = (21, 21, 21, 21, 8, 8, 15, 9)


class Worker:
    """One site in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, name: str, **arguments: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"do": name, **arguments}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"The process of a site has ended before it answered “{name}”.")
        return json.loads(answer)


@dataclass
class Figures:
    """What one page of one side took, in milliseconds."""

    empty: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    queries_empty: int = 0
    queries_warm: int = 0


@contextmanager
def both_sites(folder: Path) -> Iterator[tuple[Worker, Worker]]:
    """The portal and its peer, set up below a folder where they are not there yet."""
    with ExitStack() as stack:
        ours = stack.enter_context(portal(folder))
        if not (folder / "peer").exists():
            make_peer(folder / "peer", _texts(ours))
        yield ours, stack.enter_context(worker_of(folder / "peer", dict(os.environ), PEER_SETTINGS))


@contextmanager
def portal(folder: Path) -> Iterator[Worker]:
    """The portal on a database of its own, with the starter content and, where they are at hand, the documents."""
    with worker_of(ROOT, environment_of_portal(folder), "bench.settings", "bench.portal_side") as worker:
        if not (folder / "portal").exists():
            passages = worker.do("set_up")
            print(f"Portal set up with {passages} passages of documents." if passages else "Set up without documents.")
        yield worker


def environment_of_portal(folder: Path) -> dict[str, str]:
    """The environment in which the portal runs, whatever the caller's own says about it."""
    sources = find_sources_dir()
    own = {
        "PORTAL_VAR": str(folder / "portal"),
        "DATABASE_URL": "",
        "PRIVATE_SITE": "",
        "ELASTICSEARCH_URL": "",
        "SOURCES": str(sources) if sources else "",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
    }
    return {name: value for name, value in {**os.environ, **own}.items() if value}


@contextmanager
def worker_of(folder: Path, environment: dict[str, str], *arguments: str) -> Iterator[Worker]:
    """A site in a process of its own. The arguments are those of `worker.py`: its settings, and its module."""
    with subprocess.Popen(
        [sys.executable, str(ROOT / "bench" / "worker.py"), *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Worker(process)


def _texts(ours: Worker) -> dict[str, Any]:
    addresses = dict.fromkeys(
        [*ours.do("addresses"), *(address for name, address in PAGES.items() if name not in _SEARCHES)]
    )
    return {address: text_of(ours.do("fetch", address=address)["body"]) for address in addresses}


def measure(ours: Worker, peer: Worker) -> dict[str, tuple[Figures, Figures]]:
    """Each page on both sides with caches empty and warm, in turns."""
    table = {name: (Figures(), Figures()) for name in PAGES}
    for _ in range(ROUNDS):
        for name, address in PAGES.items():
            for worker, figures, at in zip((ours, peer), table[name], _both(name, address), strict=True):
                figures.empty += worker.do("measure", address=at, times=REQUESTS_A_ROUND, empty=True)
                figures.warm += worker.do("measure", address=at, times=REQUESTS_A_ROUND, empty=False)
    for name, address in PAGES.items():
        for worker, figures, at in zip((ours, peer), table[name], _both(name, address), strict=True):
            figures.queries_empty = worker.do("count", address=at, empty=True)
            figures.queries_warm = worker.do("count", address=at, empty=False)
    return table


def _both(name: str, address: str) -> tuple[str, str]:
    if name in _SEARCHES:
        return address, f"/search/?{urlencode({'query': _SEARCHES[name]})}"
    return address, peer_address(address)


def print_table(table: dict[str, tuple[Figures, Figures]]) -> None:
    """Medians with quartiles, and ratios of medians: ours to the peer's, caches empty and warm."""
    print("CPU ms a request: median (quartiles); ratio of ours to stock Wagtail with the same text; queries")
    print(
        _line("page", "ours empty", "ours warm", "stock empty", "stock warm", "empty", "warm", "queries: ours", "stock")
    )
    for name, (ours, peer) in table.items():
        line = _line(
            name,
            *(_spread(figures) for figures in (ours.empty, ours.warm, peer.empty, peer.warm)),
            f"{statistics.median(ours.empty) / statistics.median(peer.empty):.2f}",
            f"{statistics.median(ours.warm) / statistics.median(peer.warm):.2f}",
            f"{ours.queries_empty} / {ours.queries_warm}",
            f"{peer.queries_empty} / {peer.queries_warm}",
        )
        print(line)


def _line(first: str, *cells: str) -> str:
    return f"{first:17}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))


def _spread(taken: list[float]) -> str:
    low, middle, high = statistics.quantiles(taken, n=4)
    return f"{middle:.2f} ({low:.2f}–{high:.2f})"
