"""Each published version keeps its certificate, and the checker that knows nothing of ours agrees with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from decision_trees.certificate_checker import check
from decision_trees.history import certificate_of
from decision_trees.models import TreePage, TreeVersion
from tests.factories.trees import lantern_document, published_tree, question_of

from .test_written_cases import SLUGS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

CHECKER = Path(settings.BASE_DIR) / "decision_trees" / "certificate_checker.py"


@pytest.mark.parametrize("slug", SLUGS)
def test_a_published_version_keeps_a_certificate_that_holds(slug: str) -> None:
    version = TreePage.objects.get(slug=slug).versions.get()
    assert version.certificate["tree_hash"] == version.hash
    assert check(version.document, version.certificate) == []
    # A database may put keys in an order of its own (PostgreSQL does): that says nothing else.
    assert check(version.document, _with_keys_turned(version.certificate)) == []
    assert set(version.certificate["outcomes"]) == {outcome["id"] for outcome in version.document["outcomes"]}


def _with_keys_turned(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_keys_turned(each) for each in value]
    if isinstance(value, dict):
        return {key: _with_keys_turned(value[key]) for key in reversed(value)}
    return value


def test_a_version_from_before_certificates_were_kept_gets_one_when_it_is_asked_for_and_keeps_it() -> None:
    version = published_tree().versions.get()
    certificate = version.certificate
    TreeVersion._base_manager.filter(pk=version.pk).update(certificate={})
    old = TreeVersion.objects.get(pk=version.pk)
    assert certificate_of(old) == certificate
    assert TreeVersion.objects.get(pk=version.pk).certificate == certificate


def test_an_old_version_that_does_not_stand_up_to_the_proof_has_no_certificate() -> None:
    version = published_tree().versions.get()
    document = lantern_document()
    question_of(document, "dusk")["next"].pop()
    TreeVersion._base_manager.filter(pk=version.pk).update(certificate={}, document=document, hash="0" * 64)
    assert certificate_of(TreeVersion.objects.get(pk=version.pk)) == {}


def test_the_checker_is_a_program_of_its_own_and_refuses_a_tampered_certificate(tmp_path: Path) -> None:
    version = published_tree().versions.get()
    tree, certificate = tmp_path / "tree.json", tmp_path / "certificate.json"
    tree.write_text(json.dumps(version.document), encoding="utf-8")

    def run(written: object) -> subprocess.CompletedProcess[str]:
        certificate.write_text(json.dumps(written), encoding="utf-8")
        # Isolated: nothing of ours is on its path.
        command = [sys.executable, "-I", str(CHECKER), str(tree), str(certificate)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    sound = run(version.certificate)
    assert (sound.returncode, sound.stdout.startswith("It holds")) == (0, True)
    tampered = run({**version.certificate, "combinations": version.certificate["combinations"] + 1})
    assert tampered.returncode == 1
    assert "combinations" in tampered.stdout
    assert run("no certificate").returncode == 1


def test_the_checker_is_short_enough_to_be_read_and_imports_nothing_of_ours() -> None:
    text = CHECKER.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 200
    assert "decision_trees" not in "\n".join(line for line in text.splitlines() if "import" in line)
