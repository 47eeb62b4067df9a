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
from .publications import Withdrawal, withdrawals_of
from .services import PublishedTree, figures_on, versions_of


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a tree that is published, with when it was in force, in local time.

    `until` is None while it is current; `was_withdrawn` says that it ended with a withdrawal, and not with the next
    version. `pauses` are withdrawals after which it was published again.
    """

    number: int
    hash: str
    change_note: str
    since: datetime
    until: datetime | None
    was_withdrawn: bool
    pauses: tuple[Withdrawal, ...]

    @property
    def is_current(self) -> bool:
        return self.until is None

    @property
    def last_day(self) -> date:
        """The last day on which it was in force; today while it is."""
        return timezone.localdate() if self.until is None else self.until.date()

    def was_in_force_on(self, day: date) -> bool:
        """Whether it was in force at some time of a day."""
        return self.since.date() <= day <= self.last_day and not any(pause.holds_all_of(day) for pause in self.pauses)

    def withdrawn_by_the_end_of(self, day: date) -> datetime | None:
        """When it had been withdrawn, where that is how it stood at the end of a day."""
        if self.was_withdrawn and self.until is not None and self.until.date() <= day:
            return self.until
        return next((pause.since for pause in self.pauses if pause.holds_end_of(day)), None)


def history_of(published: PublishedTree) -> tuple[Version, ...]:
    """Every version of a tree, the oldest first."""
    rows = versions_of(published.page_id)
    moments = [timezone.localtime(row.published_at) for row in rows]
    withdrawals = withdrawals_of(published.page_id)
    return tuple(
        _version(row, since, replaced, withdrawals) for row, since, replaced in zip_longest(rows, moments, moments[1:])
    )


def later_cases_of(published: PublishedTree) -> dict[int, list[LaterCases]]:
    """When cases were published after their version, by its number, without the cases."""
    found: dict[int, list[LaterCases]] = {}
    rows = LaterCases.objects.filter(version__page=published.page_id).defer("cases")
    for number, row in ((row.version.number, row) for row in rows.select_related("version")):
        found.setdefault(number, []).append(row)
    return found


def _version(
    row: TreeVersion, since: datetime, replaced: datetime | None, withdrawals: Sequence[Withdrawal]
) -> Version:
    pauses = [each for each in withdrawals if since <= each.since and (replaced is None or each.since < replaced)]
    # The publication that ended the last withdrawal may have been that of the next version.
    was_withdrawn = bool(pauses) and replaced is not None and pauses[-1].until == replaced
    until = pauses.pop().since if was_withdrawn else replaced
    return Version(row.number, row.hash, row.change_note, since, until, was_withdrawn, tuple(pauses))


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
    """The version in force at the end of a day; None before the first one, and while the tree was withdrawn."""
    newest = _newest_on(history, day)
    return newest if newest is not None and newest.withdrawn_by_the_end_of(day) is None else None


def withdrawn_on(history: Sequence[Version], day: date) -> datetime | None:
    """When the tree had been withdrawn, where it was not published at the end of a day though it had been before."""
    newest = _newest_on(history, day)
    return newest.withdrawn_by_the_end_of(day) if newest is not None else None


def _newest_on(history: Sequence[Version], day: date) -> Version | None:
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
        figures = Context(figures=figures_on(day))
        if len(_compared) >= _COMPARED_KEPT:
            _compared.clear()
        _compared[key] = compare(before.tree, after.tree, figures)
    return _compared[key]
