"""A vocabulary for the tree editor in a browser: open this node, give it this rule, add this case."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

#: Within this time after a change, Wagtail has begun to save it.
AUTOSAVE_MS = 1_500

CHOOSE = "Choose a passage"
#: Where the editor's scripts are.
MODULES = "/static/decision_trees/editor/"


def wait_until_saved(page: Page) -> None:
    """Wait until what Wagtail saves by itself has arrived: a button pressed before that would save beside it."""
    page.wait_for_timeout(AUTOSAVE_MS)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


@dataclass(frozen=True)
class TreeEditor:
    """The editor in an open page editor."""

    page: Page

    # --- Getting about ---

    def open(self) -> TreeEditor:
        self.page.get_by_role("tab", name="Tree").click()
        return self

    def edit(self, page: int) -> TreeEditor:
        """Open the tree of a page that is stored, and wait for its first check."""
        self.page.goto(f"/admin/pages/{page}/edit/")
        return self.open().checked()

    @property
    def region(self) -> Locator:
        return self.page.locator("#tree-editor")

    def section(self, name: str) -> Locator:
        """Turn to a part of the tree."""
        self.region.get_by_role("navigation", name="Parts of the tree").get_by_role(
            "button", name=re.compile(rf"^{name}")
        ).click()
        return self.region.get_by_role("region", name=name, exact=True)

    def node(self, title: str) -> Locator:
        """The panel of a node in the part that is open, unfolded."""
        panel = self.region.locator("section.tree-editor__node:visible").filter(
            has=self.page.locator("h3", has_text=re.compile(rf"^{re.escape(title)}$"))
        )
        toggle = panel.locator("> .w-panel__header > .w-panel__toggle")
        if toggle.get_attribute("aria-expanded") == "false":
            toggle.click()
        return panel

    # --- What the check says ---

    def checked(self) -> TreeEditor:
        """Wait until what stands in the form has been checked."""
        status = self.region.locator(".tree-editor__status")
        expect(status).not_to_contain_text("Checking")
        return self

    @property
    def findings(self) -> Locator:
        return self.region.locator(".tree-editor__findings li")

    def expect_finding(self, *words: str) -> None:
        finding = self.findings
        for each in words:
            finding = finding.filter(has_text=each)
        expect(finding.first).to_be_visible()

    def expect_no_finding(self, words: str) -> None:
        expect(self.findings.filter(has_text=words)).to_have_count(0)

    def stored(self, name: str = "document") -> Any:
        """What the page would keep if it were saved now."""
        return json.loads(self.page.locator(f"input[name={name}]").input_value())

    # --- Writing ---

    def cite(self, where: Locator, words: str = "alcohol", group: str | None = None) -> None:
        """Choose the first passage that the search finds."""
        chooser = where.locator(f"portal-citations[label='{group}']") if group else where.locator("portal-citations")
        chooser.first.get_by_role("button", name=CHOOSE).click()
        dialog = self.page.get_by_role("dialog", name=CHOOSE)
        dialog.get_by_label("Look for").fill(words)
        dialog.get_by_role("status").filter(has_text="result").wait_for()
        dialog.get_by_role("button", name="Choose", exact=True).first.click()
        expect(dialog).to_be_hidden()

    def add_question(self, text: str, kind: str) -> Locator:
        self.section("Questions").get_by_role("button", name="Add question").click()
        panel = self.node("A question without words")
        self.line(panel, "Question").fill(text)
        panel = self.node(text)
        self.list(panel, "Kind of answer").select_option(label=kind)
        return panel

    def line(self, where: Locator, label: str) -> Locator:
        """A field for text, by its label."""
        return where.get_by_role("textbox", name=label, exact=True)

    def list(self, where: Locator, label: str) -> Locator:
        """A field with a list to choose from, by its label."""
        return where.get_by_role("combobox", name=label, exact=True)

    def rule(self, panel: Locator, place: int) -> Locator:
        return panel.get_by_role("group", name=f"Rule {place}", exact=True)

    def add_rule(self, panel: Locator) -> Locator:
        panel.get_by_role("button", name="Add rule").click()
        return panel.get_by_role("group", name=re.compile(r"^Rule \d+$")).last

    def otherwise(self, panel: Locator, target: str) -> None:
        panel.get_by_role("button", name="Add “otherwise”").click()
        self.lead(panel.get_by_role("group", name=re.compile(r"^Rule \d+$")).last, target)

    def lead(self, rule: Locator, target: str) -> None:
        self.list(rule, "Go to").select_option(label=target)

    def new_outcome(self, rule: Locator, title: str) -> None:
        """Make the outcome that a rule leads to."""
        rule.get_by_role("button", name="New outcome").click()
        dialog = self.page.get_by_role("dialog", name="New outcome")
        self.line(dialog, "Title").fill(title)
        dialog.get_by_role("button", name="Add outcome").click()
        expect(self.list(rule, "Go to").locator("option:checked")).to_have_text(title)

    def condition(self, where: Locator, place: int = 0) -> Locator:
        return where.locator(".tree-editor__statement").nth(place)

    def answers(self, statement: Locator, question: str | None, test: str, *answers: str) -> None:
        """Say which answers a condition asks for."""
        if question is not None:
            self.list(statement, "Question").select_option(label=question)
        self.list(statement, "Test").select_option(label=test)
        if test == "is":
            self.list(statement, "Answer").select_option(label=answers[0])
            return
        for answer in answers:
            statement.get_by_label(answer, exact=True).check()

    def number(self, statement: Locator, question: str | None, test: str, value: str) -> None:
        """Say with which number a condition compares."""
        if question is not None:
            self.list(statement, "Question").select_option(label=question)
        self.list(statement, "Test").select_option(label=test)
        self.line(statement, "Number").fill(value)
