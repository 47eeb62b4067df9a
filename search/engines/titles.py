"""The titles of what can be found, kept in the embedded index for suggestions while somebody types.

A title stands here once, however many documents are called by it, and each document that holds it up says who may know
of it: a heading of which somebody may find one passage is suggested to them, and gone with the last such passage.

Ids begin with the place of their kind among the kinds, so that the index gives the titles of one kind in their order
and stops after as many as are asked for. No key press reads all titles, nor all that match.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from search.documents import SearchDocument
from search.kinds import SearchKind, all_kinds, kind_named
from search.prefixes import Beginning, first_letters_of, folded, forms, rank

#: Titles of one kind that are put in order before the best are taken.
CONSIDERED = 24
#: Numbers for the titles of one kind.
_ROOM = 1 << 40
#: Above every letter that a word may hold.
_END = "\U0010ffff"

_TOKENS = """tokenize="unicode61 remove_diacritics 0 tokenchars './:,=·''%'" """
_SCHEMA = (
    """CREATE TABLE titles (
        id INTEGER PRIMARY KEY, label TEXT NOT NULL, text TEXT NOT NULL, url TEXT NOT NULL, place TEXT NOT NULL,
        folded TEXT NOT NULL, UNIQUE (label, text, url)
    )""",
    """CREATE TABLE title_holders (
        title INTEGER NOT NULL, token TEXT NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (title, token, document)
    ) WITHOUT ROWID""",
    "CREATE INDEX title_holders_by_document ON title_holders (document)",
    # `start` holds the first word alone: what is called by the word comes before what only mentions it.
    f"CREATE VIRTUAL TABLE title_words USING fts5(start, words, columnsize=0, prefix='2 3 4', {_TOKENS})",
    "CREATE VIRTUAL TABLE title_terms USING fts5vocab(title_words, row)",
)
_TABLES = ("title_terms", "title_words", "title_holders", "titles")


@dataclass(frozen=True)
class Title:
    """A title that somebody may know of.

    Attributes:
        label: What it is the title of, as its kind says ("Section").
        text: The title.
        url: Where it opens.
        place: The source it belongs to, if any.
    """

    label: str
    text: str
    url: str
    place: str


# Writing


def make_tables(connection: sqlite3.Connection) -> None:
    """Empty tables, in place of any that are there."""
    for table in _TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _SCHEMA:
        connection.execute(statement)


def put(connection: sqlite3.Connection, number: int, document: SearchDocument) -> None:
    """Let a document, by its number, hold up its title. Of a kind that is not suggested, nothing is kept."""
    kind = kind_named(document.kind)
    text = " ".join(document.title.split())
    if kind is None or kind.suggested is None or not text:
        return
    label, url = kind.suggested.label, document.suggested_at or document.url
    # Sources share their headings ("Introduction"); nothing else needs more than its name.
    place = document.path[0] if document.source and document.path else ""
    row = connection.execute(
        "SELECT id FROM titles WHERE label = ? AND text = ? AND url = ?", (label, text, url)
    ).fetchone()
    if row is None:
        title = _free_number(connection, label)
        connection.execute(
            "INSERT INTO titles VALUES (?, ?, ?, ?, ?, ?)", (title, label, text, url, place, folded(text))
        )
        found_by = forms(text)
        if kind.suggested.by_extra:
            found_by += forms(document.extra)
        connection.execute(
            "INSERT INTO title_words (rowid, start, words) VALUES (?, ?, ?)",
            (title, " ".join(_first(forms(text))), " ".join(form for each in found_by for form in each)),
        )
    else:
        title = row[0]
    connection.executemany(
        "INSERT OR IGNORE INTO title_holders VALUES (?, ?, ?)", [(title, token, number) for token in document.audience]
    )


def remove(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Take away what these documents held up, and the titles that nothing holds up any more."""
    for number in numbers:
        held = connection.execute("SELECT DISTINCT title FROM title_holders WHERE document = ?", (number,)).fetchall()
        connection.execute("DELETE FROM title_holders WHERE document = ?", (number,))
        for (title,) in held:
            if connection.execute("SELECT 1 FROM title_holders WHERE title = ? LIMIT 1", (title,)).fetchone() is None:
                connection.execute("DELETE FROM titles WHERE id = ?", (title,))
                connection.execute("DELETE FROM title_words WHERE rowid = ?", (title,))


def _first(found: Sequence[Sequence[str]]) -> Iterator[str]:
    """The forms of the first word; with the number before it, where a heading has one."""
    for each in found:
        yield from each
        if not each[0][0].isdigit():
            return


def _free_number(connection: sqlite3.Connection, label: str) -> int:
    low = _order_of(label) * _ROOM
    last = connection.execute("SELECT max(id) FROM titles WHERE id > ? AND id < ?", (low, low + _ROOM)).fetchone()[0]
    return int(last or low) + 1


# Reading


def suggested_kinds() -> dict[str, SearchKind]:
    """The kinds whose titles are suggested by their labels, in order; of kinds with one label, the first."""
    kinds: dict[str, SearchKind] = {}
    for kind in all_kinds():
        if kind.suggested is not None:
            kinds.setdefault(kind.suggested.label, kind)
    return kinds


def tokens_of(connection: sqlite3.Connection, audience: Sequence[str]) -> tuple[str, ...]:
    """The tokens in the index that somebody with these passes, joined ones included. Steps from one to the next."""
    carried = frozenset(audience)
    every = connection.execute(
        "WITH RECURSIVE every(token) AS (SELECT min(token) FROM audiences UNION ALL"
        " SELECT (SELECT min(token) FROM audiences WHERE token > every.token) FROM every WHERE every.token IS NOT NULL)"
        " SELECT token FROM every WHERE token IS NOT NULL"
    )
    return tuple(row[0] for row in every if carried.issuperset(row[0].split("&")))


def titles_for(
    connection: sqlite3.Connection, asked: Sequence[Beginning], tokens: Sequence[str], limit: int
) -> dict[str, list[Title]]:
    """The titles that hold a word for every beginning, at most `limit` of each kind, by the label of the kind.

    Only what these tokens let somebody find is looked at.
    """
    words = [_any_of(each) for each in asked]
    match = " AND ".join(words)
    beginning_with = " AND ".join((f"start : {words[0]}", *words[1:]))
    found = {}
    for label, kind in suggested_kinds().items():
        rows = dict(_rows(connection, beginning_with, kind, tokens))
        if len(rows) < limit:
            rows |= dict(_rows(connection, match, kind, tokens))
        best = sorted(rows.values(), key=lambda row: rank(asked, row[4]))
        if best:
            found[label] = [Title(label, text, url, place) for _, text, url, place, _ in best[:limit]]
    return found


def near_words(connection: sqlite3.Connection, asked: Beginning) -> Iterator[str]:
    """The words of titles for which it may be a slip.

    Those of hidden titles are among them and find nothing: whether a title is shown is asked of the title.
    """
    for first in first_letters_of(asked):
        rows = connection.execute("SELECT term FROM title_terms WHERE term >= ? AND term < ?", (first, first + _END))
        yield from (row[0] for row in rows)


def visible_keys(connection: sqlite3.Connection, keys: Sequence[str], tokens: Sequence[str]) -> set[str]:
    """Which of these documents somebody with the tokens may find."""
    return {
        row[0]
        for row in connection.execute(
            f"SELECT key FROM documents WHERE key IN ({_marks(keys)})"
            f" AND EXISTS (SELECT 1 FROM audiences WHERE document = id AND token IN ({_marks(tokens)}))",
            (*keys, *tokens),
        )
    }


def holds_all(connection: sqlite3.Connection, stems: Sequence[str], tokens: Sequence[str]) -> bool:
    """Whether somebody with the tokens may find a document that holds all these stems."""
    found = connection.execute(
        "SELECT 1 FROM terms WHERE terms MATCH ?"
        f" AND EXISTS (SELECT 1 FROM audiences WHERE document = terms.rowid AND token IN ({_marks(tokens)})) LIMIT 1",
        (" AND ".join(_quoted(single) for single in stems), *tokens),
    )
    return found.fetchone() is not None


def _rows(
    connection: sqlite3.Connection, match: str, kind: SearchKind, tokens: Sequence[str]
) -> Iterator[tuple[int, tuple[int, str, str, str, str]]]:
    low = kind.order * _ROOM
    rows = connection.execute(
        "SELECT id, text, url, place, folded FROM title_words JOIN titles ON id = title_words.rowid"
        " WHERE title_words MATCH ? AND title_words.rowid > ? AND title_words.rowid < ?"
        f" AND EXISTS (SELECT 1 FROM title_holders WHERE title = id AND token IN ({_marks(tokens)}))"
        f" ORDER BY title_words.rowid LIMIT {CONSIDERED}",
        (match, low, low + _ROOM, *tokens),
    )
    return ((row[0], tuple(row)) for row in rows)


def _any_of(asked: Beginning) -> str:
    """A beginning as the index's own query."""
    parts = [f"{_quoted(letters)}*" for letters in (asked.letters, *asked.meant)]
    return f"({' OR '.join((*parts, *map(_quoted, asked.wholes)))})"


def _order_of(label: str) -> int:
    return suggested_kinds()[label].order


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
