"""What pages and headers reserve lowers a licence, and nothing raises it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from babelwire import rights
from babelwire.model import Licence, Source


def allowed(licence: Licence = Licence.FULL, **given: Any) -> tuple[Licence, str | None]:
    source = Source(id="s", name="S", homepage="https://s.example/", licence=licence)
    return rights.allowed(source, rights.Signals(**{"headers": {}, "metas": {}, **given}))


@pytest.mark.parametrize("licence", Licence)
def test_without_signals_it_is_the_source_s(licence: Licence) -> None:
    assert allowed(licence) == (licence, None)


SIGNALS: list[tuple[dict[str, Any], Licence, str]] = [
    ({"headers": {"tdm-reservation": "1"}}, Licence.EXCERPT, "tdm-reservation"),
    ({"metas": {"tdm-reservation": ["1"]}}, Licence.EXCERPT, "tdm-reservation"),
    ({"headers": {"x-robots-tag": "noai, noimageai"}}, Licence.EXCERPT, "noai"),
    ({"headers": {"x-robots-tag": "babelwire: noindex"}}, Licence.LINK, "noindex"),
    ({"metas": {"robots": ["index, noarchive"]}}, Licence.EXCERPT, "noarchive"),
    ({"metas": {"robots": ["max-snippet:0"]}}, Licence.LINK, "max-snippet"),
    ({"metas": {"robots": ["NOSNIPPET"]}}, Licence.LINK, "nosnippet"),
    ({"metas": {"robots": ["none"]}}, Licence.LINK, "none"),
    ({"metas": {"google": ["notranslate"]}}, Licence.LINK, "notranslate"),
    ({"headers": {"content-usage": "train-ai=n, search=n"}}, Licence.LINK, "Content-Usage"),
    ({"licences": ["https://creativecommons.org/licenses/by-nd/4.0/"]}, Licence.LINK, "allows no translation"),
    ({"licences": ["https://creativecommons.org/licenses/by-nc-nd/3.0/de/"]}, Licence.LINK, "allows no translation"),
    ({"paywall": "the page says isAccessibleForFree: false"}, Licence.EXCERPT, "isAccessibleForFree"),
]


@pytest.mark.parametrize(("signals", "licence", "why"), SIGNALS)
def test_a_reservation_lowers_and_says_why(signals: dict[str, Any], licence: Licence, why: str) -> None:
    found, note = allowed(**signals)
    assert found is licence and why in (note or "")


@pytest.mark.parametrize(
    "signals",
    [
        {"headers": {"tdm-reservation": "0"}, "metas": {"tdm-reservation": ["1"]}},  # the header beats the page
        {"headers": {"x-robots-tag": "otherbot: noindex, nosnippet"}},
        {"metas": {"robots": ["index,follow,max-snippet:-1,max-image-preview:large"]}},
        {"headers": {"content-usage": "train-ai=n"}},
        {"licences": ["https://creativecommons.org/licenses/by-sa/4.0/"]},
    ],
)
def test_what_is_not_about_us_lowers_nothing(signals: dict[str, Any]) -> None:
    assert allowed(**signals) == (Licence.FULL, None)


def test_nothing_raises() -> None:
    for licence, (signals, _, _) in product(Licence, SIGNALS):
        found, note = allowed(licence, **signals)
        assert rights.ORDER.index(found) <= rights.ORDER.index(licence)
        assert (note is None) == (found is licence)
