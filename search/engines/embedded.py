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
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from search.analysis import GAP, fingerprint, index_terms, vocabulary_terms
from search.documents import SearchDocument
from search.engines.base import IndexBroken, IndexMissing, SearchUnavailable
from search.highlighting import snippet
from search.planner import SearchPlan
from search.ranking import FIELDS, Corpus, Places, Ranked, RankingProfile, Scored, rank, stems_needed
from search.results import EngineResult, Explanation, Facet, FacetValue, Hit
from search.spelling import Spelling

#: Changed whenever the tables or the analysis change: an index of another version is rebuilt, never misread.
SCHEMA_VERSION = "2"
#: Seconds a writer waits for another.
PATIENCE = 20.0
#: Answers kept by each process until the index changes.
REMEMBERED = 256
#: Near neighbours carried with a hit.
NEIGHBOURS = 3
LIFTED = 3
#: A hit of a lifted kind is shown first only when it is about as good as the best and matches half of the query.
LIFTED_SCORE = 0.4
LIFTED_COVERAGE = 0.5

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


@dataclass(frozen=True)
class _Entry:
    """What ranking, filters and facets need of a document, kept in memory."""

    kind: str
    source: str
    section: str
    weight: float
    lengths: tuple[int, ...]
    fold: tuple[str, str, str]
    topics: tuple[str, ...]


@dataclass
class _View:
    """What one audience may find: its documents, their averages and their words."""

    entries: Mapping[int, _Entry]
    corpus: Corpus
    everything: bool
    spelling: Spelling | None = None


@dataclass
class _Snapshot:
    """The state of the index that this process has read, until the index says it has changed."""

    generation: str
    entries: dict[int, _Entry]
    labels: dict[str, str]
    views: dict[tuple[str, ...], _View] = field(default_factory=dict)
    answers: OrderedDict[object, EngineResult] = field(default_factory=OrderedDict)


class EmbeddedEngine:
    """See `SearchEngine`. Safe to share between threads; every process opens the file for itself."""

    name = "embedded"

    def __init__(self, path: Path, profile: RankingProfile | None = None) -> None:
        self._path = Path(path)
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
            ranked = self._ranked(connection, plan, view)
            answer = self._answer(connection, plan, view, ranked, snapshot.labels, lifted_kinds)
            snapshot.answers[plan, lifted_kinds] = answer
            while len(snapshot.answers) > REMEMBERED:
                snapshot.answers.popitem(last=False)
            return answer

    def explain(self, plan: SearchPlan, limit: int) -> list[Explanation]:
        """What the scores of the first hits are made of."""
        with self._reading() as connection:
            view = self._view(connection, self._current(connection), plan.query.audience)
            scored = [
                each
                for each in self._ranked(connection, plan, view).scored
                if _passes(view.entries[each.document], plan)
            ]
            first = [each.document for each in scored[:limit]]
            parts = {each.document: each for each in self._ranked(connection, plan, view, first).scored}
            rows = _rows(connection, first)
            return [
                Explanation(
                    rows[each]["key"], rows[each]["title"], round(parts[each].score, 3), tuple(parts[each].parts)
                )
                for each in first
            ]

    def document_count(self) -> int:
        """How many documents the index holds; 0 where there is none."""
        try:
            with self._reading() as connection:
                return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
        except IndexMissing:
            return 0

    # Writing

    @contextlib.contextmanager
    def in_turn(self) -> Iterator[None]:
        """One process and thread at a time, by a lock on a file beside the index."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".turn").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def replace(self, documents: Iterable[SearchDocument]) -> int:
        """Put documents in, each in place of the one with its key."""
        with self._writing() as connection:
            return self._put(connection, documents)

    def replace_object(self, kind: str, ref: str, documents: Iterable[SearchDocument]) -> int:
        """Put in the documents of one object in place of all that it had."""
        with self._writing() as connection:
            rows = connection.execute("SELECT id FROM documents WHERE kind = ? AND ref = ?", (kind, ref)).fetchall()
            _remove(connection, [row["id"] for row in rows])
            return self._put(connection, documents)

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

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Replace everything in one transaction: readers see the old index until it is done."""
        self._make_file()
        with self._writing(fresh=True) as connection:
            return self._put(connection, documents)

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
            view = _View(entries, _corpus(entries), everything=len(entries) == len(snapshot.entries))
            snapshot.views[audience] = view
        return view

    # Answering

    def _ranked(
        self, connection: sqlite3.Connection, plan: SearchPlan, view: _View, explained: Sequence[int] = ()
    ) -> Ranked:
        postings = {single: _postings(connection, single, view) for single in stems_needed(plan)}
        return rank(plan, postings, view.corpus, self._profile, explained)

    def _answer(
        self,
        connection: sqlite3.Connection,
        plan: SearchPlan,
        view: _View,
        ranked: Ranked,
        labels: Mapping[str, str],
        lifted_kinds: tuple[str, ...],
    ) -> EngineResult:
        folded = _folded(ranked.scored, view.entries)
        facets = _facets(plan, folded, view.entries, labels)
        passing = [each for each in folded if _passes(view.entries[each.document], plan)]
        lifted = [] if plan.query.filtered else _lifted(passing, view.entries, lifted_kinds)
        shown_first = {each.document for each in lifted}
        groups = _grouped([each for each in passing if each.document not in shown_first], view.entries)
        query = plan.query
        page = groups[query.offset : query.offset + query.limit]
        needed = [each.document for group in page for each in group[: NEIGHBOURS + 1]]
        needed += [each.document for each in lifted]
        rows = _rows(connection, needed)
        return EngineResult(
            hits=tuple(_hit(group, rows, plan) for group in page),
            total=len(passing),
            groups=len(groups),
            facets=facets,
            lifted=tuple(_hit([each], rows, plan) for each in lifted),
            plan=plan,
            confident=ranked.confident,
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
    texts = {
        "title": document.title,
        "path": " · ".join(document.path),
        "extra": document.extra,
        "body": document.body,
    }
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
            # Only a source repeats itself; two trees may end in the same words and both be meant.
            (fingerprint(document.body) if document.source else "") or document.key,
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
        row["id"]: _Entry(
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


def _corpus(entries: Mapping[int, _Entry]) -> Corpus:
    count = len(entries)
    sums = [0] * len(FIELDS)
    filled = [0] * len(FIELDS)
    for entry in entries.values():
        for at, length in enumerate(entry.lengths):
            sums[at] += length
            filled[at] += bool(length)
    averages = {name: sums[at] / filled[at] if filled[at] else 1.0 for at, name in enumerate(FIELDS)}
    return Corpus(count, averages, lambda number: entries[number].lengths, lambda number: entries[number].weight)


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


def _rows(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, sqlite3.Row]:
    rows: dict[int, sqlite3.Row] = {}
    for at in range(0, len(numbers), 500):
        some = numbers[at : at + 500]
        marks = ",".join("?" * len(some))
        for row in connection.execute(f"SELECT * FROM documents WHERE id IN ({marks})", tuple(some)):
            rows[row["id"]] = row
    return rows


def _passes(entry: _Entry, plan: SearchPlan, without: str = "") -> bool:
    """Whether a document passes the query's filters, one of them left out where asked."""
    query = plan.query
    return (
        (without == "kind" or not query.kinds or entry.kind in query.kinds)
        and (without == "source" or not query.sources or entry.source in query.sources)
        and (without == "topic" or not query.topics or bool(set(entry.topics) & set(query.topics)))
    )


def _facets(
    plan: SearchPlan, scored: Sequence[Scored], entries: Mapping[int, _Entry], labels: Mapping[str, str]
) -> tuple[Facet, ...]:
    """What each value would give if it alone were chosen in its facet, the other facets as they are."""
    made = []
    for name in ("kind", "source", "topic"):
        counts: dict[str, int] = {}
        for each in scored:
            entry = entries[each.document]
            if not _passes(entry, plan, without=name):
                continue
            values = entry.topics if name == "topic" else (getattr(entry, name),)
            for value in values:
                if value:
                    counts[value] = counts.get(value, 0) + 1
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        made.append(Facet(name, tuple(FacetValue(value, labels.get(value, value), count) for value, count in ordered)))
    return tuple(made)


def _folded(scored: Sequence[Scored], entries: Mapping[int, _Entry]) -> list[Scored]:
    """The same words in the same source once: some documents repeat themselves."""
    seen: set[tuple[str, str, str]] = set()
    kept = []
    for each in scored:
        fold = entries[each.document].fold
        if fold not in seen:
            seen.add(fold)
            kept.append(each)
    return kept


def _lifted(scored: Sequence[Scored], entries: Mapping[int, _Entry], kinds: tuple[str, ...]) -> list[Scored]:
    """The best hits of the kinds that say what to do, one a section: the start of a tree before its parts."""
    if not scored or not kinds:
        return []
    least = scored[0].score * LIFTED_SCORE
    best: dict[object, Scored] = {}
    for each in scored:
        entry = entries[each.document]
        if entry.kind not in kinds or each.score < least or each.coverage < LIFTED_COVERAGE:
            continue
        section: object = (entry.source, entry.section) if entry.section else each.document
        known = best.get(section)
        if known is None or kinds.index(entry.kind) < kinds.index(entries[known.document].kind):
            best[section] = each
    return list(best.values())[:LIFTED]


def _grouped(scored: Sequence[Scored], entries: Mapping[int, _Entry]) -> list[list[Scored]]:
    """Hits of one section and kind together, in the order of the best of each."""
    groups: dict[object, list[Scored]] = {}
    for each in scored:
        entry = entries[each.document]
        key: object = (entry.kind, entry.source, entry.section) if entry.section else each.document
        groups.setdefault(key, []).append(each)
    return list(groups.values())


def _hit(group: Sequence[Scored], rows: Mapping[int, sqlite3.Row], plan: SearchPlan) -> Hit:
    row = rows[group[0].document]
    return Hit(
        key=row["key"],
        kind=row["kind"],
        title=row["title"],
        url=row["url"],
        path=tuple(json.loads(row["path"])),
        source=row["source"],
        section=row["section"],
        year=row["year"],
        historic=bool(row["historic"]),
        score=round(group[0].score, 4),
        snippet=snippet(row["shown"] or row["body"], plan),
        body=row["body"],
        neighbours=tuple(_hit([each], rows, plan) for each in group[1 : NEIGHBOURS + 1]),
        more=len(group) - 1,
    )
