"""Fixtures that every test may ask for."""

from tests.support.sources import sources_dir

__all__ = ["sources_dir"]
