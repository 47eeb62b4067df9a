"""Why a source cannot be read, in words that say what to do about it."""

from __future__ import annotations


class UnreadableSource(Exception):
    """Base of every refusal. The message is for the person who ran the import."""


class MissingSource(UnreadableSource):
    """There is no such file."""


class UnknownFileType(UnreadableSource):
    """No reader is registered for this kind of file."""


class EmptySource(UnreadableSource):
    """The file holds no text."""


class BinarySource(UnreadableSource):
    """The file is not text."""


class WrongEncoding(UnreadableSource):
    """The file is text, but not UTF-8."""


class OversizedSource(UnreadableSource):
    """The file is far larger than any guidance document."""


class TruncatedSource(UnreadableSource):
    """Part of the document that its outline promises is not there."""


class InvalidFacts(UnreadableSource):
    """`source.yaml` does not say what is needed to read the source."""
