"""What the rest of the portal asks of the search: answer a query, and keep the index in step with the content."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from search.documents import EVERYONE, SearchDocument
from search.editing import best_bets_for
from search.engine import DEFAULT_ENGINE, current_engine, lexicon
from search.engines.base import IndexBroken, IndexMissing, SearchEngine, SearchUnavailable
from search.kinds import SearchKind, all_kinds, kind_named, next_step_kinds
from search.models import OutboxEntry
from search.planner import Origin, SearchPlan, make_plan, without_terms
from search.query import SearchQuery
from search.results import EngineResult, Explanation, Hit, ResultPage

logger = logging.getLogger(__name__)

#: How long a search leaves an entry to the process that wrote it.
GRACE = timedelta(seconds=1)
#: Entries written to the index in one go.
BATCH = 500
#: Synonyms named to the reader.
NAMED_SYNONYMS = 6
#: Names of the field that must be left when unknown words are given up ("tattoo removal" is not about removal), and how
#: many words for each that is given up: what is left must be the better part of what was asked.
LEAST_LEFT = 2
LEFT_FOR_EACH = 3
#: Hits named where nothing answers the query.
WEAK_HITS = 3


def search(
    query: SearchQuery | str, *, audience: tuple[str, ...] = (EVERYONE,), engine: str = DEFAULT_ENGINE
) -> ResultPage:
    """Answer a query for somebody who carries these audience tokens.

    One database query beyond the index, and one in some seconds for the best bets. Raises `SearchUnavailable` when no
    index can be read or built.
    """
    asked = SearchQuery.of(query) if isinstance(query, str) else query
    asked = replace(asked, audience=audience)
    answering = current_engine(engine)
    _drain_what_is_overdue()
    plan, result = _answered(answering, asked)
    plan, result, relaxed = _rescued(answering, plan, result)
    bets = _best_bets(answering, plan)
    pages = -(-result.groups // asked.limit)
    if result.confident and pages and asked.page > pages:
        return search(replace(asked, page=pages), audience=audience, engine=engine)
    if not result.confident and not bets:
        # Ten hits that share a word with the query would look like an answer. A few, named as what they are, may help.
        return ResultPage(
            query=asked,
            suggested_text=plan.suggested_text or plan.corrected_text,
            also_tried=_also_tried(plan),
            relaxed=relaxed,
            weak_hits=result.hits[:WEAK_HITS] if asked.page == 1 else (),
        )
    return ResultPage(
        query=asked,
        next_steps=result.lifted if asked.page == 1 else (),
        hits=result.hits if result.confident else (),
        best_bets=bets,
        total=result.total if result.confident else 0,
        pages=pages if result.confident else 0,
        facets=result.facets,
        corrected_text=plan.corrected_text if result.total else "",
        suggested_text=plan.suggested_text,
        also_tried=_also_tried(plan),
        relaxed=relaxed,
        unfiltered_total=_unfiltered_total(answering, plan) if asked.filtered and not result.total else 0,
    )


def explain(
    query: SearchQuery, *, limit: int = 5, engine: str = DEFAULT_ENGINE
) -> tuple[SearchPlan, list[Explanation]]:
    """The plan of a query, and why its first hits stand where they stand."""
    answering = current_engine(engine)
    plan, _ = _answered(answering, query)
    return plan, answering.explain(plan, limit)


def enqueue(kind: str, ref: object) -> None:
    """Say that an object has changed, appeared or gone. Call it in the transaction that changes the object.

    The index follows when the transaction commits; a rolled-back change leaves no trace.
    """
    if kind_named(kind) is None:
        raise ValueError(f"No search kind is named {kind!r}.")
    OutboxEntry.objects.create(kind=kind, ref=str(ref), due=timezone.now() + GRACE)
    # Once for a transaction: an import names a thousand objects, and one drain writes them all.
    if not any(hook is _drain_after_commit for _, hook, _ in transaction.get_connection().run_on_commit):
        transaction.on_commit(_drain_after_commit)


def drain_outbox() -> int:
    """Bring the index up to date with every entry of the outbox. Returns how many objects were written.

    What cannot be written stays and is tried again later, after longer and longer pauses.
    """
    engine = current_engine()
    written = 0
    with engine.in_turn():
        ready = OutboxEntry.objects.filter(Q(attempts=0) | Q(due__lte=timezone.now())).order_by("id")
        while entries := list(ready[:BATCH]):
            done, failed = _write(engine, entries)
            OutboxEntry.objects.filter(pk__in=[entry.pk for entry in done]).delete()
            written += len({(entry.kind, entry.ref) for entry in done})
            if failed or len(entries) < BATCH:
                break
    return written


def rebuild(engine: str = DEFAULT_ENGINE) -> int:
    """Build the index anew from all content. Readers see the old one until it is done. Returns how many documents."""
    answering = current_engine(engine)
    with answering.in_turn():
        latest = OutboxEntry.objects.order_by("-id").values_list("id", flat=True).first()
        count = answering.rebuild(_everything())
        if latest is not None:
            OutboxEntry.objects.filter(pk__lte=latest).delete()
    return count


def document_count() -> int:
    """How many documents the index holds, for health pages and figures."""
    return current_engine().document_count()


def _answered(engine: SearchEngine, query: SearchQuery) -> tuple[SearchPlan, EngineResult]:
    """The plan and its answer; an index that is missing or broken is built first."""
    try:
        return _planned_and_answered(engine, query)
    except (IndexMissing, IndexBroken) as error:
        logger.warning("search index rebuilt: %s", type(error).__name__)
        rebuild(engine.name)
        return _planned_and_answered(engine, query)


def _planned_and_answered(engine: SearchEngine, query: SearchQuery) -> tuple[SearchPlan, EngineResult]:
    plan = make_plan(query, lexicon(), engine.vocabulary(query.audience))
    return plan, engine.search(plan, next_step_kinds())


def _best_bets(engine: SearchEngine, plan: SearchPlan) -> tuple[Hit, ...]:
    """What editors put first for these words; on the first page without filters."""
    query = plan.query
    keys = best_bets_for(query.text) if query.page == 1 and not query.filtered else ()
    return engine.fetch(keys, plan) if keys else ()


def _rescued(
    engine: SearchEngine, plan: SearchPlan, result: EngineResult
) -> tuple[SearchPlan, EngineResult, tuple[str, ...]]:
    """What is found when a query that finds nothing is relaxed step by step, and what was given up."""
    relaxed: tuple[str, ...] = ()
    if not result.total and plan.phrases:
        plan = replace(plan, phrases=())
        result = engine.search(plan, next_step_kinds())
        if result.total:
            relaxed = ("Nothing holds the words in quotation marks together, so they were searched one by one.",)
    if plan.query.exact or (result.total and result.confident):
        return plan, result, relaxed
    for fewer, left_out in _fewer_words(plan):
        found = engine.search(fewer, next_step_kinds())
        if found.total and found.confident:
            named = ", ".join(f"“{word}”" for word in left_out)
            return fewer, found, (*relaxed, f"Nothing answers all of it, so this is without {named}.")
    return plan, result, relaxed


def _fewer_words(plan: SearchPlan) -> Iterator[tuple[SearchPlan, tuple[str, ...]]]:
    """The plan without the words that nobody has written, where enough of the field is left to ask for."""
    strange = [at for at, term in enumerate(plan.terms) if not term.known and term.weight >= 1.0]
    kept = [at for at in range(len(plan.terms)) if at not in strange]
    left = sum(plan.terms[at].weight >= 1.0 for at in kept)
    if not strange or sum(plan.terms[at].field for at in kept) < LEAST_LEFT or left < LEFT_FOR_EACH * len(strange):
        return
    yield without_terms(plan, strange), tuple(plan.terms[at].text for at in strange)


def _unfiltered_total(engine: SearchEngine, plan: SearchPlan) -> int:
    without = replace(plan.query, kinds=(), sources=(), topics=(), page=1, limit=1)
    return engine.search(replace(plan, query=without)).total


def _also_tried(plan: SearchPlan) -> tuple[str, ...]:
    synonyms = sorted(
        (each for each in plan.alternatives if each.origin is Origin.SYNONYM), key=lambda each: -each.weight
    )
    return tuple(dict.fromkeys(each.text for each in synonyms))[:NAMED_SYNONYMS]


def _everything() -> Iterator[SearchDocument]:
    for kind in all_kinds():
        for document in _checked(kind, kind.documents()):
            if not document.ref:
                # Without it the document would stay in the index for ever once its object is gone.
                raise ValueError(f"{document.key} does not say in `ref` which object it belongs to.")
            yield document


def _checked(kind: SearchKind, documents: Iterable[SearchDocument]) -> Iterator[SearchDocument]:
    for document in documents:
        if document.kind != kind.name:
            raise ValueError(f"{document.key} came from the kind {kind.name!r} and says it is a {document.kind!r}.")
        yield document


def _write(engine: SearchEngine, entries: list[OutboxEntry]) -> tuple[list[OutboxEntry], list[OutboxEntry]]:
    """Write each object once, however many entries name it. Returns the entries done and those that failed."""
    done: list[OutboxEntry] = []
    failed: list[OutboxEntry] = []
    objects: dict[tuple[str, str], list[OutboxEntry]] = {}
    for entry in entries:
        objects.setdefault((entry.kind, entry.ref), []).append(entry)
    for (name, ref), naming in objects.items():
        kind = kind_named(name)
        try:
            documents = [] if kind is None else list(_checked(kind, kind.documents_for(ref)))
            engine.replace_object(name, ref, [replace(document, ref=ref) for document in documents])
        except (IndexMissing, IndexBroken):
            # The next search builds the index from everything, these objects included.
            return done, entries
        except Exception:
            logger.exception("search index: %s could not be written", name)
            _put_off(naming)
            failed += naming
        else:
            done += naming
    return done, failed


def _put_off(entries: list[OutboxEntry]) -> None:
    for entry in entries:
        entry.attempts += 1
        entry.due = timezone.now() + timedelta(minutes=min(2**entry.attempts, 60))
        entry.save(update_fields=["attempts", "due"])


def _drain_after_commit() -> None:
    """The change is committed whatever happens here; what fails is made good by a later search or rebuild."""
    try:
        drain_outbox()
    except Exception:
        logger.exception("search outbox not drained after a commit")


def _drain_what_is_overdue() -> None:
    """What a process that died has left behind. One query when there is nothing."""
    if OutboxEntry.objects.filter(due__lte=timezone.now()).exists():
        try:
            drain_outbox()
        except SearchUnavailable:
            logger.warning("search outbox not drained before a search")
