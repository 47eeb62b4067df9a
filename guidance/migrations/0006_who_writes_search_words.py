"""Writers keep the words of the search and its best bets, and read its report; editors delete none of them."""

from django.db import migrations

WRITERS = ("Editors", "Clinical leads", "Operators")
RIGHTS = (
    ("guidance", "searchwords", ("add", "change", "delete"), "search words"),
    ("search", "bestbet", ("add", "change", "delete"), "best bet"),
    ("search", "poorsearch", ("view",), "search that found too little"),
)


def let_writers_write(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    Group = apps.get_model("auth", "Group")
    for app_label, model, actions, name in RIGHTS:
        content_type, _ = ContentType.objects.get_or_create(app_label=app_label, model=model)
        for action in actions:
            found, _ = Permission.objects.get_or_create(
                content_type=content_type, codename=f"{action}_{model}", defaults={"name": f"Can {action} {name}"}
            )
            for group in Group.objects.filter(name__in=WRITERS):
                if action != "delete" or group.name != "Editors":
                    group.permissions.add(found)


class Migration(migrations.Migration):

    dependencies = [
        ("guidance", "0005_search_words"),
        ("search", "0002_best_bets_and_poor_searches"),
    ]

    operations = [
        migrations.RunPython(let_writers_write, migrations.RunPython.noop),
    ]
