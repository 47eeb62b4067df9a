"""What somebody asks of the search, as a value. No Django here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from search.documents import EVERYONE

#: Longer queries are cut: nobody types them, and no answer gets better by them.
MAX_QUERY = 300
MAX_PAGE = 50
MAX_LIMIT = 100
#: Values of the filter by status.
CURRENT, HISTORIC = "current", "historic"


class Order(StrEnum):
    """In which order hits stand."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class SearchQuery:
    """Words, filters and who is asking.

    Attributes:
        text: The words as typed.
        audience: Tokens the person carries; nothing outside them is found or counted.
        kinds, sources, topics, statuses: Filters; within one they are alternatives, between them all must hold.
        order: By how well they answer, or by date; what has no date comes last among the newest.
        page: From 1.
        limit: Hits a page.
        exact: True: the words as typed, without spelling correction ("search instead for ...").
    """

    text: str
    audience: tuple[str, ...] = (EVERYONE,)
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    order: Order = Order.RELEVANCE
    page: int = 1
    limit: int = 10
    exact: bool = False

    @classmethod
    def of(cls, text: str, **rest: object) -> SearchQuery:
        """A query from outside: cut, cleaned and brought within bounds instead of refused."""
        query = cls(text=clean(text))
        query = replace(query, **rest)  # type: ignore[arg-type]  # the caller names fields of this class
        return replace(query, page=min(max(query.page, 1), MAX_PAGE), limit=min(max(query.limit, 1), MAX_LIMIT))

    @property
    def filtered(self) -> bool:
        """Whether any filter is set."""
        return bool(self.kinds or self.sources or self.topics or self.statuses)

    @property
    def offset(self) -> int:
        """Hits before this page."""
        return (self.page - 1) * self.limit


def clean(text: str) -> str:
    """The text without control characters and needless blanks, cut to a sensible length.

    >>> clean("  missed\\x00   doses\\n")
    'missed doses'
    """
    printable = "".join(character if character.isprintable() else " " for character in text[: MAX_QUERY * 4])
    return " ".join(printable.split())[:MAX_QUERY].strip()
