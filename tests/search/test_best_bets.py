"""What a best bet must hold before it is saved."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from search.models import BestBet

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"expires": date(2020, 1, 1)}, "expires"), ({"key": "https://example.org/"}, "key"), ({}, "words")],
)
def test_a_best_bet_that_nobody_would_see_or_that_is_there_already_is_refused(changed, field):
    given = {"words": "walrus", "key": "tree:1", "owner": "Search group", "expires": date(2999, 1, 1)}
    BestBet.objects.create(**given)
    with pytest.raises(ValidationError) as refused:
        BestBet(**(given | {"words": "Walrus\nwalruses"} | changed)).full_clean()
    assert field in refused.value.message_dict
