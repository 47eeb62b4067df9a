"""What may be shown of a document, whatever route it is asked by."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.importing.document import ImportedEdition
from guidance.importing.reader import read_edition
from guidance.licensing import Shown, allot_extracts, may_be_searched, shown_text
from guidance.models import Passage, Source
from guidance.services.importing import import_source
from tests.guidance.importing.texts import entry, facts
from tests.support.sources import BCC, SLUGS, facts_of, read_source

TENTH = 10


def passage(kind: str = "paragraph", extract: str = "Ring the …") -> Passage:
    return Passage(kind=kind, markdown="**Ring** the bell.", plain="Ring the bell.", extract=extract)


def source(allows: str) -> Source:
    return Source(slug="bicycle-guide", licence_allows=allows)


def test_full_text_is_shown_whole() -> None:
    shown = shown_text(passage(), source("full-text"))

    assert (shown.shown, shown.markdown, shown.plain) == (Shown.WHOLE, "**Ring** the bell.", "Ring the bell.")


def test_extracts_only_shows_the_window_and_nothing_where_there_is_none() -> None:
    assert shown_text(passage(), source("extracts-only")).plain == "Ring the …"
    assert shown_text(passage(extract=""), source("extracts-only")).shown is Shown.NOTHING


def test_staff_only_is_shown_to_staff_only() -> None:
    assert shown_text(passage(), source("staff-only")).shown is Shown.NOTHING
    assert shown_text(passage(), source("staff-only"), to_staff=True).is_whole
    assert not may_be_searched(passage(), source("staff-only"))


def test_a_reader_who_is_staff_gets_no_more_than_an_extract_licence_allows() -> None:
    assert shown_text(passage(), source("extracts-only"), to_staff=True).shown is Shown.EXTRACT


@pytest.mark.parametrize("allows", ["full-text", "extracts-only", "staff-only"])
def test_contact_details_are_never_shown_nor_found(allows: str) -> None:
    assert shown_text(passage("contact"), source(allows), to_staff=True).shown is Shown.NOTHING
    assert not may_be_searched(passage("contact"), source(allows))


def test_a_licence_nobody_knows_shows_nothing() -> None:
    assert shown_text(passage(), source("poetry"), to_staff=True).shown is Shown.NOTHING


def words(text: str) -> int:
    return len(text.replace("…", "").split())


def shown_words(edition: ImportedEdition, extracts: dict[str, str]) -> int:
    """All words that any route can show: every window and every heading the document prints."""
    headings = sum(words(section.title) for section in edition.sections if not section.supplied)
    return headings + sum(words(extract) for extract in extracts.values())


def check_extracts(edition: ImportedEdition) -> dict[str, str]:
    extracts = allot_extracts(edition)
    plain = {each.id: each.plain for each in edition.passages}
    total = sum(words(text) for text in plain.values())
    if extracts:
        assert shown_words(edition, extracts) * TENTH <= total
    for key, extract in extracts.items():
        assert 0 < words(extract) <= min(40, words(plain[key]) // 2)
        assert extract.removesuffix(" …") in plain[key]
    return extracts


@given(st.lists(st.lists(st.integers(1, 300), max_size=5), min_size=1, max_size=12))
def test_all_windows_together_stay_within_a_tenth(sections: list[list[int]]) -> None:
    outline = [entry(f"Part {number}", number=str(number)) for number in range(1, len(sections) + 1)]
    parts = [
        f"{number} Part {number}\n\n" + "\n\n".join(f"{'word ' * length}end." for length in lengths)
        for number, lengths in enumerate(sections, start=1)
    ]

    check_extracts(read_edition("\n\n".join(parts), facts(*outline)))


def test_the_same_text_gets_the_same_windows(sources_dir: Path) -> None:
    edition = read_source(sources_dir, BCC)

    assert allot_extracts(edition) == allot_extracts(edition) != {}


@pytest.mark.parametrize("slug", SLUGS)
def test_the_windows_of_every_document_stay_within_a_tenth(sources_dir: Path, slug: str) -> None:
    check_extracts(read_source(sources_dir, slug))


@pytest.mark.django_db
def test_of_the_co_occurring_document_no_more_than_a_tenth_is_ever_shown(sources_dir: Path) -> None:
    import_source(sources_dir / f"{BCC}.txt")
    own = Source.objects.get(slug=BCC)
    stored = list(Passage.objects.filter(section__edition__source=own))
    shown = [shown_text(each, own, to_staff=True) for each in stored]
    headings = sum(words(each.title) for each in facts_of(BCC).outline if not each.supplied)

    assert own.licence_allows == Source.Licence.EXTRACTS_ONLY
    assert not any(each.is_whole for each in shown)
    assert all(may_be_searched(each, own) for each in stored)
    assert (sum(words(each.plain) for each in shown) + headings) * TENTH <= sum(words(each.plain) for each in stored)
    assert sum(each.shown is Shown.EXTRACT for each in shown) > 10
