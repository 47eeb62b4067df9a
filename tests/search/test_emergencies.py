"""Searches that sound as if somebody's life is in danger now are told to call 999, whatever is found."""

from __future__ import annotations

import pytest

from search import services
from search.emergencies import ALONE, OTHERWISE, WITHIN, sounds_like_an_emergency
from search.engines.base import SearchUnavailable

NOTICE = "If this is happening now, call"


@pytest.mark.parametrize(
    "text",
    [
        "overdose",
        "an Overdose?",
        "collapsed not breathing",
        "not waking up",
        "she is not waking",
        "client won’t wake up",
        "wont wake up",
        "can't be woken",
        "OD'd in the toilets",
        "took an overdose of methadone",
        "lips are blue",
        *WITHIN,
        *ALONE,
    ],
)
def test_an_emergency_is_heard(text):
    assert sounds_like_an_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "overdose prevention",
        "overdose deaths in 2023",
        "odd behaviour",
        "missed 4 days",
        "not working",
        "blue script",
        "drop out",
        "waking dose",
        "collapsed veins and unconscious bias",
        *OTHERWISE,
    ],
)
def test_other_searches_are_no_emergency(text):
    assert not sounds_like_an_emergency(text)


@pytest.mark.django_db(transaction=True)
def test_the_page_says_so_above_what_it_found_and_when_it_finds_nothing(client, content, monkeypatch):
    content.put("overdose", "Overdose and what is written about it.")
    content.put("collapse", "Rotas of the building.")
    services.rebuild()
    found = client.get("/search/", {"q": "overdose"}).content.decode()
    assert found.index(NOTICE) < found.index('id="found"')
    assert '<a href="tel:999">' in found[found.index(NOTICE) :]
    assert NOTICE in client.get("/search/", {"q": "not waking up"}).content.decode()
    assert NOTICE in client.get("/search/", {"q": "overdoes"}).content.decode()
    assert NOTICE not in client.get("/search/", {"q": "rotas"}).content.decode()

    def away(*args: object, **kwargs: object) -> None:
        raise SearchUnavailable

    monkeypatch.setattr("search.services.search", away)
    assert NOTICE in client.get("/search/", {"q": "not breathing"}).content.decode()
