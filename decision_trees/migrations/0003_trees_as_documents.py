"""A tree and its cases become two documents on its page, in the form of the files in `content/trees/`.

They were streams of blocks and lines of text. Pages and their revisions are rewritten; published versions were documents
before and stay as they are.
"""

import json

from django.db import migrations, models

STREAMS = ("questions", "red_flags", "add_ons", "outcomes", "cases")
NUMBER_KEYS = ("quantity", "units", "min", "max", "step", "example")
NUMERIC = ("number", "whole-days")
UNITS = ("mg-l", "ug-100ml", "days", "weeks")


def plain(value):
    """A stored block without the wrappers that list blocks keep around their items."""
    if isinstance(value, dict):
        if set(value) == {"type", "value", "id"} and value["type"] == "item":
            return plain(value["value"])
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def filled(value):
    return {key: item for key, item in value.items() if item not in ("", None, [], {})}


def lines(text):
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def blocks(stored):
    stored = json.loads(stored) if isinstance(stored, str) else stored
    return [plain(block["value"]) for block in stored or [] if isinstance(block.get("value"), dict)]


def question(value):
    written = {key: item for key, item in value.items() if key not in ("rules", "number", "none_label", "options")}
    written["none"] = value.get("none_label")
    options = [filled(option) for option in value.get("options") or ()]
    if value.get("kind") in NUMERIC:
        written["coded"] = options
        written |= {key: (value.get("number") or {}).get(key) for key in NUMBER_KEYS}
    else:
        written["options"] = options
    written["next"] = [
        {"when": rule["when"], "go": rule.get("go")} if rule.get("when") else {"otherwise": rule.get("go")}
        for rule in value.get("rules") or ()
    ]
    return filled(written)


def answers(text):
    found = {}
    for line in lines(text):
        id, _, value = (part.strip() for part in line.partition("="))
        number, _, unit = value.partition(" ")
        if unit in UNITS:
            found[id] = {"value": number, "unit": unit}
        else:
            options = [option.strip() for option in value.split(",")]
            found[id] = options if len(options) > 1 else value
    return found


def document(fields):
    """`fields` holds what the page or its revision kept under the old names."""
    return filled(
        {
            "start": fields.get("start"),
            "citations": lines(fields.get("citations")),
            "questions": [question(value) for value in blocks(fields.get("questions"))],
            "red_flags": [filled(value) for value in blocks(fields.get("red_flags"))],
            "add_ons": [filled(value) for value in blocks(fields.get("add_ons"))],
            "outcomes": [filled(value) for value in blocks(fields.get("outcomes"))],
        }
    )


def cases(stored):
    return [{**filled(value), "answers": answers(value.get("answers"))} for value in blocks(stored)]


def rewrite(apps, schema_editor):
    TreePage = apps.get_model("decision_trees", "TreePage")
    for page in TreePage.objects.all():
        old = {name: getattr(page, name) for name in ("start", "citations", *STREAMS)}
        kept = cases(page.cases)
        TreePage.objects.filter(pk=page.pk).update(document=document(old), cases=kept)
        # The row of a published page holds what was published last, and that passed these cases.
        latest = page.versions.order_by("-number").first()
        if latest is not None and page.live:
            latest.cases = kept
            latest.save(update_fields=["cases"])

    ContentType = apps.get_model("contenttypes", "ContentType")
    Revision = apps.get_model("wagtailcore", "Revision")
    of_trees = ContentType.objects.filter(app_label="decision_trees", model="treepage").first()
    for revision in Revision.objects.filter(content_type=of_trees).iterator(chunk_size=20):
        kept = revision.content
        if "document" not in kept:
            kept["document"] = document(kept)
            kept["cases"] = cases(kept.get("cases"))
            for name in ("start", "citations", "questions", "red_flags", "add_ons", "outcomes"):
                kept.pop(name, None)
            revision.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [
        ("decision_trees", "0002_who_sets_local_settings"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.AddField("TreePage", "document", models.JSONField(blank=True, default=dict, verbose_name="tree")),
        migrations.AlterField("TreePage", "cases", models.JSONField(blank=True, default=list)),
        migrations.AddField("TreeVersion", "cases", models.JSONField(blank=True, default=list)),
        migrations.AddField("TreeVersion", "certificate", models.JSONField(blank=True, default=dict)),
        migrations.RunPython(rewrite, migrations.RunPython.noop),
    ]
