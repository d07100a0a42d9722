"""What a feed says, in whatever format it says it: the raw words, before they become Hints and Entries."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """How a string is to be read."""

    PLAIN = "plain"  # text: a tag in it is meant to be seen
    HTML = "html"  # markup
    GUESS = "guess"  # the format does not say (RSS)


@dataclass(slots=True)
class Words:
    """A string and how to read it."""

    text: str = ""
    kind: Kind = Kind.GUESS


@dataclass(slots=True, kw_only=True)
class Item:
    """One item. Addresses are absolute where they could be resolved; all else is as the feed has it."""

    id: str = ""
    link: str | None = None
    title: Words = field(default_factory=Words)
    summary: Words = field(default_factory=Words)
    content: str = ""  #: HTML
    authors: list[str] = field(default_factory=list)
    published: str = ""
    updated: str = ""
    categories: list[str] = field(default_factory=list)
    language: str = ""
    withdrawn: bool = False


@dataclass(slots=True, kw_only=True)
class Channel:
    """The feed itself."""

    title: Words = field(default_factory=Words)
    language: str = ""
    homepage: str | None = None
    authors: list[str] = field(default_factory=list)
    ttl: str = ""  #: minutes
    period: str = ""
    frequency: str = ""
    skip_hours: list[str] = field(default_factory=list)
    skip_days: list[str] = field(default_factory=list)
    hub: str | None = None
    items: list[Item] = field(default_factory=list)
