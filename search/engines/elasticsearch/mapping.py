"""What a document looks like in Elasticsearch, and how its words are kept.

Words are cut by `search.analysis` for both engines, so what is sent are finished terms, and the server's analyser only
cuts at blanks: one place says what a word is, and a query can never be cut otherwise than the documents were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from elasticsearch.dsl import Document, Keyword, MetaField, Text, analyzer, mapped_field
from elasticsearch.dsl import Double as DoubleField
from elasticsearch.dsl import Integer as IntegerField
from elasticsearch.dsl import Long as LongField
from elasticsearch.dsl import Object as ObjectField

from search.analysis import GAP, index_terms, vocabulary_terms
from search.documents import SearchDocument
from search.engines.answers import Entry, Facts, Stored, dated, fold_of, status_of, texts_of
from search.query import HISTORIC
from search.ranking import FIELDS, RankingProfile

#: Changed whenever the mapping or the analysis changes: an index of another version is not read.
SCHEMA_VERSION = 5
#: Longest name that the server takes for a document, in bytes.
LONGEST_ID = 512
#: Stands between the parts of a value that is put together.
JOINT = "\x1f"

finished_terms = analyzer("finished_terms", tokenizer="whitespace")


def _terms_field(name: str) -> Any:
    return Text(analyzer=finished_terms, similarity=f"of_{name}", index_options="positions")


class IndexedDocument(Document):
    """One `SearchDocument`. What begins with `terms_` is searched; `stored` is shown and not searched."""

    terms_title: str = mapped_field(_terms_field("title"))
    terms_path: str = mapped_field(_terms_field("path"))
    terms_extra: str = mapped_field(_terms_field("extra"))
    terms_body: str = mapped_field(_terms_field("body"))
    #: Every term of all fields, for counting who holds it.
    held: str = mapped_field(Text(analyzer=finished_terms, index_options="docs", norms=False))
    #: Unstemmed words, for spelling.
    words: list[str] = mapped_field(Keyword(multi=True))
    length_title: int = mapped_field(IntegerField(index=False))
    length_path: int = mapped_field(IntegerField(index=False))
    length_extra: int = mapped_field(IntegerField(index=False))
    length_body: int = mapped_field(IntegerField(index=False))
    key: str = mapped_field(Keyword())
    object: str = mapped_field(Keyword())
    kind: str = mapped_field(Keyword())
    source: str = mapped_field(Keyword())
    topic: list[str] = mapped_field(Keyword(multi=True))
    status: str = mapped_field(Keyword())
    audience: list[str] = mapped_field(Keyword(multi=True))
    label: list[str] = mapped_field(Keyword(multi=True))
    #: The same for documents that repeat one another, and for near neighbours.
    fold: int = mapped_field(LongField())
    group: str = mapped_field(Keyword())
    section: str = mapped_field(Keyword(index=False, doc_values=False))
    weight: float = mapped_field(DoubleField(index=False))
    dated: str = mapped_field(Keyword())
    stored: dict[str, Any] = mapped_field(ObjectField(enabled=False))

    class Meta:
        dynamic = MetaField("strict")


def index_body(profile: RankingProfile) -> dict[str, Any]:
    """Settings and mapping of a new index."""
    body: dict[str, Any] = IndexedDocument._index.to_dict()
    mapping = IndexedDocument._doc_type.mapping
    settings: dict[str, Any] = {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        # Each write makes itself visible; in between nothing is seen that is half done.
        "refresh_interval": "-1",
        "max_result_window": 10_000,
        "analysis": mapping._collect_analysis(),
        "similarity": {
            f"of_{name}": {"type": "BM25", "k1": profile.saturation, "b": profile.length_share(name)} for name in FIELDS
        },
    }
    return {"settings": settings, "mappings": {**body.get("mappings", {}), **mapping.to_dict()}}


def id_of(key: str) -> str:
    """The name of a document in the index: its key, or where that is too long what stands for it."""
    raw = key.encode()
    return key if len(raw) <= LONGEST_ID else "sha256:" + hashlib.sha256(raw).hexdigest()


def object_name(kind: str, ref: str) -> str:
    """One word for an object, of any length that it may have."""
    return _short(f"{kind}{JOINT}{ref}")


def source_of(document: SearchDocument) -> dict[str, Any]:
    """What is sent to the index for a document."""
    texts = texts_of(document)
    terms = {name: index_terms(text) for name, text in texts.items()}
    words = {word for text in texts.values() for word in vocabulary_terms(text)}
    source: dict[str, Any] = {f"terms_{name}": " ".join(each) for name, each in terms.items() if each}
    source |= {
        # Absent where a field is empty, so that it does not count in the average.
        f"length_{name}": length
        for name, each in terms.items()
        if (length := len(each) - each.count(GAP))
    }
    source |= {
        "held": " ".join(sorted({term for each in terms.values() for term in each if term != GAP})),
        "words": sorted(words),
        "key": _short(document.key),
        "object": object_name(document.kind, document.ref),
        "kind": document.kind,
        "source": document.source,
        "topic": list(dict.fromkeys(document.topics)),
        "status": status_of(document.historic),
        "audience": sorted(set(document.audience)),
        "label": [f"{value}{JOINT}{label}" for value, label in document.labels],
        "fold": fold_of(document),
        "group": group_of(document.kind, document.source, document.section, document.key),
        "section": document.section,
        "weight": document.weight,
        "dated": dated(document) or None,
        "stored": {
            "key": document.key,
            "ref": document.ref,
            "title": document.title,
            "url": document.url,
            "path": list(document.path),
            "year": document.year,
            "historic": document.historic,
            "shown": document.shown,
            "body": document.body,
        },
    }
    return source


def group_of(kind: str, source: str, section: str, key: str) -> str:
    """The same for near neighbours: documents of one kind in one section."""
    return _short(JOINT.join((kind, source, section))) if section else _short(JOINT.join(("", key)))


def entry_of(source: Mapping[str, Any]) -> Entry:
    """What ranking, filters and facets need, from what the index holds."""
    return Entry(
        facts=Facts(source["kind"], source["source"], tuple(source["topic"]), source["status"] == HISTORIC),
        section=source["section"],
        weight=source["weight"],
        lengths=tuple(source.get(f"length_{name}", 0) for name in FIELDS),
        fold=source["fold"],
        dated=source.get("dated") or "",
    )


def stored_of(source: Mapping[str, Any]) -> Stored:
    """What a hit shows, from what the index holds."""
    stored = source["stored"]
    return Stored(
        key=stored["key"],
        kind=source["kind"],
        ref=stored["ref"],
        title=stored["title"],
        url=stored["url"],
        path=tuple(stored["path"]),
        source=source["source"],
        section=source["section"],
        year=stored["year"],
        historic=stored["historic"],
        shown=stored["shown"],
        body=stored["body"],
    )


def _short(value: str) -> str:
    """A value as it is, or where it is long what stands for it: a keyword has a longest length."""
    return value if len(value) <= 200 else "sha256:" + hashlib.sha256(value.encode()).hexdigest()
