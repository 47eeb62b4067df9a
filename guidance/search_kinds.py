"""What guidance gives to the search: passages, In briefs, guidance pages, recommendations and the glossary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.html import strip_tags

from guidance import markdown
from guidance.citations import passage_url, resolve_texts, rests_on_historic_text, section_url
from guidance.generation import remembered
from guidance.importing.document import PassageKind
from guidance.licensing import may_be_searched, shown_text
from guidance.models import Edition, GlossaryTerm, GuidancePage, Passage, SearchWords, Section, Source, TopicPage
from guidance.search_audience import audience_of_page
from search.documents import SearchDocument
from search.engine import register_lexicon
from search.kinds import SearchKind, Suggested, register_kind
from search.lexicon import LexiconGroup, groups_from_glossary

PASSAGE, IN_BRIEF, PAGE, RECOMMENDATION, GLOSSARY = "passage", "in-brief", "page", "recommendation", "glossary"
#: What a passage is worth as an answer: an address or a reference holds the words and says nothing.
WEIGHTS = {
    PassageKind.REFERENCE.value: 0.3,
    PassageKind.FRONT_MATTER.value: 0.3,
    PassageKind.LETTER.value: 0.5,
    PassageKind.TABLE_CAPTION.value: 0.7,
    PassageKind.FIGURE_CAPTION.value: 0.7,
}
#: A term explains a word; the guidance and the passages that use it are the better answer.
TERM_WEIGHT = 0.7
ROLE_WEIGHTS = {"front": 0.3, "contents": 0.3, "references": 0.3, "letter": 0.5, "figures": 0.7}
_NUMBERED_ITEM = re.compile(r", (item \d+)$")
NOT_SHOWN = "The licence of this document lets us show no extract of this passage."


# Passages and In briefs


def passages() -> Iterator[SearchDocument]:
    """Every passage of the current editions that may be found."""
    for edition in _current_editions():
        sections = {section.pk: section for section in edition.sections.all()}
        rows = Passage.objects.filter(section__edition=edition).order_by("section__order", "order")
        yield from _passage_documents(rows.iterator(chunk_size=500), edition, sections)


def passages_of_section(ref: str) -> Iterator[SearchDocument]:
    """The passages of one section."""
    section, edition, sections = _section_and_edition(ref)
    if section and edition:
        yield from _passage_documents(section.passages.order_by("order"), edition, sections)


def in_briefs() -> Iterator[SearchDocument]:
    for edition in _current_editions():
        sections = {section.pk: section for section in edition.sections.all()}
        yield from (_in_brief(section, edition, sections) for section in sections.values() if section.in_brief)


def in_brief_of(ref: str) -> Iterator[SearchDocument]:
    section, edition, sections = _section_and_edition(ref)
    if section and edition and section.in_brief:
        yield _in_brief(section, edition, sections)


def _passage_documents(
    rows: Iterable[Passage], edition: Edition, sections: dict[int, Section]
) -> Iterator[SearchDocument]:
    source = edition.source
    for passage in rows:
        if not may_be_searched(passage, source):
            continue
        section = sections[passage.section_id]
        shown = shown_text(passage, source)
        table = passage.table or {}
        yield SearchDocument(
            key=f"passage:{passage.passage_id}",
            ref=str(section.pk),
            kind=PASSAGE,
            title=str(section),
            body=passage.plain,
            url=passage_url(source.slug, edition.label, section.slug, passage.passage_id),
            suggested_at=section_url(source.slug, edition.label, section.slug),
            path=_path(section, source, sections),
            source=source.slug,
            section=_place_of(passage, section, table),
            labels=((source.slug, str(source)),),
            year=edition.year,
            historic=source.status != Source.Status.CURRENT,
            shown="" if shown.is_whole else shown.plain or NOT_SHOWN,
            # What we say of a section helps to find its passages: measured, two points of nDCG in a hundred.
            extra=" ".join(
                [str(table.get("caption") or ""), *map(str, table.get("head") or ()), section.in_brief]
            ).strip(),
            weight=WEIGHTS.get(passage.kind, 1.0) * ROLE_WEIGHTS.get(section.role, 1.0),
        )


def _place_of(passage: Passage, section: Section, table: dict[str, Any]) -> str:
    """The grouping key: a table, and an item of a numbered list, is a place of its own, not more of the same."""
    numbered = _NUMBERED_ITEM.search(passage.locator)
    own = table.get("label") or (numbered.group(1) if numbered else "")
    return f"{section.key} > {own}" if own else section.key


def _in_brief(section: Section, edition: Edition, sections: dict[int, Section]) -> SearchDocument:
    source = edition.source
    return SearchDocument(
        key=f"in-brief:{section.pk}",
        ref=str(section.pk),
        kind=IN_BRIEF,
        title=str(section),
        body=section.in_brief,
        url=section_url(source.slug, edition.label, section.slug),
        path=_path(section, source, sections),
        source=source.slug,
        section=section.key,
        labels=((source.slug, str(source)),),
        year=edition.year,
        historic=source.status != Source.Status.CURRENT,
    )


def _current_editions() -> Iterable[Edition]:
    return Edition.objects.filter(is_current=True).select_related("source").order_by("source__slug")


def _section_and_edition(ref: str) -> tuple[Section | None, Edition | None, dict[int, Section]]:
    """A section of a current edition with all its neighbours; nothing where it is gone or of an older edition."""
    section = Section.objects.filter(pk=ref, edition__is_current=True).select_related("edition__source").first()
    if section is None:
        return None, None, {}
    return section, section.edition, {each.pk: each for each in section.edition.sections.all()}


def _path(section: Section, source: Source, sections: dict[int, Section]) -> tuple[str, ...]:
    """Where a section stands: the source, then the sections above it."""
    above: list[str] = []
    parent = sections.get(section.parent_id) if section.parent_id else None
    while parent is not None:
        above.insert(0, str(parent))
        parent = sections.get(parent.parent_id) if parent.parent_id else None
    return (str(source), *above)


# Guidance pages and recommendations


def pages() -> Iterator[SearchDocument]:
    """Topics and guidance pages."""
    topics = _topics()
    for topic in topics.values():
        yield from _topic_documents(topic)
    for page in GuidancePage.objects.live():
        yield from _page_documents(page, topics)


def page_of(ref: str) -> Iterator[SearchDocument]:
    for topic in TopicPage.objects.live().filter(pk=ref):
        yield from _topic_documents(topic)
    for page in GuidancePage.objects.live().filter(pk=ref):
        yield from _page_documents(page, _topics())


def recommendations() -> Iterator[SearchDocument]:
    topics = _topics()
    for page in GuidancePage.objects.live():
        yield from _recommendation_documents(page, topics)


def recommendations_of(ref: str) -> Iterator[SearchDocument]:
    for page in GuidancePage.objects.live().filter(pk=ref):
        yield from _recommendation_documents(page, _topics())


def _topics() -> dict[str, TopicPage]:
    return {topic.path: topic for topic in TopicPage.objects.live()}


def _topic_documents(topic: TopicPage) -> Iterator[SearchDocument]:
    audience = audience_of_page(topic)
    if audience:
        yield SearchDocument(
            key=f"page:{topic.pk}",
            ref=str(topic.pk),
            kind=PAGE,
            title=topic.title,
            body=topic.summary,
            url=topic.get_url() or "",
            path=("Guidance",),
            topics=(topic.slug,),
            labels=((topic.slug, topic.title),),
            audience=audience,
        )


def _page_documents(page: GuidancePage, topics: dict[str, TopicPage]) -> Iterator[SearchDocument]:
    audience = audience_of_page(page)
    if audience:
        yield SearchDocument(
            key=f"page:{page.pk}",
            ref=str(page.pk),
            kind=PAGE,
            title=page.title,
            body=f"{page.summary} {_plain_body(page)}".strip(),
            url=page.get_url() or "",
            audience=audience,
            updated=page.last_published_at.date() if page.last_published_at else None,
            **_place(page, topics),
        )


def _recommendation_documents(page: GuidancePage, topics: dict[str, TopicPage]) -> Iterator[SearchDocument]:
    audience = audience_of_page(page)
    if not audience:
        return
    place = _place(page, topics)
    place["path"] = (*place["path"], page.title)
    for block in page.recommendations:
        value = block.value
        cited = resolve_texts(value["citations"]).values()
        years = {found.year for found in cited if found.year}
        yield SearchDocument(
            key=f"recommendation:{page.pk}:{value['anchor']}",
            ref=str(page.pk),
            kind=RECOMMENDATION,
            title=f"{page.title}: recommendation {value['anchor'].removeprefix('r')}",
            body=f"{value['text']} {value['why']}".strip(),
            url=f"{page.get_url() or ''}#{value['anchor']}",
            section=page.slug,
            year=min(years, default=None),
            historic=rests_on_historic_text(cited),
            audience=audience,
            **place,
        )


def _place(page: GuidancePage, topics: dict[str, TopicPage]) -> dict[str, Any]:
    topic = topics.get(page.path[: -page.steplen])
    if topic is None:
        return {"path": ("Guidance",)}
    return {"path": ("Guidance", topic.title), "topics": (topic.slug,), "labels": ((topic.slug, topic.title),)}


def _plain_body(page: GuidancePage) -> str:
    """The words of the background, without markup or citation marks."""
    parts: list[str] = []
    for block in page.body:
        if block.block_type == "markdown":
            parts.append(markdown.render(block.value).html)
        elif block.block_type == "call_out":
            parts.append(f"{block.value['title']} {markdown.render(block.value['text']).html}")
        else:
            parts.append(str(block.render()))
    text = re.sub(r"\s+", " ", strip_tags(" ".join(parts)))
    return re.sub(r"\s+([.,;:])", r"\1", text).strip()


# Glossary


def terms() -> Iterator[SearchDocument]:
    yield from (_term(term) for term in GlossaryTerm.objects.all())


def term_of(ref: str) -> Iterator[SearchDocument]:
    yield from (_term(term) for term in GlossaryTerm.objects.filter(pk=ref))


def _term(term: GlossaryTerm) -> SearchDocument:
    return SearchDocument(
        key=f"glossary:{term.slug}",
        ref=str(term.pk),
        kind=GLOSSARY,
        title=term.term,
        body=term.meaning,
        url=f"/glossary/#term-{term.slug}",
        path=("Glossary",),
        historic=term.age == GlossaryTerm.Age.OLD,
        extra=" ".join((*term.lines("synonyms"), *term.lines("searched"), *term.lines("typed"))),
        weight=TERM_WEIGHT,
    )


def glossary_words() -> tuple[LexiconGroup, ...]:
    """The words that search takes for one another by the glossary: the same tuple until they change."""
    return _words_of(GlossaryTerm)


def search_words() -> tuple[LexiconGroup, ...]:
    """The words that search takes for one another besides the glossary: the same tuple until they change."""
    return _words_of(SearchWords)


#: The last groups of each kind of words. Most changes of the content change no words, and then the lexicon stays.
_last_words: dict[type[GlossaryTerm] | type[SearchWords], tuple[LexiconGroup, ...]] = {}


def _words_of(model: type[GlossaryTerm] | type[SearchWords]) -> tuple[LexiconGroup, ...]:
    memory = remembered("search words")
    if model not in memory:
        groups = tuple(group for row in model.objects.order_by("slug") for group in groups_of(row))
        last = _last_words.get(model)
        memory[model] = _last_words[model] = last if last is not None and last == groups else groups
    groups_now: tuple[LexiconGroup, ...] = memory[model]
    return groups_now


def entry_of(row: GlossaryTerm | SearchWords) -> str:
    """How the groups of the lexicon name the row that they were made of."""
    return f"{row._meta.label_lower}:{row.pk}"


def groups_of(row: GlossaryTerm | SearchWords) -> list[LexiconGroup]:
    """What one row adds to the lexicon, whether it is saved or not."""
    return groups_from_glossary(
        [
            {
                "term": row.term,
                "search": row.lines("searched"),
                "typed": row.lines("typed"),
                "pairs": [[part.strip() for part in pair.split("=", 1)] for pair in row.lines("pairs") if "=" in pair],
                "ambiguous": row.lines("ambiguous"),
                "context": row.lines("context"),
                "weight": getattr(row, "weight", None),
                "entry": entry_of(row),
            }
        ]
    )


#: A section is suggested once, whether its passages are here, its In brief, or both.
SECTION = Suggested("Section")

register_kind(
    SearchKind(
        PAGE,
        "Guidance pages",
        pages,
        page_of,
        order=20,
        one="Guidance page",
        suggested=Suggested("Guidance page"),
    )
)
register_kind(
    SearchKind(RECOMMENDATION, "Recommendations", recommendations, recommendations_of, order=22, one="Recommendation"),
)
register_kind(
    SearchKind(PASSAGE, "Passages", passages, passages_of_section, order=30, one="Passage", suggested=SECTION)
)
register_kind(SearchKind(IN_BRIEF, "In briefs", in_briefs, in_brief_of, order=32, one="In brief", suggested=SECTION))
register_kind(
    SearchKind(
        GLOSSARY, "Glossary", terms, term_of, order=50, one="Glossary term", suggested=Suggested("Glossary term")
    )
)
register_lexicon("glossary", glossary_words)
register_lexicon("search words", search_words)
