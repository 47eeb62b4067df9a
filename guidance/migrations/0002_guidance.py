import django.core.validators
import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('guidance', '0001_sources'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContentGeneration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=32)),
                ('changed', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'content generation',
            },
        ),
        migrations.CreateModel(
            name='GlossaryTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=120, unique=True)),
                ('term', models.CharField(max_length=160)),
                ('meaning', models.TextField(help_text='In our own words.')),
                ('age', models.CharField(choices=[('current', 'In use'), ('old', 'Old: from 2006 or 2009'), ('both', 'In old and in current texts')], default='current', max_length=10, verbose_name='in use')),
                ('synonyms', models.TextField(blank=True, help_text='For readers. One per line.', verbose_name='words for the same')),
                ('sources', models.TextField(blank=True, help_text='By slug. One per line.', verbose_name='sources that use it')),
                ('see_also', models.TextField(blank=True, help_text='Related terms, never exchanged in search. One per line.')),
                ('unprinted', models.TextField(blank=True, help_text='Names and abbreviations from outside. One per line.', verbose_name='expansions that no text prints')),
                ('searched', models.TextField(blank=True, help_text='Safe both ways in search. One per line.', verbose_name='words that find each other')),
                ('typed', models.TextField(blank=True, help_text='Someone who types one of these means the term. One per line.', verbose_name='words that people type')),
                ('pairs', models.TextField(blank=True, help_text='Words of one pair stand for each other. One pair per line: MI = …')),
                ('ambiguous', models.TextField(blank=True, help_text='They count only beside a word of the context. One per line.', verbose_name='words with another sense')),
                ('context', models.TextField(blank=True, help_text='Words that settle the sense. One per line.')),
                ('note', models.TextField(blank=True, help_text='What to watch.')),
            ],
            options={
                'verbose_name': 'glossary term',
                'ordering': ['term'],
            },
        ),
        migrations.CreateModel(
            name='GuidancePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(help_text='One sentence.', max_length=400)),
                ('owned_by', models.CharField(blank=True, help_text="A role, not a person's name.", max_length=120, verbose_name='owner')),
                ('reviewed', models.DateField(blank=True, null=True)),
                ('next_review', models.DateField(blank=True, null=True)),
                ('trees', wagtail.fields.StreamField([('tree', 0)], blank=True, block_lookup={0: ('wagtail.blocks.PageChooserBlock', (), {'description': 'A decision tree that says what to do next.', 'icon': 'list-ol', 'label': 'Tree', 'page_type': ['decision_trees.TreePage']})}, verbose_name='what to do next')),
                ('recommendations', wagtail.fields.StreamField([('recommendation', 7)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'help_text': 'r1, r2, … Part of the address. Leave it empty for a new one; an old one keeps its statement.', 'label': 'Number', 'max_length': 8, 'required': False, 'validators': [django.core.validators.RegexValidator('^r[1-9][0-9]*$', 'Write r and a number, for example r3, or leave it empty.')]}), 1: ('wagtail.blocks.TextBlock', (), {'help_text': 'One or two sentences.', 'label': 'What to do', 'rows': 2}), 2: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('must', 'Must'), ('should', 'Should'), ('may', 'May')], 'help_text': 'As the source has it.'}), 3: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('rule', 'Rule'), ('good-practice', 'Good practice'), ('local-example', "One service's example"), ('inference', 'Our inference')], 'help_text': 'On what it rests.'}), 4: ('guidance.blocks.citation.CitationBlock', (), {}), 5: ('wagtail.blocks.ListBlock', (4,), {'default': [], 'help_text': "Write a citation as source@edition, a space, the section's number or headings, and, for a passage, a space, # and the first 12 characters of its hash. Example: towards-successful-treatment-completion@2009-07 5.2.4 #0f3a9c11d2e4. The page of each passage offers it ready to copy.", 'label': 'Citations', 'min_num': 0}), 6: ('wagtail.blocks.TextBlock', (), {'help_text': 'One to three sentences.', 'label': 'Why', 'rows': 3}), 7: ('wagtail.blocks.StructBlock', [[('anchor', 0), ('text', 1), ('strength', 2), ('basis', 3), ('citations', 5), ('why', 6)]], {})})),
                ('body', wagtail.fields.StreamField([('markdown', 0), ('heading', 1), ('paragraph', 2), ('call_out', 6), ('table', 10), ('figure', 11)], blank=True, block_lookup={0: ('guidance.blocks.body.MarkdownBlock', (), {'rows': 12}), 1: ('wagtail.blocks.CharBlock', (), {'description': 'A heading of the second level; it joins the contents list.', 'group': 'Writing', 'icon': 'title', 'max_length': 120, 'preview_value': 'Background'}), 2: ('wagtail.blocks.RichTextBlock', (), {'description': 'Formatted text, for those who prefer a toolbar to Markdown.', 'features': ['bold', 'italic', 'link', 'ul', 'ol'], 'group': 'Writing', 'preview_value': '<p>Short sentences in our own words.</p>'}), 3: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('important', 'Important'), ('note', 'Note'), ('do', 'Do'), ('do-not', 'Do not')]}), 4: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 5: ('guidance.blocks.body.MarkdownBlock', (), {'rows': 3}), 6: ('wagtail.blocks.StructBlock', [[('kind', 3), ('title', 4), ('text', 5)]], {}), 7: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 8: ('wagtail.blocks.CharBlock', (), {'required': False}), 9: ('wagtail.contrib.typed_table_block.blocks.TypedTableBlock', [[('text', 8)]], {}), 10: ('wagtail.blocks.StructBlock', [[('caption', 7), ('table', 9)]], {}), 11: ('wagtail.snippets.blocks.SnippetChooserBlock', ('guidance.Figure',), {'description': 'A legal or national number with its place, its dates and its source.', 'group': 'Tables and figures', 'icon': 'info-circle', 'template': 'blocks/figure.html'})}, verbose_name='why, and background')),
                ('disagreements', wagtail.fields.StreamField([('tension', 0)], blank=True, block_lookup={0: ('wagtail.snippets.blocks.SnippetChooserBlock', ('guidance.Tension',), {'description': 'Both sides, and which one we follow and why.', 'label': 'Disagreement'})}, verbose_name='where sources disagree')),
                ('gaps', wagtail.fields.StreamField([('gap', 0)], blank=True, block_lookup={0: ('wagtail.blocks.TextBlock', (), {'description': 'Something the documents do not say.', 'icon': 'help', 'label': 'Gap', 'preview_value': 'The documents give no interval.', 'rows': 2})}, verbose_name='what the documents do not say')),
                ('update_notes', wagtail.fields.StreamField([('note', 2)], blank=True, block_lookup={0: ('wagtail.blocks.DateBlock', (), {}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': 'What changed, in one line for readers.', 'max_length': 300}), 2: ('wagtail.blocks.StructBlock', [[('date', 0), ('text', 1)]], {})})),
                ('last_number', models.PositiveSmallIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'guidance page',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Tension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(help_text='Permanent, for example X-03.', max_length=40, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('sides', wagtail.fields.StreamField([('side', 3)], block_lookup={0: ('wagtail.blocks.TextBlock', (), {'help_text': 'In our own words.', 'label': 'What it says', 'rows': 3}), 1: ('guidance.blocks.citation.CitationBlock', (), {}), 2: ('wagtail.blocks.ListBlock', (1,), {'default': [], 'help_text': "Write a citation as source@edition, a space, the section's number or headings, and, for a passage, a space, # and the first 12 characters of its hash. Example: towards-successful-treatment-completion@2009-07 5.2.4 #0f3a9c11d2e4. The page of each passage offers it ready to copy.", 'label': 'Citations', 'min_num': 1}), 3: ('wagtail.blocks.StructBlock', [[('says', 0), ('citations', 2)]], {})})),
                ('we_follow', models.TextField(verbose_name='what we follow, and why')),
            ],
            options={
                'verbose_name': 'disagreement',
                'ordering': ['key'],
            },
        ),
        migrations.CreateModel(
            name='TopicIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('introduction', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'verbose_name': 'list of topics',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='TopicPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(max_length=400)),
                ('order', models.PositiveSmallIntegerField(default=0, help_text='Topics are shown in this order.')),
            ],
            options={
                'verbose_name': 'topic',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Citation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page_type', models.CharField(help_text='The page type, for example guidance.GuidancePage.', max_length=100)),
                ('page_id', models.PositiveIntegerField(db_index=True)),
                ('anchor', models.CharField(blank=True, max_length=200)),
                ('label', models.CharField(help_text='What cites, in words.', max_length=400)),
                ('url', models.CharField(max_length=500)),
                ('source', models.CharField(max_length=100)),
                ('edition', models.CharField(max_length=60)),
                ('section_key', models.CharField(max_length=400)),
                ('hash12', models.CharField(blank=True, max_length=12)),
            ],
            options={
                'ordering': ['label', 'pk'],
                'indexes': [models.Index(fields=['source', 'edition', 'hash12'], name='citation_by_passage')],
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(help_text='Permanent; the same for earlier and later values.', max_length=120)),
                ('title', models.CharField(max_length=200)),
                ('value', models.DecimalField(decimal_places=4, max_digits=12)),
                ('unit', models.CharField(help_text='A unit id, for example mg-l.', max_length=20)),
                ('jurisdiction', models.CharField(max_length=120)),
                ('starts', models.DateField(verbose_name='in force from')),
                ('ends', models.DateField(blank=True, help_text='The last day. Empty: still in force.', null=True, verbose_name='in force until')),
                ('citations', wagtail.fields.StreamField([('citation', 0)], blank=True, block_lookup={0: ('guidance.blocks.citation.CitationBlock', (), {})})),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['key', '-starts'],
                'constraints': [models.UniqueConstraint(fields=('key', 'starts'), name='one_figure_value_per_start')],
            },
        ),
        migrations.CreateModel(
            name='StarterItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=200)),
                ('model', models.CharField(max_length=100)),
                ('object_id', models.CharField(max_length=64)),
                ('digest', models.CharField(help_text="Hash of the file's item as last loaded.", max_length=64)),
                ('state', models.CharField(help_text='State of the object as last loaded.', max_length=64)),
                ('loaded', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'starter item',
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='one_starter_item_per_key')],
            },
        ),
    ]
