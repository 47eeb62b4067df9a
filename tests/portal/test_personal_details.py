"""What looks like a person's details is found; what belongs in a report about advice is not taken for it."""

from __future__ import annotations

import pytest

from portal.forms import plain_path
from portal.personal_details import find_personal_details


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("NHS number 943 476 5919 got the wrong answer", "nhs-number"),
        ("9434765919", "nhs-number"),
        ("943-476-5919.", "nhs-number"),
        ("born 12/03/1980", "date"),
        ("born 12.3.80", "date"),
        ("born 1980-03-12", "date"),
        ("born 12 March 1980", "date"),
        ("born 12th of Mar 80", "date"),
        ("born March 12, 1980", "date"),
        ("call 07700 900123", "telephone"),
        ("call (0113) 496 0123", "telephone"),
        ("call +44 7700 900123", "telephone"),
        ("call +44 (0)113 496 0123", "telephone"),
        ("write to first.last@example.org", "email"),
        ("lives at LS1 4AP", "postcode"),
        ("lives at sw1a1aa", "postcode"),
    ],
)
def test_a_personal_detail_is_found(text: str, form: str) -> None:
    assert [found.id for found in find_personal_details(text)] == [form]


@pytest.mark.parametrize(
    "text",
    [
        "Section 5.2.6, paragraph 2 of the 2009 guide says three days.",
        "0.35 mg/L equals 35 micrograms per 100 ml; it says 0.42.",
        "The page still cites DT-04 and PG-15; Table 6, row 1.",
        "It says July 2009 but the edition is from October 2023.",
        "Give B12 5mg is not advice this page should hold.",
        "Reviewed in 2026, next in 2027: 12 of 1,152 combinations.",
        "Pages 10-12 and 104-106 differ, ratio 1:1000000.",
    ],
)
def test_words_about_advice_pass(text: str) -> None:
    assert find_personal_details(text) == ()


def test_every_form_in_a_text_is_named_once() -> None:
    text = "Ring 07700 900123 or 07700 900124 about 943 476 5919, born 1/2/1990"
    assert [found.id for found in find_personal_details(text)] == ["telephone", "nhs-number", "date"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/decision-trees/missed-doses/result/?days=3&v=1", "/decision-trees/missed-doses/result/"),
        ("/guidance/a/#r1", "/guidance/a/"),
        ("//elsewhere.example/x", "/"),
        ("https://elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("/a\nb", "/"),
        ("", "/"),
        ("/" + "a" * 600, "/"),
    ],
)
def test_only_the_path_of_a_page_is_kept(given: str, kept: str) -> None:
    assert plain_path(given) == kept
