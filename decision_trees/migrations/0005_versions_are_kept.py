"""A tree that has versions is not deleted: results name them for ever. The tables stay as they are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decision_trees", "0004_without_the_streams"),
    ]

    operations = [
        migrations.AlterField(
            "TreeVersion",
            "page",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="decision_trees.treepage",
            ),
        ),
    ]
