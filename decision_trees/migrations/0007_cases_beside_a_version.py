"""Cases that are published after their version are kept beside it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decision_trees", "0006_more_quantities"),
    ]

    operations = [
        migrations.CreateModel(
            name="LaterCases",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cases", models.JSONField(default=list)),
                ("change_note", models.CharField(blank=True, max_length=300)),
                ("published_at", models.DateTimeField(auto_now_add=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="later_cases",
                        to="decision_trees.treeversion",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
    ]
