"""Searches that look like personal data are told apart from those that only hold numbers and names of the field."""

from __future__ import annotations

import pytest

from search.personal import looks_personal


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("missed doses for 485 777 3456", "an NHS number"),
        ("4857773456 methadone", "an NHS number"),
        ("485-777-3456", "an NHS number"),
        ("call 07700 900123", "a phone number"),
        ("+44 7700 900 123", "a phone number"),
        ("0161 496 0000", "a phone number"),
        ("jane.doe@example.org dose", "an e-mail address"),
        ("born 12/03/1984", "a date of birth"),
        ("12.03.84 missed doses", "a date of birth"),
        ("1984-03-12", "a date of birth"),
        ("12 March 1984", "a date of birth"),
        ("DOB client", "a date of birth"),
        ("needle exchange M1 4BT", "a postcode"),
        ("sw1a 1aa", "a postcode"),
        ("Mr Smith missed doses", "a person's name"),
        ("mrs o'brien pick up", "a person's name"),
        ("dr patel", "a person's name"),
        ("client called kevin", "a person's name"),
        ("QQ 12 34 56 C", "a National Insurance number"),
        ("case 123456789", "a number that identifies somebody"),
    ],
)
def test_what_looks_personal_is_named(text, what):
    assert looks_personal(text) == what


@pytest.mark.parametrize(
    "text",
    [
        "0.35 mg/L",
        "35 micrograms per 100 ml",
        "202,666 in contact with treatment",
        "section 5.2.6",
        "CG115 and TA114",
        "missed 4 days",
        "withdrawal 12 weeks community 28 days inpatient",
        "FP10 MDA",
        "2007/08 unplanned discharges",
        "methadone 1mg/1ml",
        "nurse prescribing",
        "nurse led clinic",
        "12-step and 1:1 sessions",
        "Prison Service Order 3550",
    ],
)
def test_the_words_and_numbers_of_the_field_are_not_personal(text):
    assert looks_personal(text) == ""
