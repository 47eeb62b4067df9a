"""Whether a search looks as if it names or identifies a person. Such a search is never stored. No Django here.

It errs on the side of dropping: a search wrongly dropped costs a line of a report, one wrongly kept a confidence.
"""

from __future__ import annotations

import re

_TITLES = r"(?:mr|mrs|ms|miss|mx|dr|sir|lady|master|prof|professor|nurse|sister)"
_MONTHS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
#: What a search may look like, in words for the person who typed it.
_LOOKS = (
    ("an e-mail address", re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)),
    ("an NHS number", re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")),
    ("a phone number", re.compile(r"(?<!\w)(?:\+44\s?|0)(?:[\s().-]*\d){9,10}(?!\d)")),
    (
        "a National Insurance number",
        re.compile(r"\b[a-z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[a-d]\b", re.IGNORECASE),
    ),
    (
        "a date of birth",
        re.compile(
            r"(?<!\d)(?:[0-3]?\d[./-][01]?\d[./-](?:19|20)?\d\d|(?:19|20)\d\d[./-][01]?\d[./-][0-3]?\d)(?!\d)"
            rf"|\b[0-3]?\d(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTHS}\s+(?:19|20)\d\d\b"
            r"|\b(?:dob|d\.o\.b\.?|date of birth|born)\b",
            re.IGNORECASE,
        ),
    ),
    ("a postcode", re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[abd-hjlnp-uw-z]{2}\b", re.IGNORECASE)),
    (
        "a person's name",
        re.compile(
            rf"\b{_TITLES}\.?\s+(?!(?:who|is|and|or|in|of|for|to|the|prescrib\w*|led|doses?|methadone|appointments?)\b)"
            r"[a-z][a-z'’-]+\b",
            re.IGNORECASE,
        ),
    ),
    (
        "a person's name",
        re.compile(r"\b(?:named|called|surname|first name|client name|patient name)\s+[a-z][a-z'’-]+", re.IGNORECASE),
    ),
)
#: Two words in a row that begin with capitals: a person, or a thing of the field written with care.
_TWO_CAPITALS = re.compile(r"(?:^|[\s,.(])[A-Z][a-z’'-]+\s+(?:Mc|Mac|O['’])?[A-Z][a-z’'-]+(?=$|[\s,.)'’])")
#: Long runs of digits identify people and cases, whatever they are called.
_LONG_NUMBER = re.compile(r"(?<![\d.,])\d{7,}(?![\d.,])")


def looks_personal(text: str) -> str:
    """What personal thing a search looks like it holds, in words; empty where it looks like none.

    >>> looks_personal("missed doses for 485 777 3456"), looks_personal("seen by Mr Smith"), looks_personal("0.35 mg/L")
    ('an NHS number', "a person's name", '')
    """
    for what, pattern in _LOOKS:
        if pattern.search(text):
            return what
    return "a number that identifies somebody" if _LONG_NUMBER.search(text) else ""


def may_be_a_name(text: str) -> bool:
    """Whether a search that nothing answers may be somebody's name. For what is found, it is a thing of the field.

    >>> may_be_a_name("John Smith"), may_be_a_name("john smith")
    (True, False)
    """
    return bool(_TWO_CAPITALS.search(text))
