"""LibreTranslate: a server of one's own (or a public one) by HTTP.

Only the text format: with ``format=html`` the server unescapes what it escaped, and ``&lt;script&gt;`` in a story comes back
as a tag.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from yarl import URL

from babelwire.engines.http import Client, checked, portions
from babelwire.errors import EngineError, PairError
from babelwire.model import Context, EngineKind, Hypothesis, Markup, Pair
from babelwire.text.language import base


class LibreTranslate:
    """The server at ``url``. ``batch`` texts and ``characters`` a request; ``version`` is part of every memory key: change it
    when the server's models change."""

    kind = EngineKind.NEURAL
    markup = Markup.NONE

    def __init__(
        self, *, url: str, key: str = "", timeout: float = 120.0, batch: int = 32, characters: int = 5000, version: str = "1"
    ) -> None:
        self.id = f"libretranslate {URL(url).authority} {version}"
        self._client = Client(self.id, url, secrets=[key], timeout=timeout)
        self._key, self._batch, self._characters = key, batch, characters
        self._lock = threading.Lock()
        self._codes: dict[Pair, tuple[str, str]] = {}

    @property
    def pairs(self) -> frozenset[Pair]:
        """What the server says it has; asked once. Raises EngineError while it cannot be reached."""
        with self._lock:
            if not self._codes:
                self._codes = self._ask_pairs()
        return frozenset(self._codes)

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        """One hypothesis for each text; blank ones come back as they are. Raises PairError, QuotaError, EngineDied, EngineError."""
        if pair not in self.pairs:
            raise PairError(self.id, "this server does not translate this pair", pair=str(pair))
        worth = [t for t in texts if t.strip()]
        answers = iter([a for portion in portions(worth, self._batch, self._characters) for a in self._portion(portion, pair)])
        return [Hypothesis(text=next(answers) if t.strip() else t) for t in texts]

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _portion(self, texts: Sequence[str], pair: Pair) -> list[str]:
        source, target = self._codes[pair]
        body = {"q": list(texts), "source": source, "target": target, "format": "text", **({"api_key": self._key} if self._key else {})}
        answer = self._client.post("/translate", body)
        return checked(self.id, str(pair), texts, answer.get("translatedText") if isinstance(answer, dict) else None)

    def _ask_pairs(self) -> dict[Pair, tuple[str, str]]:
        answer = self._client.get("/languages")
        try:
            return {
                Pair(base(item["code"]), base(target)): (item["code"], target)
                for item in answer
                for target in item.get("targets", [])
                if base(target) != base(item["code"])
            }
        except (TypeError, KeyError, AttributeError) as error:
            raise EngineError(self.id, f"/languages says something else than a list of languages: {error!r}") from error
