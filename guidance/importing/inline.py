"""The inside of a line: emphasis, reference marks, tags, placeholders. One text in two forms, Markdown and plain."""

from __future__ import annotations

import re

#: Tags that shape text. Anything else between angle brackets is a placeholder of the document and stays.
_SHAPING_TAG = re.compile(
    r"</?(?:a|abbr|b|br|div|em|i|li|ol|p|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)\b[^<>]*>", re.I
)
_SPACES = re.compile("[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_REFERENCE_MARK = re.compile(
    "\\s*[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+(?:[,\u2013-][\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+)*"
)
_LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\w*-])")
#: Emphasis that begins or ends inside a word is a slip of the conversion, not a stress.
_HALF_EMPHASIS = re.compile(r"(?<=\w)\*(?=\w)([^*\s]+)\*|(?<!\w)\*(\w+)\*(?=[\w-])")
_STRONG_OPEN, _STRONG_CLOSE, _EM_OPEN, _EM_CLOSE = "\ue000", "\ue001", "\ue002", "\ue003"
_PRIVATE = re.compile("[\ue000-\ue003]")


def tidy(text: str) -> str:
    """Replace odd spaces, drop invisible characters and shaping tags, mend half-stressed words. Tabs stay."""
    text = _SPACES.sub(" ", _INVISIBLE.sub("", _SHAPING_TAG.sub("", text)))
    return _HALF_EMPHASIS.sub(lambda match: match.group(1) or match.group(2), text)


def to_plain(text: str) -> str:
    """Return the words without markup and reference marks."""
    text = _LINK.sub(lambda match: match.group(1), _mark_emphasis(text))
    return " ".join(_REFERENCE_MARK.sub("", _PRIVATE.sub("", text)).split())


def to_markdown(text: str) -> str:
    """Return CommonMark that shows the text as it stands: stress kept, all else that looks like markup escaped."""
    return _start_escaped(inside_markdown(" ".join(text.split())))


def inside_markdown(text: str) -> str:
    """Return the same for a text that stands inside a line, so that nothing at its start is a mark."""
    links: list[str] = []

    def keep_link(match: re.Match[str]) -> str:
        links.append(f"[{_escape(match.group(1))}]({match.group(2)})")
        return f"\ue010{len(links) - 1}\ue011"

    text = _escape(_mark_emphasis(_LINK.sub(keep_link, text)))
    for mark, sign in ((_STRONG_OPEN, "**"), (_STRONG_CLOSE, "**"), (_EM_OPEN, "*"), (_EM_CLOSE, "*")):
        text = text.replace(mark, sign)
    return re.sub("\ue010(\\d+)\ue011", lambda match: links[int(match.group(1))], text)


def _mark_emphasis(text: str) -> str:
    text = _STRONG.sub(lambda match: f"{_STRONG_OPEN}{match.group(1)}{_STRONG_CLOSE}", text)
    return _EMPHASIS.sub(lambda match: f"{_EM_OPEN}{match.group(1)}{_EM_CLOSE}", text)


def _escape(text: str) -> str:
    text = re.sub(r"([\\*_`\[\]])", r"\\\1", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _start_escaped(text: str) -> str:
    text = re.sub(r"^([#+-])", r"\\\1", text)
    return re.sub(r"^(\d+)([.)])(?=\s)", r"\1\\\2", text)
