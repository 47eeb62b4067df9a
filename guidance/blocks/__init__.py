"""The blocks guidance is written with: the public list. One module for each family."""

from .body import BodyBlock
from .citation import CitationBlock, citation_list
from .lists import GapsBlock, TreesBlock, UpdateNotesBlock
from .recommendation import RecommendationsBlock
from .tension import SidesBlock, TensionsBlock

__all__ = [
    "BodyBlock",
    "CitationBlock",
    "GapsBlock",
    "RecommendationsBlock",
    "SidesBlock",
    "TensionsBlock",
    "TreesBlock",
    "UpdateNotesBlock",
    "citation_list",
]
