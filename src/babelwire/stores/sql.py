"""The Store seam in SQL: its rooms put together. Which database it is, the file of that name says (``sqlite``).

Each method is one transaction, and each job can be killed between two of them: rows are the hand-over. Leases are compared
with the caller's ``now``, and what a dead job had claimed is free again when its lease has run out.
"""

from __future__ import annotations

from babelwire.stores.accounts import Accounts
from babelwire.stores.alerts import Alerts
from babelwire.stores.amendments import Amendments
from babelwire.stores.articles import Articles
from babelwire.stores.breakers import Breakers
from babelwire.stores.bugs import Bugs
from babelwire.stores.catalogue import Catalogue
from babelwire.stores.corrections import Corrections
from babelwire.stores.deeds import Deeds
from babelwire.stores.drift import Drift
from babelwire.stores.feeds import Feeds
from babelwire.stores.figures import Figures
from babelwire.stores.glossaries import Glossaries
from babelwire.stores.history import History
from babelwire.stores.latencies import Latencies
from babelwire.stores.marks import Marks
from babelwire.stores.memory import Memory
from babelwire.stores.names import Names
from babelwire.stores.outbox import Outbox
from babelwire.stores.overview import Overview
from babelwire.stores.prints import Prints
from babelwire.stores.publications import Publications
from babelwire.stores.rates import PublicRates
from babelwire.stores.reports import Reports
from babelwire.stores.retries import Retries
from babelwire.stores.search import Search
from babelwire.stores.spending import Ledger
from babelwire.stores.topics import Topics
from babelwire.stores.translations import Translations
from babelwire.stores.validators import Validators


class SqlStore(
    Feeds,
    Articles,
    Marks,
    Amendments,
    Topics,
    PublicRates,
    Translations,
    Memory,
    Publications,
    Overview,
    History,
    Retries,
    Bugs,
    Drift,
    Outbox,
    Validators,
    Accounts,
    Deeds,
    Names,
    Glossaries,
    Alerts,
    Ledger,
    Breakers,
    Figures,
    Latencies,
    Catalogue,
    Corrections,
    Reports,
    Search,
    Prints,
):
    """All rooms. ``backup`` and ``check`` are the database's own."""
