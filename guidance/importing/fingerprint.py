"""The words of a passage, its hash and its permanent id (product design, section 5)."""

from __future__ import annotations

import hashlib
import re
import unicodedata

#: Reference marks and invisible characters belong to the layout, not to the words.
_NOT_WORDS = re.compile("[\u00b9\u00b2\u00b3\u2070\u2074-\u2079\u00ad\u200b-\u200d\u2060\ufeff]")
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """Return the lower-case words of letters and digits.

    >>> words_of("The person’s  dose – 0.35mg/L.³⁹")
    ['the', 'person', 's', 'dose', '0', '35mg', 'l']
    """
    folded = unicodedata.normalize("NFKD", _NOT_WORDS.sub("", text))
    return _WORD.findall("".join(c for c in folded if not unicodedata.combining(c)).lower())


def normalised(text: str) -> str:
    """Return the words joined by one space; equal for texts that differ only in layout."""
    return " ".join(words_of(text))


def text_hash(plain: str) -> str:
    """Return the SHA-256 of the words, in hexadecimal."""
    return hashlib.sha256(normalised(plain).encode()).hexdigest()


def passage_id(source_slug: str, edition_label: str, section_key: str, hash_: str, repeat: int) -> str:
    """Return the permanent id, the same on every installation. `repeat` counts equal texts of a section from 0."""
    parts = "\n".join([source_slug, edition_label, section_key, hash_, str(repeat)])
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def slug_part(text: str) -> str:
    """Return a piece of an address: letters, digits, dots inside numbers, single hyphens.

    >>> slug_part("5.2.4"), slug_part("Buprenorphine (tablet/wafer)#")
    ('5.2.4', 'buprenorphine-tablet-wafer')
    """
    folded = unicodedata.normalize("NFKD", text)
    ascii_text = "".join(c for c in folded if not unicodedata.combining(c)).lower().replace("'", "").replace("’", "")
    kept = re.sub(r"[^a-z0-9.]+", "-", ascii_text)
    return re.sub(r"-{2,}", "-", re.sub(r"(?<![0-9])\.|\.(?![0-9])", "-", kept)).strip("-")
