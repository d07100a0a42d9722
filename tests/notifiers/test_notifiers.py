"""Signed webhooks, hubs that are pinged once, channels; and receivers that are busy, slow or gone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import importlib.util
import json
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from babelwire.errors import ConfigError, NotifyError
from babelwire.model import replace
from babelwire.notifiers import post
from babelwire.notifiers.apprise import AppriseNotifier
from babelwire.notifiers.webhook import WebhookNotifier
from babelwire.notifiers.websub import WebSubNotifier
from tests.contract.test_notifier import EVENT, SITE
from tests.notifiers.receiver import Receiver, listening


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


class TestWebhook:
    def test_the_message(self, receiver: Receiver) -> None:
        WebhookNotifier(receiver.url, base_url=f"{SITE}/").tell(EVENT)
        ((headers, body),) = receiver.heard
        assert headers["content-type"] == "application/json"
        assert json.loads(body) == {
            "type": "published",
            "timestamp": "2026-11-24T12:00:00+00:00",
            "data": {"subject": EVENT.subject, "text": EVENT.text, "language": "fr", "url": f"{SITE}/{EVENT.subject}"},
        }

    def test_a_feed_s_address_stays_what_it_is(self, receiver: Receiver) -> None:
        event = replace(EVENT, kind="feed-dead", subject="https://harbour.example/feed", language="")
        WebhookNotifier(receiver.url, base_url=SITE).tell(event)
        assert json.loads(receiver.heard[0][1])["data"] == {"subject": event.subject, "text": event.text, "language": None}

    @pytest.mark.parametrize(
        ("secret", "key"),
        [("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")), ("plain", b"plain")],
    )
    def test_the_signature_is_that_of_the_standard(self, receiver: Receiver, secret: str, key: bytes) -> None:
        """Checked as the specification describes it, from what arrived alone."""
        WebhookNotifier(receiver.url, secret=secret).tell(EVENT)
        ((headers, body),) = receiver.heard
        signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
        version, _, given = headers["webhook-signature"].partition(",")
        assert version == "v1"
        assert base64.b64decode(given) == hmac.new(key, signed, hashlib.sha256).digest()
        assert abs(int(headers["webhook-timestamp"]) - EVENT.when.timestamp()) < 1

    def test_the_signature_of_the_specification_s_own_example(self) -> None:
        """The known answer of the reference libraries: key, id, time and body as in their tests."""
        made = WebhookNotifier("http://127.0.0.1/", secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        head = {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330"}
        assert made._signature(head, b'{"test": 2432232314}') == {"webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}

    def test_a_busy_receiver_is_told_again_with_the_same_id(self, receiver: Receiver) -> None:
        receiver.answers = [(503, {}), (429, {"retry-after": "0"})]
        WebhookNotifier(receiver.url, secret="s", pause=0).tell(EVENT)
        assert len(receiver.heard) == 3
        assert len({(h["webhook-id"], h["webhook-signature"], body) for h, body in receiver.heard}) == 1

    def test_one_that_stays_busy_is_left_alone_for_a_while(self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
        receiver.answers = [(503, {})] * 3
        notifier = WebhookNotifier(receiver.url, pause=0)
        with pytest.raises(NotifyError, match="503"):
            notifier.tell(EVENT)
        with pytest.raises(NotifyError, match="failed just now"):
            notifier.tell(EVENT)
        assert len(receiver.heard) == post.TRIES, "the second message cost no request"
        clock = time.monotonic
        monkeypatch.setattr(time, "monotonic", lambda: clock() + post.QUIET + 1)
        notifier.tell(EVENT)
        assert len(receiver.heard) == post.TRIES + 1

    def test_a_refusal_silences_nobody(self, receiver: Receiver) -> None:
        receiver.answers = [(422, {})]
        notifier = WebhookNotifier(receiver.url)
        with pytest.raises(NotifyError, match="422"):
            notifier.tell(EVENT)
        notifier.tell(EVENT)
        assert len(receiver.heard) == 2

    def test_a_redirect_is_not_followed(self, receiver: Receiver) -> None:
        receiver.answers = [(307, {"location": receiver.url})]
        with pytest.raises(NotifyError, match="307"):
            WebhookNotifier(receiver.url, pause=0).tell(EVENT)
        assert len(receiver.heard) == 1

    def test_kinds(self, receiver: Receiver) -> None:
        notifier = WebhookNotifier(receiver.url, kinds=["held"])
        notifier.tell(EVENT)
        notifier.tell(replace(EVENT, kind="held"))
        assert [json.loads(body)["type"] for _, body in receiver.heard] == ["held"]

    @pytest.mark.parametrize(("url", "secret"), [("ftp://x.example/", ""), ("x", ""), ("http://x.example/", "whsec_???")])
    def test_what_cannot_work_is_said_at_the_start(self, url: str, secret: str) -> None:
        with pytest.raises(ConfigError, match="webhook"):
            WebhookNotifier(url, secret=secret)


class TestWebSub:
    def test_one_ping_for_all_that_came_out_at_once(self, receiver: Receiver) -> None:
        notifier = WebSubNotifier(receiver.url, SITE)
        for event in (
            EVENT,
            replace(EVENT, subject="fr/b/"),
            replace(EVENT, language="es"),
            replace(EVENT, when=EVENT.when + timedelta(seconds=5)),
        ):
            notifier.tell(event)
        topics = [[v for k, v in parse_qsl(body.decode()) if k == "hub.url"] for _, body in receiver.heard]
        french = [f"{SITE}/fr/feed.atom", f"{SITE}/fr/feed.rss", f"{SITE}/fr/feed.json"]
        assert topics == [french, [t.replace("/fr/", "/es/") for t in french], french]
        assert ("hub.mode", "publish") in parse_qsl(receiver.heard[0][1].decode())

    def test_a_ping_that_failed_is_sent_with_the_next_story(self, receiver: Receiver) -> None:
        receiver.answers = [(400, {})]
        notifier = WebSubNotifier(receiver.url, SITE)
        with pytest.raises(NotifyError):
            notifier.tell(EVENT)
        notifier.tell(EVENT)
        assert len(receiver.heard) == 2

    def test_what_changes_no_feed_is_not_announced(self, receiver: Receiver) -> None:
        notifier = WebSubNotifier(receiver.url, SITE)
        notifier.tell(replace(EVENT, kind="held"))
        notifier.tell(replace(EVENT, kind="feed-dead", language=""))
        assert receiver.heard == []

    def test_a_site_without_an_address_is_said_at_the_start(self) -> None:
        with pytest.raises(ConfigError, match="base_url"):
            WebSubNotifier("https://hub.example/", "")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what its services import
class TestApprise:
    @pytest.fixture(autouse=True)
    def _installed(self) -> None:
        if not importlib.util.find_spec("apprise"):
            pytest.skip("apprise is not installed (pip install 'babelwire[channels]')")

    def test_the_message(self, receiver: Receiver) -> None:
        AppriseNotifier(f"json://127.0.0.1:{receiver.port}/", base_url=SITE).tell(EVENT)
        said = json.loads(receiver.heard[0][1])
        assert (said["title"], said["message"]) == ("Published (fr)", f"{EVENT.text}\n{SITE}/{EVENT.subject}")

    def test_kinds_and_languages(self, receiver: Receiver) -> None:
        notifier = AppriseNotifier(f"json://127.0.0.1:{receiver.port}/", kinds=["published"], languages=["fr"])
        for event in (EVENT, replace(EVENT, kind="held"), replace(EVENT, language="es")):
            notifier.tell(event)
        assert len(receiver.heard) == 1

    def test_an_address_that_it_does_not_know_is_said_at_the_start_without_its_key(self) -> None:
        with pytest.raises(ConfigError, match="nonsense") as caught:
            AppriseNotifier(["nonsense://very-secret"])
        assert "very-secret" not in str(caught.value)


def test_apprise_that_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ConfigError, match=r"babelwire\[channels\]"):
        AppriseNotifier(["json://127.0.0.1/"])
