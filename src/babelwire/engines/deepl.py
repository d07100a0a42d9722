"""DeepL, by its official client (the extra ``babelwire[deepl]``). Spans go as XML tags; the paragraph before as context.

The client waits up to two minutes for itself and does not read Retry-After; it is told not to, since the ladder and its
breaker decide about waiting.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from babelwire.engines.http import checked, next_month, portions
from babelwire.engines.tags import from_tags, to_tags
from babelwire.errors import EngineDied, EngineError, PairError, QuotaError
from babelwire.model import Context, EngineKind, Hypothesis, Markup, Pair
from babelwire.text.inline import MARKER
from babelwire.text.language import base

TEXTS, CHARACTERS = 50, 60_000  #: of a request; the service takes 50 texts and 128 KiB
#: Which variety is meant where DeepL wants one named.
VARIETIES = {"en": "EN-US", "pt": "PT-PT", "zh": "ZH-HANS"}


class DeepL:
    """``key`` is the account's; ``url`` only for servers other than DeepL's own; ``glossaries`` maps ``en-fr`` to the id of a
    glossary kept there; ``varieties`` maps ``en`` to ``EN-GB``; ``model`` is DeepL's model_type."""

    kind = EngineKind.NEURAL
    markup = Markup.NATIVE

    def __init__(
        self,
        *,
        key: str,
        url: str | None = None,
        glossaries: Mapping[str, str] | None = None,
        varieties: Mapping[str, str] | None = None,
        model: str = "prefer_quality_optimized",
        formality: str = "",
        timeout: float = 30.0,
    ) -> None:
        self._deepl = _library()
        self._deepl.http_client.max_network_retries = 0
        self._deepl.http_client.min_connection_timeout = timeout
        self.id = f"deepl {model}"
        self._key = key
        self._client = self._deepl.DeepLClient(key, server_url=url, send_platform_info=False)
        self._glossaries, self._varieties = dict(glossaries or {}), {**VARIETIES, **(varieties or {})}
        self._options = {"model_type": model, **({"formality": formality} if formality else {})}
        self._lock = threading.Lock()
        self._known: frozenset[Pair] = frozenset()

    @property
    def pairs(self) -> frozenset[Pair]:
        """What the service has; asked once. Raises EngineError while it cannot be reached."""
        with self._lock:
            if not self._known:
                sources = {base(x.code) for x in self._asked("", self._client.get_source_languages)}
                targets = {base(x.code) for x in self._asked("", self._client.get_target_languages)}
                self._known = frozenset(Pair(a, b) for a in sources for b in targets if a != b)
        return self._known

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        """One hypothesis for each text. Raises PairError, QuotaError (with the day from which to ask again), EngineError."""
        if pair not in self.pairs:
            raise PairError(self.id, "DeepL does not translate this pair", pair=str(pair))
        worth = [t for t in texts if t.strip()]
        answers = iter([a for portion in portions(worth, TEXTS, CHARACTERS) for a in self._portion(portion, pair, context)])
        return [Hypothesis(text=next(answers) if t.strip() else t) for t in texts]

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _portion(self, texts: Sequence[str], pair: Pair, context: Context) -> list[str]:
        marked = any(MARKER.search(t) for t in texts)
        found = self._asked(
            str(pair),
            self._client.translate_text,
            [to_tags(t, xml=True) for t in texts] if marked else list(texts),
            source_lang=pair.source.upper(),
            target_lang=self._varieties.get(pair.target, pair.target.upper()),
            context=context.before or None,
            split_sentences="0",
            preserve_formatting=True,
            glossary=self._glossaries.get(str(pair)),
            tag_handling="xml" if marked else None,
            **self._options,
        )
        said = [x.text for x in found]
        return checked(self.id, str(pair), texts, [from_tags(a, xml=True) for a in said] if marked else said)

    def _asked(self, pair: str, ask: Any, *what: Any, **how: Any) -> Any:
        """Call the client; its exceptions become ours, without the key in them."""
        library = self._deepl.exceptions
        try:
            return ask(*what, **how)
        except library.QuotaExceededException as error:
            raise QuotaError(self.id, self._said(error), pair=pair, retry_after=next_month(datetime.now(UTC))) from error
        except library.TooManyRequestsException as error:
            raise QuotaError(self.id, self._said(error), pair=pair, retry_after=datetime.now(UTC) + timedelta(seconds=60)) from error
        except library.ConnectionException as error:
            raise EngineDied(self.id, self._said(error), pair=pair) from error
        except (library.DeepLException, ValueError, KeyError, TypeError, AttributeError) as error:
            raise EngineError(self.id, self._said(error), pair=pair) from error

    def _said(self, error: BaseException) -> str:
        return f"{type(error).__name__}: {error}".replace(self._key, "***")


def _library() -> Any:
    try:
        import deepl
    except ImportError as error:
        raise EngineError("deepl", "the client is not installed: pip install 'babelwire[deepl]'") from error
    return deepl
