"""What can be done about a search that found too little. The apps above register what they can do, as they do kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Remedy:
    """One thing to do about a search.

    Attributes:
        label: What the link says. No two have the same.
        address: From a person and the words of a search to the address of a form with the words filled in; empty where
            this person may not do it.
        order: Place among the others.
    """

    label: str
    address: Callable[[Any, str], str]
    order: int = 100


_remedies: dict[str, Remedy] = {}


def register_remedy(remedy: Remedy) -> None:
    """Offer a remedy in the report. Registering a label twice is refused."""
    if remedy.label in _remedies:
        raise ValueError(f"A remedy named {remedy.label!r} is registered already.")
    _remedies[remedy.label] = remedy


def remedies_for(user: Any, words: str) -> list[tuple[str, str]]:
    """What this person can do about a search, in order: label and address."""
    ordered = sorted(_remedies.values(), key=lambda remedy: (remedy.order, remedy.label))
    return [(remedy.label, url) for remedy in ordered if (url := remedy.address(user, words))]
