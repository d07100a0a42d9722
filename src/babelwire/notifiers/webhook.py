"""Tells an address of the operator's by POST, signed as https://www.standardwebhooks.com says (libraries in many languages
check it): ``webhook-id`` stays the same when a message comes again, ``webhook-signature`` is an HMAC-SHA256 over id, time and
body. Own, since signing is ten lines, and the library brings an HTTP client of its own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence

from babelwire.errors import ConfigError
from babelwire.model import Event, short_hash
from babelwire.notifiers.post import Post

PREFIX = "whsec_"  #: a secret that begins so is base64, as the standard has it; any other is taken as it is written


class WebhookNotifier:
    """``url``: who is told. ``secret``: signs the messages; empty: they are not signed. ``kinds``: of event; empty: all.
    ``base_url``: where readers find the site, to make addresses of paths. Raises ConfigError for a wrong address or secret.
    """

    def __init__(
        self, url: str, *, secret: str = "", kinds: Sequence[str] = (), base_url: str = "", timeout: float = 10.0, pause: float = 0.5
    ) -> None:
        self._post = Post("webhook", url, timeout=timeout, pause=pause)
        self._secret = _key(secret)
        self._kinds = frozenset(kinds)
        self._base = base_url.rstrip("/")

    def tell(self, event: Event) -> None:
        if self._kinds and event.kind not in self._kinds:
            return
        body = json.dumps(_payload(event, self._base), ensure_ascii=False).encode("utf-8", "replace")
        head = {
            "webhook-id": f"msg_{short_hash(event.kind, event.subject, event.when.isoformat())}",
            "webhook-timestamp": str(int(event.when.timestamp())),
        }
        self._post.send(body, {"content-type": "application/json", "user-agent": "Babelwire", **head, **self._signature(head, body)})

    def _signature(self, head: dict[str, str], body: bytes) -> dict[str, str]:
        if not self._secret:
            return {}
        signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
        made = hmac.new(self._secret, signed, hashlib.sha256).digest()
        return {"webhook-signature": f"v1,{base64.b64encode(made).decode()}"}


def _payload(event: Event, base: str) -> dict[str, object]:
    data: dict[str, object] = {"subject": event.subject, "text": event.text, "language": event.language or None}
    if base and "://" not in event.subject and "/" in event.subject:
        data["url"] = f"{base}/{event.subject}"
    return {"type": event.kind, "timestamp": event.when.isoformat(), "data": data}


def _key(secret: str) -> bytes:
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ConfigError(f"webhook: a secret that begins with {PREFIX} must go on in base64") from error
