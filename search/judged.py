"""The judged queries that the portal brings: searches by which a change to the search is looked at before it is made.

Only the half that may be tuned with. The other half stays with the tests, so that what it says stays worth something.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

#: The category of queries that nothing here answers, and that nothing should.
OFF_TOPIC = "off-topic"
FILE = "judged-queries.yaml"


@dataclass(frozen=True)
class JudgedQuery:
    """A search as somebody would type it, and its kind: keywords, question, misspelling, off-topic …"""

    qid: str
    category: str
    query: str

    @property
    def off_topic(self) -> bool:
        """Whether nothing here answers it, so that no answer is the right answer."""
        return self.category == OFF_TOPIC


@lru_cache(maxsize=4)
def judged_queries(folder: Path) -> tuple[JudgedQuery, ...]:
    """The judged queries of a folder of content, read once in a process; none where it has no such file.

    Raises `TypeError` for an entry with other fields.
    """
    path = folder / FILE
    if not path.is_file():
        return ()
    return tuple(JudgedQuery(**row) for row in yaml.safe_load(path.read_text(encoding="utf-8")) or ())
