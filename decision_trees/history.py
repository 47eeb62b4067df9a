"""The versions of a published tree: which there are, and which was in force on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from django.utils import timezone

from .engine.certificate import certify
from .engine.documents import tree_from_document
from .engine.errors import NotSound
from .engine.meaning import MeaningDiff, compare
from .engine.model import Context
from .models import LaterCases, TreeVersion
from .services import PublishedTree, context_on, figures_on, versions_of


@dataclass(frozen=True, slots=True)
class Version:
    """A version, with when it came into force and when the next one did, in local time; None while it is current."""

    number: int
    hash: str
    change_note: str
    since: datetime
    until: datetime | None

    @property
    def is_current(self) -> bool:
        return self.until is None

    @property
    def last_day(self) -> date:
        """The last day on which it was in force; today while it is."""
        return timezone.localdate() if self.until is None else self.until.date()

    def was_in_force_on(self, day: date) -> bool:
        """Whether it was in force at some time of a day."""
        return self.since.date() <= day <= self.last_day


def history_of(published: PublishedTree) -> tuple[Version, ...]:
    """Every version of a tree, the oldest first."""
    rows = versions_of(published)
    moments = [timezone.localtime(row.published_at) for row in rows]
    return tuple(
        Version(row.number, row.hash, row.change_note, since, until)
        for row, since, until in zip_longest(rows, moments, moments[1:])
    )


def later_cases_of(published: PublishedTree) -> dict[int, list[LaterCases]]:
    """When cases were published after their version, by its number, without the cases."""
    found: dict[int, list[LaterCases]] = {}
    rows = LaterCases.objects.filter(version__page=published.page_id).defer("cases")
    for number, row in ((row.version.number, row) for row in rows.select_related("version")):
        found.setdefault(number, []).append(row)
    return found


def kept_with(published: PublishedTree) -> TreeVersion:
    """The version as it is kept, with its document, its cases and its certificate."""
    version: TreeVersion = TreeVersion.objects.with_later_cases().get(
        page_id=published.page_id, number=published.version
    )
    return version


def certificate_of(version: TreeVersion) -> dict[str, Any]:
    """The certificate that is kept with a version; empty where there is none.

    A version that was published before certificates were kept gets its own when it is first asked for, with the figures
    of the day it was published. Where it does not stand up to today's proof it has none, and the page says so.
    """
    if not version.certificate:
        figures = Context(figures=figures_on(timezone.localdate(version.published_at)))
        try:
            version.keep_certificate(certify(tree_from_document(version.document), figures))
        except NotSound:
            return {}
    certificate: dict[str, Any] = version.certificate
    return certificate


def in_force_on(history: Sequence[Version], day: date) -> Version | None:
    """The version in force at the end of a day; None before the first one."""
    return next((version for version in reversed(history) if version.since.date() <= day), None)


def numbered(history: Sequence[Version], number: int) -> Version | None:
    return next((version for version in history if version.number == number), None)


#: What was compared in this process, by the hashes of the two versions and the day whose figures they read.
_compared: dict[tuple[str, str, date], MeaningDiff] = {}
_COMPARED_KEPT = 64


def compared(before: PublishedTree, after: PublishedTree) -> MeaningDiff:
    """For which answers two versions give different results, with the figures in force today.

    Raises:
        CannotCompare: one of them cannot be walked; says why.
    """
    day = timezone.localdate()
    key = before.hash, after.hash, day
    if key not in _compared:
        figures = Context(figures=context_on(day).figures)
        if len(_compared) >= _COMPARED_KEPT:
            _compared.clear()
        _compared[key] = compare(before.tree, after.tree, figures)
    return _compared[key]
