"""Apertium-APY: Apertium on another machine, by HTTP; for systems for which there are no Apertium packages.

APY listens on all interfaces and has no option to change that: keep it behind a firewall. On the same machine
``engines.apertium`` is faster, carries spans through and chooses routes.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from yarl import URL

from babelwire.engines.http import Client, checked
from babelwire.errors import EngineError, PairError
from babelwire.model import Context, EngineKind, Hypothesis, Markup, Pair
from babelwire.text.language import base


class Apy:
    """The server at ``url``; ``version`` is part of every memory key."""

    kind = EngineKind.RULES
    markup = Markup.NONE

    def __init__(self, *, url: str, timeout: float = 60.0, version: str = "1") -> None:
        self.id = f"apertium-apy {URL(url).authority} {version}"
        self._client = Client(self.id, url, timeout=timeout)
        self._lock = threading.Lock()
        self._codes: dict[Pair, str] = {}

    @property
    def pairs(self) -> frozenset[Pair]:
        """What the server says it has; asked once. Raises EngineError while it cannot be reached."""
        with self._lock:
            if not self._codes:
                self._codes = self._ask_pairs()
        return frozenset(self._codes)

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        """One hypothesis for each text; blank ones come back as they are. Raises PairError, EngineDied, EngineError."""
        if pair not in self.pairs:
            raise PairError(self.id, "this server does not translate this pair", pair=str(pair))
        return [Hypothesis(text=self._one(t, pair) if t.strip() else t) for t in texts]

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _one(self, text: str, pair: Pair) -> str:
        """APY takes one text at a time, and a full stop at its end for granted."""
        stopped = text if text.rstrip()[-1] in ".!?…:;" else text.rstrip() + "."
        answer = self._client.get("/translate", {"langpair": self._codes[pair], "q": stopped, "markUnknown": "no", "format": "txt"})
        found = answer.get("responseData", {}).get("translatedText") if isinstance(answer, dict) else None
        said = checked(self.id, str(pair), [text], [found])[0].strip()
        return said.removesuffix(".").rstrip() if stopped != text else said

    def _ask_pairs(self) -> dict[Pair, str]:
        answer = self._client.get("/listPairs")
        try:
            found = [(item["sourceLanguage"], item["targetLanguage"]) for item in answer["responseData"]]
        except (TypeError, KeyError) as error:
            raise EngineError(self.id, f"/listPairs says something else than a list of pairs: {error!r}") from error
        plain = [(a, b) for a, b in found if "_" not in a + b]
        return {Pair(base(a), base(b)): f"{a}|{b}" for a, b in plain}
