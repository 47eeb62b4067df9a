"""What the search is given: one document per thing that can be found.

Content declares itself as `SearchDocument`s; the search knows nothing else about it. No Django here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

#: The audience token that everybody carries.
EVERYONE = "everyone"
#: The audience token of a person who is logged in.
SIGNED_IN = "signed-in"


@dataclass(frozen=True)
class SearchDocument:
    """One findable thing, as its owner gives it.

    Attributes:
        key: Permanent and unique over all kinds, for example `passage:ab12`.
        kind: Name of a registered kind.
        ref: The object it belongs to, as `enqueue(kind, ref)` names it; several documents may share one.
        title: What the hit is called; for a passage, the heading it stands under.
        body: The text that is searched. A run of the test collection returns it unchanged.
        url: Where the hit opens, at the spot.
        path: Where it stands, outermost first.
        source: Slug of the source it belongs to, or empty.
        section: Grouping key: hits with the same source and section are near neighbours and are shown as one.
        topics: Slugs of the topics it is about.
        labels: What to show for the slugs in `source` and `topics`, as pairs of slug and label.
        audience: Tokens; a person who carries any of them may know that this exists. Tokens joined by `&` are all
            needed: "group:3&group:5".
        shown: All that may be shown of the body, where the licence allows extracts only. Empty: anything.
        extra: Words that help to find it and are never shown.
        suggested_at: Where the title opens when it is chosen while typing, if not where the hit does: a passage is
            called by its section, which begins above it.
        weight: Above 1 lifts, below 1 holds down. References and contacts belong near 0.3.
    """

    key: str
    kind: str
    title: str
    body: str
    url: str
    path: tuple[str, ...] = ()
    source: str = ""
    section: str = ""
    topics: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    year: int | None = None
    historic: bool = False
    audience: tuple[str, ...] = (EVERYONE,)
    shown: str = ""
    extra: str = ""
    suggested_at: str = ""
    weight: float = 1.0
    updated: date | None = None
    ref: str = ""

    def __post_init__(self) -> None:
        if not self.key or not self.kind:
            raise ValueError("A search document needs a key and a kind.")
        if not self.audience:
            raise ValueError(f"{self.key} has no audience, so nobody could find it. Leave it out instead.")
