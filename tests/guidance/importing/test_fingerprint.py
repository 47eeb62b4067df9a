from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guidance.importing.fingerprint import normalised, passage_id, slug_part, text_hash, words_of

WORDS = st.lists(st.text(alphabet="abcdefgxyz0123456789", min_size=1, max_size=9), min_size=1, max_size=30)
LAYOUT = st.sampled_from([" ", "  ", "\n", " \u00a0", "\u2003", "; ", " – ", "³⁹ ", ". ", "\t", " ‘", "’ "])


@given(WORDS, st.data())
def test_the_hash_does_not_change_with_layout(words: list[str], data: st.DataObject) -> None:
    laid_out = "".join(word.upper() + data.draw(LAYOUT) for word in words)

    assert text_hash(laid_out) == text_hash(" ".join(words))


@given(WORDS, WORDS)
def test_other_words_have_another_hash(first: list[str], second: list[str]) -> None:
    assert (text_hash(" ".join(first)) == text_hash(" ".join(second))) == (first == second)


def test_words_are_lower_case_letters_and_digits() -> None:
    assert words_of("The Rider’s 26in wheel – see café.⁴") == ["the", "rider", "s", "26in", "wheel", "see", "cafe"]
    assert normalised("A–B") == "a b"


def test_an_id_tells_repeats_and_places_apart() -> None:
    ids = {
        passage_id("a", "1", "2.1", "f" * 64, 0),
        passage_id("a", "1", "2.1", "f" * 64, 1),
        passage_id("a", "1", "2.2", "f" * 64, 0),
        passage_id("a", "2", "2.1", "f" * 64, 0),
        passage_id("b", "1", "2.1", "f" * 64, 0),
    }

    assert len(ids) == 5
    assert all(len(each) == 16 for each in ids)


def test_slugs_keep_the_dots_of_numbers_only() -> None:
    assert slug_part("5.2.4") == "5.2.4"
    assert slug_part("Wheels & tyres (e.g. tubes)*") == "wheels-tyres-e-g-tubes"
