from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from babelwire.config import Fetch
from babelwire.fetchers.http import HttpFetcher
from tests.fetchers.server import Server

Make = Callable[..., HttpFetcher]


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def make(server: Server) -> Iterator[Make]:
    """Makes fetchers that may speak with the test's server; keyword arguments are those of ``[fetch]``, and ``clock``."""
    made: list[HttpFetcher] = []

    def build(**options: object) -> HttpFetcher:
        clock = options.pop("clock", None)
        given = {"allow_networks": ("127.0.0.0/24",), "allow_ports": (80, 443, server.port), "spacing": 0.0, **options}
        fetcher = HttpFetcher(fetch=Fetch(**given), user_agent="Babelwire/test (+http://127.0.0.1)", **({"clock": clock} if clock else {}))  # type: ignore[arg-type]
        made.append(fetcher)
        return fetcher

    yield build
    for fetcher in made:
        fetcher.close()
