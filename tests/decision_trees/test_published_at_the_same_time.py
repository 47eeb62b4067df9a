"""Several people publish the same tree at the same moment: every version has a number of its own, and none is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection
from wagtail.models import Revision

from decision_trees import publishing
from decision_trees.checking import latest_version
from decision_trees.models import TreePage, TreeVersion
from tests.factories.trees import lantern_document, outcome_of, published_tree, write
from tests.support.starter_content import with_starter_content

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,
    # In memory, SQLite is one connection; in a file, it lets one writer in at a time.
    pytest.mark.skipif(connection.vendor == "sqlite", reason="Only PostgreSQL has several writers at once."),
]

WRITERS = 4


@pytest.fixture
def tree(transactional_db: None) -> Iterator[TreePage]:
    with with_starter_content():
        yield published_tree()


def test_versions_follow_one_another(tree: TreePage, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(page: TreePage) -> TreeVersion | None:
        latest = latest_version(page)
        # Long enough for the others to read the same, were they let in.
        time.sleep(0.2)
        return latest

    monkeypatch.setattr(publishing, "latest_version", slowly)
    revisions = []
    for number in range(WRITERS):
        document = lantern_document()
        outcome_of(document, "light")["do_now"] = f"Light it, says {number}."
        page = write(TreePage.objects.get(pk=tree.pk), document)
        page.change_note = f"Reworded by {number}."
        revisions.append(page.save_revision())
    together = threading.Barrier(WRITERS)
    failed: list[Exception] = []

    def publish(revision: Revision) -> None:
        try:
            together.wait()
            revision.publish()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=[revision]) for revision in revisions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    versions = list(tree.versions.order_by("number"))
    assert [version.number for version in versions] == list(range(1, WRITERS + 2))
    assert {version.change_note for version in versions[1:]} == {f"Reworded by {number}." for number in range(WRITERS)}
    assert (
        outcome_of(TreePage.objects.get(pk=tree.pk).document, "light")["do_now"]
        == outcome_of(versions[-1].document, "light")["do_now"]
    )
