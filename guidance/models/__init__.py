"""The public list of the guidance models."""

from .citations import Citation
from .generation import ContentGeneration
from .governed import GovernedPage, GovernedPagePermissionTester
from .pages import GuidancePage, TopicIndexPage, TopicPage
from .snippets import Figure, GlossaryTerm, SearchWords, Tension
from .sources import Edition, Passage, Section, Source
from .starter import StarterItem

__all__ = [
    "Citation",
    "ContentGeneration",
    "Edition",
    "Figure",
    "GlossaryTerm",
    "GovernedPage",
    "GovernedPagePermissionTester",
    "GuidancePage",
    "Passage",
    "SearchWords",
    "Section",
    "Source",
    "StarterItem",
    "Tension",
    "TopicIndexPage",
    "TopicPage",
]
