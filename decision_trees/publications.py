"""When a tree was withdrawn and when it was published again, by what the log of its page keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from wagtail.models import PageLogEntry

from guidance.generation import bump_generation, remembered
from guidance.permissions import KNOW_WITHDRAWN_PAGE, permits

from .models import SCHEDULED, TreePage, TreeVersion
from .services import versions_of

_PUBLISHED = ("wagtail.publish", SCHEDULED)
_WITHDRAWN = ("wagtail.unpublish", "wagtail.unpublish.scheduled")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A time in which a tree that had been published was not, in local time. `until` is None where the log names no
    publication after it: the tree is withdrawn still, or nothing was written down when it came back.
    """

    since: datetime
    until: datetime | None

    @property
    def last_day(self) -> date:
        return timezone.localdate() if self.until is None else self.until.date()

    def holds_all_of(self, day: date) -> bool:
        """Whether the tree was published at no time of a day."""
        return self.since.date() < day < self.last_day

    def holds_end_of(self, day: date) -> bool:
        return self.since.date() <= day < self.last_day


@dataclass(frozen=True, slots=True)
class WithdrawnTree:
    """A tree that was published once and is not now. `day` is None where nothing says since when."""

    title: str
    day: date | None


def find_withdrawn(slug: str, *, user: Any) -> WithdrawnTree | None:
    """The tree that was published at this address and was withdrawn, for a person who could read it then.

    Its title is that of its last version: what was written since is a draft.
    """
    # A tree that was only ever on the schedule may have a version from before versions waited for their time.
    once = TreePage.objects.filter(slug=slug, live=False, first_published_at__isnull=False)
    page = once.only("path", "live").first()
    versions = versions_of(page.pk) if page is not None else ()
    if not versions or not permits(user, KNOW_WITHDRAWN_PAGE, page):
        return None
    title = TreeVersion.objects.values_list("document__title", flat=True).get(pk=versions[-1].pk)
    last = next((each for each in reversed(withdrawals_of(versions[-1].page_id)) if each.until is None), None)
    return WithdrawnTree(str(title or ""), last.since.date() if last is not None else None)


def withdrawals_of(page_id: int) -> tuple[Withdrawal, ...]:
    """Every time in which a tree was withdrawn, the first one first."""
    logged = _logged().get(page_id, ())
    events = {*logged, *((version.published_at, True) for version in versions_of(page_id))}
    found: list[Withdrawal] = []
    for moment, is_publication in sorted(events):
        moment = timezone.localtime(moment)
        lasts = bool(found) and found[-1].until is None
        if is_publication and lasts:
            found[-1] = Withdrawal(found[-1].since, moment)
        elif not is_publication and not lasts:
            found.append(Withdrawal(moment, None))
    return tuple(found)


def unrecorded_before(page_id: int) -> date | None:
    """The day before which the log is silent though the tree had a version; None where it goes back to the first one.

    Then a withdrawal may be missing: a database may have been filled from elsewhere, without its log.
    """
    versions = versions_of(page_id)
    logged = _logged().get(page_id, ())
    begins = min((moment for moment, _ in logged), default=timezone.now())
    day = timezone.localdate(begins)
    return day if versions and timezone.localdate(versions[0].published_at) < day else None


def _logged() -> dict[int, list[tuple[datetime, bool]]]:
    """What the log says of every tree that has versions: when, and whether it was a publication."""
    memory = remembered("publications of trees")
    if "all" not in memory:
        by_page: dict[int, list[tuple[datetime, bool]]] = {}
        entries = PageLogEntry.objects.filter(
            action__in=(*_PUBLISHED, *_WITHDRAWN), page_id__in=TreeVersion.objects.order_by().values("page_id")
        )
        for page_id, moment, action in entries.values_list("page_id", "timestamp", "action"):
            by_page.setdefault(page_id, []).append((moment, action in _PUBLISHED))
        memory["all"] = by_page
    found: dict[int, list[tuple[datetime, bool]]] = memory["all"]
    return found


def remember_anew(entry: PageLogEntry) -> None:
    """An entry is written after the page is saved: what was read in between lacks it."""
    if entry.action in (*_PUBLISHED, *_WITHDRAWN):
        bump_generation()
