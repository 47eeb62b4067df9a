"""On what a statement rests, in words: beside it on a page, and behind it in plain text."""

from __future__ import annotations

from typing import Any

_INFERENCE = "inference"
#: In a draft.
_NOT_CHOSEN = "not-chosen"
_WORDS = {
    "rule": "Rule",
    "good-practice": "Good practice",
    "local-example": "One service’s example",
    _INFERENCE: "Our inference",
    _NOT_CHOSEN: "Basis not chosen",
}


def kind_of(basis: Any) -> str:
    """The code of a basis, which may be an enumeration's member."""
    return str(getattr(basis, "value", basis))


def names_year(basis: Any) -> bool:
    """Whether the year of the text belongs to it: an inference has none."""
    return kind_of(basis) not in (_INFERENCE, _NOT_CHOSEN)


def basis_words(basis: Any, year: Any = None) -> str:
    """The basis, with the year of the text where it has one; empty for what is no basis."""
    words = _WORDS.get(kind_of(basis), "")
    return f"{words}, {year}" if words and year and names_year(basis) else words
