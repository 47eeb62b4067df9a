"""The embedded engine: an SQLite FTS5 file beside the main database, read by every process, written by one at a time.

FTS5 keeps the inverted index and picks the candidates; their scores are worked out here from where the words stand in
them, so that synonyms can count for less than the words themselves and fields, nearness and coverage weigh as measured.
A process remembers what it has looked at and nothing more, so that the first search after an edit costs what any does.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import json
import os
import sqlite3
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TextIO, TypeVar

from search.analysis import GAP, index_terms, vocabulary_terms
from search.documents import SearchDocument
from search.engines import titles
from search.engines.answers import (
    Entry,
    Facts,
    Stored,
    Terms,
    answer,
    counted,
    dated,
    facets_of,
    fold_of,
    hits_of,
    passes,
    postings_of,
    terms_of,
    texts_of,
)
from search.engines.base import (
    Again,
    IndexBroken,
    IndexedObject,
    IndexMissing,
    Progress,
    SearchUnavailable,
    told,
)
from search.engines.sieve import Mask, holds, mask_of, matching, members
from search.highlighting import cut_to_keep
from search.planner import SearchPlan
from search.query import HISTORIC, Order
from search.ranking import FIELDS, Corpus, Places, Ranked, RankingProfile, rank, stems_needed, term_weights
from search.results import EngineResult, Explanation, Hit
from search.spelling import Spelling
from search.trusting import Trust

#: Changed whenever the tables or the analysis change: an index of another version is rebuilt, never misread.
SCHEMA_VERSION = "9"
#: Seconds a writer waits for another.
PATIENCE = 20.0
#: Answers kept by each process until the index changes.
REMEMBERED = 256
#: Documents that are scored in full; others are counted. With more no judged query is answered better.
CANDIDATES = 100
#: A word in more documents than this picks none by itself, where a rarer word of the query does.
COMMON = 600
#: How far apart the words of a phrase may stand for the index's own ranking; what is scored in full is held to less.
NEAR_SLACK = 2
#: Words that each process remembers to be in the index or not, and documents (about 2 kB each), until it changes.
WORDS = 20_000
REMEMBERED_DOCUMENTS = 4_000
#: Combinations of kind, source, topics and status that each process remembers: there are far fewer than documents.
KINDS_OF_FACTS = 2_000
#: Documents of which each audience's process remembers what is counted, at about 200 bytes.
COUNTED = 50_000
#: Bytes of sets of documents kept for each audience; a set takes one for each document of the index.
SETS = 4_000_000

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- What ranking and counting read stands first: what is behind a long text has to be fetched from other pages.
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, section TEXT NOT NULL, topics TEXT NOT NULL,
    historic INTEGER NOT NULL, fold INTEGER NOT NULL, weight REAL NOT NULL, title_length INTEGER NOT NULL,
    path_length INTEGER NOT NULL, extra_length INTEGER NOT NULL, body_length INTEGER NOT NULL, dated TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE, ref TEXT NOT NULL, year INTEGER, url TEXT NOT NULL, title TEXT NOT NULL,
    path TEXT NOT NULL, shown TEXT NOT NULL, body TEXT NOT NULL, cut TEXT NOT NULL
);
CREATE INDEX documents_by_object ON documents (kind, ref);
CREATE INDEX documents_by_section ON documents (section);
CREATE TABLE audiences (document INTEGER NOT NULL, token TEXT NOT NULL, PRIMARY KEY (document, token)) WITHOUT ROWID;
CREATE INDEX audiences_by_token ON audiences (token);
CREATE TABLE labels (value TEXT PRIMARY KEY, label TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE terms USING fts5(
    title, path, extra, body, tokenize="unicode61 remove_diacritics 0 tokenchars './:,=·''%'"
);
CREATE VIRTUAL TABLE places USING fts5vocab(terms, instance);
-- How many documents hold each term: FTS5 can say it too, but counts it anew each time it is asked.
CREATE TABLE holding (term TEXT PRIMARY KEY, documents INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE plain USING fts5(
    text, detail=none, tokenize="unicode61 remove_diacritics 0 tokenchars './:,=·''%'"
);
CREATE VIRTUAL TABLE plain_words USING fts5vocab(plain, row);
CREATE VIRTUAL TABLE plain_places USING fts5vocab(plain, instance);
"""

#: The documents that a JSON list numbers.
_NUMBERED = "json_each(?) AS numbered JOIN documents ON documents.id = numbered.value"

T = TypeVar("T")


@dataclass
class _View:
    """What one audience may find, as far as it was asked for: how many documents, how long they are, which words."""

    tokens: tuple[str, ...]
    count: int
    averages: Mapping[str, float]
    everything: bool
    labels: Mapping[str, str]
    holding: dict[str, int] = field(default_factory=dict)
    holders: OrderedDict[tuple[tuple[str, ...], int], Mask] = field(default_factory=OrderedDict)
    visible: Mask | None = None
    read: dict[int, tuple[Entry, Terms]] = field(default_factory=dict)
    worth: dict[int, list[float]] = field(default_factory=dict)
    facts: dict[Facts, int] = field(default_factory=dict)
    #: Never the same number twice, whichever thread asks.
    unused: Iterator[int] = field(default_factory=itertools.count)
    counted: dict[int, tuple[int, int]] = field(default_factory=dict)
    spelling: Spelling | None = None

    @property
    def allowed(self) -> str:
        """The documents of the view, as a query; its parameters are the tokens."""
        return f"SELECT document FROM audiences WHERE token IN ({','.join('?' * len(self.tokens))})"


@dataclass
class _Snapshot:
    """What this process has read of one state of the index, until the index says it has changed."""

    generation: str
    views: dict[tuple[str, ...], _View] = field(default_factory=dict)
    answers: OrderedDict[object, EngineResult] = field(default_factory=OrderedDict)


@dataclass(frozen=True)
class _Candidates:
    """The documents that are ranked for one plan, and where the stems of the plan stand in them.

    `all`: no other document matches enough of the plan.
    """

    entries: Mapping[int, Entry]
    postings: Mapping[str, dict[int, Places]]
    all: bool = True


class EmbeddedEngine:
    """See `SearchEngine`. Safe to share between threads; every process opens the file for itself."""

    name = "embedded"

    def __init__(
        self, path: Path, profile: RankingProfile | None = None, candidates: int = CANDIDATES, common: int = COMMON
    ) -> None:
        self._path = Path(path)
        self._wanted = candidates
        self._common = common
        self._profile = profile or RankingProfile()
        self._local = threading.local()
        self._lock = threading.RLock()
        self._snapshot: _Snapshot | None = None

    # Reading

    def vocabulary(self, audience: tuple[str, ...]) -> Spelling:
        """The words of what this audience may find, so that a correction betrays nothing else."""
        with self._reading() as connection:
            view = self._view(connection, self._current(connection), audience)
        if view.spelling is None:
            # Remembered here too, so that a word seen before does not cost a look into the file.
            view.spelling = Spelling(
                lambda: self._asked(lambda connection: _frequencies(connection, view)),
                knows_stem=lru_cache(maxsize=WORDS)(
                    lambda single: self._asked(lambda connection: bool(_holding(connection, single, view)))
                ),
                holds=lru_cache(maxsize=WORDS)(
                    lambda word: self._asked(lambda connection: _holds_word(connection, word, view))
                ),
            )
        return view.spelling

    def search(self, plan: SearchPlan, lifted_kinds: tuple[str, ...] = ()) -> EngineResult:
        """The asked page of hits, grouped by section, with facets that count what this audience may find."""
        with self._reading() as connection:
            snapshot = self._current(connection)
            if plan.empty:
                return EngineResult(plan=plan, trust=Trust.NONE)
            remembered = snapshot.answers.get((plan, lifted_kinds))
            if remembered is not None:
                return remembered
            view = self._view(connection, snapshot, plan.query.audience)
            answered = self._answer(connection, plan, view, lifted_kinds)
            snapshot.answers[plan, lifted_kinds] = answered
            while len(snapshot.answers) > REMEMBERED:
                snapshot.answers.popitem(last=False)
            return answered

    def fetch(self, keys: Iterable[str], plan: SearchPlan) -> tuple[Hit, ...]:
        """Documents by key, only those that the plan's audience may find."""
        with self._reading() as connection:
            view = self._view(connection, self._current(connection), plan.query.audience)
            numbers = [
                row["id"]
                for key in keys
                for row in connection.execute(
                    f"SELECT id FROM documents WHERE key = ? AND id IN ({view.allowed})", (key, *view.tokens)
                )
            ]
            stored = _stored(connection, numbers)
            return hits_of([stored[number] for number in numbers], plan)

    def explain(self, plan: SearchPlan, limit: int) -> list[Explanation]:
        """What the scores of the first hits are made of."""
        with self._reading() as connection:
            view = self._view(connection, self._current(connection), plan.query.audience)
            candidates, ranked = self._best(connection, plan, view)
            passing = (each.document for each in ranked.scored if passes(candidates.entries[each.document].facts, plan))
            first = list(itertools.islice(passing, limit))
            ranked = self._ranked(connection, plan, view, candidates, first)
            scored = {each.document: each for each in ranked.scored}
            stored = _stored(connection, first)
            return [
                Explanation(
                    stored[each].key, stored[each].title, round(scored[each].score, 3), tuple(scored[each].parts)
                )
                for each in first
            ]

    def check(self) -> None:
        """Raise where there is no index that can be read."""
        with self._reading():
            pass

    @contextlib.contextmanager
    def one_state(self) -> Iterator[None]:
        """Everything that is read inside is read in one transaction."""
        with self._reading():
            yield

    def suggestions(self, read: Callable[[sqlite3.Connection], T]) -> T:
        """What is read for somebody who is still typing, from one state of the index: see `search.suggestions`."""
        return self._asked(read)

    def _asked(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        with self._reading() as connection:
            return ask(connection)

    def document_count(self) -> int:
        """How many documents the index holds; 0 where there is none."""
        try:
            with self._reading() as connection:
                return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
        except IndexMissing:
            return 0

    # Writing

    @contextlib.contextmanager
    def in_turn(self, patience: float = PATIENCE) -> Iterator[None]:
        """One process and thread at a time, by a lock on a file beside the index."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".turn").open("w") as lock:
            deadline = time.monotonic() + patience
            while not _locked(lock):
                if time.monotonic() > deadline:
                    raise SearchUnavailable("The search index is being written. Try again in a moment.")
                time.sleep(0.01)
            yield

    def replace(self, documents: Iterable[SearchDocument]) -> int:
        """Put documents in, each in place of the one with its key."""
        with self._writing() as connection:
            return self._put(connection, documents)

    def replace_objects(self, objects: Iterable[IndexedObject]) -> int:
        """Put in the documents of each object in place of all that it had, in one transaction."""
        count = 0
        with self._writing() as connection:
            for kind, ref, documents in objects:
                rows = connection.execute("SELECT id FROM documents WHERE kind = ? AND ref = ?", (kind, ref)).fetchall()
                _remove(connection, [row["id"] for row in rows])
                count += self._put(connection, documents)
        return count

    def delete(self, keys: Iterable[str]) -> int:
        """Take documents out."""
        with self._writing() as connection:
            found = [
                row["id"]
                for key in keys
                for row in connection.execute("SELECT id FROM documents WHERE key = ?", (key,))
            ]
            _remove(connection, found)
            return len(found)

    def rebuild(
        self, documents: Iterable[SearchDocument], again: Again | None = None, progress: Progress | None = None
    ) -> int:
        """Replace everything in one transaction: readers see the old index until it is done.

        No object is written meanwhile, so none has to be read `again`.
        """
        with self.in_turn():
            self._make_file()
            with self._writing(fresh=True) as connection:
                return self._put(connection, told(documents, progress))

    # The file

    def _make_file(self) -> None:
        """A file that can be written: made where there is none, put aside where it cannot be read."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                with self._reading() as connection:
                    connection.execute("SELECT count(*) FROM documents").fetchone()
            except IndexMissing:
                pass
            except IndexBroken:
                self._forget()
                for suffix in ("-wal", "-shm", ""):
                    Path(f"{self._path}{suffix}").unlink(missing_ok=True)

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection, opened anew after a fork or when the file was replaced."""
        try:
            status = os.stat(self._path)
        except FileNotFoundError:
            raise IndexMissing("There is no search index yet. Run: manage.py rebuild_search") from None
        identity = (os.getpid(), status.st_dev, status.st_ino)
        if getattr(self._local, "identity", None) != identity:
            self._forget()
            self._local.connection = self._open()
            self._local.identity = identity
        connection: sqlite3.Connection = self._local.connection
        return connection

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    def _forget(self) -> None:
        connection = getattr(self._local, "connection", None)
        # A connection inherited over a fork belongs to the parent and is left alone.
        if connection is not None and self._local.identity[0] == os.getpid():
            connection.close()
        self._local.connection = None
        self._local.identity = None
        with self._lock:
            self._snapshot = None

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent state of the index, whatever is written meanwhile; inside another reading the same."""
        reading: sqlite3.Connection | None = getattr(self._local, "reading", None)
        if reading is not None:
            yield reading
            return
        with self._clear_errors():
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                self._check_version(connection)
                self._local.reading = connection
                yield connection
            finally:
                self._local.reading = None
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def _writing(self, fresh: bool = False) -> Iterator[sqlite3.Connection]:
        with self._clear_errors():
            if fresh and not self._path.exists():
                self._open().close()
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                if fresh:
                    _make_tables(connection)
                self._check_version(connection)
                yield connection
                connection.execute(
                    "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'generation'",
                )
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise SearchUnavailable("The search index is being written. Try again in a moment.") from error
            raise IndexBroken(f"The search index cannot be read ({error}). Run: manage.py rebuild_search") from error
        except sqlite3.DatabaseError as error:
            self._forget()
            raise IndexBroken(f"The search index cannot be read ({error}). Run: manage.py rebuild_search") from error

    def _check_version(self, connection: sqlite3.Connection) -> None:
        try:
            row = connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            row = None
        if row is None or row["value"] != SCHEMA_VERSION:
            raise IndexMissing("The search index is empty or of another version. Run: manage.py rebuild_search")

    # What is kept in memory

    def _current(self, connection: sqlite3.Connection) -> _Snapshot:
        generation = connection.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()["value"]
        with self._lock:
            if self._snapshot is None or self._snapshot.generation != generation:
                self._snapshot = _Snapshot(generation)
            return self._snapshot

    def _view(self, connection: sqlite3.Connection, snapshot: _Snapshot, audience: tuple[str, ...]) -> _View:
        audience = tuple(sorted(set(audience)))
        view = snapshot.views.get(audience)
        if view is None:
            view = snapshot.views[audience] = _read_view(connection, audience)
        return view

    # Answering

    def _best(self, connection: sqlite3.Connection, plan: SearchPlan, view: _View) -> tuple[_Candidates, Ranked]:
        """The documents that are ranked, in order: all that match, or the best of those that pass the filters."""
        numbers, whole = self._by_words(connection, plan, view)
        candidates = _candidates(connection, plan, view, numbers, whole)
        ranked = self._ranked(connection, plan, view, candidates)
        by_date = plan.query.order is not Order.RELEVANCE
        if candidates.all or not (plan.query.filtered or by_date):
            return candidates, ranked
        if by_date:
            numbers = self._by_date(connection, plan, view)
        else:
            numbers, _ = self._by_words(connection, plan, view, filtered=True)
        candidates = _candidates(connection, plan, view, numbers, whole=False)
        # How far anything answers the words is seen without the filters.
        return candidates, replace(self._ranked(connection, plan, view, candidates), trust=ranked.trust)

    def _by_words(
        self, connection: sqlite3.Connection, plan: SearchPlan, view: _View, filtered: bool = False
    ) -> tuple[list[int], bool]:
        """The documents most likely to answer, by the index's own rough ranking; and whether these are all."""
        match, whole = _match(connection, plan, view, self._common)
        if not match:
            return [], True
        boosts = ", ".join(str(self._profile.boost(name)) for name in FIELDS)
        within = "" if view.everything else f" AND rowid IN ({view.allowed})"
        parameters: list[str | int] = [] if view.everything else [*view.tokens]
        if filtered:
            condition, chosen = _chosen(plan)
            within += f" AND rowid IN (SELECT id FROM documents WHERE {condition})"
            parameters += chosen
        asked = f"SELECT rowid FROM terms WHERE terms MATCH ?{within}"
        numbers = [row[0] for row in connection.execute(f"{asked} LIMIT {self._wanted}", (match, *parameters))]
        if len(numbers) < self._wanted:
            return numbers, whole
        # Only where there are more than are ranked does it matter which are the best.
        best = connection.execute(f"{asked} ORDER BY bm25(terms, {boosts}) LIMIT {self._wanted}", (match, *parameters))
        return [row[0] for row in best], False

    def _by_date(self, connection: sqlite3.Connection, plan: SearchPlan, view: _View) -> list[int]:
        """The newest or oldest of all documents that match and pass the filters; those without a date last."""
        condition, chosen = _chosen(plan)
        direction = "DESC" if plan.query.order is Order.NEWEST else "ASC"
        found = connection.execute(
            f"SELECT documents.id FROM {_NUMBERED} WHERE {condition or 'TRUE'}"
            f" ORDER BY dated = '', dated {direction} LIMIT {self._wanted}",
            (_numbers(self._matching(connection, plan, view)), *chosen),
        )
        return [row[0] for row in found]

    def _ranked(
        self,
        connection: sqlite3.Connection,
        plan: SearchPlan,
        view: _View,
        candidates: _Candidates,
        explained: Sequence[int] = (),
    ) -> Ranked:
        entries = candidates.entries
        corpus = replace(
            _corpus(connection, view),
            lengths=lambda number: entries[number].lengths,
            weight=lambda number: entries[number].weight,
        )
        profile = self._profile
        if not candidates.all:
            # How many are about as good as the best is not known of those that are not ranked, so none is left out.
            profile = replace(profile, floor_of_best=0.0)
        return rank(plan, candidates.postings, corpus, profile, explained)

    def _answer(
        self, connection: sqlite3.Connection, plan: SearchPlan, view: _View, lifted_kinds: tuple[str, ...]
    ) -> EngineResult:
        def fetch(numbers: Sequence[int]) -> Mapping[int, Stored]:
            return _stored(connection, numbers)

        candidates, ranked = self._best(connection, plan, view)
        result = answer(plan, ranked, candidates.entries, view.labels, lifted_kinds, fetch)
        if candidates.all or ranked.trust is Trust.NONE:
            return result
        every = self._matching(connection, plan, view)
        counts = _counts(connection, view, every)
        total = sum(count for facts, count in counts.items() if passes(facts, plan))
        return counted(
            result, total, facets_of(plan, counts, view.labels), _neighbours(connection, plan, every, result)
        )

    def _matching(self, connection: sqlite3.Connection, plan: SearchPlan, view: _View) -> Mask:
        """All documents that match enough of the plan, ranked or not."""
        profile = self._profile

        def holders(stems: tuple[str, ...], slack: int) -> Mask:
            return _holders(connection, view, stems, slack)

        weights = term_weights(plan, _corpus(connection, view), profile)
        return matching(plan, weights, holders, profile.floor_coverage, profile.phrase_slack)

    def _put(self, connection: sqlite3.Connection, documents: Iterable[SearchDocument]) -> int:
        count = 0
        for document in documents:
            row = connection.execute("SELECT id FROM documents WHERE key = ?", (document.key,)).fetchone()
            if row:
                _remove(connection, [row["id"]])
            _insert(connection, document)
            count += 1
        return count


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_tables(connection: sqlite3.Connection) -> None:
    row = connection.execute("SELECT name FROM sqlite_master WHERE name = 'meta'").fetchone()
    generation = 0
    if row:
        generation = int(connection.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()[0])
    for table in (
        "plain_places",
        "plain_words",
        "holding",
        "places",
        "plain",
        "terms",
        "labels",
        "topics",
        "audiences",
        "documents",
        "meta",
    ):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _SCHEMA.split(";\n"):
        if statement.strip():
            connection.execute(statement)
    titles.make_tables(connection)
    connection.execute("INSERT INTO meta VALUES ('version', ?)", (SCHEMA_VERSION,))
    # The number goes on over a rebuild, so that no process takes the new index for the one it has read.
    connection.execute("INSERT INTO meta VALUES ('generation', ?)", (str(generation),))


def _insert(connection: sqlite3.Connection, document: SearchDocument) -> None:
    texts = texts_of(document)
    terms = [index_terms(texts[name]) for name in FIELDS]
    values = {
        "kind": document.kind,
        "source": document.source,
        "section": document.section,
        "topics": json.dumps(document.topics),
        "historic": int(document.historic),
        "fold": fold_of(document),
        "weight": document.weight,
        **{f"{name}_length": len(each) - each.count(GAP) for name, each in zip(FIELDS, terms, strict=True)},
        "dated": dated(document),
        "key": document.key,
        "ref": document.ref,
        "year": document.year,
        "url": document.url,
        "title": document.title,
        "path": json.dumps(document.path),
        "shown": document.shown,
        "body": document.body,
        "cut": cut_to_keep(document.shown or document.body),
    }
    cursor = connection.execute(
        f"INSERT INTO documents ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", tuple(values.values())
    )
    number = cursor.lastrowid
    connection.execute(
        "INSERT INTO terms (rowid, title, path, extra, body) VALUES (?, ?, ?, ?, ?)",
        (number, *(" ".join(each) for each in terms)),
    )
    _count_terms(connection, (" ".join(each) for each in terms), 1)
    vocabulary = " ".join(word for text in texts.values() for word in vocabulary_terms(text))
    connection.execute("INSERT INTO plain (rowid, text) VALUES (?, ?)", (number, vocabulary))
    connection.executemany(
        "INSERT OR IGNORE INTO audiences VALUES (?, ?)", [(number, each) for each in document.audience]
    )
    connection.executemany("INSERT OR REPLACE INTO labels VALUES (?, ?)", document.labels)
    titles.put(connection, int(number or 0), document)


def _count_terms(connection: sqlite3.Connection, fields: Iterable[str], more: int) -> None:
    """Note that one document more, or one less, holds the terms of these fields."""
    held = {term for text in fields for term in text.split(" ") if term}
    connection.executemany(
        "INSERT INTO holding VALUES (?, ?) ON CONFLICT (term) DO UPDATE SET documents = documents + excluded.documents",
        [(term, more) for term in held],
    )


def _remove(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    titles.remove(connection, numbers)
    each = [(number,) for number in numbers]
    for one in each:
        for row in connection.execute("SELECT title, path, extra, body FROM terms WHERE rowid = ?", one).fetchall():
            _count_terms(connection, row, -1)
    connection.executemany("DELETE FROM documents WHERE id = ?", each)
    connection.executemany("DELETE FROM terms WHERE rowid = ?", each)
    connection.executemany("DELETE FROM plain WHERE rowid = ?", each)
    connection.executemany("DELETE FROM audiences WHERE document = ?", each)


def _read_view(connection: sqlite3.Connection, audience: tuple[str, ...]) -> _View:
    carried = frozenset(audience)
    every_token = [row["token"] for row in connection.execute("SELECT DISTINCT token FROM audiences")]
    tokens = tuple(token for token in every_token if carried.issuperset(token.split("&")))
    lengths = ", ".join(f"avg(nullif({name}_length, 0)) AS {name}" for name in FIELDS)
    labels = {row["value"]: row["label"] for row in connection.execute("SELECT value, label FROM labels")}
    view = _View(tokens, 0, {}, everything=len(tokens) == len(every_token), labels=labels)
    where = "" if view.everything else f" WHERE id IN ({view.allowed})"
    row = connection.execute(
        f"SELECT count(*) AS count, {lengths} FROM documents{where}", () if view.everything else tokens
    ).fetchone()
    view.count = row["count"]
    view.averages = {name: row[name] or 1.0 for name in FIELDS}
    return view


def _holding(connection: sqlite3.Connection, single: str, view: _View) -> int:
    """How many documents of the view hold a stem."""
    known = view.holding.get(single)
    if known is None:
        if view.everything:
            row = connection.execute("SELECT documents FROM holding WHERE term = ?", (single,)).fetchone()
        else:
            row = connection.execute(
                f"SELECT count(DISTINCT doc) FROM places WHERE term = ? AND doc IN ({view.allowed})",
                (single, *view.tokens),
            ).fetchone()
        known = view.holding[single] = row[0] if row else 0
    return known


def _holds_word(connection: sqlite3.Connection, word: str, view: _View) -> bool:
    """Whether a document of the view holds a word as it is written."""
    if view.everything:
        return connection.execute("SELECT 1 FROM plain_words WHERE term = ?", (word,)).fetchone() is not None
    found = connection.execute(
        f"SELECT 1 FROM plain_places WHERE term = ? AND doc IN ({view.allowed}) LIMIT 1", (word, *view.tokens)
    )
    return found.fetchone() is not None


def _frequencies(connection: sqlite3.Connection, view: _View) -> dict[str, int]:
    if view.everything:
        return {row["term"]: row["doc"] for row in connection.execute("SELECT term, doc FROM plain_words")}
    return {
        row["term"]: row["held"]
        for row in connection.execute(
            f"SELECT term, count(DISTINCT doc) AS held FROM plain_places WHERE doc IN ({view.allowed}) GROUP BY term",
            view.tokens,
        )
    }


def _corpus(connection: sqlite3.Connection, view: _View) -> Corpus:
    """What ranking must know of a view as a whole. Of stems together, only the candidates say how many hold them."""
    return Corpus(
        view.count,
        view.averages,
        lengths=lambda number: (),
        weight=lambda number: 1.0,
        holding=lambda stems: _holding(connection, stems[0], view) if len(stems) == 1 else 0,
        worth=view.worth,
    )


def _chosen(plan: SearchPlan) -> tuple[str, list[str | int]]:
    """The filters of a query as a condition on documents, with its parameters."""
    query = plan.query
    conditions: list[str] = []
    parameters: list[str | int] = []
    for column, values in (("kind", query.kinds), ("source", query.sources)):
        if values:
            conditions.append(f"{column} IN ({_marks(values)})")
            parameters += values
    if query.topics:
        conditions.append(f"EXISTS (SELECT 1 FROM json_each(topics) WHERE value IN ({_marks(query.topics)}))")
        parameters += query.topics
    if query.statuses:
        conditions.append(f"historic IN ({_marks(query.statuses)})")
        parameters += [int(status == HISTORIC) for status in query.statuses]
    return " AND ".join(conditions), parameters


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _holders(connection: sqlite3.Connection, view: _View, stems: tuple[str, ...], slack: int) -> Mask:
    """The documents of a view that hold some stems together; in any order, which ranking looks at."""
    known = view.holders.get((stems, slack))
    if known is not None:
        view.holders.move_to_end((stems, slack))
        return known
    quoted = [_quoted(stem) for stem in stems]
    # Counted from the first word to the last, those between them included.
    asked = quoted[0] if len(stems) == 1 else f"NEAR({' '.join(quoted)}, {slack + len(stems) - 2})"
    mask = _mask(connection, "SELECT rowid AS document FROM terms WHERE terms MATCH ?", (asked,))
    if not view.everything:
        if view.visible is None:
            view.visible = _mask(connection, view.allowed, view.tokens)
        mask &= view.visible
    view.holders[stems, slack] = mask
    while len(view.holders) * view.count > SETS and len(view.holders) > 1:
        view.holders.popitem(last=False)
    return mask


def _mask(connection: sqlite3.Connection, asked: str, parameters: Sequence[str]) -> Mask:
    """The documents that a query names, handed over in one piece: thousands of rows would each cost a step."""
    listed = connection.execute(f"SELECT json_group_array(document) FROM ({asked})", parameters).fetchone()[0]
    return mask_of(json.loads(listed))


def _candidates(
    connection: sqlite3.Connection, plan: SearchPlan, view: _View, numbers: Sequence[int], whole: bool
) -> _Candidates:
    """These documents, with where the plan's stems stand in them."""
    read = _read(connection, view, numbers)
    return _Candidates(
        entries={number: entry for number, (entry, _) in read.items()},
        postings=postings_of({number: terms for number, (_, terms) in read.items()}, stems_needed(plan)),
        all=whole,
    )


def _numbers(found: Mask) -> str:
    return json.dumps(list(members(found)))


def _counts(connection: sqlite3.Connection, view: _View, found: Mask) -> Counter[Facts]:
    """How many different documents there are of each kind, source and so on, among these."""
    numbers = list(members(found))
    seen = view.counted
    if missing := [number for number in numbers if number not in seen]:
        rows = connection.execute(
            f"SELECT documents.id, kind, source, topics, historic, fold FROM {_NUMBERED}", (json.dumps(missing),)
        )
        for row in map(tuple, rows):
            # By number: to tell two of them apart is most of the work.
            facts = view.facts.setdefault(_facts(*row[1:5]), next(view.unused))
            seen[row[0]] = facts, row[5]
    counts = Counter(facts for facts, _ in set(map(seen.__getitem__, numbers)))
    if len(seen) > COUNTED:
        view.counted = {}
    return Counter({facts: counts[number] for facts, number in view.facts.items() if number in counts})


def _neighbours(connection: sqlite3.Connection, plan: SearchPlan, found: Mask, result: EngineResult) -> dict[str, int]:
    """How many neighbours of each hit, by its key, are among these documents."""
    sections = list({hit.section for hit in result.hits if hit.section})
    rows = connection.execute(
        "SELECT id, kind, source, topics, historic, section, fold FROM documents"
        f" WHERE section IN ({_marks(sections)})",
        sections,
    )
    different: dict[tuple[str, str, str], set[int]] = {}
    for row in map(tuple, rows):
        facts = _facts(*row[1:5])
        if holds(found, row[0]) and passes(facts, plan):
            different.setdefault((facts.kind, facts.source, row[5]), set()).add(row[6])
    return {hit.key: len(different.get((hit.kind, hit.source, hit.section), "1")) - 1 for hit in result.hits}


def _match(connection: sqlite3.Connection, plan: SearchPlan, view: _View, common: int) -> tuple[str, bool]:
    """The plan as the index's own query: any of its words, any of what may stand for them; and whether all of these."""
    counted = {single: _holding(connection, single, view) for single in stems_needed(plan)}
    weighty = {term.stem for term in plan.terms if term.weight >= 1.0 and counted[term.stem]}
    singles = {each.stems[0] for each in plan.alternatives if len(each.stems) == 1 and counted[each.stems[0]]}
    singles |= weighty or {term.stem for term in plan.terms if counted[term.stem]}
    rare = {single for single in singles if counted[single] <= common}
    parts = [_quoted(single) for single in sorted(rare or singles)]
    for each in plan.alternatives:
        if len(each.stems) > 1 and all(counted[single] for single in each.stems):
            words = " ".join(_quoted(single) for single in each.stems)
            parts.append(f"NEAR({words}, {len(each.stems) + NEAR_SLACK})")
    return " OR ".join(dict.fromkeys(parts)), not rare or rare == singles


def _quoted(single: str) -> str:
    return '"' + single.replace('"', '""') + '"'


def _read(connection: sqlite3.Connection, view: _View, numbers: Sequence[int]) -> dict[int, tuple[Entry, Terms]]:
    """What ranking needs of these documents, in this order; what was read before is remembered."""
    if missing := [number for number in numbers if number not in view.read]:
        if len(view.read) + len(missing) > REMEMBERED_DOCUMENTS:
            view.read = {number: view.read[number] for number in numbers if number in view.read}
            view.worth = {}
        rows = connection.execute(
            "SELECT id, kind, source, topics, historic, section, weight, fold, dated, title_length, path_length,"
            f" extra_length, body_length, {', '.join(f'terms.{name}' for name in FIELDS)}"
            f" FROM documents JOIN terms ON terms.rowid = id WHERE id IN ({_marks(missing)})",
            missing,
        )
        for row in map(tuple, rows):
            entry = Entry(
                facts=_facts(*row[1:5]),
                section=row[5],
                weight=row[6],
                fold=row[7],
                dated=row[8],
                lengths=row[9:13],
            )
            view.read[row[0]] = entry, terms_of(row[13:])
    return {number: view.read[number] for number in numbers}


@lru_cache(maxsize=KINDS_OF_FACTS)
def _facts(kind: str, source: str, topics: str, historic: int) -> Facts:
    return Facts(kind, source, tuple(json.loads(topics)) if topics != "[]" else (), bool(historic))


def _stored(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, Stored]:
    rows = connection.execute(
        "SELECT id, key, kind, ref, title, url, path, source, section, year, historic, shown, body, cut FROM documents"
        f" WHERE id IN ({_marks(numbers)})",
        tuple(numbers),
    )
    found = {}
    for number, key, kind, ref, title, url, path, source, section, year, historic, shown, body, cut in map(tuple, rows):
        places = tuple(json.loads(path))
        found[number] = Stored(
            key, kind, ref, title, url, places, source, section, year, bool(historic), shown, body, cut
        )
    return found
