"""The front end comes from its package, calls no foreign host, and is written once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal import assets

HOST = re.compile(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", re.IGNORECASE)


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    return assets.prepare(tmp_path / "vendor").folder


@pytest.mark.parametrize("name", ["nhsuk-frontend.min.css", "nhsuk-frontend.min.js"])
def test_the_front_end_calls_no_foreign_host(prepared: Path, name: str) -> None:
    text = (prepared / name).read_text(encoding="utf-8")
    assert len(text) > 10_000
    assert not HOST.findall(text)
    assert "sourceMappingURL" not in text


def test_only_the_foreign_typeface_and_the_source_map_are_taken_out(prepared: Path) -> None:
    original = assets.find_front_end().css.read_text(encoding="utf-8")
    cleaned = (prepared / "nhsuk-frontend.min.css").read_text(encoding="utf-8")
    faces = re.findall(r"@font-face\{[^}]*\}", original)
    maps = re.findall(r"\s*/\*# sourceMappingURL=.*?\*/", original)
    assert faces
    assert maps
    for taken_out in [*faces, *maps]:
        original = original.replace(taken_out, "")
    assert cleaned == original


def test_a_typeface_of_our_own_would_stay() -> None:
    own = "@font-face{font-family:Own;src:url(own.woff2)}"
    assert assets.clean_css(own) == own


def test_the_module_still_exports_what_the_portal_calls(prepared: Path) -> None:
    assert re.search(r"export\s*\{[^}]*\binitAll\b", (prepared / "nhsuk-frontend.min.js").read_text(encoding="utf-8"))


def test_the_licence_stands_beside_the_files(prepared: Path) -> None:
    licence = (prepared / "nhsuk-frontend-licence.txt").read_text(encoding="utf-8")
    assert "MIT License" in licence
    assert assets.find_front_end().version in licence


def test_preparing_again_writes_nothing(tmp_path: Path) -> None:
    assert assets.prepare(tmp_path).changed
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert not assets.prepare(tmp_path).changed
    assert before == {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}


def test_a_file_that_was_lost_is_written_again(tmp_path: Path) -> None:
    assets.prepare(tmp_path)
    (tmp_path / "nhsuk-frontend.min.css").unlink()
    assert assets.prepare(tmp_path).changed
    assert (tmp_path / "nhsuk-frontend.min.css").exists()


def test_a_missing_package_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "PACKAGE", "no-such-front-end")
    with pytest.raises(assets.AssetsMissing, match="make setup"):
        assets.prepare(tmp_path)


def test_a_folder_that_cannot_be_written_is_a_clear_command_error(tmp_path: Path, settings) -> None:
    (tmp_path / "vendor").write_text("a file where the folder should be", encoding="utf-8")
    settings.VAR_DIR = tmp_path
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("prepare_assets")
