"""Which version of a tree one looks at, and what there is beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

from decision_trees import journeys
from decision_trees.engine.model import Tree
from decision_trees.history import Version
from decision_trees.models import LaterCases


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
    """From when to when a version was in force."""
    since = _told(version.since, history)
    if version.until is None:
        return f"In force since {since}"
    if version.until.date() == version.since.date():
        return f"In force on {since} to {date_format(version.until, 'H:i')}"
    return f"In force from {since} to {_told(version.until, history)}"


def began_words(history: tuple[Version, ...], number: int) -> str:
    """When a version came into force."""
    return _told(next(each.since for each in history if each.number == number), history)


def _told(moment: datetime, history: tuple[Version, ...]) -> str:
    """A day, with the hour where more than one version came into force on it."""
    several = sum(each.since.date() == moment.date() for each in history) > 1
    return date_format(moment, "j F Y, H:i" if several else "j F Y")


def before_the_first(first: Version, day: date) -> str:
    return (
        f"On {date_format(day, 'j F Y')} there was no such tree yet. "
        f"Its first version came into force on {date_format(first.since, 'j F Y')}."
    )


def version_notice(
    tree: Tree, history: tuple[Version, ...], version: Version, day: date | None = None
) -> VersionNotice:
    """What is said of a version that was asked for by its number, or by a day."""
    newest = history[-1].number
    called = f"On {date_format(day, 'j F Y')} version {version.number} was in force." if day else ""
    called = called or f"This is version {version.number}."
    if version.is_current:
        return VersionNotice(f"{called} It is in force today.", True, journeys.start_url(tree), "")
    today = f"Today version {newest} is in force: use that for a decision."
    return VersionNotice(
        words=f"{called} It is not the tree of today. {force_words(version, history)}. {today}",
        is_current=False,
        today_url=journeys.start_url(tree),
        changes_url=journeys.differences_url(tree, version.number, newest),
    )
