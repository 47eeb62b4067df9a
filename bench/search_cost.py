"""What a search costs at growing sizes: our engines and pages beside those of a stock Wagtail site, in the same run.

At each size our indices and the peer's database hold the same texts: those of the portal, and beyond their number
synthetic variations of its passages. Our database stays as it is, because a page of results reads the index alone: the
queries to the database are counted at every size. Every side is asked in a process of its own, so that its memory is
told apart, and fills its index in another. Sides take turns, so that what else the machine does meets them alike.
"""

from __future__ import annotations

import json
import math
import os
import random
import shutil
import statistics
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from bench.peer import SETTINGS as PEER_SETTINGS
from bench.peer import make_empty_peer
from bench.request_cost import ROOT, Worker, both_sites, environment_of_portal, worker_of
from tests.support.judged_queries import judged_queries
from tests.support.throwaway_elasticsearch import NoElasticsearch, server

SIZES = (2_000, 20_000, 200_000)
EMBEDDED, STOCK, ELASTICSEARCH = "embedded", "stock Wagtail", "Elasticsearch"
#: How the portal calls its engines.
ENGINES = {EMBEDDED: "embedded", ELASTICSEARCH: "elasticsearch"}
#: Queries asked in one turn; and seconds that one side may take at one size for its engine, and again for its pages.
A_TURN, SECONDS = 20, 45.0
#: Asked before anything is measured, for what runs for weeks: the server's compiler, and what a process reads once.
WARM_UP = (
    "missed doses",
    "what do I do when somebody smells of alcohol",
    "needle exchange",
    "NSP",
    "breathaliser limit",
    "supervised consumption",
    "0.35 mg/L",
    "how often is a care plan reviewed",
    "co-occurring mental health conditions",
    "therapeutic alliance",
    "remote appointments and safeguarding",
    "hepatitis C testing",
    "naloxone take home",
    "treatment",
    "keyworker",
    "overdose risk after prison",
    "methodone dose",
    "contingency management vouchers",
    "how do I record a transfer of care",
    "recovery",
)
WARM_UP_ROUNDS, WARM_UP_SECONDS = 3, 20.0
_WIDTHS = (9, 7, 7, *(9,) * 8, 8, 9, 8)
_HEADS = ("asked", "found", *("CPU p50", "p95", "wall p50", "p95") * 2, "worker", "build s", "disk")


@dataclass
class Taken:
    """What queries took, in milliseconds, and what came of them: below 0 where one failed or was broken off.

    Every side is asked the same queries in the same order, so that what stands at one place belongs to one query.
    """

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)

    def add(self, measured: list[list[float]]) -> None:
        """Take in what a worker has measured."""
        for cpu, wall, answer in measured:
            self.cpu.append(cpu)
            self.wall.append(wall)
            self.answers.append(answer)

    def figures(self, queries: Sequence[int] | None = None) -> tuple[float, float, float, float]:
        """Median and 95th percentile of CPU, then of the wall clock; of all queries, or of those at some places.

        Not numbers where there are fewer than two.
        """
        places = range(len(self.cpu)) if queries is None else queries
        if len(places) < 2:
            return (math.nan,) * 4
        return (
            *_middle_and_high([self.cpu[at] for at in places]),
            *_middle_and_high([self.wall[at] for at in places]),
        )


@dataclass
class Measured:
    """One side at one size. Memory and disk in MiB, the build in seconds, the server's CPU in milliseconds a query."""

    engine: Taken = field(default_factory=Taken)
    page: Taken = field(default_factory=Taken)
    memory: float = 0.0
    build: float = 0.0
    disk: float = 0.0
    database_queries: int | None = None
    server: float = 0.0

    def figures(self) -> tuple[float, ...]:
        """Everything that is printed, in its order."""
        return (*self.engine.figures(), *self.page.figures(), self.memory, self.build, self.disk)

    def ratios(self, peer: Measured, wanted: Container[int] | None = None) -> list[float]:
        """The same over the peer's, of the queries that both were asked; of those at the wanted places, if any are."""
        ours: list[float] = []
        theirs: list[float] = []
        for one, other in ((self.engine, peer.engine), (self.page, peer.page)):
            both = range(min(len(one.cpu), len(other.cpu)))
            places = [at for at in both if wanted is None or at in wanted]
            ours += one.figures(places)
            theirs += other.figures(places)
        ours += (self.memory, self.build, self.disk)
        theirs += (peer.memory, peer.build, peer.disk)
        return [each / another for each, another in zip(ours, theirs, strict=True)]


def print_tables(folder: Path, sizes: Sequence[int] = SIZES) -> None:
    """Search pages at today's size, then every side at every size, a size as soon as it is measured, then ratios."""
    queries = _queries()
    _print_today(folder, queries)
    with ExitStack() as stack:
        try:
            named = os.environ.get("ELASTICSEARCH_TEST_URL")
            url = named or stack.enter_context(server()).url
        except NoElasticsearch as why:
            url = ""
            print(f"Elasticsearch: not measured. {why}")
        _print_heading(len(queries))
        table = {}
        for size in sizes:
            table[size] = _measured(_Place(folder, size, url), queries)
            for side, measured in table[size].items():
                _print_row(side, size, measured)
    _print_ratios(table)
    _print_notes(table)


def _queries() -> list[str]:
    """The words of every judged query but those that warm up, in an order of chance that is always the same."""
    texts = sorted({each.query for each in judged_queries()} - set(WARM_UP))
    random.Random(1).shuffle(texts)
    return texts


# Today's size


def _print_today(folder: Path, queries: Sequence[str]) -> None:
    ours, stock = Taken(), Taken()
    with both_sites(folder) as sites:
        for worker, parameter in zip(sites, ("q", "query"), strict=True):
            addresses = _addresses(WARM_UP * WARM_UP_ROUNDS, parameter)
            worker.do("ask_pages", addresses=addresses, seconds=WARM_UP_SECONDS)
        for turn in _turns(queries):
            for worker, taken, parameter in zip(sites, (ours, stock), ("q", "query"), strict=True):
                taken.add(worker.do("ask_pages", addresses=_addresses(turn, parameter), seconds=SECONDS))
    print(
        f"search page at today's size, warm, {len(queries)} queries not asked before: CPU ms, ours (embedded) and stock"
        " Wagtail with the text of our pages"
    )
    print(_line("", "ours", "stock", "ratio"))
    for name, of in (("median", statistics.median), ("mean", statistics.fmean), ("p95", _high)):
        one, other = of(ours.cpu), of(stock.cpu)
        print(_line(name, f"{one:.2f}", f"{other:.2f}", f"{one / other:.2f}"))
    print()


# At a size


@dataclass(frozen=True)
class _Place:
    """Where everything of one size is kept while it is measured."""

    folder: Path
    size: int
    #: Of the Elasticsearch server; empty where there is none.
    url: str

    @property
    def own(self) -> Path:
        """The folder of this size, below that of the portal."""
        return self.folder / "sizes" / str(self.size)

    @contextmanager
    def worker(self, side: str) -> Iterator[Worker]:
        """A new process of one side."""
        if side == STOCK:
            opened = worker_of(self.own / "peer", dict(os.environ), PEER_SETTINGS, "peer_side")
        else:
            environment = environment_of_portal(self.folder) | {"SEARCH_INDEX_PATH": str(self.own / "search.sqlite3")}
            if side == ELASTICSEARCH:
                # Patient, because a slow answer would be taken from the embedded index else.
                environment |= {"ELASTICSEARCH_URL": self.url, "ELASTICSEARCH_PREFIX": "bench"}
                environment |= {"ELASTICSEARCH_TIMEOUT": "60", "ELASTICSEARCH_WRITE_TIMEOUT": "60"}
            opened = worker_of(ROOT, environment, "bench.settings", "bench.portal_side")
        with opened as worker:
            yield worker


def _measured(place: _Place, queries: Sequence[str]) -> dict[str, Measured]:
    """Fill, ask and throw away again everything of one size."""
    place.own.mkdir(parents=True, exist_ok=True)
    table = {side: Measured() for side in (EMBEDDED, STOCK, ELASTICSEARCH) if side != ELASTICSEARCH or place.url}
    try:
        for side, measured in table.items():
            _fill(place, side, measured)
        _ask_engines(place, table, queries)
        _ask_pages(place, table, queries)
    finally:
        shutil.rmtree(place.own)
    return table


def _fill(place: _Place, side: str, measured: Measured) -> None:
    if side == STOCK:
        texts = place.own / "texts.jsonl"
        with place.worker(EMBEDDED) as portal:
            portal.do("write_texts", size=place.size, path=str(texts))
        empty = place.folder / "empty-peer"
        if not empty.exists():
            make_empty_peer(empty)
        shutil.copytree(empty, place.own / "peer")
    with place.worker(side) as worker:
        if side == STOCK:
            filled = worker.do("fill", path=str(texts))
        else:
            filled = worker.do("fill", engine=ENGINES[side], size=place.size)
    if filled["documents"] != place.size:
        raise RuntimeError(f"{side} holds {filled['documents']} documents instead of {place.size}.")
    measured.build = filled["seconds"]
    with place.worker(side) as worker:
        measured.disk = filled["disk"] if side == STOCK else worker.do("disk", engine=ENGINES[side])


def _ask_engines(place: _Place, table: Mapping[str, Measured], queries: Sequence[str]) -> None:
    with ExitStack() as stack:
        workers = {side: stack.enter_context(place.worker(side)) for side in table}
        for worker in workers.values():
            worker.do("ask_engine", queries=WARM_UP * WARM_UP_ROUNDS, seconds=WARM_UP_SECONDS)
        for turn in _turns(queries):
            for side, worker in workers.items():
                before = _server_cpu(place.url) if side == ELASTICSEARCH else 0.0
                _ask(worker, "ask_engine", table[side].engine, queries=turn)
                if side == ELASTICSEARCH:
                    table[side].server += _server_cpu(place.url) - before


def _ask_pages(place: _Place, table: Mapping[str, Measured], queries: Sequence[str]) -> None:
    parameters = {side: "query" if side == STOCK else "q" for side in table}
    with ExitStack() as stack:
        workers = {side: stack.enter_context(place.worker(side)) for side in table}
        for side, worker in workers.items():
            addresses = _addresses(WARM_UP * WARM_UP_ROUNDS, parameters[side])
            worker.do("ask_pages", addresses=addresses, seconds=WARM_UP_SECONDS)
        for turn in _turns(queries):
            for side, worker in workers.items():
                _ask(worker, "ask_pages", table[side].page, addresses=_addresses(turn, parameters[side]))
        for side, worker in workers.items():
            table[side].memory = worker.do("memory")
            if side == STOCK:
                continue
            table[side].database_queries = worker.do("count", address=_addresses(WARM_UP, "q")[0], empty=False)
            if (answering := worker.do("answered_by")) != ENGINES[side]:
                raise RuntimeError(f"{answering} answered in place of {ENGINES[side]}.")


def _ask(worker: Worker, what: str, taken: Taken, **asked: Sequence[str]) -> None:
    """One turn, as far as the seconds of this side still reach."""
    left = SECONDS - sum(taken.wall) / 1000
    if left > 0:
        taken.add(worker.do(what, seconds=left, **asked))


def _turns(queries: Sequence[str]) -> Iterator[Sequence[str]]:
    return (queries[at : at + A_TURN] for at in range(0, len(queries), A_TURN))


def _addresses(queries: Sequence[str], parameter: str) -> list[str]:
    return [f"/search/?{urlencode({parameter: query})}" for query in queries]


def _server_cpu(url: str) -> float:
    """Milliseconds of CPU that the server has taken since it started."""
    with urlopen(f"{url}/_nodes/stats/process", timeout=30) as answer:
        nodes = json.load(answer)["nodes"]
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes.values()))


# Printing


def _print_heading(asked: int) -> None:
    print(
        "search by size: ms a query; worker and disk in MiB. Beyond the portal's own documents, texts are synthetic\n"
        "variations: in our indices only, not in our database, which a page of results does not read for its hits.\n"
        "The stock site holds title and body of the same texts as pages, and finds what holds all words of a query;\n"
        "what takes it longer than 10 s is broken off and counted with that. Engine: plan, first ten hits, count,\n"
        f"nothing remembered. Page: through the site's handler, warm. {asked} queries not asked before, fewer where\n"
        f"{SECONDS:.0f} s did not reach. CPU is that of the process that serves pages."
    )
    print(_line("", "texts", *_HEADS))


def _print_row(side: str, size: int, measured: Measured) -> None:
    asked = min(len(measured.engine.cpu), len(measured.page.cpu))
    found = f"{sum(each > 0 for each in measured.engine.answers) / len(measured.engine.answers):.0%}"
    figures = [_short(each) for each in measured.figures()]
    print(_line(side, f"{size:,}", f"{asked}", found, *figures), flush=True)


def _print_ratios(table: Mapping[int, Mapping[str, Measured]]) -> None:
    _print_ratio_heading("ratio to stock Wagtail at the same size, in this run, queries that both were asked")
    for side in (EMBEDDED, ELASTICSEARCH):
        for size, sides in table.items():
            if side in sides:
                print(_ratio_line(side, size, sides[side].ratios(sides[STOCK])))
    _print_ratio_heading("the same, of the queries that stock Wagtail finds something for or breaks off")
    for side in (EMBEDDED, ELASTICSEARCH):
        for size, sides in table.items():
            if side in sides:
                wanted = {at for at, answer in enumerate(sides[STOCK].engine.answers) if answer}
                ratios = sides[side].ratios(sides[STOCK], wanted)
                print(_ratio_line(side, size, ratios[:-3]))
    smallest, largest = min(table), max(table)
    if smallest != largest:
        _print_ratio_heading(f"ratio of {largest:,} texts to {smallest:,}, each side to itself")
        for side, measured in table[largest].items():
            print(_ratio_line(side, largest, measured.ratios(table[smallest][side])))


def _print_ratio_heading(title: str) -> None:
    print(f"\n{title}")
    print(_line("", "texts", "", "", *_HEADS[2:]))


def _ratio_line(side: str, size: int, ratios: Sequence[float]) -> str:
    return _line(side, f"{size:,}", "", "", *("-" if math.isnan(each) else f"{each:.2f}" for each in ratios))


def _print_notes(table: Mapping[int, Mapping[str, Measured]]) -> None:
    print()
    smallest = min(table)
    for size, sides in table.items():
        for side, measured in sides.items():
            notes = []
            if size != smallest:
                notes.append(f"{measured.memory - table[smallest][side].memory:+.0f} MiB a worker over {smallest:,}")
            if measured.database_queries is not None:
                notes.append(f"{measured.database_queries} queries to the database a page")
            if side == ELASTICSEARCH:
                notes.append(
                    f"the server itself took {measured.server / len(measured.engine.cpu):.0f} ms of CPU a query"
                )
            if failed := sum(each < 0 for each in (*measured.engine.answers, *measured.page.answers)):
                notes.append(f"{failed} queries failed or were broken off")
            if notes:
                print(f"{side}, {size:,}: {'; '.join(notes)}.")


def _line(first: str, *cells: str) -> str:
    return f"{first:14}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=False))


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.1f}"


def _middle_and_high(taken: Sequence[float]) -> tuple[float, float]:
    return statistics.median(taken), _high(taken)


def _high(taken: Sequence[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]
