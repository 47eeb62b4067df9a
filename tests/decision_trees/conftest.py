"""What the tests of trees share."""

from __future__ import annotations

from tests.support.starter_content import starter_content

__all__ = ["starter_content"]
