"""The embedded engine: an SQLite FTS5 file beside the main database, read by every process, written by one at a time.

FTS5 keeps the inverted index; scores are worked out here from its postings, so that synonyms can count for less than
the words themselves and fields, nearness and coverage weigh as measured. Good to some tens of thousands of passages;
beyond that a search server is the answer.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

from search.analysis import GAP, index_terms, vocabulary_terms
from search.documents import SearchDocument
from search.engines.answers import (
    Entry,
    Stored,
    answer,
    corpus_of,
    counted,
    passes,
    postings_of,
    repeat_key,
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
from search.engines.sieve import Mask, Matches, Sieve, best_of, mask_of, matches
from search.planner import SearchPlan
from search.ranking import FIELDS, Corpus, Places, RankingProfile, Scored, rank, stems_needed, term_weights
from search.results import EngineResult, Explanation
from search.spelling import Spelling

#: Changed whenever the tables or the analysis change: an index of another version is rebuilt, never misread.
SCHEMA_VERSION = "1"
#: Seconds a writer waits for another.
PATIENCE = 20.0
#: Where an audience may find more documents than this, the best `CANDIDATES` are ranked and all others only counted.
SIEVED_FROM = 2_000
CANDIDATES = 200
#: Of documents that match alike, so many for each candidate are looked at by the file's own score.
LOOKED_AT = 5
#: What one in so many documents holds tells too little for the cost of scoring all of these.
COMMON = 8
#: Sets of documents kept for each audience.
SETS = 1_000
#: Answers kept by each process until the index changes.
REMEMBERED = 256

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, ref TEXT NOT NULL, title TEXT NOT NULL,
    body TEXT NOT NULL, shown TEXT NOT NULL, url TEXT NOT NULL, path TEXT NOT NULL, source TEXT NOT NULL,
    section TEXT NOT NULL, year INTEGER, historic INTEGER NOT NULL, weight REAL NOT NULL, fingerprint TEXT NOT NULL,
    lengths TEXT NOT NULL, updated TEXT NOT NULL
);
CREATE INDEX documents_by_object ON documents (kind, ref);
CREATE TABLE audiences (document INTEGER NOT NULL, token TEXT NOT NULL, PRIMARY KEY (document, token)) WITHOUT ROWID;
CREATE TABLE topics (document INTEGER NOT NULL, topic TEXT NOT NULL, PRIMARY KEY (document, topic)) WITHOUT ROWID;
CREATE TABLE labels (value TEXT PRIMARY KEY, label TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE terms USING fts5(
    title, path, extra, body, tokenize="unicode61 remove_diacritics 0 tokenchars './:,=·''%'"
);
CREATE VIRTUAL TABLE places USING fts5vocab(terms, instance);
CREATE VIRTUAL TABLE plain USING fts5(
    text, detail=none, tokenize="unicode61 remove_diacritics 0 tokenchars './:,=·''%'"
);
CREATE VIRTUAL TABLE plain_words USING fts5vocab(plain, row);
CREATE VIRTUAL TABLE plain_places USING fts5vocab(plain, instance);
"""


@dataclass
class _View:
    """What one audience may find: its documents, their averages and their words."""

    entries: Mapping[int, Entry]
    corpus: Corpus
    everything: bool
    spelling: Spelling | None = None
    sieve: Sieve | None = None
    holders: OrderedDict[tuple[tuple[str, ...], int], Mask] = field(default_factory=OrderedDict)


@dataclass
class _Snapshot:
    """The state of the index that this process has read, until the index says it has changed."""

    generation: str
    entries: dict[int, Entry]
    labels: dict[str, str]
    views: dict[tuple[str, ...], _View] = field(default_factory=dict)
    answers: OrderedDict[object, EngineResult] = field(default_factory=OrderedDict)


class EmbeddedEngine:
    """See `SearchEngine`. Safe to share between threads; every process opens the file for itself."""

    name = "embedded"

    def __init__(
        self,
        path: Path,
        profile: RankingProfile | None = None,
        sieved_from: int = SIEVED_FROM,
        candidates: int = CANDIDATES,
    ) -> None:
        self._path = Path(path)
        self._sieved_from = sieved_from
        self._candidates = candidates
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
                view.spelling = Spelling(_frequencies(connection, view))
            return view.spelling

    def search(self, plan: SearchPlan, lifted_kinds: tuple[str, ...] = ()) -> EngineResult:
        """The asked page of hits, grouped by section, with facets that count what this audience may find."""
        with self._reading() as connection:
            snapshot = self._current(connection)
            if plan.empty:
                return EngineResult(plan=plan)
            remembered = snapshot.answers.get((plan, lifted_kinds))
            if remembered is not None:
                return remembered
            view = self._view(connection, snapshot, plan.query.audience)
            found = self._answer(connection, plan, view, snapshot.labels, lifted_kinds)
            snapshot.answers[plan, lifted_kinds] = found
            while len(snapshot.answers) > REMEMBERED:
                snapshot.answers.popitem(last=False)
            return found

    def explain(self, plan: SearchPlan, limit: int) -> list[Explanation]:
        """What the scores of the first hits are made of."""
        with self._reading() as connection:
            view = self._view(connection, self._current(connection), plan.query.audience)
            scored = [
                each for each in self._ranked(connection, plan, view) if passes(view.entries[each.document], plan)
            ]
            first = [each.document for each in scored[:limit]]
            parts = {each.document: each for each in self._ranked(connection, plan, view, explained=first)}
            stored = _stored(connection, first)
            return [
                Explanation(stored[each].key, stored[each].title, round(parts[each].score, 3), tuple(parts[each].parts))
                for each in first
            ]

    def check(self) -> None:
        """Raise where there is no index that can be read."""
        with self._reading():
            pass

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
        """One consistent state of the index, whatever is written meanwhile."""
        with self._clear_errors():
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                self._check_version(connection)
                yield connection
            finally:
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
        made = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'meta'").fetchone()[0]
        row = connection.execute("SELECT value FROM meta WHERE name = 'version'").fetchone() if made else None
        if row is None or row["value"] != SCHEMA_VERSION:
            raise IndexMissing("The search index is empty or of another version. Run: manage.py rebuild_search")

    # What is kept in memory

    def _current(self, connection: sqlite3.Connection) -> _Snapshot:
        generation = connection.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()["value"]
        with self._lock:
            if self._snapshot is None or self._snapshot.generation != generation:
                self._snapshot = _read_snapshot(connection, generation)
            return self._snapshot

    def _view(self, connection: sqlite3.Connection, snapshot: _Snapshot, audience: tuple[str, ...]) -> _View:
        audience = tuple(sorted(set(audience)))
        view = snapshot.views.get(audience)
        if view is None:
            carried = frozenset(audience)
            tokens = [
                row["token"]
                for row in connection.execute("SELECT DISTINCT token FROM audiences")
                if carried.issuperset(row["token"].split("&"))
            ]
            marks = ",".join("?" * len(tokens))
            rows = connection.execute(f"SELECT DISTINCT document FROM audiences WHERE token IN ({marks})", tokens)
            entries = {row["document"]: snapshot.entries[row["document"]] for row in rows}
            view = _View(entries, corpus_of(entries), everything=len(entries) == len(snapshot.entries))
            snapshot.views[audience] = view
        return view

    # Answering

    def _ranked(
        self, connection: sqlite3.Connection, plan: SearchPlan, view: _View, explained: Sequence[int] = ()
    ) -> list[Scored]:
        if len(view.entries) > self._sieved_from:
            found = self._matches(connection, plan, view)
            return self._ranked_best(connection, plan, view, found, explained)
        postings = {single: _postings(connection, single, view) for single in stems_needed(plan)}
        return rank(plan, postings, view.corpus, self._profile, explained)

    def _matches(self, connection: sqlite3.Connection, plan: SearchPlan, view: _View) -> Matches:
        """The documents that match enough of the plan, ranked or not."""
        profile = self._profile
        weights = term_weights(plan, _counting(connection, view, profile.phrase_slack), profile)

        def holders(stems: tuple[str, ...], slack: int) -> Mask:
            return _holders(connection, view, stems, slack)

        visible = _sieve(view).visible
        return matches(plan, weights, visible, holders, profile.floor_coverage, profile.phrase_slack)

    def _ranked_best(
        self, connection: sqlite3.Connection, plan: SearchPlan, view: _View, found: Matches, explained: Sequence[int]
    ) -> list[Scored]:
        """The best of what matches."""
        profile = self._profile
        if found.all.bit_count() > self._candidates:
            # How many are about as good as the best is not known of those that are not ranked, so none is left out.
            profile = replace(profile, floor_of_best=0.0)
            found = found.among(_sieve(view).passing(plan))

        def in_order() -> Iterator[int]:
            telling = [stem for stem in stems_needed(plan) if 0 < _held(stem) * COMMON < len(view.entries)]
            return _by_own_score(connection, telling or stems_needed(plan), self._candidates * LOOKED_AT, profile)

        def _held(stem: str) -> int:
            return _holders(connection, view, (stem,), 0).bit_count()

        numbers = best_of(found, self._candidates, in_order)
        postings = postings_of(_terms(connection, numbers), stems_needed(plan))
        return rank(plan, postings, _counting(connection, view, profile.phrase_slack), profile, explained)

    def _answer(
        self,
        connection: sqlite3.Connection,
        plan: SearchPlan,
        view: _View,
        labels: Mapping[str, str],
        lifted_kinds: tuple[str, ...],
    ) -> EngineResult:
        def fetch(numbers: Sequence[int]) -> Mapping[int, Stored]:
            return _stored(connection, numbers)

        scored = self._ranked(connection, plan, view)
        result = answer(plan, scored, view.entries, labels, lifted_kinds, fetch)
        if not scored or len(view.entries) <= self._sieved_from:
            return result
        every = self._matches(connection, plan, view).all
        if every.bit_count() <= self._candidates:
            return result
        sieve = _sieve(view)
        passing = every & sieve.passing(plan)
        return counted(
            result, sieve.total(passing), sieve.facets(plan, every, labels), sieve.more(result.hits, passing)
        )

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
    connection.execute("INSERT INTO meta VALUES ('version', ?)", (SCHEMA_VERSION,))
    # The number goes on over a rebuild, so that no process takes the new index for the one it has read.
    connection.execute("INSERT INTO meta VALUES ('generation', ?)", (str(generation),))


def _insert(connection: sqlite3.Connection, document: SearchDocument) -> None:
    texts = texts_of(document)
    terms = [index_terms(texts[name]) for name in FIELDS]
    cursor = connection.execute(
        "INSERT INTO documents (key, kind, ref, title, body, shown, url, path, source, section, year, historic, weight,"
        " fingerprint, lengths, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.key,
            document.kind,
            document.ref,
            document.title,
            document.body,
            document.shown,
            document.url,
            json.dumps(document.path),
            document.source,
            document.section,
            document.year,
            int(document.historic),
            document.weight,
            repeat_key(document),
            json.dumps([len(each) - each.count(GAP) for each in terms]),
            document.updated.isoformat() if document.updated else "",
        ),
    )
    number = cursor.lastrowid
    connection.execute(
        "INSERT INTO terms (rowid, title, path, extra, body) VALUES (?, ?, ?, ?, ?)",
        (number, *(" ".join(each) for each in terms)),
    )
    vocabulary = " ".join(word for text in texts.values() for word in vocabulary_terms(text))
    connection.execute("INSERT INTO plain (rowid, text) VALUES (?, ?)", (number, vocabulary))
    connection.executemany(
        "INSERT OR IGNORE INTO audiences VALUES (?, ?)", [(number, each) for each in document.audience]
    )
    connection.executemany("INSERT OR IGNORE INTO topics VALUES (?, ?)", [(number, each) for each in document.topics])
    connection.executemany("INSERT OR REPLACE INTO labels VALUES (?, ?)", document.labels)


def _remove(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    each = [(number,) for number in numbers]
    connection.executemany("DELETE FROM documents WHERE id = ?", each)
    connection.executemany("DELETE FROM terms WHERE rowid = ?", each)
    connection.executemany("DELETE FROM plain WHERE rowid = ?", each)
    connection.executemany("DELETE FROM audiences WHERE document = ?", each)
    connection.executemany("DELETE FROM topics WHERE document = ?", each)


def _read_snapshot(connection: sqlite3.Connection, generation: str) -> _Snapshot:
    topics: dict[int, list[str]] = {}
    for row in connection.execute("SELECT document, topic FROM topics ORDER BY topic"):
        topics.setdefault(row["document"], []).append(row["topic"])
    entries = {
        row["id"]: Entry(
            row["kind"],
            row["source"],
            row["section"],
            row["weight"],
            tuple(json.loads(row["lengths"])),
            (row["kind"], row["source"], row["fingerprint"]),
            tuple(topics.get(row["id"], ())),
        )
        for row in connection.execute("SELECT id, kind, source, section, weight, lengths, fingerprint FROM documents")
    }
    labels = {row["value"]: row["label"] for row in connection.execute("SELECT value, label FROM labels")}
    return _Snapshot(generation, entries, labels)


def _frequencies(connection: sqlite3.Connection, view: _View) -> dict[str, int]:
    if view.everything:
        return {row["term"]: row["doc"] for row in connection.execute("SELECT term, doc FROM plain_words")}
    frequencies: dict[str, int] = {}
    for row in connection.execute("SELECT DISTINCT term, doc FROM plain_places"):
        if row["doc"] in view.entries:
            frequencies[row["term"]] = frequencies.get(row["term"], 0) + 1
    return frequencies


def _postings(connection: sqlite3.Connection, single: str, view: _View) -> dict[int, Places]:
    found: dict[int, Places] = {}
    rows: Iterable[Any] = connection.execute(
        'SELECT doc, col, "offset" FROM places WHERE term = ? ORDER BY doc, col, "offset"', (single,)
    )
    for number, name, at in rows:
        if number in view.entries:
            found.setdefault(number, {}).setdefault(name, []).append(at)
    return found


def _sieve(view: _View) -> Sieve:
    if view.sieve is None:
        view.sieve = Sieve(view.entries)
    return view.sieve


def _holders(connection: sqlite3.Connection, view: _View, stems: tuple[str, ...], slack: int) -> Mask:
    """The documents of a view that hold some stems together; in any order, which ranking looks at."""
    known = view.holders.get((stems, slack))
    if known is not None:
        view.holders.move_to_end((stems, slack))
        return known
    quoted = [_quoted(stem) for stem in stems]
    # Counted from the first word to the last, those between them included.
    asked = quoted[0] if len(stems) == 1 else f"NEAR({' '.join(quoted)}, {slack + len(stems) - 2})"
    rows = connection.execute("SELECT rowid FROM terms WHERE terms MATCH ?", (asked,))
    mask = mask_of(row[0] for row in rows) & _sieve(view).visible
    view.holders[stems, slack] = mask
    while len(view.holders) > SETS:
        view.holders.popitem(last=False)
    return mask


def _counting(connection: sqlite3.Connection, view: _View, slack: int) -> Corpus:
    """The documents of a view, with how many of them hold each run of stems."""
    return replace(
        view.corpus,
        holding=lambda stems: _holders(connection, view, stems, slack if len(stems) > 1 else 0).bit_count(),
    )


def _by_own_score(
    connection: sqlite3.Connection, stems: Iterable[str], limit: int, profile: RankingProfile
) -> Iterator[int]:
    """Documents that hold any of these stems, in about the right order."""
    boosts = ", ".join(str(profile.boost(name)) for name in FIELDS)
    rows = connection.execute(
        f"SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY bm25(terms, {boosts}) LIMIT ?",
        (" OR ".join(map(_quoted, sorted(stems))), limit),
    )
    return (row[0] for row in rows)


def _quoted(stem: str) -> str:
    return '"' + stem.replace('"', '""') + '"'


def _terms(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, dict[str, str]]:
    """The terms of some documents as they were put in."""
    marks = ",".join("?" * len(numbers))
    names = ", ".join(FIELDS)
    rows = connection.execute(f"SELECT rowid, {names} FROM terms WHERE rowid IN ({marks})", tuple(numbers))
    return {row[0]: dict(zip(FIELDS, row[1:], strict=True)) for row in (tuple(each) for each in rows)}


def _stored(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, Stored]:
    found: dict[int, Stored] = {}
    for at in range(0, len(numbers), 500):
        some = numbers[at : at + 500]
        marks = ",".join("?" * len(some))
        for row in connection.execute(f"SELECT * FROM documents WHERE id IN ({marks})", tuple(some)):
            found[row["id"]] = Stored(
                key=row["key"],
                kind=row["kind"],
                title=row["title"],
                url=row["url"],
                path=tuple(json.loads(row["path"])),
                source=row["source"],
                section=row["section"],
                year=row["year"],
                historic=bool(row["historic"]),
                shown=row["shown"],
                body=row["body"],
            )
    return found
