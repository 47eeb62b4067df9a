"""Words that may be about a person. Pure: text in, findings out.

A report about advice needs none of them, so what looks like one is refused before it is stored. It finds forms, not
names: the page itself says what to leave out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)


@dataclass(frozen=True, slots=True)
class Form:
    """One form of personal detail, and what to say to somebody who wrote it."""

    id: str
    message: str
    pattern: re.Pattern[str]


#: In this order, so that ten digits are called an NHS number before they are called a telephone number.
FORMS = (
    Form(
        "email",
        "Take out the e-mail address.",
        re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[a-z]{2,}", re.IGNORECASE),
    ),
    Form(
        "telephone",
        "Take out the telephone number.",
        re.compile(r"(?<![\d.])(?:\+\s?44[\s()-]*(?:0\)?)?|\(?0)(?:[\s()-]*\d){9,10}(?!\d)"),
    ),
    Form(
        "nhs-number",
        "Take out the number of ten digits: it looks like an NHS number.",
        re.compile(r"(?<![\d.])\d{3}[\s.-]?\d{3}[\s.-]?\d{4}(?![\d])"),
    ),
    Form(
        "date",
        "Take out the full date: it could be somebody's date of birth. A month and a year are enough.",
        re.compile(
            rf"(?<!\d)(?:\d{{1,2}}\s?[/.-]\s?\d{{1,2}}\s?[/.-]\s?(?:\d{{4}}|\d{{2}})(?!\d)|\d{{4}}-\d{{1,2}}-\d{{1,2}}(?!\d)|"
            rf"\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})\.?,?\s+(?:\d{{4}}|\d{{2}})(?!\d)|"
            rf"(?:{_MONTHS})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}})",
            re.IGNORECASE,
        ),
    ),
    Form(
        "postcode",
        "Take out the postcode.",
        # The second half of a postcode never holds C, I, K, M, O or V, so "B12 5mg" is not taken for one.
        re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s?\d[abd-hjlnp-uw-z]{2}\b", re.IGNORECASE),
    ),
)


def find_personal_details(text: str) -> tuple[Form, ...]:
    """Every form of personal detail the text seems to hold; what is one form is not counted as another.

    >>> [form.id for form in find_personal_details("Ring 07700 900123 about 943 476 5919")]
    ['telephone', 'nhs-number']
    >>> find_personal_details("Section 5.2.6 says 0.35 mg/L, dated July 2009")
    ()
    """
    found = []
    for form in FORMS:
        text, count = form.pattern.subn(" ", text)
        if count:
            found.append(form)
    return tuple(found)
