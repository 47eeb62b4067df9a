"""The five source documents, for tests that need the real texts. They are never part of the repository."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from guidance.importing.document import ImportedEdition
from guidance.importing.facts import SourceFacts, load_facts
from guidance.importing.reader import read_edition, read_file

REPOSITORY = Path(__file__).resolve().parents[2]
CONTENT = REPOSITORY / "content" / "sources"

RIP = "remote-and-in-person-interventions"
NDR = "ndtms-adult-interventions-dataset-r"
BCC = "better-care-co-occurring-conditions"
MOC = "models-of-care-update-2006"
TST = "towards-successful-treatment-completion"
SLUGS = (RIP, NDR, BCC, MOC, TST)

WITHOUT_SOURCES = "The source documents are not here. Set SOURCES to their folder."


def find_sources_dir() -> Path | None:
    """The folder named by SOURCES, else the one shared beside the repository, else none."""
    named = os.environ.get("SOURCES")
    candidates = [Path(named)] if named else [REPOSITORY.parent / "shared" / "sources"]
    return next((path for path in candidates if all((path / f"{slug}.txt").is_file() for slug in SLUGS)), None)


@pytest.fixture(scope="session")
def sources_dir() -> Path:
    """The folder of the five documents. Tests that ask for it are skipped where there is none."""
    path = find_sources_dir()
    if path is None:
        pytest.skip(WITHOUT_SOURCES)
    return path


@cache
def facts_of(slug: str) -> SourceFacts:
    """The committed facts of one source."""
    return load_facts(CONTENT / slug / "source.yaml")


@cache
def read_source(folder: Path, slug: str) -> ImportedEdition:
    """One document, read once for all tests."""
    return read_edition(read_file(folder / f"{slug}.txt"), facts_of(slug))
