"""Whoever may write the glossary may write the words of the search; editors delete neither."""

from django.db import migrations

WRITERS = ("Editors", "Clinical leads", "Operators")


def let_writers_write(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    content_type, _ = ContentType.objects.get_or_create(app_label="guidance", model="searchwords")
    for group in Group.objects.filter(name__in=WRITERS):
        for action in ("add", "change", "delete"):
            if action != "delete" or group.name != "Editors":
                found, _ = Permission.objects.get_or_create(
                    content_type=content_type,
                    codename=f"{action}_searchwords",
                    defaults={"name": f"Can {action} search words"},
                )
                group.permissions.add(found)


class Migration(migrations.Migration):

    dependencies = [
        ("guidance", "0005_search_words"),
    ]

    operations = [
        migrations.RunPython(let_writers_write, migrations.RunPython.noop),
    ]
