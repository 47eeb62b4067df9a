"""More hits than an engine ranks: the counts must be as true as where all are ranked."""

from __future__ import annotations

from search.documents import SearchDocument
from search.results import Facet
from tests.search.conftest import Searching, document


def many_voles() -> list[SearchDocument]:
    """Sixty hits in facets and sections, two repeats, and one that not everybody may see."""
    made = [
        document(
            f"vole-{at}",
            f"Voles of kind {at}.",
            source=("farm", "zoo")[at % 2],
            kind=("passage", "page")[at % 3 == 0],
            topics=("wool",) if at % 5 == 0 else (),
            section=f"{at % 4}",
        )
        for at in range(60)
    ]
    made += [document(f"again-{at}", f"Voles of kind {at}.", source="zoo", section="9") for at in (1, 3)]
    return [*made, document("staff", "Voles for staff.", audience=("signed-in",), source="zoo")]


def counts(facets: tuple[Facet, ...], name: str) -> dict[str, int]:
    return {value.value: value.count for facet in facets if facet.name == name for value in facet.values}


def assert_counts_agree(few: Searching, whole: Searching) -> None:
    """Totals, facets and neighbours of an engine that ranks few are those of one that ranks all."""
    found, expected = few.ask("voles"), whole.ask("voles")
    assert found.total == expected.total
    assert found.facets == expected.facets
    for name, field in (("kind", "kinds"), ("source", "sources"), ("topic", "topics")):
        for value, count in counts(found.facets, name).items():
            chosen = few.ask("voles", **{field: (value,)})
            assert chosen.total == count
            assert counts(chosen.facets, name) == counts(found.facets, name)
            assert chosen.facets == whole.ask("voles", **{field: (value,)}).facets
    more = {(hit.kind, hit.source, hit.section): hit.more for hit in expected.hits}
    assert found.hits
    for hit in found.hits:
        assert hit.more == more[hit.kind, hit.source, hit.section]
