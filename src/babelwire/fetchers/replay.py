"""A Fetcher that answers from what was recorded, and never opens a connection: tests, demonstrations, ``--offline``.

In memory: address -> Page, FetchError, or a function giving either (for answers that change). On disk: a folder of
``NAME.json`` (address, headers, time) and ``NAME.body`` as ``save`` writes them. A request that carries the recorded
validator is answered "not modified", as the server would.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from babelwire.config import Fetch
from babelwire.errors import ConfigError, FetchError
from babelwire.model import Ask, Caching, Page, short_hash

Recorded = Page | FetchError
Source = Recorded | Callable[[], Recorded]


class ReplayFetcher:
    """See ``seams.Fetcher``. ``path``: a folder of recorded answers; ``pages``: answers in memory, which come first."""

    def __init__(
        self,
        pages: Mapping[str, Source] | None = None,
        *,
        path: Path | str | None = None,
        fetch: Fetch | None = None,
        user_agent: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.pages: dict[str, Source] = dict(pages or {})
        self.asked: list[Ask] = []  #: every request, in order
        self._path = Path(path) if path is not None else None
        self._now = clock
        if self._path is not None and not self._path.is_dir():
            raise ConfigError(f"fetch.options.path: {self._path} is not a folder of recorded answers")

    def get(self, url: str, caching: Caching | None = None, *, robots: bool = True) -> Page | None:
        """As the seam says; FetchError for an address that was not recorded."""
        self.asked.append(Ask(url=url, caching=caching, robots=robots))
        answer = self._recorded(url)
        if isinstance(answer, FetchError):
            raise answer
        return None if _unchanged(answer, caching) else answer

    def get_many(self, asks: Sequence[Ask]) -> Iterator[tuple[Ask, Page | FetchError | None]]:
        """As the seam says, in the order asked."""
        for ask in asks:
            try:
                yield ask, self.get(ask.url, ask.caching, robots=ask.robots)
            except FetchError as error:
                yield ask, error

    def close(self) -> None:
        """Nothing is open."""

    def _recorded(self, url: str) -> Recorded:
        source = self.pages.get(url) or (load(self._path, url) if self._path else None)
        if source is None:
            return FetchError(url, "nothing was recorded for this address", status=404)
        return source if isinstance(source, Page | FetchError) else source()


def save(folder: Path, page: Page) -> None:
    """Record an answer. A later one for the same address replaces it."""
    folder.mkdir(parents=True, exist_ok=True)
    name = short_hash(page.asked)
    about = {
        "asked": page.asked,
        "url": page.url,
        "fetched": page.fetched.isoformat(),
        "content_type": page.content_type,
        "headers": dict(page.headers),
        "permanent": page.permanent,
    }
    (folder / f"{name}.body").write_bytes(page.body)
    (folder / f"{name}.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load(folder: Path, url: str) -> Page | None:
    """The recorded answer for an address; None where there is none. Raises FetchError where its record is damaged."""
    name = short_hash(url)
    try:
        about = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        fetched = datetime.fromisoformat(about.pop("fetched"))
        return Page(body=(folder / f"{name}.body").read_bytes(), fetched=fetched, **about)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise FetchError(url, f"its record {folder / name}.json cannot be read ({error})") from error


def _unchanged(page: Page, caching: Caching | None) -> bool:
    """Would the server say 304? By the ETag where there is one, else by the date (RFC 9110, 13.2.2)."""
    if caching is None or page.caching == Caching():
        return False
    if caching.etag is not None:
        return caching.etag == page.caching.etag
    return caching.last_modified is not None and caching.last_modified == page.caching.last_modified
