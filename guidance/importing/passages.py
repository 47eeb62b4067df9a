"""From the blocks of a section to its passages, each with its words, its Markdown and a locator a person can cite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from guidance.importing.blocks import Block, BlockKind, Notes, caption_number, is_call_out, leads_in
from guidance.importing.document import ImportedPassage, ImportedTable, PassageKind
from guidance.importing.facts import OutlineEntry, SectionRole
from guidance.importing.fingerprint import passage_id, text_hash
from guidance.importing.inline import inside_markdown, to_markdown
from guidance.importing.tables import is_head, row_markdown

#: A passage is something a person can take in at a glance; longer lists are cut between items.
MOST_WORDS = 400


@dataclass(frozen=True)
class Draft:
    """A passage before it has an id and a locator."""

    kind: PassageKind
    markdown: str
    plain: str
    first_line: int
    last_line: int
    table: ImportedTable | None = None
    row: int | None = None
    cells: tuple[str, ...] = ()
    #: Number of a numbered item or reference that is a passage of its own.
    item: int | None = None
    continued: bool = False


def drafts_of(blocks: Sequence[Block], role: SectionRole, title: str, notes: Notes) -> Iterator[Draft]:
    """Gather the blocks of one section into passages."""
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if block.kind in {BlockKind.ROW, BlockKind.TABLE_CAPTION}:
            length, drafts = _table(blocks[index:], title)
        elif block.kind is BlockKind.ITEM or (leads_in(block) and _kind_at(blocks, index + 1) is BlockKind.ITEM):
            length, drafts = _list(blocks[index:], role)
        elif leads_in(block) and _kind_at(blocks, index + 1) is BlockKind.QUOTATION:
            length, drafts = 2, [_joined([block, blocks[index + 1]], PassageKind.QUOTATION)]
        else:
            if leads_in(block) and role is SectionRole.TEXT:
                notes.add("lead-in-without-list", block.first_line, "It ends with a colon and no list follows.")
            length, drafts = 1, [_joined([block], _kind_of(block, role))]
        yield from drafts
        index += length


def _kind_at(blocks: Sequence[Block], index: int) -> BlockKind | None:
    return blocks[index].kind if index < len(blocks) else None


def _kind_of(block: Block, role: SectionRole) -> PassageKind:
    if block.kind is BlockKind.CONTACT:
        return PassageKind.CONTACT
    if block.kind is BlockKind.QUOTATION:
        return PassageKind.QUOTATION
    if block.kind is BlockKind.FIGURE_CAPTION:
        return PassageKind.FIGURE_CAPTION
    if is_call_out(block, "Example"):
        return PassageKind.EXAMPLE
    if is_call_out(block, "Practice point"):
        return PassageKind.PRACTICE_POINT
    by_role = {
        SectionRole.REFERENCES: PassageKind.REFERENCE,
        SectionRole.LETTER: PassageKind.LETTER,
        SectionRole.FRONT: PassageKind.FRONT_MATTER,
    }
    return by_role.get(role, PassageKind.PARAGRAPH)


def _joined(blocks: Sequence[Block], kind: PassageKind) -> Draft:
    return Draft(
        kind=kind,
        markdown="\n\n".join(_block_markdown(block) for block in blocks),
        plain=" ".join(block.plain for block in blocks),
        first_line=blocks[0].first_line,
        last_line=blocks[-1].last_line,
    )


def _block_markdown(block: Block) -> str:
    if block.cells:
        return row_markdown((), block.cells)
    texts = [to_markdown(text) for text in (block.text, *block.more)]
    if block.lead_phrase:
        texts[0] = f"**{to_markdown(block.lead_phrase)}**{inside_markdown(block.text[len(block.lead_phrase) :])}"
    if block.kind is BlockKind.QUOTATION:
        return "\n>\n".join(f"> {text}" for text in texts)
    return "\n\n".join(texts)


def _list(blocks: Sequence[Block], role: SectionRole) -> tuple[int, list[Draft]]:
    lead = [] if blocks[0].kind is BlockKind.ITEM else [blocks[0]]
    items: list[Block] = []
    for block in blocks[len(lead) :]:
        if block.kind is not BlockKind.ITEM:
            break
        items.append(block)
    length = len(lead) + len(items)
    outermost = min(item.level for item in items)
    items = [replace(item, level=item.level - outermost) for item in items]
    total = sum(block.word_count for block in [*lead, *items])
    own_passages = items[0].number is not None and (role is SectionRole.REFERENCES or total > MOST_WORDS)
    if own_passages:
        kind = PassageKind.REFERENCE if role is SectionRole.REFERENCES else PassageKind.PARAGRAPH
        return length, [
            *(_joined([block], _kind_of(block, role)) for block in lead),
            *(_of_items([], [item], kind, item.number) for item in items),
        ]
    kind = PassageKind.LIST
    if lead and _kind_of(lead[0], role) in {PassageKind.EXAMPLE, PassageKind.PRACTICE_POINT}:
        kind = _kind_of(lead[0], role)
    if role in {SectionRole.LETTER, SectionRole.FRONT}:
        kind = _kind_of(items[0], role)
    drafts = []
    for number, (part_lead, part) in enumerate(_parts(lead, items)):
        drafts.append(replace(_of_items(part_lead, part, kind, None), continued=number > 0))
    return length, drafts


def _parts(lead: list[Block], items: list[Block]) -> Iterator[tuple[list[Block], list[Block]]]:
    part: list[Block] = []
    words = sum(block.word_count for block in lead)
    for item in items:
        if part and words + item.word_count > MOST_WORDS:
            yield lead, part
            lead, part, words = [], [], 0
        part.append(item)
        words += item.word_count
    yield lead, part


def _of_items(lead: Sequence[Block], items: Sequence[Block], kind: PassageKind, number: int | None) -> Draft:
    texts = [_block_markdown(block) for block in lead]
    texts.append("\n".join(_item_markdown(item) for item in items))
    blocks = [*lead, *items]
    return Draft(
        kind=kind,
        markdown="\n\n".join(texts),
        plain=" ".join(block.plain for block in blocks),
        first_line=blocks[0].first_line,
        last_line=blocks[-1].last_line,
        item=number,
    )


def _item_markdown(item: Block) -> str:
    mark = f"{item.number}." if item.number is not None else "-"
    return f"{'    ' * item.level}{mark} {to_markdown(item.text)}"


def _table(blocks: Sequence[Block], title: str) -> tuple[int, list[Draft]]:
    """Read a caption and its rows, wherever the caption stands."""
    rows: list[Block] = []
    caption: Block | None = None
    length = 0
    for block in blocks:
        if block.kind is BlockKind.TABLE_CAPTION and (caption is None and (not rows or block.text[:5] != "Table")):
            caption = block
        elif block.kind is BlockKind.ROW or (block.kind is BlockKind.CONTACT and block.cells):
            rows.append(block)
        else:
            break
        length += 1
    head: tuple[str, ...] = ()
    if rows and is_head(rows[0].cells, [row.cells for row in rows[1:]]):
        head = tuple(cell.plain for cell in rows[0].cells)
    text = caption.plain if caption else ""
    number = caption_number(caption.text) if caption else None
    table = ImportedTable(label=f"Table {number}" if number else title, caption=text, number=number, head=head)
    drafts = [_row_draft(row, place, table) for place, row in enumerate(rows[1:] if head else rows, start=1)]
    if caption:
        drafts.insert(0, replace(_joined([caption], PassageKind.TABLE_CAPTION), table=table))
    return length, drafts


def _row_draft(row: Block, place: int, table: ImportedTable) -> Draft:
    return Draft(
        kind=PassageKind.CONTACT if row.kind is BlockKind.CONTACT else PassageKind.TABLE_ROW,
        markdown=row_markdown(table.head, row.cells),
        plain=row.plain,
        first_line=row.first_line,
        last_line=row.last_line,
        table=table,
        row=place,
        cells=tuple(cell.markdown for cell in row.cells),
    )


class Finisher:
    """Gives drafts their ids, ordinals and locators. One for an edition, since ids must not repeat."""

    def __init__(self, source_slug: str, edition_label: str) -> None:
        self._source = source_slug
        self._edition = edition_label

    def finish(self, drafts: Sequence[Draft], entry: OutlineEntry, place: str) -> Iterator[ImportedPassage]:
        """Yield the passages of one section. `place` names the section in locators."""
        counts: dict[str, int] = {}
        repeats: dict[str, int] = {}
        drafts = [draft for draft in drafts if draft.plain]
        for ordinal, draft in enumerate(drafts, start=1):
            hash_ = text_hash(draft.plain)
            repeat = repeats.get(hash_, 0)
            repeats[hash_] = repeat + 1
            yield ImportedPassage(
                id=passage_id(self._source, self._edition, entry.key, hash_, repeat),
                section_key=entry.key,
                ordinal=ordinal,
                kind=draft.kind,
                markdown=draft.markdown,
                plain=draft.plain,
                hash=hash_,
                locator=_locator(draft, place, counts),
                first_line=draft.first_line,
                last_line=draft.last_line,
                table=draft.table,
                row=draft.row,
                cells=draft.cells,
            )


def _locator(draft: Draft, place: str, counts: dict[str, int]) -> str:
    if draft.table is not None:
        label = draft.table.label if draft.table.number else place
        return (
            f"{label}, row {draft.row}" if draft.row else (label if draft.table.number else f"{place}, table caption")
        )
    if draft.kind is PassageKind.FIGURE_CAPTION:
        return f"{place}, {' '.join(draft.plain.split()[:2]).rstrip('.:')}"
    if draft.item is not None:
        return f"{place}, {'reference' if draft.kind is PassageKind.REFERENCE else 'item'} {draft.item}"
    word = {
        PassageKind.EXAMPLE: "example",
        PassageKind.PRACTICE_POINT: "practice point",
        PassageKind.REFERENCE: "reference",
    }.get(draft.kind, "paragraph")
    if not draft.continued:
        counts[word] = counts.get(word, 0) + 1
        counts["parts"] = 1
        return f"{place}, {word} {counts[word]}"
    counts["parts"] += 1
    return f"{place}, {word} {counts[word]}, part {counts['parts']}"
