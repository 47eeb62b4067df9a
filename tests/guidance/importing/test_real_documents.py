"""The five documents as they are read today. Skipped where they are not at hand."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from guidance.importing.document import ImportedPassage, PassageKind
from guidance.importing.facts import SectionRole
from guidance.importing.fingerprint import normalised
from guidance.importing.reader import sections_of_outline
from guidance.markdown import render
from tests.support.sources import BCC, MOC, NDR, RIP, SLUGS, TST, facts_of, read_source

ROWS = {"Table 1": 6, "Table 2": 2, "Table 3": 3, "Table 4": 2, "Table 5": 12, "Table 6": 3, "Table 7": 7}
MOST_WORDS = 400


def at_line(folder: Path, slug: str, line: int) -> ImportedPassage:
    (found,) = [p for p in read_source(folder, slug).passages if p.first_line <= line <= p.last_line]
    return found


@pytest.mark.parametrize("slug", SLUGS)
class TestEveryDocument:
    def test_its_sections_are_those_of_its_outline(self, sources_dir: Path, slug: str) -> None:
        def shape(sections: object) -> list[tuple[object, ...]]:
            return [(s.key, s.number, s.title, s.depth, s.parent_key, s.slug, s.supplied) for s in sections]  # type: ignore[attr-defined]

        assert shape(read_source(sources_dir, slug).sections) == shape(sections_of_outline(facts_of(slug)))

    def test_numbers_and_depths_agree(self, slug: str) -> None:
        for entry in facts_of(slug).outline:
            if entry.number:
                assert entry.depth == entry.number.count(".") + 1
                assert entry.key == entry.number

    def test_its_doubts_are_the_reviewed_ones(self, sources_dir: Path, slug: str) -> None:
        reviewed = [(doubt.code, doubt.where) for doubt in facts_of(slug).doubts]

        assert [(doubt.code, doubt.where) for doubt in read_source(sources_dir, slug).doubts] == reviewed
        assert all(doubt.explained for doubt in facts_of(slug).doubts)

    def test_ids_slugs_and_locators_are_unique(self, sources_dir: Path, slug: str) -> None:
        edition = read_source(sources_dir, slug)

        for values in (
            [passage.id for passage in edition.passages],
            [passage.locator for passage in edition.passages],
            [section.slug for section in edition.sections],
        ):
            assert [value for value, times in Counter(values).items() if times > 1] == []

    def test_passages_are_short_and_in_order(self, sources_dir: Path, slug: str) -> None:
        edition = read_source(sources_dir, slug)

        assert max(len(passage.plain.split()) for passage in edition.passages) <= MOST_WORDS
        places = {section.key: place for place, section in enumerate(edition.sections)}
        order = [(places[passage.section_key], passage.ordinal) for passage in edition.passages]
        assert order == sorted(order)

    def test_nothing_of_the_layout_is_left(self, sources_dir: Path, slug: str) -> None:
        for passage in read_source(sources_dir, slug).passages:
            for left_over in ("\t", "\u00a0", "....", "<p>", "<u>", "<ul", "**", "· ", "³", "¹", "(continued)"):
                assert left_over not in passage.plain, passage.locator

    def test_its_markdown_shows_its_words_and_no_others(self, sources_dir: Path, slug: str) -> None:
        for passage in read_source(sources_dir, slug).passages:
            rendered = re.sub(r"</?(?:em|strong)>", "", render(passage.markdown).html)
            shown = normalised(unescape(re.sub(r"<[^>]+>", " ", rendered)))
            head = " ".join(passage.table.head) if passage.table and passage.row else ""
            assert shown == normalised(f"{head} {passage.plain}"), passage.locator


def test_the_tables_of_the_completion_guide_have_their_rows(sources_dir: Path) -> None:
    rows = Counter(
        passage.table.label
        for passage in read_source(sources_dir, TST).passages
        if passage.kind is PassageKind.TABLE_ROW and passage.table is not None and passage.table.number
    )

    assert {label: rows[label] for label in ROWS} == ROWS
    assert rows["Table 17"] == 13


def test_a_row_cut_by_a_page_is_whole(sources_dir: Path) -> None:
    row = at_line(sources_dir, TST, 656)

    assert (row.locator, row.first_line) == ("Table 7, row 4", 654)
    assert row.plain.endswith("in appropriate cases.")


def test_table_rows_keep_their_heads_beside_them(sources_dir: Path) -> None:
    row = at_line(sources_dir, TST, 1068)

    assert row.table is not None
    assert len(row.table.head) == len(row.cells) == 10
    assert "Residential rehab" not in row.plain


def test_a_list_stays_with_its_lead_in(sources_dir: Path) -> None:
    passage = at_line(sources_dir, TST, 530)

    assert (passage.kind, passage.locator) == (PassageKind.LIST, "section 5.2.4, paragraph 6")
    assert (passage.first_line, passage.last_line) == (526, 538)
    assert passage.markdown.count("\n- ") == 10


def test_an_example_is_an_example(sources_dir: Path) -> None:
    passage = at_line(sources_dir, TST, 544)

    assert (passage.kind, passage.locator) == (PassageKind.EXAMPLE, "section 5.2.4, example 2")


def test_a_practice_point_cut_by_a_page_is_one(sources_dir: Path) -> None:
    passage = at_line(sources_dir, TST, 507)

    assert (passage.kind, passage.first_line) == (PassageKind.PRACTICE_POINT, 505)


@pytest.mark.parametrize(
    ("slug", "first", "second", "across"),
    [
        (TST, 602, 604, "the prescriber. If they"),
        (TST, 677, 679, "virus or offending. It may"),
        (MOC, 509, 511, "Doctors in the Provision of Treatment"),
        (MOC, 837, 844, "treatment interventions outlined"),
        (MOC, 435, 437, "Custody Plus sentence when"),
        (MOC, 527, 529, "adequate housing to maximise"),
    ],
)
def test_a_sentence_cut_by_a_page_is_mended(sources_dir: Path, slug: str, first: int, second: int, across: str) -> None:
    passages = [p for p in read_source(sources_dir, slug).passages if p.first_line <= first and p.last_line >= second]

    (passage,) = [p for p in passages if p.kind is not PassageKind.FIGURE_CAPTION]
    assert across in passage.plain


def test_fused_items_are_apart(sources_dir: Path) -> None:
    assert at_line(sources_dir, RIP, 125).markdown.count("\n- ") == 5


def test_quotations_stay_with_what_introduces_them(sources_dir: Path) -> None:
    assert at_line(sources_dir, RIP, 69).first_line == 67
    assert (at_line(sources_dir, TST, 677).first_line, at_line(sources_dir, TST, 677).last_line) == (673, 679)


def test_running_headers_and_continued_headings_are_gone(sources_dir: Path) -> None:
    lines = {line for p in read_source(sources_dir, NDR).passages for line in range(p.first_line, p.last_line + 1)}

    assert not lines & {47, 49, 125, 127, 197, 199}


def test_labels_belong_to_what_they_label(sources_dir: Path) -> None:
    texts = [p.plain for p in read_source(sources_dir, NDR).passages if p.section_key.endswith("prescribing intention")]

    assert [text.split()[0] for text in texts] == ["Assessment", "Maintenance.", "Withdrawal:"]


def test_placeholders_of_the_letters_stand(sources_dir: Path) -> None:
    letters = [p for p in read_source(sources_dir, TST).passages if p.kind is PassageKind.LETTER]

    assert sum(letter.plain.count("<insert") for letter in letters) == 19
    assert all("<insert" not in letter.markdown for letter in letters)


def test_interface_words_and_hover_text_are_out_of_the_sentence(sources_dir: Path) -> None:
    summary = [p.plain for p in read_source(sources_dir, BCC).passages if p.section_key == "Summary"]

    assert len(summary) == 2
    assert "to be used by commissioners and providers" in summary[0]
    assert summary[1].startswith("The guide was intended")
    assert not any("Unfold" in p.plain for p in read_source(sources_dir, BCC).passages)


def test_each_numbered_priority_is_a_passage(sources_dir: Path) -> None:
    locators = [p.locator for p in read_source(sources_dir, BCC).passages if p.section_key == "Numbered priorities"]

    assert locators == [f"Numbered priorities, item {number}" for number in range(1, 18)]


def test_references_are_apart(sources_dir: Path) -> None:
    for slug, key, count in ((MOC, "10", 58), (TST, "8", 87), (BCC, "Related documents", 10)):
        edition = read_source(sources_dir, slug)
        references = [p for p in edition.passages if p.kind is PassageKind.REFERENCE]
        assert {p.section_key for p in references} == {key}
        assert len(references) == count


def test_contact_details_are_set_apart(sources_dir: Path) -> None:
    for slug in (MOC, TST):
        for passage in read_source(sources_dir, slug).passages:
            if "@" in passage.plain and passage.kind is not PassageKind.REFERENCE:
                assert passage.kind is PassageKind.CONTACT


def test_sections_without_text_are_those_expected(sources_dir: Path) -> None:
    """A heading without passages and without headings below it would be text that was lost."""
    for slug in SLUGS:
        edition = read_source(sources_dir, slug)
        full = {passage.section_key for passage in edition.passages} | {s.parent_key for s in edition.sections}
        assert [s.key for s in edition.sections if s.key not in full and s.role is not SectionRole.CONTENTS] == []
