"""What may be shown of an article: the source's licence, lowered by what page and headers reserve, never raised.

    TDMRep (W3C, 2024)       ``tdm-reservation: 1`` as header, or as meta tag                    -> excerpt
    X-Robots-Tag, meta robots  ``noai``, ``noarchive``, ``nosnippet``, ``none``, ``noindex``     -> excerpt or link
    Content-Usage (IETF AIPREF)  ``search=n``                                                    -> link
    notranslate              ``<meta name="google" content="notranslate">``                      -> link: we translate
    paywall                  ``isAccessibleForFree: false``, ``content_tier: locked``            -> excerpt
    rel=license              a NoDerivatives licence forbids a translation                       -> link

A source that is ``full`` is so because its operator has named its licence or an agreement, so reservations that are about
training, which we never do (``train-ai=n``), lower nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babelwire.model import Licence, Source

ORDER = (Licence.LINK, Licence.EXCERPT, Licence.FULL)
NO_DERIVATIVES = re.compile(r"creativecommons\.org/licenses/by(?:-nc)?-nd\b|\bCC[ -]BY(?:-NC)?-ND\b", re.IGNORECASE)
VALUED = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")  #: robots words with a value


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What a page declares about its use. Headers are in lower case."""

    headers: Mapping[str, str]
    metas: Mapping[str, Sequence[str]]  #: meta tags by lower-case name
    licences: Sequence[str] = ()  #: addresses of rel=license links, and JSON-LD license
    paywall: str = ""  #: how the page says that it is closed; empty: it does not


def allowed(source: Source, signals: Signals) -> tuple[Licence, str | None]:
    """The licence under which the article is shown, and why it is lower than the source's (None: it is not)."""
    found = [*_tdm(signals), *_robots(signals), *_usage(signals), *_translation(signals), *_licence(signals), *_paywall(signals)]
    lowest, why = source.licence, None
    for limit, note in found:
        if ORDER.index(limit) < ORDER.index(lowest):
            lowest, why = limit, note
    return lowest, why


Limits = list[tuple[Licence, str]]


def _tdm(signals: Signals) -> Limits:
    """Text and data mining reserved. The header beats the meta tag."""
    given = signals.headers.get("tdm-reservation") or next(iter(signals.metas.get("tdm-reservation", ())), "")
    return [(Licence.EXCERPT, "the publisher reserves text and data mining (tdm-reservation: 1)")] if given.strip() == "1" else []


def _robots(signals: Signals) -> Limits:
    """Words of X-Robots-Tag and meta robots that speak to whoever shows pages elsewhere."""
    limits: Limits = []
    for word in _robot_words(signals):
        if word in ("nosnippet", "noindex", "none", "notranslate") or re.fullmatch(r"max-snippet\s*:\s*0", word):
            limits.append((Licence.LINK, f"the page says robots: {word}"))
        elif word in ("noai", "noarchive", "nocache"):
            limits.append((Licence.EXCERPT, f"the page says robots: {word}"))
    return limits


def _robot_words(signals: Signals) -> list[str]:
    """The words that are meant for every robot, or for us by name (``X-Robots-Tag: otherbot: noindex`` is not)."""
    words: list[str] = []
    for line in (signals.headers.get("x-robots-tag", ""), *signals.metas.get("robots", ()), *signals.metas.get("babelwire", ())):
        agent = "*"
        for word in (w.strip().lower() for w in re.split(r"[,\n]", line)):
            name, colon, rest = word.partition(":")
            if colon and name.strip() not in VALUED:
                agent, word = name.strip(), rest.strip()
            if agent in ("*", "babelwire"):
                words.append(word)
    return words


def _usage(signals: Signals) -> Limits:
    """``Content-Usage: search=n``: not even found elsewhere. ``train-ai`` is not our business: we never train."""
    given = ",".join([signals.headers.get("content-usage", ""), *signals.metas.get("content-usage", ())])
    wishes = {k.strip().lower(): v.strip().lower() for k, _, v in (p.partition("=") for p in re.split(r"[,;]", given))}
    return [(Licence.LINK, "the publisher says Content-Usage: search=n")] if wishes.get("search") in ("n", "?0") else []


def _translation(signals: Signals) -> Limits:
    given = [w.strip().lower() for line in signals.metas.get("google", ()) for w in line.split(",")]
    return [(Licence.LINK, "the page asks not to be translated (notranslate)")] if "notranslate" in given else []


def _licence(signals: Signals) -> Limits:
    found = next((x for x in signals.licences if NO_DERIVATIVES.search(x)), None)
    return [(Licence.LINK, f"its licence allows no translation: {found}")] if found else []


def _paywall(signals: Signals) -> Limits:
    return [(Licence.EXCERPT, signals.paywall)] if signals.paywall else []
