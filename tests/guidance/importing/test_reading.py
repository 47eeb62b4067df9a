"""How imperfect text is mended, on small texts of our own words."""

from __future__ import annotations

import pytest

from guidance.importing.document import PassageKind
from guidance.importing.facts import Aside, OutlineEntry, ReadingHints, SectionRole
from guidance.importing.reader import read_edition

from .texts import entry, facts, of_kind, passages, read


def test_a_list_stays_with_its_lead_in() -> None:
    edition = read("Before a ride, check:\n\n- the brakes\n- · the bell\n• the tyres\n\nThen go.")

    first, second = edition.passages
    assert first.kind is PassageKind.LIST
    assert first.plain == "Before a ride, check: the brakes the bell the tyres"
    assert first.markdown == "Before a ride, check:\n\n- the brakes\n- the bell\n- the tyres"
    assert second.plain == "Then go."


def test_a_list_goes_on_after_a_page() -> None:
    assert passages("Check:\n\n- brakes\n- the bell and\n\nits spring\n\n- tyres.") == [
        "Check: brakes the bell and its spring tyres."
    ]


def test_an_item_without_its_bullet_is_an_item_and_a_doubt() -> None:
    edition = read("Check:\n\n The brakes\n\n- The bell")

    assert [passage.plain for passage in edition.passages] == ["Check: The brakes The bell"]
    assert [doubt.code for doubt in edition.doubts] == ["lost-bullet"]


def test_lines_wrapped_inside_an_item_are_joined() -> None:
    assert passages("- Clean the chain with\n a dry cloth\n- Oil it") == ["Clean the chain with a dry cloth Oil it"]


def test_nested_items_stay_nested() -> None:
    (passage,) = read("Kinds:\n\n- Road:\n - Racing\n - Touring\n- City").passages

    assert passage.markdown.splitlines()[2:] == ["- Road:", "    - Racing", "    - Touring", "- City"]


def test_fused_items_are_split_where_the_hint_says() -> None:
    (passage,) = read("- clean it oil the chain\n- ride", hints=ReadingHints(split_before=("oil the chain",))).passages

    assert passage.markdown.splitlines() == ["- clean it", "- oil the chain", "- ride"]


def test_a_long_list_is_cut_between_items() -> None:
    items = "\n".join(f"- {'spoke ' * 99}{number}" for number in range(9))
    edition = read(f"Spokes:\n\n{items}")

    assert len(edition.passages) > 1
    assert all(len(passage.plain.split()) <= 400 for passage in edition.passages)
    assert len({passage.locator for passage in edition.passages}) == len(edition.passages)
    assert "".join(passage.plain[-1] for passage in edition.passages)[-1] == "8"


def test_a_sentence_cut_by_a_page_is_mended() -> None:
    assert passages("The rider should look at the\n\nbrakes first. Then go.") == [
        "The rider should look at the brakes first. Then go."
    ]


def test_a_sentence_cut_by_a_figure_is_mended_and_the_caption_follows() -> None:
    edition = read("The wheel turns and\n\nFigure 2: A wheel\n\nthe rider moves.")

    assert [passage.plain for passage in edition.passages] == [
        "The wheel turns and the rider moves.",
        "Figure 2: A wheel",
    ]
    assert edition.passages[1].kind is PassageKind.FIGURE_CAPTION


def test_a_cut_before_a_capital_is_mended_with_a_doubt() -> None:
    first = "Everybody who rides a bicycle in this town must know the rules of the"
    edition = read(f"{first}\n\nTown Council before setting out.")

    assert [passage.plain for passage in edition.passages] == [f"{first} Town Council before setting out."]
    assert [doubt.code for doubt in edition.doubts] == ["joined-at-capital"]


def test_finished_sentences_stay_apart() -> None:
    assert passages("Look at the brakes.\n\nGo.") == ["Look at the brakes.", "Go."]


def test_examples_and_practice_points_are_told_from_paragraphs() -> None:
    edition = read("Practice point: Wear a helmet.\n\nExample: One club lends them.\n\nAn example is enough.")

    assert [passage.kind for passage in edition.passages] == [
        PassageKind.PRACTICE_POINT,
        PassageKind.EXAMPLE,
        PassageKind.PARAGRAPH,
    ]
    assert [passage.locator for passage in edition.passages] == [
        "Brakes, practice point 1",
        "Brakes, example 1",
        "Brakes, paragraph 1",
    ]
    assert edition.passages[0].markdown == "**Practice point:** Wear a helmet."


TABLE = "Table 3. What to do\n\nProblem\tOptions\nFlat tyre\tMend it; walk home; ask a friend for a lift\n"


def test_a_table_has_one_passage_a_row() -> None:
    edition = read(f"{TABLE}No bell\tRing; or shout as loudly as is needed there")
    caption, first, second = edition.passages

    assert (caption.kind, caption.locator) == (PassageKind.TABLE_CAPTION, "Table 3")
    assert (first.locator, first.row) == ("Table 3, row 1", 1)
    assert first.plain == "Flat tyre Mend it; walk home; ask a friend for a lift"
    assert first.table is not None
    assert first.table.head == ("Problem", "Options")
    assert "| Problem | Options |" in first.markdown
    assert second.cells == ("No bell", "Ring; or shout as loudly as is needed there")


def test_a_table_goes_on_after_a_blank_line() -> None:
    edition = read(f"{TABLE}\nNo bell\tRing; or shout as loudly as is needed there")

    assert [passage.row for passage in of_kind(edition, PassageKind.TABLE_ROW)] == [1, 2]


def test_a_row_cut_by_a_page_is_one_row() -> None:
    edition = read(f"{TABLE}\n\n\twho has a car\nNo bell\tShout")
    rows = of_kind(edition, PassageKind.TABLE_ROW)

    assert [row.plain for row in rows] == [
        "Flat tyre Mend it; walk home; ask a friend for a lift who has a car",
        "No bell Shout",
    ]
    assert "row-mended" in {doubt.code for doubt in edition.doubts}


def test_a_table_number_that_is_missing_is_a_doubt() -> None:
    assert "table-number-jump" in {doubt.code for doubt in read(TABLE).doubts}


def test_html_in_a_cell_becomes_clean_markdown() -> None:
    cell = '<p>A rider needs:</p> <ul style="x"> • a <b>bell</b> • a lamp <p>And time.</p>'
    edition = read(f"Needs\t{cell}\nKinds\tMany kinds and more than these four")
    row = edition.passages[0]

    assert row.plain == "Needs A rider needs: a bell a lamp And time."
    assert row.markdown == "**Needs**\n\nA rider needs:\n\n- a bell\n- a lamp\n\nAnd time."
    assert "unclosed-list" in {doubt.code for doubt in edition.doubts}


def test_placeholders_are_text_and_tags_are_not() -> None:
    (passage,) = read("I, <insert name>, ride <u>daily</u>.").passages

    assert passage.plain == "I, <insert name>, ride daily."
    assert passage.markdown == "I, &lt;insert name&gt;, ride daily."


def test_reference_marks_are_not_words() -> None:
    (passage,) = read("See the rules.³⁹ They date from 2004¹⁶ and 2005.").passages

    assert passage.plain == "See the rules. They date from 2004 and 2005."
    assert "³⁹" in passage.markdown


def test_stars_and_signs_that_are_not_emphasis_are_escaped() -> None:
    markdown = [
        passage.markdown for passage in read("Bells (with * or #) only.\n\n**Bold** and half*way* words.").passages
    ]

    assert markdown == ["Bells (with \\* or #) only.", "**Bold** and halfway words."]


def test_a_single_starred_line_is_a_note_and_no_list() -> None:
    edition = read("Bells are required.*\n\n* Since last year.")

    assert [passage.kind for passage in edition.passages] == [PassageKind.PARAGRAPH] * 2
    assert edition.passages[1].markdown == "\\* Since last year."


def test_odd_spaces_become_spaces() -> None:
    assert passages("\u00a0A\u00a0bell \u00a0 rings.\u200b") == ["A bell rings."]


def test_a_quotation_over_two_paragraphs_is_one_with_its_lead_in() -> None:
    edition = read('The club says:\n\n"Wear a helmet. Look both ways.\n\nRide on the left."\n\nWe agree.')

    first, second = edition.passages
    assert first.kind is PassageKind.QUOTATION
    assert first.plain.startswith("The club says:")
    assert first.plain.endswith('left."')
    assert second.plain == "We agree."


def test_contact_details_are_set_apart() -> None:
    edition = read("Write to us.\n\nTel 020 5550 0000. Email: ride@example.org")

    assert [passage.kind for passage in edition.passages] == [PassageKind.PARAGRAPH, PassageKind.CONTACT]


def test_references_are_apart_and_one_each() -> None:
    edition = read("1. Rider A. Wheels.\n2. Rider B. Bells.\nMore at the club.\n3. C.", role=SectionRole.REFERENCES)

    assert [passage.plain for passage in edition.passages] == [
        "Rider A. Wheels.",
        "Rider B. Bells. More at the club.",
        "C.",
    ]
    assert {passage.kind for passage in edition.passages} == {PassageKind.REFERENCE}


def test_the_short_lines_of_a_letter_are_gathered() -> None:
    letter = "Dear\n\nWe write about your bell, which rings too often.\n\nYours,\n\nSigned\n\nDate"

    assert passages(letter, role=SectionRole.LETTER) == [
        "Dear We write about your bell, which rings too often.",
        "Yours, Signed Date",
    ]


def test_remarks_of_a_web_page_are_taken_out() -> None:
    hints = ReadingHints(
        drop=("Copy link",),
        cut=(Aside("[Unfold", "]"),),
        aside=(Aside("Meant for riders", "and walkers."),),
    )
    text = "Copy link to this page\n\nIt is read byMeant for riders and walkers. many people. [Unfold more text.]"

    assert passages(text, hints=hints) == ["It is read by many people.", "Meant for riders and walkers."]


def test_page_furniture_is_dropped() -> None:
    text = "Wheel Office\n\nKeep dry.\n\n12\n\nTHE BICYCLE GUIDE\n\nBrakes (continued)\n\nKeep clean."

    assert passages(text) == ["Keep dry.", "Keep clean."]


def test_a_header_on_every_page_is_dropped_without_a_hint() -> None:
    pages = [
        f"Wheels for all, part {n}\n\n" + "\n\n".join(f"Sentence {n}{i} ends." for i in range(9)) for n in range(4)
    ]

    assert not any("Wheels for all" in plain for plain in passages("\n\n".join(pages)))


def test_a_heading_that_stands_twice_is_dropped_once() -> None:
    assert passages("Brakes.\n\nKeep dry.") == ["Keep dry."]


def test_a_contents_list_is_dropped_and_compared() -> None:
    outline = (
        entry("Contents", role=SectionRole.CONTENTS),
        entry("Brakes", number="1"),
        entry("Wheels", number="2"),
    )
    text = "Contents\n\n1\tBrakes.....\t3\n2\tWheals\t4\n\n1 Brakes\n\nDry.\n\n2 Wheels\n\nRound."
    edition = read_edition(text, facts(*outline))

    assert [passage.plain for passage in edition.passages] == ["Dry.", "Round."]
    assert [(doubt.code, doubt.where) for doubt in edition.doubts] == [("contents-disagree", "Contents, line 4")]


def test_an_item_or_a_row_that_names_a_heading_is_not_the_heading() -> None:
    outline = (entry("Parts"), entry("Brakes"))
    edition = read_edition("Parts\n\n- Brakes\n- Bells\n\nBrakes\n\nDry.", facts(*outline))

    assert [section.first_line for section in edition.sections] == [1, 6]


def test_one_paragraph_a_line_needs_no_blank_lines() -> None:
    lines = [
        f"Paragraph {n} of the page is long enough to be told from a wrapped line, {'and on ' * 9}it ends."
        for n in "abcd"
    ]
    edition = read_edition("Brakes\n" + "\n".join(lines), facts(entry("Brakes")))

    assert [passage.plain for passage in edition.passages] == lines


def test_a_lost_heading_starts_at_its_first_words_and_keeps_them() -> None:
    lost = OutlineEntry(key="Care", title="Care", depth=1, supplied=True, starts="Look after")
    glued = OutlineEntry(key="Summary", title="Summary", depth=1, starts="Summary")
    edition = read_edition("Summary With care, it lasts.\n\nLook after it well.", facts(glued, lost))

    assert [(passage.section_key, passage.plain) for passage in edition.passages] == [
        ("Summary", "With care, it lasts."),
        ("Care", "Look after it well."),
    ]
    assert [section.supplied for section in edition.sections] == [False, True]


def test_equal_texts_in_a_section_have_ids_of_their_own() -> None:
    edition = read("Ring the bell.\n\nLook.\n\nRing the bell.")

    assert edition.passages[0].hash == edition.passages[2].hash
    assert len({passage.id for passage in edition.passages}) == 3


def test_the_same_words_in_another_layout_have_the_same_id() -> None:
    (first,) = read("Check:\n\n- the brakes\n- the bell").passages
    (second,) = read("Check:\n\n• the  brakes\n\n• the\u00a0bell³").passages

    assert first.id == second.id


def test_locators_name_number_or_heading() -> None:
    outline = (
        entry("Care", number="4"),
        entry("Brakes", 2, number="4.1"),
        OutlineEntry(key="4.1 > Discs", title="Discs", depth=3),
    )
    edition = read_edition("4 Care\n\n4.1 Brakes\n\nDry.\n\nClean.\n\nDiscs\n\nRound.", facts(*outline))

    assert [passage.locator for passage in edition.passages] == [
        "section 4.1, paragraph 1",
        "section 4.1, paragraph 2",
        "section 4.1, Discs, paragraph 1",
    ]
    assert [(section.key, section.parent_key, section.slug) for section in edition.sections] == [
        ("4", None, "4"),
        ("4.1", "4", "4.1"),
        ("4.1 > Discs", "4.1", "4.1--discs"),
    ]


class TestAnUnknownSource:
    """A source without an outline is read by the look of its lines, and says what it guessed."""

    def test_numbered_headings_are_found(self) -> None:
        text = "1 Care\n\nKeep it well oiled.\n\n1.1 Brakes\n\nKeep them dry in winter.\n\n2 Riding\n\nSlowly."
        edition = read_edition(text, facts())

        assert [(section.key, section.title, section.depth) for section in edition.sections] == [
            ("1", "Care", 1),
            ("1.1", "Brakes", 2),
            ("2", "Riding", 1),
        ]
        assert edition.doubts == ()

    def test_headings_without_numbers_are_guesses(self) -> None:
        edition = read_edition("Care\n\nKeep it well oiled.\n\nRiding\n\nRide slowly on wet roads.", facts())

        assert [section.key for section in edition.sections] == ["Care", "Riding"]
        assert {doubt.code for doubt in edition.doubts} == {"heading-guessed"}

    def test_markdown_headings_are_certain(self) -> None:
        text = "# Care\n\nOil it.\n\n## Brakes\n\nKeep dry.\n\n# Care\n\nAgain."
        edition = read_edition(text, facts(), markdown=True)

        assert [(section.key, section.depth) for section in edition.sections] == [
            ("Care", 1),
            ("Care > Brakes", 2),
            ("Care (2)", 1),
        ]
        assert edition.doubts == ()

    @pytest.mark.parametrize("text", ["Only words here.", "Words before.\n\n1 Care\n\nOil it."])
    def test_no_word_is_lost(self, text: str) -> None:
        edition = read_edition(text, facts())
        found = " ".join([*(s.title for s in edition.sections), *(p.plain for p in edition.passages)])

        assert all(word in found for word in text.replace("1 ", "").split())
