"""The first tables. Questions, outcomes, red flags, added advice and cases were streams of blocks then: the same columns."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='LocalSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(help_text="The id that a question's “setting” names.", unique=True)),
                ('title', models.CharField(max_length=160)),
                ('state', models.CharField(choices=[('number', 'A number'), ('none-set', 'The service has no such limit')], default='number', max_length=12)),
                ('value', models.DecimalField(blank=True, decimal_places=3, max_digits=9, null=True)),
                ('unit', models.CharField(blank=True, choices=[('mg-l', 'mg/L'), ('ug-100ml', 'micrograms per 100 ml'), ('days', 'days'), ('weeks', 'weeks')], max_length=20)),
                ('owner', models.CharField(help_text='Who answers for the value: a role, not a name.', max_length=120)),
                ('set_on', models.DateField()),
            ],
            options={
                'ordering': ('title',),
            },
        ),
        migrations.CreateModel(
            name='TreeIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('introduction', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'verbose_name': 'list of trees',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='TreePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('situation', models.CharField(help_text="The line on the home page, in a practitioner's words: “Alcohol on the breath and a dose is due”.", max_length=160)),
                ('summary', models.CharField(help_text='What the tree decides, in one sentence.', max_length=400)),
                ('audience', models.CharField(help_text='Who asks.', max_length=200)),
                ('at_hand', models.TextField(blank=True, help_text='One per line.', verbose_name='to have at hand')),
                ('topics', models.TextField(blank=True, help_text='Topics, by slug. One per line.')),
                ('words', models.TextField(blank=True, help_text='Search offers the tree for these words. One per line.', verbose_name='words people type')),
                ('citations', models.TextField(blank=True, help_text='Citations. One per line.', verbose_name='what the tree rests on')),
                ('gaps', models.TextField(blank=True, help_text='One per line.', verbose_name='what the documents do not say')),
                ('owned_by', models.CharField(blank=True, max_length=120, verbose_name='owner')),
                ('reviewed', models.DateField(blank=True, null=True)),
                ('next_review', models.DateField(blank=True, null=True)),
                ('change_note', models.CharField(help_text='What changed, for readers.', max_length=300)),
                ('start', models.CharField(help_text='Id of the question asked first.', max_length=80, verbose_name='first question')),
                ('questions', models.JSONField(blank=True)),
                ('outcomes', models.JSONField(blank=True)),
                ('red_flags', models.JSONField(blank=True)),
                ('add_ons', models.JSONField(blank=True)),
                ('cases', models.JSONField(blank=True)),
            ],
            options={
                'verbose_name': 'decision tree',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='TreeVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('hash', models.CharField(max_length=64)),
                ('document', models.JSONField()),
                ('change_note', models.CharField(blank=True, max_length=300)),
                ('published_at', models.DateTimeField(auto_now_add=True)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='decision_trees.treepage')),
            ],
            options={
                'ordering': ('page', '-number'),
                'constraints': [models.UniqueConstraint(fields=('page', 'number'), name='one_version_a_number')],
            },
        ),
    ]
