"""Answers plans from Elasticsearch: the server finds, counts and proposes; `search.ranking` puts in order.

Everything of ours in the cluster begins with the prefix: `<prefix>.documents.v<n>` is an alias of the index that
answers, `<prefix>.state` holds whose turn it is and a token that changes with every write.
"""

from __future__ import annotations

import contextlib
import logging
import re
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError
from elasticsearch.dsl import A, Q, Search
from elasticsearch.dsl.query import Query

from search.documents import SearchDocument
from search.engines.answers import Entry, Stored, answer, counted, hits_of, named_facets, passes, postings_of, terms_of
from search.engines.base import Again, IndexedObject, IndexMissing, Progress, SearchUnavailable, told
from search.engines.elasticsearch import queries
from search.engines.elasticsearch.bulk import Writer
from search.engines.elasticsearch.connection import Address, Connection
from search.engines.elasticsearch.mapping import (
    JOINT,
    SCHEMA_VERSION,
    entry_of,
    group_of,
    id_of,
    index_body,
    object_name,
    source_of,
    stored_of,
)
from search.engines.elasticsearch.turns import Turn, Turns
from search.planner import SearchPlan
from search.query import Order
from search.ranking import FIELDS, Corpus, Ranked, RankingProfile, rank, stems_needed, term_weights
from search.results import FACETS, EngineResult, Explanation, Hit
from search.spelling import Spelling
from search.trusting import Trust

logger = logging.getLogger(__name__)

#: Documents that are put in order. What is beyond is counted and not shown.
CANDIDATES = 200
#: Seconds that a writer waits for another: somebody may be waiting for their page. A rebuild has more time.
PATIENCE, REBUILD_PATIENCE = 5.0, 120.0
#: Seconds in which one search does not ask again whether the index has changed: for its vocabulary, then its hits.
#: Which documents it finds is always asked; only what they are weighed by may be so much older.
ONE_SEARCH = 0.05
#: How often a search is done anew because a document went while it was answered.
ATTEMPTS = 3
#: The server gives no more values than this in one answer.
MOST_VALUES = 65_000
#: What ranking needs of a candidate.
_RANKED = ["terms_*", "length_*", "kind", "source", "section", "topic", "status", "weight", "fold", "dated"]
_SHOWN = ["stored", "kind", "source", "section"]
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")


class _Gone(Exception):
    """A document was there a moment ago and is no more."""


@dataclass
class _View:
    """What one audience may find, as far as it has been asked for."""

    visible: Query
    count: int
    averages: Mapping[str, float]
    labels: Mapping[str, str]
    held_by: dict[queries.Stems, int] = field(default_factory=dict)
    spelling: Spelling | None = None


@dataclass
class _Snapshot:
    """What this process knows of the index until the index says that it has changed."""

    generation: str
    tokens: tuple[str, ...]
    views: dict[tuple[str, ...], _View] = field(default_factory=dict)


@dataclass
class _Found:
    """Candidates in order, and what is needed to make an answer of them."""

    ranked: Ranked
    entries: dict[int, Entry]
    ids: list[str]
    #: How many documents match, candidates or not.
    matching: int
    weights: list[float]


class ElasticsearchEngine:
    """See `SearchEngine`. Safe to share between threads, processes and machines."""

    name = "elasticsearch"

    def __init__(self, address: Address, profile: RankingProfile | None = None, candidates: int = CANDIDATES) -> None:
        if not _PREFIX.fullmatch(address.prefix):
            raise ValueError(f"{address.prefix!r} cannot begin the name of an index: use a-z, 0-9, - and _.")
        self.connection = Connection(address)
        self._profile = profile or RankingProfile()
        self._candidates_wanted = candidates
        self._family = f"{address.prefix}.documents"
        self._alias = f"{self._family}.v{SCHEMA_VERSION}"
        self._state = f"{address.prefix}.state"
        self._turns = Turns(self.connection, self._state)
        self._local = threading.local()
        self._lock = threading.RLock()
        self._snapshot: _Snapshot | None = None
        self._state_made = False

    # Reading

    def vocabulary(self, audience: tuple[str, ...]) -> Spelling:
        """The words of what this audience may find, so that a correction betrays nothing else."""
        with self.connection.reading() as client:
            view = self._view(client, audience)
            if view.spelling is None:
                # The reading ends before the words are asked for.
                view.spelling = Spelling(lambda: self._words(audience))
            return view.spelling

    def search(self, plan: SearchPlan, lifted_kinds: tuple[str, ...] = ()) -> EngineResult:
        """The asked page of hits, grouped by section, with facets that count what this audience may find."""
        for _ in range(ATTEMPTS):
            with contextlib.suppress(_Gone), self.connection.reading() as client:
                return self._answer(client, plan, lifted_kinds)
        raise SearchUnavailable("The Elasticsearch index is changing too fast to be read. Try again in a moment.")

    def fetch(self, keys: Iterable[str], plan: SearchPlan) -> tuple[Hit, ...]:
        """Documents by key, only those that the plan's audience may find."""
        ids = [id_of(key) for key in keys]
        with self.connection.reading() as client:
            found = self._seen(client, self._view(client, plan.query.audience), ids)
            return hits_of([found[each] for each in ids if each in found], plan)

    def explain(self, plan: SearchPlan, limit: int) -> list[Explanation]:
        """What the scores of the first hits are made of."""
        if plan.empty:
            return []
        for _ in range(ATTEMPTS):
            with contextlib.suppress(_Gone), self.connection.reading() as client:
                view = self._view(client, plan.query.audience)
                found = self._found(client, plan, view, explained=limit)
                scored = found.ranked.scored
                first = [each for each in scored if passes(found.entries[each.document].facts, plan)][:limit]
                stored = self._stored(client, view, found.ids, [each.document for each in first])
                return [
                    Explanation(
                        stored[each.document].key,
                        stored[each.document].title,
                        round(each.score, 3),
                        tuple(each.parts),
                    )
                    for each in first
                ]
        raise SearchUnavailable("The Elasticsearch index is changing too fast to be read. Try again in a moment.")

    def check(self) -> None:
        """Raise where the server does not answer, or has no index of ours."""
        with self.connection.writing() as client:
            if not client.indices.exists_alias(name=self._alias):
                raise IndexMissing(
                    "There is no Elasticsearch index yet. Run: manage.py rebuild_search --engine elasticsearch"
                )

    def document_count(self) -> int:
        """How many documents the index holds; 0 where there is none."""
        try:
            with self.connection.reading() as client:
                return int(client.count(index=self._alias)["count"])
        except IndexMissing:
            return 0

    # Writing

    @contextlib.contextmanager
    def one_state(self) -> Iterator[None]:
        """Each request is answered from what the server holds at that moment."""
        yield

    @contextlib.contextmanager
    def in_turn(self, patience: float = PATIENCE) -> Iterator[None]:
        """One process on one machine at a time, by a document in the cluster."""
        self._make_state()
        with self._turns.hold("writing", patience) as turn:
            self._local.turn = turn
            try:
                yield
            finally:
                self._local.turn = None

    def replace(self, documents: Iterable[SearchDocument]) -> int:
        """Put documents in, each in place of the one with its key."""
        documents = list(documents)
        with self._writing({(document.kind, document.ref) for document in documents}) as writer:
            for document in documents:
                writer.put(id_of(document.key), source_of(document))
        return len(documents)

    def replace_objects(self, objects: Iterable[IndexedObject]) -> int:
        """Put in the documents of each object in place of all that it had; seen at once and together."""
        given = [(kind, ref, list(documents)) for kind, ref, documents in objects]
        if not given:
            return 0
        with self._writing({(kind, ref) for kind, ref, _ in given}) as writer:
            self._put_objects(writer, self._alias, given)
        return sum(len(documents) for _, _, documents in given)

    def delete(self, keys: Iterable[str]) -> int:
        """Take documents out."""
        ids = [id_of(key) for key in keys]
        with self._writing(self._objects_of(ids)) as writer:
            for each in ids:
                writer.take_out(each)
        return writer.taken_out

    def rebuild(
        self, documents: Iterable[SearchDocument], again: Again | None = None, progress: Progress | None = None
    ) -> int:
        """Fill a new index and let it answer in place of the old one, in one step, when it is complete.

        Objects that are replaced meanwhile are seen at once in the old index, and are written `again` to the new one
        before it answers. `SearchUnavailable` where another rebuild is under way.
        """
        self._make_state()
        name = f"{self._alias}.{datetime.now(UTC):%Y%m%d%H%M%S}-{uuid.uuid4().hex[:8]}"
        with self._turns.hold("rebuild", patience=0.0, index=name) as rebuilding:
            try:
                self._clear_away()
                with self.connection.writing() as client:
                    client.indices.create(index=name, **index_body(self._profile))
                with Writer(self.connection, name, patient=True) as writer:
                    for document in told(documents, progress):
                        writer.put(id_of(document.key), source_of(document))
                with self._turns.hold("writing", REBUILD_PATIENCE):
                    if again is not None:
                        self._write_again(name, again)
                    rebuilding.confirm()
                    self._let_answer(name)
            except BaseException:
                with contextlib.suppress(SearchUnavailable), self.connection.writing() as client:
                    client.indices.delete(index=name, ignore_unavailable=True)
                raise
            with contextlib.suppress(SearchUnavailable):
                self._clear_away()
        if progress:
            progress(writer.put_in)
        return writer.put_in

    # Answering

    def _answer(self, client: Elasticsearch, plan: SearchPlan, lifted_kinds: tuple[str, ...]) -> EngineResult:
        if plan.empty:
            self._current(client)
            return EngineResult(plan=plan, trust=Trust.NONE)
        view = self._view(client, plan.query.audience)
        found = self._found(client, plan, view)
        too_many = found.matching > self._candidates_wanted

        def fetch(numbers: Sequence[int]) -> Mapping[int, Stored]:
            return self._stored(client, view, found.ids, numbers)

        result = answer(plan, found.ranked, found.entries, view.labels, lifted_kinds, fetch)
        if not too_many or found.ranked.trust is Trust.NONE:
            return result
        return self._counted(client, plan, view, found, result)

    def _found(self, client: Elasticsearch, plan: SearchPlan, view: _View, explained: int = 0) -> _Found:
        """The candidates in order: everything that matches, or the best of it that passes the filters."""
        self._count_holding(client, plan, view)
        corpus = Corpus(view.count, view.averages, lambda at: (), lambda at: 1.0, view.held_by.__getitem__)
        weights = term_weights(plan, corpus, self._profile)
        conditions = queries.matching(plan, weights, self._profile, view.visible)
        matching = self._count(client, conditions)
        found = _Found(Ranked([]), {}, [], matching, weights)
        if matching <= self._candidates_wanted:
            return self._ranked(client, plan, corpus, self._profile, conditions, found, explained)
        # Whether a document matches enough is seen when it is ranked: asking the server for it would make it
        # score all of them. How many are about as good as the best is not known, so none is left out for that.
        profile = replace(self._profile, floor_of_best=0.0)
        conditions = queries.seen_with_phrases(plan, view.visible)
        every = self._ranked(client, plan, corpus, profile, conditions, found, explained)
        filters = queries.filters_of(plan)
        if plan.query.order is not Order.RELEVANCE:
            # In order of date nothing says which match enough, so the server is asked for these alone.
            conditions = queries.matching(plan, weights, self._profile, view.visible)
        elif not filters:
            return every
        passing = self._ranked(client, plan, corpus, profile, [*conditions, *filters], found, explained, by_date=True)
        # How far anything answers the words is seen without the filters.
        return replace(passing, ranked=replace(passing.ranked, trust=every.ranked.trust))

    def _ranked(
        self,
        client: Elasticsearch,
        plan: SearchPlan,
        corpus: Corpus,
        profile: RankingProfile,
        conditions: Sequence[Query],
        found: _Found,
        explained: int,
        by_date: bool = False,
    ) -> _Found:
        """What is best among the documents that fulfil some conditions, in order; or newest, if so asked."""
        asked = (
            self._search()
            .query(queries.candidates(plan, profile, conditions))
            .source(list(_RANKED))
            .extra(size=self._candidates_wanted, track_total_hits=False)
        )
        if by_date and plan.query.order is not Order.RELEVANCE:
            newest = plan.query.order is Order.NEWEST
            asked = asked.sort({"dated": {"order": "desc" if newest else "asc", "missing": "_last"}})
        body = self._ask(client, asked, filter_path="hits.hits._id,hits.hits._source")
        # By name, so that equals stand in the same order on every page, whichever copy of the index answered.
        hits = sorted(body.get("hits", {}).get("hits", []), key=lambda hit: str(hit["_id"]))
        entries = {at: entry_of(hit["_source"]) for at, hit in enumerate(hits)}
        terms = {
            at: terms_of(hit["_source"].get(f"terms_{name}", "") for name in FIELDS) for at, hit in enumerate(hits)
        }
        postings = postings_of(terms, stems_needed(plan))
        corpus = replace(corpus, lengths=lambda at: entries[at].lengths, weight=lambda at: entries[at].weight)
        ranked = rank(plan, postings, corpus, profile)
        if explained:
            first = [each.document for each in ranked.scored if passes(entries[each.document].facts, plan)][:explained]
            ranked = rank(plan, postings, corpus, profile, first)
        return replace(found, ranked=ranked, entries=entries, ids=[hit["_id"] for hit in hits])

    def _count(self, client: Elasticsearch, conditions: Sequence[Query]) -> int:
        asked = self._search().query(Q("bool", filter=list(conditions))).extra(size=0, track_total_hits=True)
        return int(self._ask(client, asked, filter_path="hits.total.value")["hits"]["total"]["value"])

    def _counted(
        self, client: Elasticsearch, plan: SearchPlan, view: _View, found: _Found, result: EngineResult
    ) -> EngineResult:
        """The answer with counts of everything that matches, where that is more than was fetched."""
        groups = {hit.key: group_of(hit.kind, hit.source, hit.section, hit.key) for hit in result.hits}
        conditions = queries.matching(plan, found.weights, self._profile, view.visible)
        asked = self._search().query(Q("bool", filter=conditions)).extra(size=0, track_total_hits=False)
        for name, each in queries.counts(plan, sorted(set(groups.values()))).items():
            asked.aggs.bucket(name, each)
        counts = self._ask(client, asked)["aggregations"]
        facets = named_facets(
            {
                name: {
                    each["key"]: each["different"]["value"] for each in counts[name]["values"]["buckets"] if each["key"]
                }
                for name in FACETS
            },
            view.labels,
        )
        sizes = {each["key"]: each["different"]["value"] for each in counts["passing"]["sections"]["buckets"]}
        more = {key: sizes.get(group, 1) - 1 for key, group in groups.items()}
        return counted(result, counts["passing"]["different"]["value"], facets, more)

    def _count_holding(self, client: Elasticsearch, plan: SearchPlan, view: _View) -> None:
        """Learn how many documents hold each stem of the plan, for those not asked for since the index changed."""
        unknown = [stems for stems in queries.needed_counts(plan) if stems not in view.held_by]
        if not unknown:
            return
        asked = self._search().query(Q("bool", filter=[view.visible])).extra(size=0, track_total_hits=False)
        slack = self._profile.phrase_slack
        asked.aggs.bucket(
            "held",
            A("filters", filters={str(at): queries.holding(stems, slack) for at, stems in enumerate(unknown)}),
        )
        buckets = self._ask(client, asked)["aggregations"]["held"]["buckets"]
        view.held_by.update({stems: int(buckets[str(at)]["doc_count"]) for at, stems in enumerate(unknown)})

    def _stored(
        self, client: Elasticsearch, view: _View, ids: Sequence[str], numbers: Sequence[int]
    ) -> Mapping[int, Stored]:
        """What is shown of some candidates; asked with the audience, in case one was withdrawn from it meanwhile."""
        wanted = {ids[number]: number for number in numbers}
        found = self._seen(client, view, list(wanted))
        if len(found) < len(wanted):
            raise _Gone
        return {wanted[name]: stored for name, stored in found.items()}

    def _seen(self, client: Elasticsearch, view: _View, ids: Sequence[str]) -> dict[str, Stored]:
        """What is shown of some documents by their ids, as far as the view holds them."""
        if not ids:
            return {}
        asked = (
            self._search()
            .query(Q("bool", filter=[Q("ids", values=list(ids)), view.visible]))
            .source(list(_SHOWN))
            .extra(size=len(ids), track_total_hits=False)
        )
        hits = self._ask(client, asked, filter_path="hits.hits._id,hits.hits._source").get("hits", {}).get("hits", [])
        return {hit["_id"]: stored_of(hit["_source"]) for hit in hits}

    # What is kept in memory

    def _view(self, client: Elasticsearch, audience: tuple[str, ...]) -> _View:
        snapshot = self._current(client)
        audience = tuple(sorted(set(audience)))
        view = snapshot.views.get(audience)
        if view is None:
            carried = frozenset(audience)
            tokens = [token for token in snapshot.tokens if carried.issuperset(token.split("&"))]
            view = self._read_view(client, queries.seen_by(tokens))
            snapshot.views[audience] = view
        return view

    def _current(self, client: Elasticsearch) -> _Snapshot:
        just_read: tuple[float, _Snapshot] | None = getattr(self._local, "just_read", None)
        if just_read and time.monotonic() < just_read[0] and just_read[1] is self._snapshot:
            return just_read[1]
        known = self._read_snapshot(client)
        self._local.just_read = (time.monotonic() + ONE_SEARCH, known)
        return known

    def _read_snapshot(self, client: Elasticsearch) -> _Snapshot:
        try:
            generation = str(client.get(index=self._state, id="generation")["_source"]["token"])
        except NotFoundError:
            generation = ""
        if not generation:
            raise IndexMissing(
                "There is no Elasticsearch index yet. Run: manage.py rebuild_search --engine elasticsearch"
            )
        with self._lock:
            known = self._snapshot
        if known is None or known.generation != generation:
            asked = self._search().extra(size=0, track_total_hits=False)
            asked.aggs.bucket("tokens", "terms", field="audience", size=MOST_VALUES)
            buckets = self._ask(client, asked)["aggregations"]["tokens"]["buckets"]
            known = _Snapshot(generation, tuple(each["key"] for each in buckets))
            with self._lock:
                self._snapshot = known
        return known

    def _read_view(self, client: Elasticsearch, visible: Query) -> _View:
        asked = self._search().query(Q("bool", filter=[visible])).extra(size=0, track_total_hits=True)
        for name in FIELDS:
            asked.aggs.metric(name, "avg", field=f"length_{name}")
        asked.aggs.bucket("labels", "terms", field="label", size=MOST_VALUES)
        body = self._ask(client, asked)
        found = body["aggregations"]
        return _View(
            visible,
            int(body["hits"]["total"]["value"]),
            {name: found[name]["value"] or 1.0 for name in FIELDS},
            dict(each["key"].split(JOINT, 1) for each in found["labels"]["buckets"]),
        )

    def _words(self, audience: tuple[str, ...]) -> dict[str, int]:
        with self.connection.reading() as client:
            return self._frequencies(client, self._view(client, audience))

    def _frequencies(self, client: Elasticsearch, view: _View) -> dict[str, int]:
        asked = self._search().query(Q("bool", filter=[view.visible])).extra(size=0, track_total_hits=False)
        asked.aggs.bucket("words", "terms", field="words", size=MOST_VALUES)
        body = self._ask(client, asked, filter_path="aggregations.words.buckets")
        buckets = body.get("aggregations", {}).get("words", {}).get("buckets", [])
        return {each["key"]: each["doc_count"] for each in buckets}

    def _search(self) -> Search[Any]:
        return Search(index=self._alias)

    def _ask(self, client: Elasticsearch, asked: Search[Any], **parameters: Any) -> dict[str, Any]:
        body: dict[str, Any] = client.search(index=self._alias, **asked.to_dict(), **parameters).body
        return body

    # Writing

    @contextlib.contextmanager
    def _writing(self, objects: Iterable[tuple[str, str]]) -> Iterator[Writer]:
        """Write to the index that answers; all of it is seen when this ends."""
        turn: Turn | None = getattr(self._local, "turn", None)
        if turn is not None:
            turn.confirm()
        self.check()
        self._note_for_rebuild(objects)
        with Writer(self.connection, self._alias, alias=True) as writer:
            yield writer
        self._changed()

    def _put_objects(
        self, writer: Writer, index: str, objects: Sequence[tuple[str, str, Sequence[SearchDocument]]]
    ) -> None:
        kept = {id_of(document.key) for _, _, documents in objects for document in documents}
        for at in range(0, len(objects), 1000):
            names = [object_name(kind, ref) for kind, ref, _ in objects[at : at + 1000]]
            for each in self._ids(index, Q("terms", object=names)):
                if each not in kept:
                    writer.take_out(each)
        for _, _, documents in objects:
            for document in documents:
                writer.put(id_of(document.key), source_of(document))

    def _ids(self, index: str, query: Query) -> Iterator[str]:
        """The ids of everything that matches, a page at a time."""
        after: list[Any] | None = None
        while True:
            asked = Search().query(Q("bool", filter=[query])).source(False).sort("key").extra(size=5000)
            if after:
                asked = asked.extra(search_after=after)
            with self.connection.writing() as client:
                body = client.search(index=index, **asked.to_dict(), filter_path="hits.hits._id,hits.hits.sort").body
            hits = body.get("hits", {}).get("hits", [])
            yield from (hit["_id"] for hit in hits)
            if len(hits) < 5000:
                return
            after = hits[-1]["sort"]

    def _objects_of(self, ids: Sequence[str]) -> set[tuple[str, str]]:
        """Which objects some documents belong to."""
        if not ids:
            return set()
        with self.connection.writing() as client:
            body = client.mget(index=self._alias, ids=list(ids), source_includes=["kind", "stored.ref"]).body
        found = [each["_source"] for each in body["docs"] if each.get("found")]
        return {(each["kind"], each["stored"]["ref"]) for each in found}

    def _changed(self) -> None:
        """Tell every process that what it remembers of the index is old."""
        self._snapshot = None
        with self.connection.writing() as client:
            client.index(index=self._state, id="generation", document={"token": uuid.uuid4().hex})

    def _make_state(self) -> None:
        if self._state_made:
            return
        with self.connection.writing() as client:
            if not client.indices.exists(index=self._state):
                # Another process may be quicker.
                with contextlib.suppress(BadRequestError):
                    client.indices.create(
                        index=self._state,
                        settings={"number_of_shards": 1, "auto_expand_replicas": "0-1"},
                        mappings={"dynamic": False, "properties": {"rebuild": {"type": "keyword"}}},
                    )
        self._state_made = True

    # Rebuilding

    def _note_for_rebuild(self, objects: Iterable[tuple[str, str]]) -> None:
        """While a new index is being filled: keep in mind what was written to the old one."""
        facts = self._turns.facts("rebuild")
        if facts is None:
            return
        with Writer(self.connection, self._state) as writer:
            for kind, ref in objects:
                note = {"rebuild": facts["index"], "kind": kind, "ref": ref}
                writer.put(f"note {facts['index']} {object_name(kind, ref)}"[:500], note)

    def _write_again(self, name: str, again: Again) -> None:
        """Bring the new index up to date with what was written to the old one meanwhile."""
        with self.connection.writing() as client:
            client.indices.refresh(index=name)
            client.indices.refresh(index=self._state)
            asked = Search().query("term", rebuild=name).extra(size=10_000)
            found = client.search(index=self._state, **asked.to_dict()).body["hits"]["hits"]
        noted = [(hit["_source"]["kind"], hit["_source"]["ref"]) for hit in found]
        with Writer(self.connection, name) as writer:
            self._put_objects(writer, name, [(kind, ref, list(again(kind, ref))) for kind, ref in noted])

    def _let_answer(self, name: str) -> None:
        with self.connection.writing() as client:
            client.indices.refresh(index=name)
            client.indices.update_aliases(
                actions=[
                    {"remove": {"index": f"{self._alias}.*", "alias": self._alias, "must_exist": False}},
                    {"add": {"index": name, "alias": self._alias}},
                ]
            )
        self._changed()

    def _clear_away(self) -> None:
        """Delete every index of ours that no alias names: old ones, and those of rebuilds that came to nothing."""
        with self.connection.writing() as client:
            found = client.indices.get_alias(index=f"{self._family}.*").body
            old = [name for name, each in found.items() if not each["aliases"]]
            if old:
                client.indices.delete(index=old, ignore_unavailable=True)
            client.delete_by_query(
                index=self._state, query={"exists": {"field": "rebuild"}}, conflicts="proceed", refresh=True
            )
