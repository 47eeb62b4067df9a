"""The colours of the style sheet, read from it, against WCAG 2.2 AA."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

CSS = (settings.BASE_DIR / "portal/static/portal/css/portal.css").read_text(encoding="utf-8")
TOKENS = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6});", CSS))

TEXT = [
    *((ink, ground) for ink in ("ink", "ink-quiet", "accent", "accent-bright") for ground in ("paper", "tint")),
    ("paper", "accent"),
    ("paper", "accent-bright"),
    ("paper", "emergency"),
    ("paper", "today"),
    ("ink", "emergency-tint"),
    ("ink", "today-tint"),
    ("ink", "historic-tint"),
    ("ink", "focus"),
    ("ink", "mark"),
    ("ink-quiet", "emergency-tint"),
    ("ink-quiet", "today-tint"),
    ("ink-quiet", "historic-tint"),
    ("accent-bright", "historic-tint"),
    ("accent-bright", "mark"),
    ("accent-dark", "tint-strong"),
    ("emergency", "paper"),
    ("emergency", "emergency-tint"),
    ("historic", "paper"),
    ("historic", "tint"),
    ("historic", "historic-tint"),
]
SHAPES = [("line-strong", "paper"), ("accent", "paper"), ("emergency", "paper"), ("ink", "focus")]


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_reckoned_as_the_standard_says() -> None:
    assert contrast("#fff", "#000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read_on_its_ground(ink: str, ground: str) -> None:
    assert contrast(TOKENS[ink], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_that_carry_meaning_stand_out(shape: str, ground: str) -> None:
    assert contrast(TOKENS[shape], TOKENS[ground]) >= 3
