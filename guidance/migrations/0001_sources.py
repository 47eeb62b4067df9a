import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=60)),
                ('date', models.CharField(blank=True, help_text='As precise as it is known: 2009-07, 2023-10-25.', max_length=20)),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('is_current', models.BooleanField(default=True, help_text='The edition that is read; older ones stay for citations.')),
                ('file_name', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(blank=True, help_text='Of the text that was imported; empty without it.', max_length=64)),
            ],
            options={
                'ordering': ['source', '-year', 'label'],
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=400)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('title', models.CharField(max_length=300)),
                ('slug', models.CharField(max_length=300)),
                ('depth', models.PositiveSmallIntegerField()),
                ('order', models.PositiveIntegerField()),
                ('role', models.CharField(default='text', max_length=20)),
                ('supplied', models.BooleanField(default=False, help_text='The heading is ours; the text has lost its own.')),
                ('in_brief', models.TextField(blank=True, help_text='What the section says, in our own words.')),
                ('in_brief_digest', models.CharField(blank=True, editable=False, help_text='Of the In brief as starter content left it.', max_length=64)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sections', to='guidance.edition')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='guidance.section')),
            ],
            options={
                'ordering': ['edition', 'order'],
            },
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('passage_id', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('order', models.PositiveIntegerField(help_text='Place within its section.')),
                ('kind', models.CharField(db_index=True, max_length=30)),
                ('markdown', models.TextField()),
                ('plain', models.TextField(help_text="The document's own words, without markup.")),
                ('extract', models.TextField(blank=True)),
                ('hash', models.CharField(db_index=True, max_length=64)),
                ('locator', models.CharField(max_length=400)),
                ('first_line', models.PositiveIntegerField(default=0)),
                ('last_line', models.PositiveIntegerField(default=0)),
                ('table', models.JSONField(blank=True, null=True)),
                ('row', models.PositiveIntegerField(blank=True, null=True)),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passages', to='guidance.section')),
            ],
            options={
                'ordering': ['section__order', 'order'],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=100, unique=True)),
                ('title', models.CharField(max_length=300)),
                ('short_title', models.CharField(blank=True, max_length=200)),
                ('publisher', models.CharField(blank=True, max_length=200)),
                ('kind', models.CharField(blank=True, max_length=100)),
                ('nation', models.CharField(blank=True, max_length=60)),
                ('audience', models.TextField(blank=True)),
                ('address', models.URLField(blank=True, help_text="The publisher's own page, where it is known.")),
                ('licence_allows', models.CharField(choices=[('full-text', 'Full text'), ('extracts-only', 'Extracts only'), ('staff-only', 'Staff only')], default='staff-only', max_length=20)),
                ('licence_statement', models.TextField(blank=True)),
                ('status', models.CharField(choices=[('current', 'Current'), ('historic', 'Historic'), ('superseded', 'Superseded'), ('withdrawn', 'Withdrawn')], default='current', max_length=20)),
                ('status_note', models.CharField(blank=True, help_text='One line for the banner on its pages.', max_length=300)),
                ('superseded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='supersedes', to='guidance.source')),
            ],
            options={
                'ordering': ['title'],
            },
        ),
        migrations.AddField(
            model_name='edition',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='editions', to='guidance.source'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.UniqueConstraint(fields=('edition', 'key'), name='one_section_per_key'),
        ),
        migrations.AddConstraint(
            model_name='section',
            constraint=models.UniqueConstraint(fields=('edition', 'slug'), name='one_section_per_slug'),
        ),
        migrations.AddIndex(
            model_name='passage',
            index=models.Index(fields=['section', 'order'], name='passage_in_section'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(fields=('source', 'label'), name='one_edition_per_label'),
        ),
    ]
