"""From the files of `content/` to sources, figures, words, disagreements, topics and guidance pages.

Each item is loaded whole or not at all; a file that cannot be read is one failure and stops nothing else. Formats:
docs/content-formats.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.text import slugify
from wagtail.models import Page

from guidance.content_files import read_front_matter, read_list, required
from guidance.importing.errors import UnreadableSource
from guidance.models import Figure, GlossaryTerm, GuidancePage, SearchWords, Tension, TopicIndexPage, TopicPage
from guidance.services.importing import FACTS_FILE, load_outline
from guidance.starter import CannotLoad, Outcome, StarterContent, SyncResult, loaded_object, sync
from guidance.starter_pages import fill, publish_again, publish_new, site_root
from search.lexicon import DEFAULT_WEIGHT

TOPIC_INDEX_SLUG = "guidance"
#: Ids of blocks come from what they hold, so that loading the same file gives the same page.
_NAMESPACE = uuid.UUID("6f1f0a52-2d1e-4c0b-9f3a-7d5b8f2f4a11")


def load_guidance(folder: Path) -> list[SyncResult]:
    """Everything that stands by itself: sources, figures, glossary, words for search, disagreements and topics."""
    return [
        *load_sources(folder),
        *_load_file(folder / "figures.yaml", "figure", _figure),
        *_load_file(folder / "glossary.yaml", "glossary", _term),
        *_load_file(folder / "search-words.yaml", "search-words", _search_words),
        *_load_file(folder / "tensions.yaml", "tension", _tension),
        *load_topics(folder),
    ]


def load_sources(folder: Path) -> Iterator[SyncResult]:
    """The facts, sections and In briefs of each source, without its text."""
    for path in sorted((folder / "sources").glob(f"*/{FACTS_FILE}")):
        try:
            report = load_outline(path.parent)
        except (CannotLoad, UnreadableSource) as error:
            yield SyncResult("source", path.parent.name, Outcome.FAILED, str(error))
            continue
        yield report.source
        for key in report.kept:
            yield SyncResult("in-brief", f"{report.slug} {key}", Outcome.KEPT_LOCAL_EDIT, "It was edited here.")
        for key in report.unknown:
            yield SyncResult("in-brief", f"{report.slug} {key}", Outcome.FAILED, "The outline has no such section.")


def load_topics(folder: Path) -> list[SyncResult]:
    """The list of topics, then each topic."""
    index = sync(_topic_index())
    return [index, *_load_file(folder / "topics.yaml", "topic", _topic)]


def load_pages(folder: Path) -> list[SyncResult]:
    """The guidance pages. After the trees, which they lead to."""
    return [_load_page(path) for path in sorted((folder / "pages").glob("*.md"))]


def _load_file(path: Path, kind: str, item: Callable[[Mapping[str, Any], str], StarterContent]) -> Iterator[SyncResult]:
    try:
        entries = read_list(path)
    except CannotLoad as error:
        yield SyncResult("file", path.name, Outcome.FAILED, str(error))
        return
    for position, entry in enumerate(entries, start=1):
        try:
            yield sync(item(entry, f"{path.name}, item {position}"))
        except CannotLoad as error:
            yield SyncResult(kind, f"{path.stem} {position}", Outcome.FAILED, str(error))


def _load_page(path: Path) -> SyncResult:
    try:
        source = read_front_matter(path)
        return sync(_page(source.facts, source.body, path.name))
    except CannotLoad as error:
        return SyncResult("page", path.stem, Outcome.FAILED, str(error))


# Figures, words, disagreements


def _figure(entry: Mapping[str, Any], where: str) -> StarterContent:
    key, starts = required(entry, "id", where), required(entry, "from", where)
    values = {
        "key": key,
        "title": required(entry, "title", where),
        "value": required(entry, "value", where),
        "unit": required(entry, "unit", where),
        "jurisdiction": required(entry, "jurisdiction", where),
        "starts": starts,
        "ends": entry.get("until"),
        "citations": [_block(key, text, "citation", text) for text in entry.get("citations") or ()],
        "note": _one_text(entry.get("note")),
    }
    return _row("figure", f"{key} from {starts}", entry, Figure, {"key": key, "starts": starts}, values)


def _term(entry: Mapping[str, Any], where: str) -> StarterContent:
    term = str(required(entry, "term", where))
    slug = slugify(term)
    values = {
        "slug": slug,
        "term": term,
        "meaning": _one_text(required(entry, "meaning", where)),
        "age": entry.get("status") or GlossaryTerm.Age.CURRENT,
        "synonyms": _lines(entry.get("synonyms")),
        "sources": _lines(entry.get("found_in")),
        "see_also": _lines(entry.get("see_also")),
        "unprinted": _lines(entry.get("expansions_not_in_text")),
        "note": _one_text(entry.get("note")),
        **_for_search(entry),
    }
    return _row("glossary", slug, entry, GlossaryTerm, {"slug": slug}, values)


def _search_words(entry: Mapping[str, Any], where: str) -> StarterContent:
    term = str(required(entry, "term", where))
    slug = slugify(term)
    values = {
        "slug": slug,
        "term": term,
        "weight": float(entry.get("weight") or DEFAULT_WEIGHT),
        "note": _one_text(entry.get("note")),
        **_for_search(entry),
    }
    return _row("search-words", slug, entry, SearchWords, {"slug": slug}, values)


def _for_search(entry: Mapping[str, Any]) -> dict[str, str]:
    """Which words search takes for the term."""
    return {
        "searched": _lines(entry.get("search")),
        "typed": _lines(entry.get("typed")),
        "pairs": _lines(" = ".join(map(str, pair)) for pair in entry.get("pairs") or ()),
        "ambiguous": _lines(entry.get("ambiguous")),
        "context": _lines(entry.get("context")),
    }


def _tension(entry: Mapping[str, Any], where: str) -> StarterContent:
    key = required(entry, "id", where)
    sides = [
        _block(key, position, "side", {"says": _one_text(side.get("says")), "citations": side.get("citations") or []})
        for position, side in enumerate(required(entry, "sides", where))
    ]
    values = {
        "key": key,
        "title": required(entry, "title", where),
        "sides": sides,
        "we_follow": _one_text(required(entry, "we_follow", where)),
    }
    return _row("tension", key, entry, Tension, {"key": key}, values)


def _row(
    kind: str,
    key: str,
    entry: Mapping[str, Any],
    model: type[models.Model],
    name: Mapping[str, Any],
    values: Mapping[str, Any],
) -> StarterContent:
    def save(obj: models.Model) -> models.Model:
        fill(obj, values)
        obj.full_clean()
        obj.save()
        return obj

    return StarterContent(
        kind,
        key,
        dict(entry),
        find=lambda: model._default_manager.filter(**name).first(),
        create=lambda: save(model()),
        update=save,
    )


# Topics and pages


def _topic_index() -> StarterContent:
    values = {"title": "Guidance", "slug": TOPIC_INDEX_SLUG}
    return StarterContent(
        "topic-index",
        TOPIC_INDEX_SLUG,
        values,
        find=TopicIndexPage.objects.first,
        create=lambda: publish_new(TopicIndexPage(), values, site_root()),
        update=partial(publish_again, values=values),
    )


def _topic(entry: Mapping[str, Any], where: str) -> StarterContent:
    slug = required(entry, "slug", where)
    values = {
        "title": required(entry, "title", where),
        "slug": slug,
        "summary": _one_text(required(entry, "summary", where)),
        "order": entry.get("order") or 0,
    }
    return StarterContent(
        "topic",
        slug,
        dict(entry),
        find=TopicPage.objects.filter(slug=slug).first,
        create=lambda: publish_new(TopicPage(), values, _parent("topic-index", TOPIC_INDEX_SLUG, TopicIndexPage)),
        update=partial(publish_again, values=values),
    )


def _page(facts: Mapping[str, Any], body: str, where: str) -> StarterContent:
    slug = required(facts, "slug", where)
    topic = required(facts, "topic", where)
    trees = _trees(facts.get("trees") or ())
    tensions = _by_key(Tension, facts.get("disagreements") or (), where)
    values = {
        "title": required(facts, "title", where),
        "slug": slug,
        "summary": _one_text(required(facts, "summary", where)),
        "owned_by": facts.get("owner") or "",
        "reviewed": facts.get("reviewed"),
        "next_review": facts.get("next_review"),
        "trees": [_block(slug, tree.slug, "tree", tree.pk) for tree in trees],
        "recommendations": [
            _block(slug, required(entry, "id", where), "recommendation", _recommendation(entry, where))
            for entry in facts.get("recommendations") or ()
        ],
        "body": [_block(slug, "body", "markdown", body)] if body.strip() else [],
        "disagreements": [_block(slug, tension.key, "tension", tension.pk) for tension in tensions],
        "gaps": [_block(slug, text, "gap", text) for text in facts.get("gaps") or ()],
        "update_notes": [
            _block(slug, f"{note['date']} {note['text']}", "note", {"date": str(note["date"]), "text": note["text"]})
            for note in facts.get("update_notes") or ()
        ],
    }
    # A tree that comes later changes what the page can lead to, so it counts as a change of the item.
    data = {**facts, "body": body, "trees found": [tree.slug for tree in trees]}
    return StarterContent(
        "page",
        slug,
        data,
        find=GuidancePage.objects.filter(slug=slug).first,
        create=lambda: publish_new(GuidancePage(), values, _parent("topic", topic, TopicPage)),
        update=partial(publish_again, values=values),
    )


def _recommendation(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    at = f"{where}, recommendation {entry['id']}"
    return {
        "anchor": entry["id"],
        "text": _one_text(required(entry, "text", at)),
        "strength": required(entry, "strength", at),
        "basis": required(entry, "basis", at),
        "citations": entry.get("citations") or [],
        "why": _one_text(required(entry, "why", at)),
    }


def _block(*parts: Any) -> dict[str, Any]:
    """One block of a stream: the parts that name it, its type, its value."""
    *names, block_type, value = parts
    return {
        "type": block_type,
        "value": value,
        "id": str(uuid.uuid5(_NAMESPACE, " ".join(map(str, (*names, block_type))))),
    }


def _parent(kind: str, key: str, model: type[Page]) -> Page:
    """The page that was loaded under this name, or one that was made here with the same slug."""
    found = loaded_object(kind, key) or model.objects.filter(slug=key).first()
    if found is None:
        raise CannotLoad(f"The {model._meta.verbose_name} “{key}” that it belongs under is not there.")
    return Page.objects.get(pk=found.pk).specific


def _trees(slugs: Iterable[str]) -> list[Page]:
    """The trees with these slugs, in this order. The trees' app stands above this one and is known by name only."""
    found = {
        page.slug: page
        for page in Page.objects.filter(
            content_type__app_label="decision_trees", content_type__model="treepage", slug__in=list(slugs)
        )
    }
    return [found[slug] for slug in slugs if slug in found]


def _by_key(model: type[Tension], keys: Iterable[str], where: str) -> list[Tension]:
    rows = {row.key: row for row in model.objects.filter(key__in=list(keys))}
    missing = [key for key in keys if key not in rows]
    if missing:
        raise CannotLoad(f"{where}: no disagreement is recorded as {', '.join(missing)}.")
    return [rows[key] for key in keys]


def _lines(items: Iterable[Any] | None) -> str:
    return "\n".join(str(item).strip() for item in items or ())


def _one_text(text: Any) -> str:
    """A folded YAML text without the blanks around it."""
    return str(text or "").strip()
