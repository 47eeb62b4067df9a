"""Starter content and source documents, in the order in which they lean on each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import guidance.importing
from decision_trees.loading import load_trees
from guidance.loading import load_guidance, load_pages
from guidance.services.importing import ImportReport, import_folder
from guidance.starter import SyncResult
from learning.loading import load_paths
from portal.models import SetUpStamp


def load_everything(folder: Path) -> list[SyncResult]:
    """All of `content/`: what stands by itself, then trees, then the pages that lead to them, then learning paths."""
    return [*load_guidance(folder), *load_trees(folder), *load_pages(folder), *load_paths(folder)]


def load_if_changed(folder: Path) -> list[SyncResult] | None:
    """`load_everything`, or None where no file has changed since it last went well in this database."""
    digest = _digest(path for path in folder.rglob("*") if path.is_file())
    if _stands("content", digest):
        return None
    results = load_everything(folder)
    if not any(result.is_failure for result in results):
        _record("content", digest)
    return results


def import_if_changed(folder: Path) -> tuple[ImportReport, ...] | None:
    """The documents of a folder, or None where neither they nor the reader have changed since."""
    if not folder.is_dir():
        return ()
    reader = Path(guidance.importing.__file__).parent.glob("*.py")
    digest = _digest([*(path for path in folder.iterdir() if path.is_file()), *reader])
    if _stands("documents", digest):
        return None
    reports = import_folder(folder)
    _record("documents", digest)
    return reports


def _digest(paths: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _stands(name: str, digest: str) -> bool:
    return SetUpStamp.objects.filter(name=name, digest=digest).exists()


def _record(name: str, digest: str) -> None:
    SetUpStamp.objects.update_or_create(name=name, defaults={"digest": digest})
