"""Files that cannot be read are refused with words that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidance.importing.errors import (
    BinarySource,
    EmptySource,
    InvalidFacts,
    MissingSource,
    TruncatedSource,
    UnknownFileType,
    UnreadableSource,
    WrongEncoding,
)
from guidance.importing.facts import facts_from
from guidance.importing.reader import read_edition, read_file, read_plain_text, register_reader

from .texts import entry, facts


def written(folder: Path, data: bytes, name: str = "guide.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (b"", EmptySource, "empty"),
        (b" \n\t\n", EmptySource, "empty"),
        (b"... --- ...", EmptySource, "no words"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", BinarySource, "not text"),
        (bytes(range(1, 32)) * 9, BinarySource, "not text"),
        ("naïve café".encode("latin-1"), WrongEncoding, "UTF-8"),
        ("Brakes and wheels".encode("utf-16"), WrongEncoding, "UTF-16"),
        ("it’s the rider’s own “choice”".encode().decode("cp1252", "replace").encode(), WrongEncoding, "UTF-8"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as raised:
        read_file(written(tmp_path, data))

    assert isinstance(raised.value, UnreadableSource)


def test_the_line_that_is_wrongly_encoded_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongEncoding, match="line 3"):
        read_file(written(tmp_path, b"one\ntwo\ncaf\xe9 three"))


def test_a_missing_file_is_named_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(MissingSource) as raised:
        read_file(tmp_path / "guide.txt")

    assert "guide.txt" in str(raised.value)
    assert str(tmp_path) not in str(raised.value)


def test_a_file_of_an_unknown_type_is_refused_with_the_types_that_can_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnknownFileType, match=r"\.md.*\.txt"):
        read_file(written(tmp_path, b"words", "guide.xyz"))


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    text = read_file(written(tmp_path, "\ufeffBrakes\r\n\r\nKeep them dry.".encode()))
    edition = read_edition(text, facts(entry("Brakes")))

    assert [passage.plain for passage in edition.passages] == ["Keep them dry."]


def test_a_second_reader_for_a_file_type_is_refused() -> None:
    with pytest.raises(ValueError, match="already"):
        register_reader(".txt", read_plain_text)


def test_a_document_without_a_heading_of_its_outline_is_cut_off() -> None:
    outline = (entry("Brakes", number="1"), entry("Wheels", number="2"), entry("Bells", number="3"))

    with pytest.raises(TruncatedSource, match="3 Bells"):
        read_edition("1 Brakes\n\nDry.\n\n2 Wheels\n\nRound.", facts(*outline))


def test_a_document_with_far_fewer_words_than_reviewed_is_cut_off() -> None:
    with pytest.raises(TruncatedSource, match="40"):
        read_edition("Brakes\n\nKeep them dry and", facts(entry("Brakes"), words=40))


def test_facts_that_cannot_be_used_are_refused() -> None:
    minimal = {"slug": "a", "title": "A", "edition": {"label": "1"}}
    assert facts_from(minimal).licence_allows == "staff-only"

    for broken, says in [
        ({**minimal, "slug": ""}, "slug"),
        ({**minimal, "edition": {}}, "label"),
        ({**minimal, "outline": [{"key": "1"}]}, "title"),
        ({**minimal, "outline": [{"key": "1", "title": "x"}] * 2}, "ordinal"),
        ({**minimal, "outline": [{"key": "1", "title": "x", "role": "poem"}]}, "poem"),
        ({**minimal, "outline": "none"}, "list"),
    ]:
        with pytest.raises(InvalidFacts, match=says):
            facts_from(broken)
