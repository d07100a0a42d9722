"""A translator with engines of any markup, and a memory in a dictionary."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from babelwire.engines.echo import Echo
from babelwire.glossary import Glossary
from babelwire.model import (
    Article,
    Block,
    BlockKind,
    Context,
    EngineKind,
    Hypothesis,
    Inline,
    Licence,
    Markup,
    Pair,
    Remembered,
    Revision,
    Task,
    Translation,
)
from babelwire.translate import Translator

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
EN_FR = Pair("en", "fr")


class Dictionary:
    """A memory, and what is known of names."""

    def __init__(self) -> None:
        self.kept: dict[str, Remembered] = {}
        self.names: dict[str, str] = {}
        self.said: dict[str, dict[str, str]] = {}

    def recall(self, keys: Sequence[str]) -> dict[str, Remembered]:
        return {k: self.kept[k] for k in keys if k in self.kept}

    def remember(self, items: Mapping[str, Remembered], now: datetime, *, again: bool = False) -> None:
        self.kept.update(items)

    def known_names(self, names: Sequence[str], pair: Pair) -> dict[str, str]:
        return {n: self.names[n] for n in names if n in self.names}

    def add_names(self, key: str, pair: Pair, names: Mapping[str, str], now: datetime) -> None:
        self.said.setdefault(key, {}).update(names)


class Fake:
    """Says what ``say`` makes of a text; knows no marks unless told."""

    kind = EngineKind.NEURAL

    def __init__(self, say: Callable[[str], str], markup: Markup = Markup.NONE, name: str = "fake 1") -> None:
        self.id, self.say, self.markup = name, say, markup
        self.pairs = frozenset({EN_FR})
        self.asked: list[str] = []

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        self.asked += texts
        return [self._one(t) for t in texts]

    def _one(self, text: str) -> Hypothesis:
        answer = self.say(text)
        if self.markup is not Markup.ALIGN or len(text.split()) != len(answer.split()):
            return Hypothesis(text=answer, score=-0.1)
        pairs = zip(_words(text), _words(answer), strict=True)
        return Hypothesis(text=answer, score=-0.1, alignment=tuple((*a, *b) for a, b in pairs))

    def close(self) -> None: ...


def _words(text: str) -> list[tuple[int, int]]:
    at, out = 0, []
    for word in text.split():
        at = text.index(word, at)
        out.append((at, at + len(word)))
        at += len(word)
    return out


_ECHO = Echo()


def echoed(text: str) -> str:
    return _ECHO.translate([text], EN_FR, Context())[0].text


def shuffled(text: str) -> str:
    """The echo's words in another order, the same each time."""
    words = echoed(text).split(" ")
    random.Random(text).shuffle(words)
    return " ".join(words)


def task(*paragraphs: Inline | str, headline: str = "The council of Linden has voted on Monday", key: str = "one") -> Task:
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, inline=p if isinstance(p, Inline) else Inline(p)) for p in paragraphs)
    article = Article(
        key=key, source_id="s", url="https://s.example/1", canonical_url="https://s.example/1", headline=headline, language="en",
        blocks=blocks, licence=Licence.FULL,
    )  # fmt: skip
    return Task(revision=Revision(article=article, number=1, seen=NOW), language="fr")


def translate(engine: object, work: Task, memory: Dictionary | None = None, terms: Glossary | None = None) -> Translation:
    made = Translator(ladder=lambda pair: [engine], memory=memory or Dictionary(), glossary=terms or Glossary())  # type: ignore[list-item]
    return made.translate(work, NOW)
