"""The Store seam in SQL: its rooms put together. Which database it is, the file of that name says (``sqlite``).

Each method is one transaction, and each job can be killed between two of them: rows are the hand-over. Leases are compared
with the caller's ``now``, and what a dead job had claimed is free again when its lease has run out.
"""

from __future__ import annotations

from babelwire.stores.accounts import Accounts
from babelwire.stores.articles import Articles
from babelwire.stores.bugs import Bugs
from babelwire.stores.deeds import Deeds
from babelwire.stores.feeds import Feeds
from babelwire.stores.history import History
from babelwire.stores.memory import Memory
from babelwire.stores.overview import Overview
from babelwire.stores.publications import Publications
from babelwire.stores.retries import Retries
from babelwire.stores.translations import Translations


class SqlStore(Feeds, Articles, Translations, Memory, Publications, Overview, History, Retries, Bugs, Accounts, Deeds):
    """All rooms. ``backup`` and ``check`` are the database's own."""
