"""Markdown as guidance is written in it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance import markdown
from guidance.markdown import render, render_inline


def _cite(text: str) -> ElementTree.Element:
    mark = ElementTree.Element("sup")
    link = ElementTree.SubElement(mark, "a", {"href": "/sources/", "title": text})
    link.text = "1"
    return mark


def test_tildes_never_strike_a_number_out() -> None:
    html = render("Give ~5 and then ~10, or ~~15~~.").html
    assert "<del>" not in html
    assert "<s>" not in html
    assert "~5 and then ~10" in html


def test_a_citation_in_double_brackets_becomes_its_mark() -> None:
    html = render("Count them [[guide@2009-07 A_b > C_d (2) #0f3a9c11d2e4]].", cite=_cite).html
    assert 'title="guide@2009-07 A_b &gt; C_d (2) #0f3a9c11d2e4"' in html
    assert "[[" not in html


def test_a_mark_clings_to_its_word_and_two_marks_stay_apart() -> None:
    html = render("Count them [[guide@2009 1]] [[guide@2009 2]].", cite=_cite).html
    assert "them<sup>" in html
    assert "</sup> <sup>" in html


def test_a_citation_in_code_stays_as_written() -> None:
    assert "[[guide@2009 5]]" in render("`[[guide@2009 5]]`", cite=_cite).html


def test_headings_get_ids_that_nothing_on_the_page_has() -> None:
    taken = {"why"}
    rendered = render("## Why [[guide@2009 5]]\n\n## Why\n\n# Who", cite=_cite, taken_ids=taken)
    assert [(heading.level, heading.id, heading.text) for heading in rendered.headings] == [
        (2, "why-2", "Why"),
        (2, "why-3", "Why"),
        (2, "who", "Who"),
    ]
    assert "<h1" not in rendered.html
    assert taken == {"why", "why-2", "why-3", "who"}


def test_a_table_stays_a_table_and_can_be_scrolled_from_the_keyboard() -> None:
    html = render("| Days | Do |\n|---|:-:|\n| 3 | Ask |").html
    assert '<th scope="col">Days</th>' in html
    assert 'tabindex="0"' in html
    assert "<td>3</td>" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[go](javascript:alert(1))",
        '<img src="x" onerror="alert(1)">',
        '<a href="/" onclick="alert(1)">x</a>',
        "<style>body{display:none}</style>",
    ],
)
def test_nothing_that_runs_comes_through(text: str) -> None:
    html = render(text).html
    assert not any(word in html for word in ("<script", "javascript:", "onerror", "onclick", "<style", "<img"))


def test_one_line_stands_without_a_paragraph() -> None:
    assert render_inline("*three* days") == "<em>three</em> days"


@given(st.from_regex(markdown._PLAIN, fullmatch=True) | st.text(max_size=60))
def test_a_plain_paragraph_is_what_the_whole_way_makes_of_it(text: str) -> None:
    short_way = render(text)
    with patch.object(markdown, "_PLAIN", re.compile(r"(?!)")):
        assert render(text) == short_way


def test_headings_and_marks_of_one_text_are_not_in_the_next() -> None:
    assert [heading.id for heading in render("# Count\n\nThem [[guide@2009 1]]", cite=_cite).headings] == ["count"]
    second = render("## Count\n\nThem [[guide@2009 1]] again")
    assert [heading.id for heading in second.headings] == ["count"]
    assert "<sup>" not in second.html
