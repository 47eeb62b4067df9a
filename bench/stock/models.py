"""The pages of the stock peer, as Wagtail's tutorial has them: a title and a body of headings and rich text."""

from wagtail.admin.panels import FieldPanel
from wagtail.blocks import CharBlock, RichTextBlock
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index


class BodyPage(Page):
    body = StreamField([("heading", CharBlock()), ("paragraph", RichTextBlock())], blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        abstract = True


class HomePage(BodyPage):
    template = "home/standard_page.html"


class StandardPage(BodyPage):
    template = "home/standard_page.html"
