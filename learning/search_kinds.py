"""Learning paths as things that can be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone

from guidance.search_audience import audience_of_page
from search.documents import SearchDocument
from search.kinds import SearchKind, Suggested, register_kind

from .models import LearningPathPage
from .outlines import PathOutline, outline_of


def _documents(pages: Iterable[LearningPathPage]) -> Iterator[SearchDocument]:
    for outline in map(outline_of, pages):
        audience = audience_of_page(outline.page)
        if audience:
            yield _document(outline, audience)


def _document(path: PathOutline, audience: tuple[str, ...]) -> SearchDocument:
    published = path.page.last_published_at
    return SearchDocument(
        key=f"learning-path:{path.page.pk}",
        ref=str(path.page.pk),
        kind="learning-path",
        title=path.title,
        body=" ".join((path.summary, *path.can_do, *(f"{step.title}." for step in path.steps))).strip() or path.title,
        url=path.url,
        path=("Learning",),
        section=path.page.slug,
        audience=audience,
        extra=path.audience,
        updated=timezone.localdate(published) if published else None,
    )


register_kind(
    SearchKind(
        name="learning-path",
        label="Learning paths",
        documents=lambda: _documents(LearningPathPage.objects.live()),
        documents_for=lambda ref: _documents(LearningPathPage.objects.live().filter(pk=ref)),
        order=60,
        one="Learning path",
        suggested=Suggested("Learning path"),
    )
)
