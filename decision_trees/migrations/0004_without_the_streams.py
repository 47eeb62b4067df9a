"""The streams and lines that trees were written in before; apart from the rewriting, which must be committed first."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("decision_trees", "0003_trees_as_documents")]

    operations = [
        migrations.RemoveField("TreePage", "start"),
        migrations.RemoveField("TreePage", "citations"),
        migrations.RemoveField("TreePage", "questions"),
        migrations.RemoveField("TreePage", "red_flags"),
        migrations.RemoveField("TreePage", "add_ons"),
        migrations.RemoveField("TreePage", "outcomes"),
    ]
