"""Who may set the values that the sources leave to the service: those who answer for its policy."""

from django.db import migrations

RIGHTS = {"Clinical leads": ("add", "change"), "Operators": ("add", "change", "delete")}


def give_rights(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    content_type, _ = ContentType.objects.get_or_create(app_label="decision_trees", model="localsetting")
    for name, actions in RIGHTS.items():
        group = Group.objects.get(name=name)
        for action in actions:
            permission, _ = Permission.objects.get_or_create(
                content_type=content_type,
                codename=f"{action}_localsetting",
                defaults={"name": f"Can {action} local setting"},
            )
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("decision_trees", "0001_initial"),
        ("guidance", "0003_roles"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
