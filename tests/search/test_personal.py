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
        ("ref 123456 missed dose", "a number that identifies somebody"),
        ("missed dose, ref 123456.", "a number that identifies somebody"),
        ("PNC 12/345678A", "a number that identifies somebody"),
        ("pnc 2012/345678a", "a number that identifies somebody"),
        ("client 04-may-79", "a date of birth"),
        ("04may79", "a date of birth"),
        ("4th of May 1979", "a date of birth"),
        ("may 4th, 1979", "a date of birth"),
        ("12 sept '84", "a date of birth"),
        ("k.braithwaite 04-may-79", "a date of birth"),
        ("k.braithwaite", "a person's name"),
        ("j. r. smith missed dose", "a person's name"),
        ("J Smith 12 March", "a person's name"),
        ("missed dose J O'Brien", "a person's name"),
        ("12 acacia avenue client", "an address"),
        ("12a Old Mill Close", "an address"),
        ("flat 3, 7 Station Road", "an address"),
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
        "Hepatitis C Treatment",
        "Hepatitis B and C Testing",
        "Class A Drugs",
        "Vitamin B Deficiency",
        "A Guide to naloxone",
        "E Cigarettes",
        "e.g. methadone",
        "i.v. drug use",
        "methadone v. buprenorphine",
        "e. coli",
        "take 2 may be missed",
        "2 marijuana 30",
        "12 weeks close follow up",
        "2 drinks and drive",
        "5 common street drugs",
        "12 step road to recovery",
        "0.123456 mg",
    ],
)
def test_the_words_and_numbers_of_the_field_are_not_personal(text):
    assert looks_personal(text) == ""
