"""Which version of a tree one looks at, and what there is beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

from decision_trees import journeys
from decision_trees.engine.model import Tree
from decision_trees.history import Version, withdrawn_on
from decision_trees.models import LaterCases
from decision_trees.publications import Withdrawal


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the list of versions. `changes_url` is empty for the first one, which changed nothing.

    `later_cases` says when its cases were changed, with the note of each time.
    """

    number: int
    hash: str
    change_note: str
    force: str
    is_current: bool
    url: str
    changes_url: str
    later_cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionNotice:
    """What a page says above everything when it shows a version that somebody asked for."""

    words: str
    is_current: bool
    today_url: str
    changes_url: str


def version_lines(
    tree: Tree, history: tuple[Version, ...], later_cases: Mapping[int, Iterable[LaterCases]]
) -> tuple[VersionLine, ...]:
    """Every version, the newest first."""
    earlier = (None, *history)
    return tuple(
        VersionLine(
            number=version.number,
            hash=version.hash,
            change_note=version.change_note,
            force=force_words(version, history),
            is_current=version.is_current,
            url=journeys.version_url(tree, version.number),
            changes_url=journeys.differences_url(tree, before.number, version.number) if before else "",
            later_cases=tuple(map(_cases_words, later_cases.get(version.number, ()))),
        )
        for before, version in reversed(list(zip(earlier, history, strict=False)))
    )


def _cases_words(later: LaterCases) -> str:
    day = date_format(timezone.localtime(later.published_at), "j F Y")
    return f"Its cases were changed on {day}, and no result. {later.change_note}".strip()


def force_words(version: Version, history: tuple[Version, ...]) -> str:
    """From when to when a version was in force, and when it was not because the tree was withdrawn."""
    since = _told(version.since, history)
    pauses = " and ".join(_pause_words(pause, history) for pause in version.pauses)
    but = f", but not {pauses}: the tree was withdrawn then" if pauses else ""
    if version.until is None:
        return f"In force since {since}{but}"
    withdrawn = ", when the tree was withdrawn" if version.was_withdrawn else ""
    if version.until.date() == version.since.date():
        return f"In force on {since} to {date_format(version.until, 'H:i')}{withdrawn}{but}"
    return f"In force from {since} to {_told(version.until, history)}{withdrawn}{but}"


def _pause_words(pause: Withdrawal, history: tuple[Version, ...]) -> str:
    since = _told(pause.since, history)
    return f"from {since} to " + (_told(pause.until, history) if pause.until else "a day that is not recorded")


def began_words(history: tuple[Version, ...], number: int) -> str:
    """When a version came into force."""
    return _told(next(each.since for each in history if each.number == number), history)


def _told(moment: datetime, history: tuple[Version, ...]) -> str:
    """A day, with the hour where a version came into force or the tree was withdrawn more than once on it."""
    known = {each.since for each in history} | {each.until for each in history}
    known |= {end for each in history for pause in each.pauses for end in (pause.since, pause.until)}
    several = sum(each is not None and each.date() == moment.date() for each in known) > 1
    return date_format(moment, "j F Y, H:i" if several else "j F Y")


def none_in_force(history: tuple[Version, ...], day: date) -> str:
    """Why no version was in force at the end of a day."""
    asked, withdrawn = date_format(day, "j F Y"), withdrawn_on(history, day)
    if withdrawn is None:
        first = date_format(history[0].since, "j F Y")
        return f"On {asked} there was no such tree yet. Its first version came into force on {first}."
    if withdrawn.date() == day:
        return f"At the end of {asked} this tree was not published: it had been withdrawn that day."
    return f"On {asked} this tree was not published: it had been withdrawn on {date_format(withdrawn, 'j F Y')}."


def not_in_force(version: Version, day: date) -> str:
    return f"Version {version.number} was not in force on {date_format(day, 'j F Y')}."


def unrecorded_words(before: date | None) -> str:
    """What nobody can say of an earlier time; empty where everything was written down."""
    if before is None:
        return ""
    return f"Whether the tree was withdrawn for a time before {date_format(before, 'j F Y')} is not recorded."


def version_notice(
    tree: Tree, history: tuple[Version, ...], version: Version, day: date | None = None, unrecorded: str = ""
) -> VersionNotice:
    """What is said of a version that was asked for by its number, or by a day.

    Args:
        tree: the version.
        history: every version of the tree.
        version: which of them it is.
        day: the day that was asked about, on which it was in force.
        unrecorded: what nobody can say of that day.
    """
    newest = history[-1].number
    called = f"On {date_format(day, 'j F Y')} version {version.number} was in force." if day else ""
    called = f"{called or f'This is version {version.number}.'} {unrecorded}".strip()
    if version.is_current:
        return VersionNotice(f"{called} It is in force today.", True, journeys.start_url(tree), "")
    today = f"Today version {newest} is in force: use that for a decision."
    return VersionNotice(
        words=f"{called} It is not the tree of today. {force_words(version, history)}. {today}",
        is_current=False,
        today_url=journeys.start_url(tree),
        changes_url=journeys.differences_url(tree, version.number, newest),
    )
