"""The card of a tree on the search page: what it opens with, and what it says of the words of the search."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from search.services import rebuild

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]


@pytest.fixture
def found(settings: Any, tmp_path: Path, client: Client) -> Any:
    settings.SEARCH_INDEX_PATH = tmp_path / "search.sqlite3"
    rebuild()
    return lambda words: unescape(client.get("/search/", {"q": words}).content.decode())


@pytest.mark.parametrize(
    ("words", "days"), [("hasn't had methadone for 6 days", 6), ("no methadone for 5/7", 5), ("mised 4 days", 4)]
)
def test_the_card_opens_with_the_days_filled_in(found: Any, words: str, days: int) -> None:
    html = found(words)
    assert f'href="/decision-trees/missed-opioid-doses/days/?days={days}"' in html
    assert "Check it before you continue." in html


def test_a_reading_is_not_carried_past_its_question(found: Any) -> None:
    html = found("alcohol on breath 0.4 before dose")
    assert 'href="/decision-trees/breath-alcohol-before-dose/"' in html
    assert "“0.4” is not filled in. It is asked for under “What is the breath reading?”" in html
    assert "reading=" not in html
