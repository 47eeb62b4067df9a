"""The embedded engine: an SQLite FTS5 file beside the main database, read by every process, written by one at a time.

FTS5 keeps the inverted index and picks the candidates; their scores are worked out here from where the words stand in
them, so that synonyms can count for less than the words themselves and fields, nearness and coverage weigh as measured.
A process keeps nothing of the documents, so that the first search after an edit costs what any other does.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from search.analysis import GAP, fingerprint, index_terms, vocabulary_terms
from search.documents import SearchDocument
from search.engines.base import IndexBroken, IndexMissing, SearchUnavailable
from search.highlighting import snippet
from search.planner import SearchPlan
from search.query import CURRENT, HISTORIC, Order
from search.ranking import FIELDS, Corpus, Places, Ranked, RankingProfile, Scored, rank, stems_needed
from search.results import FACETS, EngineResult, Explanation, Facet, FacetValue, Hit
from search.spelling import Spelling

#: Changed whenever the tables or the analysis change: an index of another version is rebuilt, never misread.
SCHEMA_VERSION = "4"
#: Seconds a writer waits for another.
PATIENCE = 20.0
#: Answers kept by each process until the index changes.
REMEMBERED = 256
#: Near neighbours carried with a hit.
NEIGHBOURS = 3
LIFTED = 3
#: Documents that are scored in full: at today's size nearly all that hold a word of the query.
CANDIDATES = 250
#: A word in more documents than this picks none by itself, where a rarer word of the query does.
COMMON = 600
#: How far apart the words of a phrase may stand for the index's own ranking; what is scored in full is held to less.
NEAR_SLACK = 2
#: A hit of a lifted kind is shown first only when it is about as good as the best and matches half of the query.
LIFTED_SCORE = 0.4
LIFTED_COVERAGE = 0.5

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, ref TEXT NOT NULL, title TEXT NOT NULL,
    body TEXT NOT NULL, shown TEXT NOT NULL, url TEXT NOT NULL, path TEXT NOT NULL, source TEXT NOT NULL,
    section TEXT NOT NULL, year INTEGER, historic INTEGER NOT NULL, weight REAL NOT NULL, fingerprint TEXT NOT NULL,
    title_length INTEGER NOT NULL, path_length INTEGER NOT NULL, extra_length INTEGER NOT NULL,
    body_length INTEGER NOT NULL, topics TEXT NOT NULL, updated TEXT NOT NULL
);
CREATE INDEX documents_by_object ON documents (kind, ref);
CREATE TABLE audiences (document INTEGER NOT NULL, token TEXT NOT NULL, PRIMARY KEY (document, token)) WITHOUT ROWID;
CREATE INDEX audiences_by_token ON audiences (token);
CREATE TABLE labels (value TEXT PRIMARY KEY, label TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE terms USING fts5(
    title, path, extra, body, tokenize="unicode61 remove_diacritics 0 tokenchars './:,=·''%'"
);
CREATE VIRTUAL TABLE places USING fts5vocab(terms, instance);
CREATE VIRTUAL TABLE term_rows USING fts5vocab(terms, row);
CREATE VIRTUAL TABLE plain USING fts5(
    text, detail=none, tokenize="unicode61 remove_diacritics 0 tokenchars './:,=·''%'"
);
CREATE VIRTUAL TABLE plain_words USING fts5vocab(plain, row);
CREATE VIRTUAL TABLE plain_places USING fts5vocab(plain, instance);
"""


T = TypeVar("T")


@dataclass(frozen=True)
class _Entry:
    """What ranking, filters and facets need of a candidate."""

    kind: str
    source: str
    section: str
    weight: float
    lengths: tuple[int, ...]
    fold: tuple[str, str, str]
    topics: tuple[str, ...]
    updated: str
    year: int | None
    historic: bool

    @property
    def group(self) -> tuple[str, str, str] | None:
        """The same for near neighbours; None for a document that stands alone."""
        return (self.kind, self.source, self.section) if self.section else None


@dataclass
class _View:
    """What one audience may find, as far as it was asked for: how many documents, how long they are, which words."""

    tokens: tuple[str, ...]
    count: int
    averages: Mapping[str, float]
    everything: bool
    holding: dict[str, int] = field(default_factory=dict)
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
    """The documents that are ranked for one plan, and where the stems of the plan stand in them."""

    entries: Mapping[int, _Entry]
    postings: Mapping[str, dict[int, Places]]


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
            view.spelling = Spelling(
                lambda: self._asked(lambda connection: _frequencies(connection, view)),
                knows_stem=lambda single: self._asked(lambda connection: bool(_holding(connection, single, view))),
                holds=lambda word: self._asked(lambda connection: _holds_word(connection, word, view)),
            )
        return view.spelling

    def search(self, plan: SearchPlan, lifted_kinds: tuple[str, ...] = ()) -> EngineResult:
        """The asked page of hits, grouped by section, with facets that count what this audience may find."""
        with self._reading() as connection:
            snapshot = self._current(connection)
            if plan.empty:
                return EngineResult(plan=plan, confident=False)
            remembered = snapshot.answers.get((plan, lifted_kinds))
            if remembered is not None:
                return remembered
            view = self._view(connection, snapshot, plan.query.audience)
            candidates = _candidates(connection, plan, view, self._profile)
            ranked = self._ranked(connection, plan, view, candidates)
            answer = self._answer(connection, plan, candidates, ranked, lifted_kinds)
            snapshot.answers[plan, lifted_kinds] = answer
            while len(snapshot.answers) > REMEMBERED:
                snapshot.answers.popitem(last=False)
            return answer

    def fetch(self, keys: Iterable[str], plan: SearchPlan) -> tuple[Hit, ...]:
        """Documents by key, only those that the plan's audience may find."""
        with self._reading() as connection:
            view = self._view(connection, self._current(connection), plan.query.audience)
            rows = [
                row
                for key in keys
                for row in connection.execute(
                    f"SELECT * FROM documents WHERE key = ? AND id IN ({view.allowed})", (key, *view.tokens)
                )
            ]
            return tuple(_hit([Scored(row["id"], 0.0, 1.0)], {row["id"]: row}, plan) for row in rows)

    def explain(self, plan: SearchPlan, limit: int) -> list[Explanation]:
        """What the scores of the first hits are made of."""
        with self._reading() as connection:
            view = self._view(connection, self._current(connection), plan.query.audience)
            candidates = _candidates(connection, plan, view, self._profile)
            ranked = self._ranked(connection, plan, view, candidates)
            first = [each.document for each in ranked.scored if _passes(candidates.entries[each.document], plan)]
            first = first[:limit]
            ranked = self._ranked(connection, plan, view, candidates, first)
            parts = {each.document: each for each in ranked.scored}
            rows = _rows(connection, first)
            return [
                Explanation(
                    rows[each]["key"], rows[each]["title"], round(parts[each].score, 3), tuple(parts[each].parts)
                )
                for each in first
            ]

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
                self._snapshot = _Snapshot(generation)
            return self._snapshot

    def _view(self, connection: sqlite3.Connection, snapshot: _Snapshot, audience: tuple[str, ...]) -> _View:
        audience = tuple(sorted(set(audience)))
        view = snapshot.views.get(audience)
        if view is None:
            view = snapshot.views[audience] = _read_view(connection, audience)
        return view

    # Answering

    def _ranked(
        self,
        connection: sqlite3.Connection,
        plan: SearchPlan,
        view: _View,
        candidates: _Candidates,
        explained: Sequence[int] = (),
    ) -> Ranked:
        entries = candidates.entries
        corpus = Corpus(
            view.count,
            view.averages,
            lengths=lambda number: entries[number].lengths,
            weight=lambda number: entries[number].weight,
            holding=lambda single: _holding(connection, single, view),
        )
        return rank(plan, candidates.postings, corpus, self._profile, explained)

    def _answer(
        self,
        connection: sqlite3.Connection,
        plan: SearchPlan,
        candidates: _Candidates,
        ranked: Ranked,
        lifted_kinds: tuple[str, ...],
    ) -> EngineResult:
        entries = candidates.entries
        folded = _folded(ranked.scored, entries)
        facets = _facets(connection, plan, folded, entries)
        passing = [each for each in folded if _passes(entries[each.document], plan)]
        lifted = [] if plan.query.filtered else _lifted(passing, entries, lifted_kinds)
        shown_first = {each.document for each in lifted}
        groups = _grouped([each for each in passing if each.document not in shown_first], entries)
        groups = _sorted(groups, entries, plan.query.order)
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
        "term_rows",
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
        " fingerprint, title_length, path_length, extra_length, body_length, topics, updated)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
            *(len(each) - each.count(GAP) for each in terms),
            json.dumps(document.topics),
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
    connection.executemany("INSERT OR REPLACE INTO labels VALUES (?, ?)", document.labels)


def _remove(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    each = [(number,) for number in numbers]
    connection.executemany("DELETE FROM documents WHERE id = ?", each)
    connection.executemany("DELETE FROM terms WHERE rowid = ?", each)
    connection.executemany("DELETE FROM plain WHERE rowid = ?", each)
    connection.executemany("DELETE FROM audiences WHERE document = ?", each)


def _read_view(connection: sqlite3.Connection, audience: tuple[str, ...]) -> _View:
    carried = frozenset(audience)
    every_token = [row["token"] for row in connection.execute("SELECT DISTINCT token FROM audiences")]
    tokens = tuple(token for token in every_token if carried.issuperset(token.split("&")))
    lengths = ", ".join(f"avg(nullif({name}_length, 0)) AS {name}" for name in FIELDS)
    view = _View(tokens, 0, {}, everything=len(tokens) == len(every_token))
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
            row = connection.execute("SELECT doc FROM term_rows WHERE term = ?", (single,)).fetchone()
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


def _candidates(connection: sqlite3.Connection, plan: SearchPlan, view: _View, profile: RankingProfile) -> _Candidates:
    """The documents most likely to answer, by the index's own rough ranking, and where the plan's stems stand."""
    needed = stems_needed(plan)
    match = _match(connection, plan, view)
    if not match:
        return _Candidates({}, {})
    boosts = ", ".join(str(profile.boost(name)) for name in FIELDS)
    within = "" if view.everything else f" AND rowid IN ({view.allowed})"
    found = connection.execute(
        f"SELECT rowid, title, path, extra, body FROM terms WHERE terms MATCH ?{within}"
        f" ORDER BY bm25(terms, {boosts}) LIMIT {CANDIDATES}",
        (match, *(() if view.everything else view.tokens)),
    )
    postings: dict[str, dict[int, Places]] = {single: {} for single in needed}
    numbers = []
    for row in found:
        number = row["rowid"]
        numbers.append(number)
        for name in FIELDS:
            if not row[name]:
                continue
            for place, term in enumerate(row[name].split(" ")):
                if term in needed:
                    postings[term].setdefault(number, {}).setdefault(name, []).append(place)
    return _Candidates(_entries(connection, numbers), postings)


def _match(connection: sqlite3.Connection, plan: SearchPlan, view: _View) -> str:
    """The plan as the index's own query: any of its words, any of what may stand for them."""
    counted = {single: _holding(connection, single, view) for single in stems_needed(plan)}
    weighty = {term.stem for term in plan.terms if term.weight >= 1.0 and counted[term.stem]}
    singles = {each.stems[0] for each in plan.alternatives if len(each.stems) == 1 and counted[each.stems[0]]}
    singles |= weighty or {term.stem for term in plan.terms if counted[term.stem]}
    rare = {single for single in singles if counted[single] <= COMMON}
    parts = [_quoted(single) for single in sorted(rare or singles)]
    for each in plan.alternatives:
        if len(each.stems) > 1 and all(counted[single] for single in each.stems):
            words = " ".join(_quoted(single) for single in each.stems)
            parts.append(f"NEAR({words}, {len(each.stems) + NEAR_SLACK})")
    return " OR ".join(dict.fromkeys(parts))


def _quoted(single: str) -> str:
    return '"' + single.replace('"', '""') + '"'


def _entries(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, _Entry]:
    marks = ",".join("?" * len(numbers))
    return {
        row[0]: _Entry(
            kind=row[1],
            source=row[2],
            section=row[3],
            weight=row[4],
            fold=(row[1], row[2], row[5]),
            lengths=row[6:10],
            topics=tuple(json.loads(row[10])) if row[10] != "[]" else (),
            updated=row[11],
            year=row[12],
            historic=bool(row[13]),
        )
        for row in map(
            tuple,
            connection.execute(
                "SELECT id, kind, source, section, weight, fingerprint, title_length, path_length, extra_length,"
                f" body_length, topics, updated, year, historic FROM documents WHERE id IN ({marks})",
                numbers,
            ),
        )
    }


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
        and (without == "status" or not query.statuses or _value_of(entry, "status") in query.statuses)
    )


def _facets(
    connection: sqlite3.Connection, plan: SearchPlan, scored: Sequence[Scored], entries: Mapping[int, _Entry]
) -> tuple[Facet, ...]:
    """What each value would give if it alone were chosen in its facet, the other facets as they are."""
    counted: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for each in scored:
        entry = entries[each.document]
        for name, counts in counted.items():
            if plan.query.filtered and not _passes(entry, plan, without=name):
                continue
            for value in entry.topics if name == "topic" else (_value_of(entry, name),):
                if value:
                    counts[value] = counts.get(value, 0) + 1
    values = [value for counts in counted.values() for value in counts]
    labels = _labels(connection, values)
    return tuple(
        Facet(
            name,
            tuple(
                FacetValue(value, labels.get(value, value), count)
                for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
            ),
        )
        for name, counts in counted.items()
    )


def _value_of(entry: _Entry, name: str) -> str:
    if name == "status":
        return HISTORIC if entry.historic else CURRENT
    return entry.kind if name == "kind" else entry.source


def _labels(connection: sqlite3.Connection, values: Sequence[str]) -> dict[str, str]:
    marks = ",".join("?" * len(values))
    rows = connection.execute(f"SELECT value, label FROM labels WHERE value IN ({marks})", tuple(values))
    return {row["value"]: row["label"] for row in rows}


def _sorted(groups: list[list[Scored]], entries: Mapping[int, _Entry], order: Order) -> list[list[Scored]]:
    """The groups in the order that was asked for; within one date, the better answer first."""
    if order is Order.RELEVANCE:
        return groups

    def dated(group: list[Scored]) -> str:
        entry = entries[group[0].document]
        return entry.updated or (f"{entry.year}" if entry.year else "")

    return sorted(groups, key=dated, reverse=order is Order.NEWEST)


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
        key: object = entry.group or each.document
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
        ref=row["ref"],
    )
