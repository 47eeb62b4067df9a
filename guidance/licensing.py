"""What of a document may be shown: the one place that decides.

Where a licence allows extracts only, every passage has at most one window of words that may ever be shown, fixed when
the edition is imported. All windows of an edition together, with the headings it prints, stay within a tenth of its
words. So no route has to count what others have shown: whatever is put together from pages, search, feeds and exports,
it is never more than the windows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from guidance.importing.document import ImportedEdition, ImportedPassage, PassageKind
from guidance.importing.inline import to_markdown
from guidance.models.sources import Passage, Source

#: The tenth of the text that an extract licence leaves us, as a divisor.
SHARE = 10
MOST_WORDS_OF_AN_EXTRACT = 40
#: A window of fewer words says nothing; rather none.
_FEWEST_WORDS_OF_AN_EXTRACT = 8
_ELLIPSIS = "…"
_NEVER_SHOWN = frozenset({PassageKind.CONTACT.value})
_NOT_EXTRACTED = frozenset({PassageKind.CONTACT, PassageKind.REFERENCE, PassageKind.FRONT_MATTER})


class Shown(Enum):
    """How much of a passage a reader gets."""

    WHOLE = "whole"
    EXTRACT = "extract"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class ShownText:
    """What may be shown of one passage. Anything but the whole stands beside a link to the publisher."""

    shown: Shown
    markdown: str = ""
    plain: str = ""

    @property
    def is_whole(self) -> bool:
        return self.shown is Shown.WHOLE


def shown_text(passage: Passage, source: Source, *, to_staff: bool = False) -> ShownText:
    """Return what of a passage may be shown. Asks nothing of the database.

    Args:
        passage: The passage.
        source: Its source, handed in so that lists need no query for each passage.
        to_staff: True where the reader is known to be a member of the service's staff.
    """
    if passage.kind in _NEVER_SHOWN:
        return ShownText(Shown.NOTHING)
    if source.licence_allows == Source.Licence.FULL_TEXT:
        return ShownText(Shown.WHOLE, passage.markdown, passage.plain)
    if source.licence_allows == Source.Licence.STAFF_ONLY and to_staff:
        return ShownText(Shown.WHOLE, passage.markdown, passage.plain)
    if source.licence_allows == Source.Licence.EXTRACTS_ONLY and passage.extract:
        return ShownText(Shown.EXTRACT, to_markdown(passage.extract), passage.extract)
    return ShownText(Shown.NOTHING)


def may_be_searched(passage: Passage, source: Source) -> bool:
    """Return whether a passage may be found. Text that may not be shown may still be found; contact details may not."""
    return passage.kind not in _NEVER_SHOWN and source.licence_allows in {
        Source.Licence.FULL_TEXT,
        Source.Licence.EXTRACTS_ONLY,
    }


def allot_extracts(edition: ImportedEdition) -> dict[str, str]:
    """Choose the window of each passage that has one: the opening words of one passage in each section.

    The windows are as long as the tenth allows, at most 40 words and at most half of their passage. The same text
    always gets the same windows.
    """
    words = sum(len(passage.plain.split()) for passage in edition.passages)
    headings = sum(len(section.title.split()) for section in edition.sections if not section.supplied)
    budget = words // SHARE - headings
    chosen = list(_one_in_each_section(edition.passages))
    while chosen:
        length = min(MOST_WORDS_OF_AN_EXTRACT, budget // len(chosen))
        if length >= _FEWEST_WORDS_OF_AN_EXTRACT:
            titles = {section.key: section.title for section in edition.sections}
            return {passage.id: _window(passage.plain, titles[passage.section_key], length) for passage in chosen}
        # Too many sections for the budget: every second one keeps its window, spread over the whole document.
        chosen = chosen[1::2]
    return {}


def _one_in_each_section(passages: Sequence[ImportedPassage]) -> Iterable[ImportedPassage]:
    """Yield the first passage of each section that is long enough to show half of it."""
    done: set[str] = set()
    for passage in passages:
        long_enough = len(passage.plain.split()) >= 2 * _FEWEST_WORDS_OF_AN_EXTRACT
        if passage.section_key not in done and passage.kind not in _NOT_EXTRACTED and long_enough:
            done.add(passage.section_key)
            yield passage


def _window(plain: str, title: str, length: int) -> str:
    """Return the opening words; a heading that opens the text is on the page already, so the window starts after it."""
    words = plain.split()
    text = words[len(title.split()) :] if plain.startswith(f"{title}.") else words
    return " ".join(text[: min(length, len(words) // 2)]) + f" {_ELLIPSIS}"
