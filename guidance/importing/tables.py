"""Cells that hold HTML, and what makes a row a head."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guidance.importing.inline import to_markdown, to_plain

_ITEM_MARK = re.compile(r"\s*[•·]\s+")
#: Paragraph and list boundaries of HTML cells survive tidying as this private character.
PARAGRAPH_BOUNDARY = "\ue020"
_MOST_WORDS_OF_A_HEAD = 3


@dataclass(frozen=True)
class Cell:
    """One cell: paragraphs, each with the list items that follow it."""

    parts: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def plain(self) -> str:
        return " ".join(filter(None, (to_plain(text) for part in self.parts for text in (part[0], *part[1]))))

    @property
    def simple(self) -> bool:
        return len(self.parts) <= 1 and not any(items for _, items in self.parts)

    @property
    def markdown(self) -> str:
        blocks: list[str] = []
        for text, items in self.parts:
            if text:
                blocks.append(to_markdown(text))
            if items:
                blocks.append("\n".join(f"- {to_markdown(item)}" for item in items))
        return "\n\n".join(blocks)


def keep_boundaries(text: str) -> str:
    """Turn the tags that separate paragraphs and lists into a private character, before the other tags are dropped."""
    text = re.sub(r"</?(?:p|ul|ol|div)\b[^<>]*>|<br\s*/?>", PARAGRAPH_BOUNDARY, text, flags=re.I)
    return re.sub(r"<li\b[^<>]*>", " • ", text, flags=re.I)


def has_unclosed_list(text: str) -> bool:
    """True when a list tag is opened and never closed."""
    return len(re.findall(r"<[uo]l\b", text, re.I)) > len(re.findall(r"</[uo]l\s*>", text, re.I))


def cell_of(raw: str) -> Cell:
    """Take a cell apart. Bullets become items of the paragraph before them."""
    parts: list[tuple[str, tuple[str, ...]]] = []
    for chunk in raw.split(PARAGRAPH_BOUNDARY):
        lead, *items = _ITEM_MARK.split(chunk.strip()) if _ITEM_MARK.search(f" {chunk.strip()}") else [chunk.strip()]
        kept = tuple(item.strip() for item in items if item.strip())
        if not lead.strip() and not kept:
            continue
        if not lead.strip() and parts and not parts[-1][1]:
            parts[-1] = (parts[-1][0], kept)
        else:
            parts.append((lead.strip(), kept))
    return Cell(tuple(parts))


def is_head(cells: tuple[Cell, ...], others: list[tuple[Cell, ...]]) -> bool:
    """True for a first row of short labels over longer or numeric cells."""
    short = all(0 < len(cell.plain.split()) <= _MOST_WORDS_OF_A_HEAD and cell.plain[-1] not in ".;:" for cell in cells)
    numeric = any(cell.plain.replace(".", "").isdigit() for cell in cells)
    longer = any(
        len(cell.plain.split()) > _MOST_WORDS_OF_A_HEAD or cell.plain.replace(".", "").isdigit()
        for row in others
        for cell in row[1:]
    )
    return short and not numeric and longer and len(cells) > 1


def row_markdown(head: tuple[str, ...], cells: tuple[Cell, ...]) -> str:
    """Show one row: as a small table where the cells are simple, as a labelled text where they hold lists."""
    if all(cell.simple for cell in cells):
        texts = [cell.markdown.replace("|", r"\|") for cell in cells]
        texts += [""] * (len(head) - len(texts))
        labels = [to_markdown(label).replace("|", r"\|") for label in head] or [""] * len(texts)
        labels += [""] * (len(texts) - len(labels))
        return "\n".join([f"| {' | '.join(labels)} |", "|" + " --- |" * len(labels), f"| {' | '.join(texts)} |"])
    label, *rest = cells
    return "\n\n".join([f"**{label.markdown}**", *(cell.markdown for cell in rest)])
