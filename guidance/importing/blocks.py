"""From the lines of a section to its blocks: paragraphs, items, table rows, captions; and the mending of breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from guidance.importing.document import Doubt
from guidance.importing.facts import Aside, ReadingHints, SectionRole
from guidance.importing.fingerprint import normalised
from guidance.importing.inline import to_plain
from guidance.importing.lines import Line
from guidance.importing.tables import Cell, cell_of

_BULLET = re.compile(r"^(\s*)(?:[-–](?=\s)|[•·▪◦])\s*(?:·\s*)?(?=\S)")
_STAR = re.compile(r"^(\s*)[*+]\s+(?=\S)")
_NUMBER = re.compile(r"^(\s*)(\d{1,3})[.)]\s+(?=\S)")
_CAPTION = re.compile(r"^(Table|Figure)\s+(\d+[A-Za-z]?)\s*[.:–-]\s+\S")
_CALL_OUT = re.compile(r"^(Example|Practice point)\s*:\s", re.I)
_REFERENCE_MARK_END = re.compile("[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+$")
_CONTACT = re.compile(
    r"\b(?:tel(?:ephone)?|fax|phone)\b[.:]?\s*\+?[\d(]|\S+@\S+\.\w|\b[A-Z]{1,2}\d[\dA-Z]?\s\d[A-Z]{2}\b", re.I
)
_DAMAGED_PLACEHOLDER = re.compile(r"^[^<>]*>|<[^<>]*$")
#: A first part shorter than this that lacks an end mark is more likely a label than half a sentence.
_FEWEST_WORDS_OF_HALF_A_SENTENCE = 12
_MOST_WORDS_OF_A_LABEL = 6
_MOST_WORDS_OF_A_SHORT_LINE = 8
_MOST_WORDS_OF_A_CAPTION = 25
_MOST_WORDS_OF_RESIDUE = 12
_MOST_BLOCKS_OF_A_QUOTATION = 4


class BlockKind(Enum):
    """What a block is, before it is part of a passage."""

    PARAGRAPH = auto()
    ITEM = auto()
    ROW = auto()
    TABLE_CAPTION = auto()
    FIGURE_CAPTION = auto()
    QUOTATION = auto()
    CONTACT = auto()


@dataclass(frozen=True)
class Block:
    """A paragraph, an item or a row, with the lines it came from."""

    kind: BlockKind
    text: str
    first_line: int
    last_line: int
    level: int = 0
    #: An item whose mark is a star may turn out to be a footnote.
    starred: bool = False
    #: Number of a numbered item.
    number: int | None = None
    cells: tuple[Cell, ...] = ()
    #: Paragraph breaks within the block (a quotation over several, a letter's short lines), as texts.
    more: tuple[str, ...] = ()
    lead_phrase: str = ""

    @property
    def plain(self) -> str:
        if self.cells:
            return " ".join(cell.plain for cell in self.cells)
        return to_plain(" ".join([self.text, *self.more]))

    @property
    def word_count(self) -> int:
        return len(self.plain.split())


@dataclass
class Notes:
    """Doubts gathered on the way, each with the section it arose in."""

    section: str
    doubts: list[Doubt]

    def add(self, code: str, line: int, detail: str) -> None:
        self.doubts.append(Doubt(code, f"{self.section}, line {line}", detail))


def blocks_of(
    lines: Sequence[Line], hints: ReadingHints, role: SectionRole, notes: Notes, one_a_line: bool
) -> list[Block]:
    """Find the blocks of one section's text, mended and in order."""
    blocks = _split_lines(lines, notes, one_a_line)
    blocks = [part for block in blocks for part in _without_remarks(block, hints)]
    blocks = _with_captions(blocks)
    blocks = _rows_mended(blocks, notes)
    if role is SectionRole.REFERENCES:
        return _references_mended(blocks, notes)
    if role is SectionRole.FIGURES:
        blocks = _without_residue(blocks, notes)
    if role not in {SectionRole.LETTER, SectionRole.CONTACT}:
        blocks = _sentences_mended(blocks, notes)
    blocks = _fused_split(blocks, hints)
    if role is SectionRole.LETTER:
        _note_damaged_placeholders(blocks, notes)
    if role in {SectionRole.LETTER, SectionRole.FRONT}:
        blocks = _short_lines_joined(blocks)
    blocks = _labels_joined(_quotations_joined(blocks), hints)
    return [_phrase_marked(_contact_marked(block, role), hints) for block in blocks]


def _split_lines(lines: Sequence[Line], notes: Notes, one_a_line: bool) -> list[Block]:
    numbers = {int(match.group(2)) for line in lines if (match := _NUMBER.match(line.text))}
    blocks: list[Block] = []
    after_blank = True
    for index, line in enumerate(lines):
        if line.blank:
            after_blank = True
            continue
        block = _row(line) or _item(line, numbers)
        fresh = after_blank or one_a_line
        if block is None:
            block = _paragraph(lines, index, blocks, fresh, notes)
        if block is None:
            blocks[-1] = _joined(blocks[-1], line.text.strip(), line.number)
        else:
            blocks.append(block)
        after_blank = False
    return _lone_stars_as_notes(blocks)


def _row(line: Line) -> Block | None:
    if not line.tabbed:
        return None
    cells = tuple(cell_of(cell) for cell in line.text.rstrip("\t ").split("\t"))
    return Block(BlockKind.ROW, "", line.number, line.number, cells=cells)


def _item(line: Line, numbers: set[int]) -> Block | None:
    bullet = _BULLET.match(line.text) or _STAR.match(line.text)
    if bullet:
        level = 1 if len(bullet.group(1)) == 1 else 0
        text, starred = line.text[bullet.end() :].strip(), bullet.group(0).strip() == "*"
        return Block(BlockKind.ITEM, text, line.number, line.number, level=level, starred=starred)
    match = _NUMBER.match(line.text)
    if match and numbers & {int(match.group(2)) - 1, int(match.group(2)) + 1}:
        text = line.text[match.end() :].strip()
        return Block(BlockKind.ITEM, text, line.number, line.number, number=int(match.group(2)))
    return None


def _paragraph(lines: Sequence[Line], index: int, blocks: list[Block], fresh: bool, notes: Notes) -> Block | None:
    """Start a block at this line, or return None when the line goes on with the last one."""
    line = lines[index]
    last = blocks[-1] if blocks else None
    if not fresh and last is not None and last.kind is not BlockKind.ROW:
        return None
    text = line.text.strip()
    if line.text.startswith(" ") and fresh and last is not None:
        following = next((after for after in lines[index + 1 :] if not after.blank), None)
        in_list = last.kind is BlockKind.ITEM or (
            last.text.endswith(":") and following is not None and _BULLET.match(following.text) is not None
        )
        if in_list:
            notes.add("lost-bullet", line.number, "A line set in like an item has no bullet. It is read as an item.")
            return Block(BlockKind.ITEM, text, line.number, line.number)
    return Block(BlockKind.PARAGRAPH, text, line.number, line.number)


def _joined(block: Block, text: str, last_line: int) -> Block:
    return replace(block, text=f"{block.text} {text}", last_line=last_line)


def _lone_stars_as_notes(blocks: list[Block]) -> list[Block]:
    """A single `* ...` with no list around it is a footnote: its star belongs to the text."""

    def lone(index: int) -> bool:
        before = blocks[index - 1] if index else None
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        neighbours = [block for block in (before, after) if block is not None and block.kind is BlockKind.ITEM]
        return not neighbours and (before is None or not before.text.endswith(":"))

    return [
        replace(block, kind=BlockKind.PARAGRAPH, text=f"* {block.text}") if block.starred and lone(i) else block
        for i, block in enumerate(blocks)
    ]


def _without_remarks(block: Block, hints: ReadingHints) -> list[Block]:
    """Cut interface remarks out of a block, and set words shown beside a sentence after it."""
    if block.kind is BlockKind.ROW:
        return [block]
    text, asides = block.text, []
    for cut in hints.cut:
        text, _ = _taken_out(text, cut)
    for aside in hints.aside:
        text, taken = _taken_out(text, aside)
        asides += [replace(block, text=taken)] if taken else []
    return [replace(block, text=text), *asides] if text else asides


def _taken_out(text: str, part: Aside) -> tuple[str, str]:
    start = text.find(part.first_words)
    end = text.find(part.last_words, start + len(part.first_words)) if start >= 0 else -1
    if start < 0 or end < 0:
        return text, ""
    end += len(part.last_words)
    return f"{text[:start].rstrip()} {text[end:].lstrip()}".strip(), text[start:end]


def _with_captions(blocks: list[Block]) -> list[Block]:
    result: list[Block] = []
    for index, block in enumerate(blocks):
        match = _CAPTION.match(block.text) if block.kind is BlockKind.PARAGRAPH else None
        if match and block.word_count <= _MOST_WORDS_OF_A_CAPTION:
            table = match.group(1) == "Table"
            block = replace(block, kind=BlockKind.TABLE_CAPTION if table else BlockKind.FIGURE_CAPTION)
        elif _is_caption_below(blocks, index):
            block = replace(block, kind=BlockKind.TABLE_CAPTION)
        result.append(block)
    return result


def _is_caption_below(blocks: list[Block], index: int) -> bool:
    block = blocks[index]
    after_table = index > 0 and blocks[index - 1].kind is BlockKind.ROW
    titled = any(other.kind is BlockKind.PARAGRAPH and _CAPTION.match(other.text) for other in blocks[:index])
    return (
        after_table
        and not titled
        and block.kind is BlockKind.PARAGRAPH
        and block.word_count <= _MOST_WORDS_OF_A_CAPTION
        and block.text[-1] not in ".:;"
    )


def _rows_mended(blocks: list[Block], notes: Notes) -> list[Block]:
    """Join a row that a page has cut: its second part has an empty first cell."""
    result: list[Block] = []
    for block in blocks:
        if block.kind is BlockKind.ROW and result and result[-1].kind is BlockKind.ROW and not block.cells[0].plain:
            last = result[-1]
            notes.add(
                "row-mended", block.first_line, "A row without a first cell is read as the end of the row before."
            )
            ends = zip(last.cells[1:], [*block.cells[1:], *[Cell(())] * len(last.cells)], strict=False)
            cells = (last.cells[0], *(_cells_joined(first, second) for first, second in ends))
            result[-1] = replace(last, cells=cells, last_line=block.last_line)
        else:
            result.append(block)
    return result


def _cells_joined(first: Cell, second: Cell) -> Cell:
    if not second.parts or not first.parts:
        return first if first.parts else second
    text, items = first.parts[-1]
    more, more_items = second.parts[0]
    return Cell((*first.parts[:-1], (f"{text} {more}", (*items, *more_items)), *second.parts[1:]))


def _references_mended(blocks: list[Block], notes: Notes) -> list[Block]:
    numbered = any(block.number is not None for block in blocks)
    result: list[Block] = []
    for block in blocks:
        address = block.text.startswith(("http://", "https://", "www."))
        if result and (address or (numbered and block.number is None)):
            if not address:
                notes.add(
                    "reference-continued",
                    block.first_line,
                    "A line without a number is read as part of the reference above.",
                )
            result[-1] = _joined(result[-1], block.text, block.last_line)
        else:
            result.append(block)
    return result


def _without_residue(blocks: list[Block], notes: Notes) -> list[Block]:
    def residue(block: Block) -> bool:
        text = block.kind is BlockKind.PARAGRAPH
        return text and block.word_count <= _MOST_WORDS_OF_RESIDUE and block.text[-1] not in ".:;"

    dropped = [block for block in blocks if residue(block)]
    if dropped:
        detail = f"{len(dropped)} short lines that are left of figures (titles, axis labels, legends) are dropped."
        notes.add("figure-residue", dropped[0].first_line, detail)
    return [block for block in blocks if not residue(block)]


def _sentences_mended(blocks: list[Block], notes: Notes) -> list[Block]:
    """Join what a page break has cut, also around a figure's caption, which then follows."""
    result: list[Block] = []
    for block in blocks:
        place = _last_but_figures(result)
        if place is not None and block.kind is BlockKind.PARAGRAPH and _goes_on(result[place], block, notes):
            result[place] = _joined(result[place], block.text, block.last_line)
        else:
            result.append(block)
    return result


def _last_but_figures(blocks: list[Block]) -> int | None:
    return next((i for i in range(len(blocks) - 1, -1, -1) if blocks[i].kind is not BlockKind.FIGURE_CAPTION), None)


def _goes_on(first: Block, second: Block, notes: Notes) -> bool:
    if first.kind not in {BlockKind.PARAGRAPH, BlockKind.ITEM} or _CALL_OUT.match(second.text):
        return False
    end = _REFERENCE_MARK_END.sub("", first.text.rstrip("*")).rstrip()
    ended = end.endswith((".", "!", "?", ":", ".”", '."', ".’", ".'", ".)", "?)"))
    opens_lower = bool(re.match(r"[a-z]", second.text))
    if opens_lower:
        if ended:
            notes.add("starts-lower-case", second.first_line, "A paragraph starts in lower case after an end mark.")
        return not ended
    if first.kind is BlockKind.ITEM or ended or end.endswith((")", '"', "”", "’", ";")):
        return False
    if first.word_count < _FEWEST_WORDS_OF_HALF_A_SENTENCE or second.text[0] in "“\"‘'…":
        return False
    notes.add("joined-at-capital", second.first_line, "Two paragraphs are joined: the first has no end mark.")
    return True


def _fused_split(blocks: list[Block], hints: ReadingHints) -> list[Block]:
    result: list[Block] = []
    for block in blocks:
        rest = block
        for words in hints.split_before:
            place = rest.text.find(f" {words}")
            if rest.kind in {BlockKind.ITEM, BlockKind.PARAGRAPH} and place > 0:
                result.append(replace(rest, text=rest.text[:place].rstrip()))
                rest = replace(rest, text=rest.text[place:].strip())
        result.append(rest)
    return result


def _labels_joined(blocks: list[Block], hints: ReadingHints) -> list[Block]:
    """Join a label standing alone ("Withdrawal:") to the paragraph it labels."""
    result: list[Block] = []
    for block in blocks:
        last = result[-1] if result else None
        is_label = (
            last is not None
            and last.kind is BlockKind.PARAGRAPH
            and block.kind is BlockKind.PARAGRAPH
            and last.word_count <= _MOST_WORDS_OF_A_LABEL
            and (last.text.endswith(":") or last.text in hints.split_before)
        )
        if last is not None and is_label:
            result[-1] = replace(_joined(last, block.text, block.last_line), lead_phrase=last.text)
        else:
            result.append(block)
    return result


def _short_lines_joined(blocks: list[Block]) -> list[Block]:
    """Gather the short lines of a letter (greeting, signature, date) or of a title page into one block."""

    def short(block: Block) -> bool:
        return block.kind is BlockKind.PARAGRAPH and block.word_count <= _MOST_WORDS_OF_A_SHORT_LINE and not block.more

    result: list[Block] = []
    open_group = False
    for block in blocks:
        last = result[-1] if result else None
        attaches = last is not None and last.kind is BlockKind.PARAGRAPH and (open_group or last.text.endswith(":"))
        if last is not None and short(block) and attaches:
            result[-1] = replace(last, more=(*last.more, block.text), last_line=block.last_line)
        else:
            result.append(block)
        open_group = short(block)
    return _greeting_joined(result)


def _greeting_joined(blocks: list[Block]) -> list[Block]:
    """Join a greeting to the paragraph after it."""
    if (
        len(blocks) < 2
        or blocks[0].word_count > _MOST_WORDS_OF_A_SHORT_LINE
        or blocks[1].kind is not BlockKind.PARAGRAPH
    ):
        return blocks
    first, second, *rest = blocks
    more = (*first.more, second.text, *second.more)
    return [replace(first, more=more, last_line=second.last_line), *rest]


def _note_damaged_placeholders(blocks: list[Block], notes: Notes) -> None:
    for block in blocks:
        if _DAMAGED_PLACEHOLDER.search(block.text):
            notes.add(
                "damaged-placeholder",
                block.first_line,
                "A placeholder has lost one of its angle brackets. It is kept as it stands.",
            )


def _quotations_joined(blocks: list[Block]) -> list[Block]:
    result: list[Block] = []
    index = 0
    while index < len(blocks):
        length = _quotation_length(blocks, index)
        if length:
            parts = blocks[index : index + length]
            more = tuple(part.text for part in parts[1:])
            result.append(replace(parts[0], kind=BlockKind.QUOTATION, more=more, last_line=parts[-1].last_line))
        else:
            result.append(blocks[index])
        index += length or 1
    return result


def _quotation_length(blocks: list[Block], index: int) -> int:
    """Return how many blocks, from this one on, are one quotation; 0 when it is none."""
    block = blocks[index]
    if block.kind is not BlockKind.PARAGRAPH:
        return 0
    text = _REFERENCE_MARK_END.sub("", block.text)
    if text.startswith(("…", "...")):
        return 1
    if text[0] == "‘" and text.endswith("’") and "’ " not in text:
        return 1
    closing = {"“": "”", '"': '"'}.get(text[0])
    if closing is None:
        return 0
    marks_of_one = 2 if text[0] == closing else 1
    if text.endswith(closing) and text.count(closing) == marks_of_one:
        return 1
    unclosed = text.count(closing) == 0 if closing == "”" else text.count(closing) % 2 == 1
    if not unclosed:
        return 0
    for length in range(2, _MOST_BLOCKS_OF_A_QUOTATION + 1):
        following = blocks[index + length - 1 : index + length]
        if not following or following[0].kind is not BlockKind.PARAGRAPH:
            return 0
        if _REFERENCE_MARK_END.sub("", following[0].text).rstrip(".").endswith(closing):
            return length
    return 0


def _contact_marked(block: Block, role: SectionRole) -> Block:
    if role is SectionRole.CONTACT:
        return replace(block, kind=BlockKind.CONTACT)
    short = block.kind in {BlockKind.PARAGRAPH, BlockKind.ROW} and block.word_count <= 40
    return replace(block, kind=BlockKind.CONTACT) if short and _CONTACT.search(block.plain) else block


def _phrase_marked(block: Block, hints: ReadingHints) -> Block:
    if block.kind is not BlockKind.PARAGRAPH or block.lead_phrase:
        return block
    call_out = _CALL_OUT.match(block.text)
    if call_out:
        return replace(block, lead_phrase=call_out.group(0).strip())
    words = normalised(block.text)
    for phrase in hints.lead_phrases:
        if words.startswith(f"{normalised(phrase)} ") and block.text.startswith((f"{phrase}.", f"{phrase}:")):
            return replace(block, lead_phrase=block.text[: len(phrase) + 1])
    return block


def is_call_out(block: Block, label: str) -> bool:
    """True when the block opens with "Example:" or "Practice point:", as `label` says."""
    match = _CALL_OUT.match(block.text)
    return block.kind is BlockKind.PARAGRAPH and match is not None and match.group(1).lower() == label.lower()


def caption_number(text: str) -> str | None:
    """Return "6" for "Table 6. ..."; None for a caption without a number."""
    match = _CAPTION.match(text)
    return match.group(2) if match else None


def leads_in(block: Block) -> bool:
    """True for a paragraph that ends with a colon: what follows belongs to it."""
    return block.kind is BlockKind.PARAGRAPH and block.plain.endswith(":")
