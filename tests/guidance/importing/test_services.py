"""Importing into the database: what is stored, what stays as it was, and what is said to have changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from json import loads
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guidance.importing.errors import InvalidFacts, MissingSource, UnreadableSource
from guidance.models import Edition, Passage, Section, Source
from guidance.services.importing import (
    UNREVIEWED,
    UnknownSource,
    import_folder,
    import_source,
    load_outline,
    load_outlines,
)
from guidance.signals import passages_imported, sections_changed
from guidance.starter import Outcome
from tests.support.sources import CONTENT, SLUGS, TST

pytestmark = pytest.mark.django_db

FACTS = """
slug: bicycle-guide
title: The bicycle guide
licence: {allows: full-text, statement: Ours.}
edition: {label: "2020", year: 2020, file: bicycle.txt}
outline:
  - {key: "1", number: "1", title: Brakes, depth: 1}
  - {key: "1.1", number: "1.1", title: Discs, depth: 2}
  - {key: "2", number: "2", title: Bells, depth: 1}
doubts:
  - {code: lead-in-without-list, where: "2, line 14", explained: The list was a picture.}
"""
BRIEFS = '"1": Keep brakes dry.\n"1.1": Discs are round.\n"9": Nowhere.\n'
TEXT = """1 Brakes

Keep them dry in winter.

Check:

- the blocks
- the cable

1.1 Discs

2 Bells

Ring when you meet:
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "bicycle-guide").mkdir(parents=True)
    (folder / "bicycle-guide" / "source.yaml").write_text(FACTS)
    (folder / "bicycle-guide" / "briefs.yaml").write_text(BRIEFS)
    return folder


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "bicycle.txt"
    path.write_text(TEXT)
    return path


@contextmanager
def heard(signal: Any) -> Iterator[list[dict[str, Any]]]:
    calls: list[dict[str, Any]] = []

    def listen(sender: object, **kwargs: Any) -> None:
        calls.append(kwargs)

    signal.connect(listen)
    try:
        yield calls
    finally:
        signal.disconnect(listen)


def everything() -> list[Any]:
    """Every row of the four tables, to tell whether anything was changed."""
    return [list(model.objects.order_by("pk").values()) for model in (Source, Edition, Section, Passage)]


def test_sections_and_passages_are_stored_in_order(content: Path, document: Path) -> None:
    report = import_source(document, content=content)

    assert (report.slug, report.edition, report.sections, report.passages, report.added) == (
        "bicycle-guide",
        "2020",
        3,
        3,
        3,
    )
    sections = Section.objects.filter(edition__label="2020").order_by("order")
    assert [(s.key, s.slug, s.depth, s.parent and s.parent.key) for s in sections] == [
        ("1", "1", 1, None),
        ("1.1", "1.1", 2, "1"),
        ("2", "2", 1, None),
    ]
    assert [p.locator for p in Passage.objects.filter(section__key="1")] == [
        "section 1, paragraph 1",
        "section 1, paragraph 2",
    ]
    assert Edition.objects.get().has_text


def test_importing_twice_changes_nothing(content: Path, document: Path) -> None:
    import_source(document, content=content)
    before = everything()

    with (
        heard(passages_imported) as passages,
        heard(sections_changed) as sections,
        CaptureQueriesContext(connection) as queries,
    ):
        report = import_source(document, content=content)

    assert not report.changed_anything
    assert everything() == before
    assert (passages, sections) == ([], [])
    assert [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_what_changed_is_said_and_what_stayed_keeps_its_row(content: Path, document: Path) -> None:
    import_source(document, content=content)
    before = {p.plain: p.pk for p in Passage.objects.all()}
    document.write_text(TEXT.replace("Keep them dry in winter.", "Keep them dry all year."))

    with heard(passages_imported) as calls:
        report = import_source(document, content=content)

    after = {p.plain: p.pk for p in Passage.objects.all()}
    assert (report.added, report.removed) == (1, 1)
    assert calls[0]["changed"] == (after["Keep them dry all year."],)
    assert calls[0]["removed"] == (before["Keep them dry in winter."],)
    assert after["Check: the blocks the cable"] == before["Check: the blocks the cable"]


def test_a_better_layout_changes_the_passage_in_place(content: Path, document: Path) -> None:
    import_source(document, content=content)
    before = set(Passage.objects.values_list("pk", flat=True))
    document.write_text(TEXT.replace("- the cable", "- the **cable**"))

    report = import_source(document, content=content)

    assert (report.added, report.changed, report.removed) == (0, 1, 0)
    assert set(Passage.objects.values_list("pk", flat=True)) == before


def test_a_dry_run_reports_and_changes_nothing(content: Path, document: Path) -> None:
    before = everything()

    with heard(passages_imported) as calls, heard(sections_changed) as sections:
        report = import_source(document, content=content, dry_run=True)

    assert report.added == 3
    assert everything() == before
    assert calls == []
    assert all(call["edition"].pk for call in sections)


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"caf\xe9", b"1 Brakes\n\nKeep them"])
def test_a_file_that_cannot_be_read_leaves_everything_as_it_was(content: Path, document: Path, data: bytes) -> None:
    import_source(document, content=content)
    before = everything()
    document.write_bytes(data)

    with pytest.raises(UnreadableSource):
        import_source(document, content=content)

    assert everything() == before


def test_a_failure_while_storing_leaves_everything_as_it_was(
    content: Path, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(passages_imported, "send", break_down)
    with pytest.raises(RuntimeError):
        import_source(document, content=content)

    assert everything() == [[], [], [], []]


def test_doubts_are_compared_with_the_reviewed_list(content: Path, document: Path) -> None:
    document.write_text(TEXT.replace("Keep them dry in winter.", "Keep them far from rain and mud, which means:"))
    report = import_source(document, content=content)

    assert [(doubt.where, doubt.is_new) for doubt in report.doubts] == [("1, line 3", True), ("2, line 14", False)]
    assert [doubt.where for doubt in report.new_doubts] == ["1, line 3"]


def test_the_file_is_told_by_its_name_its_facts_or_the_slug(content: Path, tmp_path: Path, document: Path) -> None:
    named = tmp_path / "bicycle-guide.md"
    named.write_text(TEXT)
    other = tmp_path / "download.txt"
    other.write_text(TEXT)

    assert import_source(document, content=content).slug == "bicycle-guide"
    assert import_source(named, content=content).slug == "bicycle-guide"
    assert import_source(other, slug="bicycle-guide", content=content).slug == "bicycle-guide"
    with pytest.raises(UnknownSource, match=r"--slug.*bicycle-guide"):
        import_source(other, content=content)


def test_a_source_without_facts_is_for_staff_only(content: Path, tmp_path: Path) -> None:
    path = tmp_path / "download.txt"
    path.write_text("1 Care\n\nOil it.")

    report = import_source(path, slug="oil-guide", content=content)

    source = Source.objects.get(slug="oil-guide")
    assert (source.licence_allows, report.edition) == (Source.Licence.STAFF_ONLY, UNREVIEWED)
    with pytest.raises(UnknownSource, match="slug"):
        import_source(path, slug="Oil guide", content=content)


def test_an_outline_gives_sections_and_briefs_without_the_document(content: Path) -> None:
    with heard(sections_changed) as calls:
        report = load_outline(content / "bicycle-guide")

    assert (report.source.outcome, report.sections, report.unknown) == (Outcome.CREATED, 3, ("9",))
    assert Section.objects.get(key="1.1").in_brief == "Discs are round."
    assert not Edition.objects.get().has_text
    assert len(calls[0]["changed"]) == 3


def test_loading_an_outline_twice_changes_nothing(content: Path) -> None:
    load_outline(content / "bicycle-guide")
    before = everything()

    with heard(sections_changed) as calls:
        report = load_outline(content / "bicycle-guide")

    assert report.source.outcome is Outcome.UNCHANGED
    assert everything() == before
    assert calls == []


def test_an_outline_keeps_the_passages_of_an_imported_document(content: Path, document: Path) -> None:
    import_source(document, content=content)
    load_outline(content / "bicycle-guide")

    assert Passage.objects.count() == 3


def test_an_edited_brief_stays_and_is_reported(content: Path) -> None:
    folder = content / "bicycle-guide"
    load_outline(folder)
    Section.objects.filter(key="1").update(in_brief="Edited here.")
    Section.objects.filter(key="1.1").update(in_brief="")
    (folder / "briefs.yaml").write_text('"1": Keep brakes clean.\n"1.1": Discs turn.\n"2": Bells ring.\n')

    report = load_outline(folder)

    assert report.kept == ("1", "1.1")
    briefs = dict(Section.objects.values_list("key", "in_brief"))
    assert briefs == {"1": "Edited here.", "1.1": "", "2": "Bells ring."}


def test_an_untouched_brief_follows_its_file(content: Path) -> None:
    folder = content / "bicycle-guide"
    load_outline(folder)
    (folder / "briefs.yaml").write_text('"1": Keep brakes clean.\n')

    load_outline(folder)

    assert Section.objects.get(key="1").in_brief == "Keep brakes clean."


def test_edited_facts_stay_and_a_deleted_source_is_not_brought_back(content: Path) -> None:
    folder = content / "bicycle-guide"
    load_outline(folder)
    Source.objects.update(status_note="Edited here.")
    (folder / "source.yaml").write_text(FACTS.replace("The bicycle guide", "A bicycle guide"))
    assert load_outline(folder).source.outcome is Outcome.KEPT_LOCAL_EDIT
    assert Source.objects.get().status_note == "Edited here."

    Source.objects.all().delete()
    assert load_outline(folder).source.outcome is Outcome.LEFT_DELETED
    assert not Source.objects.exists()


def test_a_section_that_left_the_outline_goes_and_what_stood_under_it_stays(content: Path) -> None:
    folder = content / "bicycle-guide"
    load_outline(folder)
    kept = Section.objects.get(key="1.1").pk
    without = FACTS.replace('  - {key: "1", number: "1", title: Brakes, depth: 1}\n', "")
    (folder / "source.yaml").write_text(without)

    with heard(sections_changed) as calls:
        load_outline(folder)

    assert Section.objects.get(key="1.1").pk == kept
    assert Section.objects.get(key="1.1").parent is None
    assert len(calls[0]["removed"]) == 1


def test_a_new_edition_becomes_the_one_that_is_read(content: Path, document: Path) -> None:
    import_source(document, content=content)
    facts = content / "bicycle-guide" / "source.yaml"
    facts.write_text(FACTS.replace('"2020"', '"2024"'))

    import_source(document, content=content)

    assert {e.label: e.is_current for e in Edition.objects.all()} == {"2020": False, "2024": True}
    assert Passage.objects.count() == 6
    assert not Passage.objects.filter(section__edition__label="2020").exclude(extract="").exists()


def test_briefs_that_are_no_mapping_are_refused(content: Path) -> None:
    (content / "bicycle-guide" / "briefs.yaml").write_text("- one\n")

    with pytest.raises(InvalidFacts, match=r"briefs\.yaml"):
        load_outline(content / "bicycle-guide")

    assert everything() == [[], [], [], []]


def test_a_folder_is_imported_and_strangers_in_it_are_left_alone(content: Path, document: Path) -> None:
    (document.parent / "shopping.txt").write_text("Milk")
    (document.parent / "picture.png").write_bytes(b"\x89PNG")

    assert [report.slug for report in import_folder(document.parent, content=content)] == ["bicycle-guide"]
    with pytest.raises(MissingSource, match="SOURCES"):
        import_folder(document.parent / "nowhere", content=content)


class TestTheCommand:
    def run(self, *args: str) -> str:
        out = StringIO()
        call_command("import_source", *args, stdout=out)
        return out.getvalue()

    def test_it_prints_what_it_found(self, content: Path, document: Path, settings: Any) -> None:
        settings.CONTENT_DIR = content.parent / "none"
        printed = self.run(str(document), "--slug", "bicycle-guide")

        assert "3 sections, 3 passages" in printed
        assert "3 added, 0 changed, 0 removed" in printed

    def test_json_holds_counts_and_doubts(self, document: Path, settings: Any) -> None:
        settings.CONTENT_DIR = document.parent / "none"
        report = loads(self.run(str(document), "--slug", "bicycle-guide", "--dry-run", "--json"))

        assert (report["source"], report["dry_run"], report["passages"]) == ("bicycle-guide", True, 3)
        assert report["new_doubts"] == len(report["doubts"]) > 0
        assert not Source.objects.exists()

    def test_a_file_that_cannot_be_read_ends_with_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "empty.txt").write_text("")

        with pytest.raises(CommandError, match="empty") as raised:
            self.run(str(tmp_path / "empty.txt"), "--slug", "bicycle-guide")

        assert raised.value.returncode == 1


class TestTheFiveDocuments:
    def test_outlines_load_with_their_briefs(self) -> None:
        reports = load_outlines()

        assert {report.slug for report in reports} == set(SLUGS)
        assert [report for report in reports if report.unknown or report.source.is_failure] == []
        assert Passage.objects.count() == 0

    def test_all_import_and_importing_twice_changes_nothing(self, sources_dir: Path) -> None:
        reports = import_folder(sources_dir)
        assert {report.slug for report in reports} == set(SLUGS)
        assert [doubt for report in reports for doubt in report.new_doubts] == []
        before = everything()

        again = import_folder(sources_dir)

        assert not any(report.changed_anything for report in again)
        assert everything() == before

    def test_tables_are_stored_row_by_row(self, sources_dir: Path) -> None:
        import_source(sources_dir / f"{TST}.txt")
        rows = Passage.objects.filter(kind="table-row", table__number="5").order_by("row")

        assert [row.row for row in rows] == list(range(1, 13))
        assert rows[0].table is not None
        assert rows[0].table["head"] == ["Problems", "Options"]

    def test_a_cut_off_document_is_refused(self, sources_dir: Path, tmp_path: Path) -> None:
        text = (sources_dir / f"{TST}.txt").read_text(encoding="utf-8")
        for share in (0.3, 0.96):
            cut = tmp_path / f"{TST}.txt"
            cut.write_text(text[: int(len(text) * share)], encoding="utf-8")
            with pytest.raises(UnreadableSource, match="missing"):
                import_source(cut)
        assert not Source.objects.exists()


def test_every_source_has_its_facts() -> None:
    for slug in SLUGS:
        assert (CONTENT / slug / "source.yaml").is_file()
