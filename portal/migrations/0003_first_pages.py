"""A home page from the first start, and the right of those who write to answer what readers report."""

from django.db import migrations

WRITERS = ("Editors", "Clinical leads", "Operators")


def make_home(apps, schema_editor):
    """Put our home page in the place of the one that Wagtail brings. A page tree that is in use is left as it is."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    HomePage = apps.get_model("portal", "HomePage")

    below_root = list(Page.objects.filter(depth__gt=1).select_related("content_type"))
    if len(below_root) != 1 or below_root[0].slug != "home" or below_root[0].content_type.model != "page":
        return
    welcome = below_root[0]
    locale_id = welcome.locale_id
    welcome.delete()
    home = HomePage.objects.create(
        title="Home",
        draft_title="Home",
        slug="home",
        content_type=ContentType.objects.get_or_create(app_label="portal", model="homepage")[0],
        path="00010001",
        depth=2,
        numchild=0,
        url_path="/home/",
        live=True,
        locale_id=locale_id,
    )
    # Deleting the page took Wagtail's site with it.
    Site.objects.get_or_create(is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page_id": home.pk})


def give_rights(apps, schema_editor):
    """Let writers see and answer reports. Nobody adds one by hand, and only operators take one out."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")

    content_type, _ = ContentType.objects.get_or_create(app_label="portal", model="problemreport")
    rights = {
        action: Permission.objects.get_or_create(
            content_type=content_type,
            codename=f"{action}_problemreport",
            defaults={"name": f"Can {action} problem report"},
        )[0]
        for action in ("view", "change", "delete")
    }
    for group in Group.objects.filter(name__in=WRITERS):
        group.permissions.add(rights["view"], rights["change"])
        if group.name == "Operators":
            group.permissions.add(rights["delete"])


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_home_and_reports"),
        ("guidance", "0003_roles"),
    ]

    operations = [
        migrations.RunPython(make_home, migrations.RunPython.noop),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
