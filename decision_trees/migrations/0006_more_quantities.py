"""A local setting may be a time, an age, a count or a score. The table stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decision_trees", "0005_versions_are_kept"),
    ]

    operations = [
        migrations.AlterField(
            "LocalSetting",
            "unit",
            models.CharField(
                blank=True,
                choices=[
                    ("mg-l", "mg/L"),
                    ("ug-100ml", "micrograms per 100 ml"),
                    ("days", "days"),
                    ("weeks", "weeks"),
                    ("minutes", "minutes"),
                    ("hours", "hours"),
                    ("years", "years"),
                    ("times", "times"),
                    ("points", "points"),
                ],
                max_length=20,
            ),
        ),
    ]
