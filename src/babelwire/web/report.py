"""``/{language}/report/``: a reader reports an error in an article, without JavaScript, cookie or account.

Nobody is signed in, so there is nothing that a foreign page could do in somebody's name; but it could have its visitors' browsers
send reports. So a form is taken only from a page of ours, by what the browser says of where it comes from (``Sec-Fetch-Site``,
``Origin``), which no script can change. Addresses are counted in memory alone, as digests with a salt that dies with the process.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from babelwire.model import Edition, Publication, Report, ReportReason
from babelwire.render import report as pages
from babelwire.text import clean
from babelwire.web.readers import Readers, plain, slashed

NAMES = ("article", "reason", "sentence", "words", "contact")
LARGEST, FIELDS = 20_000, 20  #: bytes and fields of a form
FREE = 5  #: reports from one address ...
SPAN = timedelta(minutes=10)  #: ... in so long
OPEN = 2000  #: reports that wait for a person; no more are taken then


class Turnstile:
    """Lets an address through ``FREE`` times in ``SPAN``. Addresses are forgotten after that, and the oldest where there are many."""

    def __init__(self, most: int = 20_000) -> None:
        self._most, self._salt, self._turn = most, secrets.token_bytes(16), threading.Lock()
        self._seen: OrderedDict[bytes, list[datetime]] = OrderedDict()

    def __call__(self, address: str, now: datetime) -> bool:
        """May it pass? Passing is counted."""
        who = hashlib.blake2b(_net(address).encode(), key=self._salt, digest_size=12).digest()
        with self._turn:
            times = [t for t in self._seen.pop(who, []) if now - t < SPAN]
            passes = len(times) < FREE
            self._seen[who] = [*times, now] if passes else times
            while len(self._seen) > self._most or (self._seen and _over(next(iter(self._seen.values())), now)):
                self._seen.popitem(last=False)
        return passes


def routes(readers: Readers) -> list[BaseRoute]:
    """The form, and where it is sent to, for each edition."""
    turnstile = Turnstile()
    return [route for edition in readers.site.editions for route in _routes(edition, readers, turnstile)]


def ours(headers: Mapping[str, str], base_url: str) -> bool:
    """Was the form sent from a page of ours? ``base_url`` is where readers find the site; the host that was asked counts as well,
    since a site may be reached by several names."""
    site = headers.get("sec-fetch-site", "")
    if site:
        return site == "same-origin"
    origin = urlsplit(headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc in (urlsplit(base_url).netloc, headers.get("host", ""))


# ---------------------------------------------------------------------------------------------- the small steps


def _routes(edition: Edition, readers: Readers, turnstile: Turnstile) -> list[BaseRoute]:
    path = f"/{edition.language}/report/"

    def show(request: Request) -> Response:
        done = request.query_params.get("done", "")
        if done.isascii() and done.isdigit() and len(done) < 10:
            return readers.answer(pages.thanks(int(done), edition, readers.site))
        given = plain(request.query_params.multi_items(), NAMES)
        return _form(readers, edition, given)

    async def take(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response("too much\n", 413, media_type="text/plain")
        try:
            values = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=FIELDS, keep_blank_values=True)
        except ValueError:
            return Response("no form of ours\n", 400, media_type="text/plain")
        given = plain(values, NAMES)
        client = request.client.host if request.client else ""
        return await run_in_threadpool(_taken, readers, edition, given, dict(request.headers), client, turnstile)

    return [Route(path, show, methods=["GET"]), Route(path, take, methods=["POST"]), slashed(path)]


async def _body(request: Request) -> bytes | None:
    """What was sent, or None where it is more than a form of ours can hold."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            return None
    return body


def _taken(
    readers: Readers, edition: Edition, given: Mapping[str, str], headers: Mapping[str, str], client: str, turnstile: Turnstile
) -> Response:
    """Keep a report and say thanks, or show the form again and why."""
    now = readers.clock()
    publication = _on_site(readers, edition, given["article"])
    reason = next((r for r in ReportReason if r == given["reason"]), None)
    if publication is None:
        return _form(readers, edition, given)
    if not ours(headers, readers.site.base_url):
        return _form(readers, edition, given, 403)
    if reason is None:
        return _form(readers, edition, given, 400)
    if not turnstile(client, now):
        return _form(readers, edition, given, 429)
    if readers.store.open_reports() >= OPEN:
        return _form(readers, edition, given, 503)
    number = readers.store.add_report(_report(publication, reason, given, readers, now))
    return RedirectResponse(f"{readers.site.link(f'{edition.language}/report/')}?done={number}", 303)


def _report(publication: Publication, reason: ReportReason, given: Mapping[str, str], readers: Readers, now: datetime) -> Report:
    said = list(pages.sentences(publication, readers.site))
    at = int(given["sentence"]) if given["sentence"].isascii() and given["sentence"].isdigit() and len(given["sentence"]) < 5 else -1
    return Report(
        key=publication.article.key,
        language=publication.language,
        title=publication.headline,
        path=publication.path,
        reason=reason,
        when=now,
        sentence=said[at] if 0 <= at < len(said) else "",
        words=clean.lines(given["words"])[: pages.WORDS],
        contact=clean.clean(given["contact"])[: pages.CONTACT],
    )


def _form(readers: Readers, edition: Edition, given: Mapping[str, str], status: int = 200) -> Response:
    publication = _on_site(readers, edition, given["article"])
    status = 404 if publication is None and given["article"] else status
    return readers.answer(pages.form(publication, edition, readers.site, given=given, status=status), status)


def _on_site(readers: Readers, edition: Edition, key: str) -> Publication | None:
    """The article, where readers can see it."""
    found = readers.store.publication(key, edition.language) if 0 < len(key) <= 100 else None
    return None if found is None or found.withdrawn or found.news == "published" else found


def _over(times: list[datetime], now: datetime) -> bool:
    return not times or now - times[-1] >= SPAN


def _net(address: str) -> str:
    """An address; of IPv6 its /64: one household."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
