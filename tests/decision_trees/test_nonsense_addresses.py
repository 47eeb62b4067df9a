"""Whatever stands in an address, the answer is a page that helps, never a fault."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

BREATH = "/decision-trees/breath-alcohol-before-dose"
LONG = "a" * 10_000
NONSENSE = [
    "looks=green",
    "looks=",
    "looks",
    "looks=neither&looks=withdrawal",
    "looks=neither&looks=neither",
    "looks=neither&reading=plenty",
    "looks=neither&reading=0.42",
    "looks=neither&reading=0.42&reading.unit=stone",
    "looks=neither&reading=0.42&reading=0.43&reading.unit=mg-l",
    "looks=neither&reading=0.42&reading.unit=mg-l&reading.unit=ug-100ml",
    "looks=neither&reading=-0.42&reading.unit=mg-l",
    "looks=neither&reading=1e400&reading.unit=mg-l",
    "looks=neither&reading=NaN&reading.unit=mg-l",
    "looks=neither&reading=99999999999999999999&reading.unit=mg-l",
    "looks.unit=mg-l",
    "reading.unit=mg-l",
    "colour=blue",
    "looks=withdrawal&reading=not-known&risks=none&risks=cocaine",
    "looks=withdrawal&reading=not-known&risks=not-known&risks=cocaine",
    f"looks={LONG}",
    f"{LONG}=1",
    "&".join(f"q{number}=1" for number in range(900)),
    "&".join(["looks=neither"] * 400),
    "looks=%00",
    "%00=looks",
    "looks=neither&reading=%00&reading.unit=mg-l",
    f"looks={quote('‮🍺ثمانية')}",
    "looks=%ff%fe",
    "looks=neither%0d%0aSet-Cookie:a=b",
    "looks=<script>alert(1)</script>",
    "v=%00&at=1&result=2&map=3&print=4&looks=neither",
    "&&&===;;;",
    "looks[]=neither&looks[0]=x&__proto__=1",
]
PATHS = [
    "/decision-trees/no-such-tree/",
    "/decision-trees/no-such-tree/result/?looks=neither",
    f"{BREATH}/no-such-question/?looks=neither",
    f"{BREATH}/proof/",
    f"{BREATH}/print/?looks=neither",
    f"{BREATH}/LOOKS/",
    f"{BREATH}/looks",
    f"{BREATH}/looks/result/",
    f"{BREATH}/{LONG}/",
    f"/decision-trees/{LONG}/",
    f"{BREATH}/lo%00oks/",
    f"{BREATH}/%F0%9F%8D%BA/",
    "/decision-trees/%00/",
    "/decision-trees/../decision-trees/",
    "/decision-trees//",
]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]


def is_kind(client: Client, address: str) -> bool:
    """Below 500, a whole page of ours, and nothing of the address run as markup."""
    response = client.get(address, follow=True)
    page = response.content.decode()
    return response.status_code < 500 and "</html>" in page and "<script>alert" not in page


@pytest.mark.parametrize("query", NONSENSE, ids=[query[:40] for query in NONSENSE])
@pytest.mark.parametrize("path", ["looks/", "reading/", "risks/", "result/", "", "outline/", "map/", "versions/"])
def test_nonsense_in_a_query_gives_a_kind_page(client: Client, path: str, query: str) -> None:
    assert is_kind(client, f"{BREATH}/{path}?{query}")


@pytest.mark.parametrize("path", PATHS, ids=[path[:60] for path in PATHS])
def test_nonsense_in_a_path_gives_a_kind_page(client: Client, path: str) -> None:
    assert is_kind(client, path)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["looks", "reading", "reading.unit", "risks", "individual-limit", "v"])
            | st.text(max_size=8),
            st.sampled_from(["neither", "0.42", "mg-l", "none", "not-known", "1"]) | st.text(max_size=12),
        ),
        max_size=8,
    )
)
def test_anything_at_all_gives_a_kind_page(pairs: list[tuple[str, str]]) -> None:
    query = "&".join(f"{quote(key)}={quote(value)}" for key, value in pairs)
    assert is_kind(Client(), f"{BREATH}/result/?{query}")


def test_an_option_that_is_none_is_asked_again_in_words(client: Client) -> None:
    response = client.get(f"{BREATH}/looks/?looks=green")
    assert response.status_code == 400
    page = response.content.decode()
    assert "There is a problem" in page
    assert "Choose one of the answers." in page
    assert "green" not in page


def test_text_for_a_number_is_asked_again_and_is_not_shown_back(client: Client) -> None:
    response = client.get(f"{BREATH}/reading/?looks=neither&reading=Jane+Doe&reading.unit=mg-l")
    assert response.status_code == 400
    page = response.content.decode()
    assert "Use digits and a point only." in page
    assert "Jane" not in page


def test_what_is_not_of_this_tree_is_left_out_and_said(client: Client) -> None:
    response = client.get(f"{BREATH}/looks/?colour=blue")
    assert response.status_code == 200
    assert "Part of this address is not an answer to this tree and was left out." in response.content.decode()


def test_a_question_that_is_gone_offers_the_start_and_the_outline(client: Client) -> None:
    response = client.get(f"{BREATH}/weather/?looks=neither")
    assert response.status_code == 404
    page = response.content.decode()
    assert f'href="{BREATH}/"' in page
    assert f'href="{BREATH}/outline/"' in page


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert getattr(client, method)(f"{BREATH}/looks/").status_code == 405


@pytest.mark.parametrize("body", [{"answer": ["neither"] * 50}, {"answer": "\x00"}, {"number": "1"}, {"answer": LONG}])
def test_a_strange_form_is_answered_with_an_error(client: Client, body: dict[str, str]) -> None:
    assert client.post(f"{BREATH}/looks/", body).status_code in (302, 422)
