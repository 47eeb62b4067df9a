"""Small changes of form lose nothing: case, plural, stop words and punctuation around what is there."""

from __future__ import annotations

import pytest

from search.query import SearchQuery
from search.trusting import Trust

pytestmark = pytest.mark.django_db(transaction=True)

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
    assert changed.trust is Trust.SURE


def test_numbers_and_codes_match_as_they_stand_only(searching):
    assert searching.keys("CG115")[0] == "table"
    assert searching.ask("CG116").trust is not Trust.SURE
    assert "breath" not in searching.keys("0.36 mg/L")[:1] or searching.ask("0.36").trust is not Trust.SURE
    assert SearchQuery.of("5.2.6").text == "5.2.6"
