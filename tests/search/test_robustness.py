"""What people type and what they might: nothing breaks, and small changes of form lose nothing."""

from __future__ import annotations

import random

import pytest
from django.urls import reverse

from search import services
from search.query import SearchQuery

pytestmark = pytest.mark.django_db(transaction=True)
MANY, FEW = 10_000, 100
PIECES = (
    *("missed", "doses", "0.35", "mg/L", "CG115", "methadone", "5.2.6", "NSP", "breath-test", "the", "MET", "'s"),
    *('"', "“", "”", "(", ")", "*", "^", "NEAR", "AND", "OR", "NOT", "-", "+", ":", "{", "}", "\\", "%", "_", ";--"),
    *("\x00", "\x1b", "\u200b", "\u202e", "\ufeff", "é", "ß", "İ", "ﬁ", "٣", "中文", "😀", "ǅ", "a" * 200, "\ud800"),
)


def typed_by_chance(seed: int, count: int) -> list[str]:
    chance = random.Random(seed)
    made = []
    for at in range(count):
        pieces = chance.choices(PIECES, k=chance.choice((1, 2, 3, 5, 9, 30)))
        text = chance.choice(("", " ", "  ")).join(pieces)
        if at % 50 == 0:
            text = (text * 5000)[:5000]
        if chance.random() < 0.2:
            text = "".join(chr(chance.choice((chance.randrange(0x300), chance.randrange(0xD7FF)))) for _ in range(20))
        made.append(text)
    return made


def test_ten_thousand_queries_by_chance_break_nothing(searching):
    for text in typed_by_chance(20260701, MANY):
        result = searching.ask(text)
        assert result.total >= len(result.hits) - 1


def test_queries_by_chance_give_a_page(content, client):
    content.put("one", "Missed doses and methadone.")
    services.rebuild()
    for text in typed_by_chance(7, FEW):
        response = client.get(reverse("search:results"), {"q": text.encode("utf-8", "replace")})
        # An address that no browser would send is refused before it gets here.
        assert response.status_code == 200 or (response.status_code == 414 and len(text) > 1000)


EXACT = {
    "breathalyser dose": "breath",
    "0.35 mg/L": "breath",
    "needle exchange": "exchange",
    "therapeutic alliance": "alliance",
    "CG115": "table",
    "section 5.2.6": "table",
    "table 4": "table",
    "care planning": "planning",
    "motivational enhancement therapy": "enhancement",
}
FORMS = (
    str.upper,
    str.title,
    lambda text: f"the {text}",
    lambda text: f"what is {text}?",
    lambda text: f"{text}!",
    lambda text: f"  {text} ,",
    lambda text: f"({text})",
    lambda text: f"about the {text} and of it",
    lambda text: f"{text}s" if text[-1].isalpha() and text[-1] not in "sL" else text,
)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("text", "key"), EXACT.items())
def test_stop_words_plural_punctuation_and_case_lose_no_exact_hit(searching, text, key, form):
    assert key in searching.keys(text)
    changed = searching.ask(form(text))
    assert key in [hit.key for hit in changed.hits]
    assert changed.confident


def test_numbers_and_codes_match_as_they_stand_only(searching):
    assert searching.keys("CG115")[0] == "table"
    assert not searching.ask("CG116").confident
    assert "breath" not in searching.keys("0.36 mg/L")[:1] or not searching.ask("0.36").confident
    assert SearchQuery.of("5.2.6").text == "5.2.6"
