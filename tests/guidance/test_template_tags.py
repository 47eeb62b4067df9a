"""Marks beside statements, and pieces of pages that are kept for everybody."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from decision_trees.engine.model import Basis
from guidance.citations import CitationRef, Precision, ResolvedCitation
from guidance.generation import bump_generation
from guidance.templatetags.marks import basis_line, basis_mark, citation_mark, citation_marks
from tests.factories.guidance import UserFactory

PASSAGE = ResolvedCitation(
    CitationRef("guide", "2009-07", "5.2"),
    Precision.PASSAGE,
    url="/sources/guide/2009-07/5.2/#p-1",
    label="Guide, section 5.2 (2009)",
    year=2009,
    historic=True,
    source="Guide",
    locator="section 5.2, paragraph 1",
)
TAGS = "<b onclick='x'>"


def test_a_mark_opens_at_the_passage_and_names_source_place_and_year() -> None:
    mark = citation_mark(PASSAGE)
    assert 'href="/sources/guide/2009-07/5.2/#p-1"' in mark
    assert ">Guide, </span>section 5.2, paragraph 1 (2009)" in mark
    assert ", historic</span></a>" in mark


def test_among_many_the_source_is_for_screen_readers_and_the_place_begins_the_mark() -> None:
    mark = citation_mark(PASSAGE, compact=True)
    assert '<span class="portal-citation__source nhsuk-u-visually-hidden">Guide, </span>Section 5.2' in mark


def seen(marks: str) -> str:
    """What is left for those who look at a screen."""
    return re.sub(r"<[^>]+>", "", re.sub(r'<span class="[^"]*nhsuk-u-visually-hidden">[^<]*</span>', "", marks))


def heard(marks: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", link) for link in marks.split("</a>")[:-1]]


def test_in_a_row_of_marks_nothing_is_seen_twice_and_each_is_heard_whole() -> None:
    row = [
        PASSAGE,
        replace(PASSAGE, locator="section 5.2, paragraph 4"),
        replace(PASSAGE, locator="Table 6, row 1"),
        replace(PASSAGE, source="Other", year=2023, locator="Table 6, row 1", historic=False),
        replace(PASSAGE, source="Other", year=2023, locator="Reviews", historic=False),
    ]
    marks = citation_marks(row)
    assert seen(marks) == "Section 5.2, paragraph 1 paragraph 4 Table 6, row 1 (2009) Table 6, row 1 Reviews (2023)"
    assert [words.strip() for words in heard(marks)] == [
        "Guide, Section 5.2, paragraph 1 (2009), historic",
        "Guide, section 5.2, paragraph 4 (2009), historic",
        "Guide, Table 6, row 1 (2009), historic",
        "Other, Table 6, row 1 (2023)",
        "Other, Reviews (2023)",
    ]
    assert marks.count("portal-citation__source") == 2, "on paper each source is named once in a row"


def test_a_year_that_the_basis_says_is_not_seen_again() -> None:
    assert seen(basis_line({"basis": "rule", "year": "2009", "citations": [PASSAGE]})).endswith(
        "Rule, 2009 Section 5.2, paragraph 1"
    )
    assert "(2009)" in seen(basis_line({"basis": "inference", "year": "2009", "citations": [PASSAGE]}))
    assert "(2009)" in seen(basis_line({"basis": "rule", "year": "2009 and 2023", "citations": [PASSAGE]}))


def test_nothing_that_a_mark_is_made_of_is_taken_for_markup() -> None:
    citation = {"source": TAGS, "locator": f"{TAGS}, {TAGS}", "url": '"><b>', "year": TAGS}
    mark = citation_mark(citation) + citation_marks([citation, citation]) + basis_mark(TAGS, TAGS)
    assert "<b" not in mark
    assert 'href="&quot;&gt;&lt;b&gt;"' in mark


def test_a_citation_that_leads_nowhere_is_no_link() -> None:
    assert "href" not in citation_mark({"locator": "section 5"})


@pytest.mark.parametrize("basis", [Basis.GOOD_PRACTICE, "good-practice"])
def test_the_basis_is_said_in_words_whatever_form_it_has(basis: Any) -> None:
    assert basis_mark(basis, 2009) == (
        '<span class="portal-basis__tag portal-basis__tag--good-practice">Good practice, 2009</span>'
    )


def test_an_inference_has_no_year() -> None:
    assert "2009" not in basis_mark("inference", 2009)


def test_a_statement_that_rests_on_nothing_has_no_line() -> None:
    assert basis_line({"text": "Count."}) == ""
    assert basis_line({"basis": "rule", "citations": [PASSAGE]}).count("<a ") == 1


# --- Kept pieces --------------------------------------------------------------------------------------------------


class Counted:
    """Says how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __str__(self) -> str:
        self.times += 1
        return f"made {self.times}"


PIECE = Template('{% load keeping %}{% kept "a piece for tests" key %}{{ counted }} <{{ words }}>{% endkept %}')


def _rendered(counted: Counted, **values: Any) -> str:
    context = {"user": AnonymousUser(), "request": RequestFactory().get("/"), "counted": counted, "words": "<i>"}
    return PIECE.render(Context({**context, **values}))


@pytest.fixture(autouse=True)
def _fresh(db: None) -> None:
    bump_generation()


def test_a_piece_is_made_once_for_each_key() -> None:
    counted = Counted()
    assert _rendered(counted, key="a") == _rendered(counted, key="a") == "made 1 <&lt;i&gt;>"
    assert _rendered(counted, key="b") == "made 2 <&lt;i&gt;>"


def test_a_piece_is_made_anew_when_something_public_changes() -> None:
    counted = Counted()
    _rendered(counted, key="a")
    bump_generation()
    assert _rendered(counted, key="a").startswith("made 2")


def test_people_who_are_logged_in_and_previews_have_pieces_of_their_own() -> None:
    counted = Counted()
    preview = RequestFactory().get("/")
    preview.is_preview = True  # type: ignore[attr-defined]  # as Wagtail marks it
    _rendered(counted, key="a", user=UserFactory())
    _rendered(counted, key="a", request=preview)
    _rendered(counted, key="a", user=None)
    assert _rendered(counted, key="a").startswith("made 4")
    assert _rendered(counted, key="a").startswith("made 4")
