"""What the rest of the portal asks of the search: answer a query, and keep every index in step with the content."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from search import background
from search.documents import EVERYONE, SearchDocument
from search.editing import best_bets_for
from search.engine import current_engine, kept_engines, lexicon, local_engine
from search.engines.base import IndexBroken, IndexMissing, Progress, SearchEngine, SearchUnavailable
from search.general_words import is_elsewhere, is_general
from search.kinds import SearchKind, all_kinds, kind_named, next_step_kinds
from search.lexicon import Lexicon
from search.models import OutboxEntry
from search.planner import Origin, SearchPlan, make_plan, without_terms
from search.query import Order, SearchQuery
from search.results import EngineResult, Explanation, Hit, ResultPage
from search.trusting import Trust

logger = logging.getLogger(__name__)

#: How long a search leaves an entry to the process that wrote it.
GRACE = timedelta(seconds=1)
#: Entries written to an index in one go.
BATCH = 500
#: A search writes no more entries than this itself; while more wait, the next engine answers.
A_FEW = 20
#: Seconds in which a process does not look again for what is overdue.
LOOK_EVERY = 0.2
#: Seconds that a search waits for its turn to write them.
SHORT_PATIENCE = 0.3
#: Synonyms named to the reader.
NAMED_SYNONYMS = 6
#: Names of the field that must be left when unknown words are given up ("tattoo removal" is not about removal, nor a
#: "mental health mug" about health: general words are none), and how many words for each that is given up: what is left
#: must be the better part of what was asked.
LEAST_LEFT = 2
LEFT_FOR_EACH = 3
#: Hits shown where nothing surely answers the query, and named where nothing answers it at all.
PERHAPS_HITS = 5
WEAK_HITS = 3

Answer = TypeVar("Answer")
#: When this process last looked for what is overdue for an engine.
_looked: dict[str, float] = {}
#: Engines that did not answer when they were last asked, so that an outage is logged once.
_away: set[str] = set()


def search(
    query: SearchQuery | str, *, audience: tuple[str, ...] = (EVERYONE,), engine: str | None = None
) -> ResultPage:
    """Answer a query for somebody who carries these audience tokens.

    The first of the kept engines answers, or the next while it is away; a named one answers alone. One database query
    an engine beyond its index, and one in some seconds for the best bets. Raises `SearchUnavailable` when no index can
    be read or built.
    """
    asked = SearchQuery.of(query) if isinstance(query, str) else query
    asked = replace(asked, audience=audience)
    return _first_that_answers(engine, lambda answering: _page(answering, asked))


def explain(query: SearchQuery, *, limit: int = 5, engine: str | None = None) -> tuple[SearchPlan, list[Explanation]]:
    """The plan of a query, and why its first hits stand where they stand."""

    def reasons(answering: SearchEngine) -> tuple[SearchPlan, list[Explanation]]:
        plan, _ = _answered(answering, query)
        return plan, answering.explain(plan, limit)

    return _first_that_answers(engine, reasons)


def enqueue(kind: str, ref: object) -> None:
    """Say that an object has changed, appeared or gone. Call it in the transaction that changes the object.

    Every index follows when the transaction commits; a rolled-back change leaves no trace.
    """
    if kind_named(kind) is None:
        raise ValueError(f"No search kind is named {kind!r}.")
    due = timezone.now() + GRACE
    OutboxEntry.objects.bulk_create(
        OutboxEntry(engine=engine, kind=kind, ref=str(ref), due=due) for engine in kept_engines()
    )
    # Once for a transaction: an import names a thousand objects, and one drain writes them all.
    if not any(hook is _drain_after_commit for _, hook, _ in transaction.get_connection().run_on_commit):
        transaction.on_commit(_drain_after_commit)


def drain_outbox(engine: str | None = None) -> int:
    """Bring one index, or every one that is kept, up to date with its entries. Returns how many objects were written.

    What cannot be written stays and is tried again later, after longer and longer pauses. What an engine that is away
    misses stays as it is, and is written as soon as it is back. Only the last engine, or a named one, raises
    `SearchUnavailable`.
    """
    if engine:
        return _drained(current_engine(engine))
    *first, last = kept_engines()
    # Every portal has the last one, and it cannot be away: it is not kept waiting.
    written = _drained(current_engine(last))
    for name in first:
        try:
            written = max(written, _drained(current_engine(name)))
        except SearchUnavailable as why:
            _note_away(name, why)
    return written


def rebuild(engine: str | None = None, progress: Progress | None = None) -> int:
    """Build one index, or every one that is kept, anew from all content. Returns how many documents it holds.

    Readers see the old one until it is done. Raises `SearchUnavailable` for an engine that is away, when the others
    are done.
    """
    if engine:
        return _rebuilt(current_engine(engine), progress)
    *first, last = kept_engines()
    count = _rebuilt(current_engine(last), progress)
    trouble: SearchUnavailable | None = None
    for name in first:
        try:
            count = _rebuilt(current_engine(name), progress)
        except SearchUnavailable as why:
            trouble = why
    if trouble:
        raise trouble
    return count


def document_count(engine: str | None = None) -> int:
    """How many documents an index holds, for health pages and figures; without a name, the one that is always there."""
    return current_engine(engine or kept_engines()[-1]).document_count()


def is_behind(engine: str) -> bool:
    """Whether an index is missing, or holds another number of documents than the last engine's."""
    return document_count(engine) != document_count()


def troubles() -> dict[str, str]:
    """What operators should know of the engines that answer first, by name. While one is away, the next answers."""
    found = {}
    for name in kept_engines()[:-1]:
        waiting = OutboxEntry.objects.filter(engine=name, due__lte=timezone.now()).count()
        try:
            trouble = "" if document_count(name) or not document_count() else "There is no index yet."
        except SearchUnavailable as why:
            trouble = str(why)
        if waiting:
            trouble = f"{trouble} {waiting} changes wait to be written.".strip()
        if trouble:
            found[name] = f"{trouble} The embedded index answers."
    return found


def _first_that_answers(engine: str | None, ask: Callable[[SearchEngine], Answer]) -> Answer:
    *first, last = (engine,) if engine else kept_engines()
    for name in first:
        try:
            answering = current_engine(name)
            _catch_up(answering)
            with answering.one_state():
                answer = ask(answering)
        except IndexMissing as why:
            _note_away(name, why)
            background.start(f"rebuild {name}", partial(rebuild, name))
        except SearchUnavailable as why:
            _note_away(name, why)
        else:
            _note_back(name)
            return answer
    answering = current_engine(last)
    _drain_what_is_overdue(answering)
    try:
        with answering.one_state():
            return ask(answering)
    except (IndexMissing, IndexBroken) as error:
        logger.warning("search index rebuilt: %s", type(error).__name__)
        _rebuilt(answering)
        return ask(answering)


def _page(answering: SearchEngine, asked: SearchQuery) -> ResultPage:
    plan, result = _answered(answering, asked)
    plan, result, relaxed = _rescued(answering, plan, result)
    bets = _best_bets(answering, plan)
    pages = -(-result.groups // asked.limit)
    sure = result.trust is Trust.SURE
    if sure and pages and asked.page > pages:
        return _page(answering, replace(asked, page=pages))
    if result.trust is Trust.PERHAPS and (asked.page > 1 or asked.order is not Order.RELEVANCE):
        # Of what only may help, the best few are all there is.
        return _page(answering, replace(asked, page=1, order=Order.RELEVANCE))
    perhaps = result.hits[:PERHAPS_HITS] if result.trust is Trust.PERHAPS else ()
    if not sure and not bets:
        # Ten hits that share a word with the query would look like an answer. A few, named as what they are, may help.
        return ResultPage(
            query=asked,
            corrected_text=plan.corrected_text if perhaps else "",
            suggested_text=_answered_otherwise(answering, plan),
            also_tried=_also_tried(plan),
            relaxed=relaxed,
            perhaps_hits=perhaps,
            weak_hits=_weak(result.hits) if not perhaps and asked.page == 1 else (),
            engine=answering.name,
            plan=plan,
        )
    return ResultPage(
        query=asked,
        next_steps=_opened(answering, plan, result.lifted) if asked.page == 1 else (),
        hits=result.hits if sure else (),
        best_bets=bets,
        perhaps_hits=perhaps,
        total=result.total if sure else 0,
        listed=result.listed if sure else 0,
        pages=pages if sure else 0,
        facets=result.facets,
        corrected_text=plan.corrected_text if result.total else "",
        suggested_text=plan.suggested_text,
        also_tried=_also_tried(plan),
        relaxed=relaxed,
        unfiltered_total=_unfiltered_total(answering, plan) if asked.filtered and not result.total else 0,
        engine=answering.name,
        plan=plan,
    )


def _answered(engine: SearchEngine, query: SearchQuery) -> tuple[SearchPlan, EngineResult]:
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
    if plan.query.exact or (result.total and result.trust is Trust.SURE):
        return plan, result, relaxed
    for fewer, left_out in _fewer_words(plan):
        found = engine.search(fewer, next_step_kinds())
        if found.total and found.trust is Trust.SURE:
            named = ", ".join(f"“{word}”" for word in left_out)
            return fewer, found, (*relaxed, f"Nothing answers all of it, so this is without {named}.")
    return plan, result, relaxed


def _fewer_words(plan: SearchPlan) -> Iterator[tuple[SearchPlan, tuple[str, ...]]]:
    """The plan without the words that nobody has written, where enough of the field is left to ask for."""
    strange = [at for at, term in enumerate(plan.terms) if not term.known and term.weight >= 1.0]
    kept = [at for at in range(len(plan.terms)) if at not in strange]
    left = sum(plan.terms[at].weight >= 1.0 for at in kept)
    names = [at for at in kept if plan.terms[at].field and not is_general((plan.terms[at].stem,))]
    if not strange or len(names) < LEAST_LEFT or left < LEFT_FOR_EACH * len(strange):
        return
    if any(is_elsewhere(plan.terms[at].text) for at in strange):
        return
    yield without_terms(plan, strange), tuple(plan.terms[at].text for at in strange)


def _opened(engine: SearchEngine, plan: SearchPlan, lifted: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The next steps as they open: in place of a part of a tree the tree, once, however many parts were lifted."""
    keys = []
    for hit in lifted:
        kind = kind_named(hit.kind)
        keys.append(kind.opens(hit.ref) if kind and kind.opens else hit.key)
    known = {hit.key: hit for hit in lifted}
    known |= {hit.key: hit for hit in engine.fetch([key for key in dict.fromkeys(keys) if key not in known], plan)}
    return tuple(known[key] for key in dict.fromkeys(keys) if key in known)


def _answered_otherwise(engine: SearchEngine, plan: SearchPlan) -> str:
    """What may have been meant, where that is answered: nobody is asked whether they meant what leads nowhere too."""
    meant = plan.suggested_text or plan.corrected_text
    if not meant:
        return ""
    _, result = _answered(engine, replace(plan.query, text=meant, exact=True, limit=1))
    return meant if result.trust is Trust.SURE and result.total else ""


def _weak(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The first few, each place once: its In brief and its passages bear the same name."""
    different = {(hit.source, hit.title): hit for hit in reversed(hits)}
    return tuple(hit for hit in hits if different[hit.source, hit.title] is hit)[:WEAK_HITS]


def _unfiltered_total(engine: SearchEngine, plan: SearchPlan) -> int:
    without = replace(plan.query, kinds=(), sources=(), topics=(), statuses=(), page=1, limit=1)
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


def _rebuilt(engine: SearchEngine, progress: Progress | None = None) -> int:
    # Only what waits now: of an entry that is committed later, the change may not have been read.
    waiting = list(OutboxEntry.objects.filter(engine=engine.name).values_list("pk", flat=True))
    count = engine.rebuild(_everything(), _documents_of, progress)
    for at in range(0, len(waiting), BATCH):
        OutboxEntry.objects.filter(pk__in=waiting[at : at + BATCH]).delete()
    return count


def _documents_of(name: str, ref: str) -> list[SearchDocument]:
    """What an object has to be found by now; nothing where its kind is no more."""
    kind = kind_named(name)
    return [] if kind is None else [replace(each, ref=ref) for each in _checked(kind, kind.documents_for(ref))]


def _drained(engine: SearchEngine, **patience: float) -> int:
    written = 0
    ready = OutboxEntry.objects.filter(Q(attempts=0) | Q(due__lte=timezone.now()), engine=engine.name).order_by("id")
    if not ready.exists():
        return 0
    try:
        engine.check()
    except (IndexMissing, IndexBroken):
        # Building the index writes all of this too, and reading it now would be for nothing.
        return 0
    with engine.in_turn(**patience):
        while entries := list(ready[:BATCH]):
            done, failed = _write(engine, entries)
            OutboxEntry.objects.filter(pk__in=[entry.pk for entry in done]).delete()
            written += len({(entry.kind, entry.ref) for entry in done})
            if failed or len(entries) < BATCH:
                break
    return written


def _write(engine: SearchEngine, entries: list[OutboxEntry]) -> tuple[list[OutboxEntry], list[OutboxEntry]]:
    """Write each object once, however many entries name it. Returns the entries done and those that failed."""
    naming: dict[tuple[str, str], list[OutboxEntry]] = {}
    for entry in entries:
        naming.setdefault((entry.kind, entry.ref), []).append(entry)
    objects, failed = [], []
    for name, ref in naming:
        try:
            objects.append((name, ref, _documents_of(name, ref)))
        except Exception:
            logger.exception("search index: %s could not be read", name)
            failed.append((name, ref))
    try:
        refused = _write_objects(engine, objects)
    except (IndexMissing, IndexBroken):
        # Building the index writes these objects too.
        return [], entries
    failed += refused
    for each in failed:
        _put_off(naming[each])
    return (
        [entry for each in naming if each not in failed for entry in naming[each]],
        [entry for each in failed for entry in naming[each]],
    )


def _write_objects(engine: SearchEngine, objects: list[tuple[str, str, list[SearchDocument]]]) -> list[tuple[str, str]]:
    """Write objects together; where that fails each by itself, so that one does not hold up the others."""
    try:
        engine.replace_objects(objects)
    except SearchUnavailable:
        raise
    except Exception:
        if len(objects) > 1:
            return [refused for each in objects for refused in _write_objects(engine, [each])]
        logger.exception("search index: %s could not be written", objects[0][0])
        return [(objects[0][0], objects[0][1])]
    return []


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


def _drain_what_is_overdue(engine: SearchEngine) -> None:
    """What a process that died has left behind. One query now and then, when there is nothing."""
    now = time.monotonic()
    if now - _looked.get(engine.name, -LOOK_EVERY) < LOOK_EVERY:
        return
    _looked[engine.name] = now
    if OutboxEntry.objects.filter(engine=engine.name, due__lte=timezone.now()).exists():
        try:
            _drained(engine, patience=SHORT_PATIENCE)
        except SearchUnavailable:
            logger.warning("search outbox not drained before a search")


def _catch_up(engine: SearchEngine) -> None:
    """Write what an engine missed before it answers. `SearchUnavailable` where that takes longer than a search may."""
    overdue = OutboxEntry.objects.filter(engine=engine.name, due__lte=timezone.now())
    some = len(overdue.values_list("pk", flat=True)[: A_FEW + 1])
    if some > A_FEW:
        background.start(f"catch up {engine.name}", partial(_drained, engine))
        raise SearchUnavailable(f"The index of {engine.name} is catching up.")
    if some:
        _drained(engine, patience=SHORT_PATIENCE)


def _note_away(name: str, why: SearchUnavailable) -> None:
    if name not in _away:
        _away.add(name)
        logger.warning("search: %s does not answer, the embedded index does: %s", name, why)


def _note_back(name: str) -> None:
    if name in _away:
        _away.discard(name)
        logger.warning("search: %s answers again", name)


def first_hits(query: SearchQuery, words: Lexicon) -> tuple[Hit, ...]:
    """What stands first with this lexicon in place of the stored one: next steps, then the page of hits.

    From the engine that every portal has, without best bets. Nothing where no hit surely answers. Changes
    nothing. Raises `SearchUnavailable`.
    """
    answering = local_engine()
    plan = make_plan(query, words, answering.vocabulary(query.audience))
    _, result, _ = _rescued(answering, plan, answering.search(plan, next_step_kinds()))
    return (*_opened(answering, plan, result.lifted), *result.hits) if result.trust is Trust.SURE else ()
