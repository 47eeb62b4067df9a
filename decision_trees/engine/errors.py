"""What can be wrong with a tree or an answer, in words that say what to do."""

from __future__ import annotations


class TreeError(Exception):
    """Base of every error of the engine."""


class InvalidTree(TreeError):
    """A document is not a tree. `problems` lists everything wrong with it, each naming the node."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class InvalidCases(TreeError):
    """A document is not a list of cases. `problems` lists everything wrong with it, each naming the case."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class ConditionSyntaxError(TreeError):
    """A condition is not a sentence of the grammar. `position` is the character (from 0) where reading stopped."""

    def __init__(self, message: str, position: int = 0) -> None:
        self.position = position
        super().__init__(message)


class InvalidAnswer(TreeError):
    """A value is not an answer to the question. `code` is stable; the text tells the person what to enter."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class CannotCompare(TreeError):
    """Two versions of a tree cannot be compared, because one of them cannot be walked. The text says why."""


class NotSound(TreeError):
    """A tree is not certified because something is wrong with it. `problems` lists everything, each naming the node."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class TooTangled(TreeError):
    """A tree asks for more work than it may take: many numbers are compared with many others."""
