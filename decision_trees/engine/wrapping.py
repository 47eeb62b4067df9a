"""Words in lines that fit into a box, where there is no browser to measure them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

TEXT_SIZE = 14
_MOST_LINES = 9

#: Widths of the letters of Arial and its like, in parts of the size; what is not named is as wide as most.
_WIDTHS: Mapping[str, float] = {
    **dict.fromkeys("ijl|'", 0.24),
    **dict.fromkeys("ft.,:;!/\\()[]I -’‘\N{NO-BREAK SPACE}", 0.3),
    **dict.fromkeys("r“”*", 0.36),
    **dict.fromkeys("ckszvxyJ", 0.51),
    **dict.fromkeys("ABEKPSVXYZ&", 0.68),
    **dict.fromkeys("CDGHNOQRUw–→", 0.75),
    **dict.fromkeys("mM%", 0.86),
    **dict.fromkeys("W@—…", 1.0),
}
_USUAL_WIDTH = 0.57
_BOLD = 1.08
#: Other fonts than Arial are a little wider.
_SAFETY = 1.04


def wrapped(text: str, width: float, *, bold: bool = False) -> tuple[str, ...]:
    """The text in lines that fit. What is too long for a box ends with an ellipsis; the outline has it all."""
    lines: list[str] = []
    line, length, space = "", 0.0, _measure(" ", bold)
    for word in _words(text, width, bold):
        long = _measure(word, bold)
        if line and length + space + long > width:
            lines.append(line)
            line, length = word, long
        else:
            line, length = (f"{line} {word}", length + space + long) if line else (word, long)
    lines.append(line)
    if len(lines) <= _MOST_LINES:
        return tuple(lines)
    last = lines[_MOST_LINES - 1]
    while _measure(f"{last} …", bold) > width:
        last = last[:-1].rstrip()
    return (*lines[: _MOST_LINES - 1], f"{last} …")


def _words(text: str, width: float, bold: bool) -> Iterator[str]:
    """The words, those too long for a line in pieces."""
    for word in text.split(" "):
        if _measure(word, bold) <= width:
            yield word
            continue
        piece = ""
        for character in word:
            if piece and _measure(piece + character, bold) > width:
                yield piece
                piece = ""
            piece += character
        yield piece


def _measure(text: str, bold: bool) -> float:
    size = TEXT_SIZE * _SAFETY * (_BOLD if bold else 1)
    return sum(_WIDTHS.get(character, _USUAL_WIDTH) for character in text) * size
