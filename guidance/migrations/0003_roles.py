"""The groups that stand for the roles, and what Wagtail must let each of them reach. The rules decide the rest.

Wagtail brings two groups of its own. "Editors" keeps its name; "Moderators", who approve in Wagtail's ready-made workflow,
become the clinical leads, so that the workflow stays whole.
"""

from django.db import migrations

WRITERS = ("Editors", "Clinical leads", "Operators")
PAGE_RIGHTS = {
    "Editors": ("add", "change", "publish"),
    "Clinical leads": ("add", "change", "publish", "lock", "unlock"),
    "Operators": ("add", "change", "publish", "lock", "unlock", "bulk_delete"),
}
SNIPPETS = ("tension", "glossaryterm", "figure")
#: Made by the import; people edit what it says about them.
IMPORTED = ("source", "section")
OPERATED = (
    ("portal", "user"),
    ("auth", "group"),
    ("wagtailcore", "site"),
    ("wagtailcore", "workflow"),
    ("wagtailcore", "collection"),
    ("wagtailredirects", "redirect"),
)


def permission(apps, app_label, model, codename, name):
    """The permission, made here where the hook that makes it has not run yet."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    content_type, _ = ContentType.objects.get_or_create(app_label=app_label, model=model)
    found, _ = Permission.objects.get_or_create(content_type=content_type, codename=codename, defaults={"name": name})
    return found


def make_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    Page = apps.get_model("wagtailcore", "Page")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    Task = apps.get_model("wagtailcore", "Task")

    Group.objects.filter(name="Moderators").update(name="Clinical leads")
    Workflow.objects.filter(name="Moderators approval").update(name="Clinical lead approval")
    Task.objects.filter(name="Moderators approval").update(name="Clinical lead approval")
    groups = {
        name: Group.objects.get_or_create(name=name)[0]
        for name in ("Learners", "Trainers", "Editors", "Clinical leads", "Operators")
    }

    enter = permission(apps, "wagtailadmin", "admin", "access_admin", "Can access Wagtail admin")
    root = Page.objects.filter(depth=1).first()
    for name in WRITERS:
        groups[name].permissions.add(enter)
        for model in SNIPPETS:
            for action in ("add", "change", "delete"):
                if action != "delete" or name != "Editors":
                    groups[name].permissions.add(
                        permission(apps, "guidance", model, f"{action}_{model}", f"Can {action} {model}")
                    )
        for model in IMPORTED:
            groups[name].permissions.add(permission(apps, "guidance", model, f"change_{model}", f"Can change {model}"))
        if root is None:
            continue
        for action in PAGE_RIGHTS[name]:
            GroupPagePermission.objects.get_or_create(
                group=groups[name],
                page=root,
                permission=permission(apps, "wagtailcore", "page", f"{action}_page", f"Can {action} page"),
            )

    for app_label, model in OPERATED:
        for action in ("add", "change", "delete"):
            groups["Operators"].permissions.add(
                permission(apps, app_label, model, f"{action}_{model}", f"Can {action} {model}")
            )


class Migration(migrations.Migration):
    dependencies = [
        ("guidance", "0002_guidance"),
        ("portal", "0001_user"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailredirects", "0001_initial"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
