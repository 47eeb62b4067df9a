"""What holds for every template, style sheet and script of ours: the page obeys its own content security policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = settings.BASE_DIR
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = sorted(path for path in ROOT.glob("portal/static/**/*") if path.suffix in {".css", ".js", ".svg"})

COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
#: The names of XML's vocabularies look like addresses and are never fetched.
VOCABULARY = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")
LOADED = re.compile(
    r"""(?:src|srcset|action|data|poster)\s*=\s*["']\s*(?:https?:)?//|<link\b[^>]*\bhref\s*=\s*["']\s*(?:https?:)?//"""
)


def _markup(path: Path) -> str:
    return COMMENT.sub("", path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 40
    assert len(STATIC) >= 3


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_compiles(path: Path) -> None:
    get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_holds_no_inline_style_or_script(path: Path) -> None:
    markup = _markup(path)
    assert not re.search(r"<style\b", markup)
    assert not re.search(r"\sstyle\s*=", markup)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", markup)
    assert not re.search(r"javascript:", markup)
    for attributes in re.findall(r"<script\b([^>]*)>", markup):
        assert "src=" in attributes


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_loads_nothing_from_another_host(path: Path) -> None:
    assert not LOADED.search(_markup(path))


@pytest.mark.parametrize("path", STATIC, ids=_name)
def test_a_file_of_ours_names_no_other_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for vocabulary in VOCABULARY:
        text = text.replace(vocabulary, "")
    assert not re.search(r"https?://", text)
    assert not re.search(r"""url\(\s*["']?//|@import""", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_words_keep_to_the_house(path: Path) -> None:
    words = re.sub(r"<[^>]*>|\{[%{].*?[%}]\}", " ", _markup(path), flags=re.DOTALL)
    assert not re.search(r"\b(?:please|simply|click here)\b", words, re.IGNORECASE)
    assert not re.search(r"\w!(?:\s|$)", words)
