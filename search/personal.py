"""Whether a search looks as if it names or identifies a person. Such a search is never stored. No Django here.

It errs on the side of dropping: a search wrongly dropped costs a line of a report, one wrongly kept a confidence.
"""

from __future__ import annotations

import re

_TITLES = r"(?:mr|mrs|ms|miss|mx|dr|sir|lady|master|prof|professor|nurse|sister)"
_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"[0-3]?\d(?:st|nd|rd|th)?"
#: After these a letter is no initial: "Hepatitis C Treatment", "Class A Drugs", "Hepatitis B and C Testing".
_LETTERED = "".join(
    rf"(?<!\b(?i:{word})[ -])"
    for word in [
        "and",
        "annex",
        "appendix",
        "band",
        "category",
        "class",
        "figure",
        "group",
        "hep",
        "hepatitis",
        "level",
        "or",
        "part",
        "phase",
        "plan",
        "schedule",
        "section",
        "stage",
        "step",
        "table",
        "tier",
        "type",
        "vitamin",
    ]
)
#: After a number these are no street's name: "2 weeks close support", "5 common street drugs".
_NO_STREET = (
    r"(?!(?:an?|and|are|at|before|can|clients?|days?|doses?|drink|drinks?|for|from|hours?|if|in|is|may|mgs?|miles?"
    r"|minutes?|mls?|months?|of|on|or|patients?|people|percent|pints?|steps?|the|then|times?|to|units?|weeks?|who|with"
    r"|years?)\b)"
)
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
            rf"|\b{_DAY}[\s./-]*(?:of\s+)?{_MONTHS}[\s.,/-]*(?:(?:19|20)\d\d|['’]?\d\d)\b"
            rf"|\b{_MONTHS}\s+{_DAY},?\s+(?:19|20)\d\d\b"
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
    (
        "a person's name",
        # An initial with its full stop. "v." is versus, "e.g." and "i.v." are words, and germs have initials too.
        re.compile(
            rf"{_LETTERED}(?<![\w.'’-])(?!(?:a\.m|b\.d|e\.g|i\.[emv]|n\.b|o\.d|p\.[mo]|p\.r\.n|s\.c|t\.d\.s|u\.k)\.)"
            r"(?:[a-uw-z]\.\s?)+"
            r"(?!(?:albicans|aureus|coli|diff|difficile|pylori)\b)[a-z][a-z'’-]{2,}",
            re.IGNORECASE,
        ),
    ),
    (
        "a person's name",
        # Capitals alone tell an initial without its full stop; "A" and "I" are words.
        re.compile(
            rf"{_LETTERED}(?<![\w.'’-])[B-HJ-Z]\s(?!(?:Cell|Cig|Cigarette|Fever|Learning|Prescription|Ray)s?\b)"
            r"(?:Mc|Mac|O['’])?[A-Z][a-z'’-]+"
        ),
    ),
    (
        "an address",
        re.compile(
            rf"\b\d{{1,4}}[a-z]?,?\s+(?:{_NO_STREET}[a-z][a-z'’-]+\s+){{1,3}}"
            r"(?:street|road|rd|avenue|ave|lane|close|drive)\b"
            r"(?!\s+(?:benzo|drink|drug|heroin|level|medic|name|outreach|price|valium|value|work))",
            re.IGNORECASE,
        ),
    ),
    ("a number that identifies somebody", re.compile(r"\b\d{2}(?:\d\d)?/\d{4,7}[a-z]\b", re.IGNORECASE)),
)
#: Two words in a row that begin with capitals: a person, or a thing of the field written with care.
_TWO_CAPITALS = re.compile(r"(?:^|[\s,.(])[A-Z][a-z’'-]+\s+(?:Mc|Mac|O['’])?[A-Z][a-z’'-]+(?=$|[\s,.)'’])")
#: Long runs of digits identify people and cases, whatever they are called.
_LONG_NUMBER = re.compile(r"(?<!\d)(?<!\d[.,])\d{6,}(?![.,]?\d)")


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
