"""What guidance says when its sources change. Sent inside the transaction that changes them."""

from __future__ import annotations

from django.dispatch import Signal

#: After an import that changed something. Arguments: `edition`; `changed`, ids of passages that are new or read
#: differently; `removed`, ids of passages that are gone.
passages_imported = Signal()

#: After sections or their In briefs have changed. Arguments: `edition`; `changed`, primary keys of the sections that
#: are new or different; `removed`, primary keys of those that are gone.
sections_changed = Signal()

#: After the facts of a source were saved. Argument: `pages`, all that cite it, as their own types.
cited_source_changed = Signal()

#: After a view restriction was set, changed or lifted. Argument: `pages`, all that it covers, as their own types.
page_access_changed = Signal()
