"""Synthetic variations of passages, for measuring at sizes that the documents do not reach."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from search.documents import EVERYONE, SearchDocument


def to_size(documents: Sequence[SearchDocument], size: int) -> Iterator[SearchDocument]:
    """The documents themselves, then as many variations of their passages as are missing; the same for the same size.

    A variation is cut together from two passages, with some words of others.
    """
    yield from documents[:size]
    base = [each for each in documents if each.kind == "passage" and each.audience == (EVERYONE,)]
    rng = random.Random(size)
    words = sorted({word for passage in base for word in passage.body.split()})
    for at in range(max(size - len(documents), 0)):
        one, other = rng.choice(base), rng.choice(base)
        head, tail = one.body.split(), other.body.split()
        kept = head[: rng.randint(0, len(head))] + tail[rng.randint(0, len(tail)) :] + rng.choices(words, k=8)
        # A word that few documents hold, as names and codes are: vocabularies grow with their texts.
        body = " ".join([*kept, f"v{rng.randrange(size // 4):x}q"])
        key = f"{one.key}-{at}"
        yield replace(one, key=key, ref=key, body=body, section=f"{one.section}.{at % 50}", extra="", shown="")
