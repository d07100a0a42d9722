"""What every Notifier promises: what it is told arrives, or NotifyError says why not."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import unquote_plus

import pytest

from babelwire.errors import NotifyError
from babelwire.model import Event
from babelwire.notifiers.apprise import AppriseNotifier
from babelwire.notifiers.memory import MemoryNotifier
from babelwire.notifiers.webhook import WebhookNotifier
from babelwire.notifiers.websub import WebSubNotifier
from babelwire.seams import Notifier
from tests.notifiers.receiver import Receiver, listening

#: Apprise loads all its services at once, and what one of them imports is old.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
EVENT = Event(
    kind="published",
    when=datetime(2026, 11, 24, 12, tzinfo=UTC),
    subject="fr/2026/11/24/le-bac-ab12/",
    text="Le bac « repart » 👋",
    language="fr",
)
SITE = "https://news.example"
MAKERS: dict[str, Callable[[Receiver], Notifier]] = {
    "memory": lambda receiver: MemoryNotifier(),
    "webhook": lambda receiver: WebhookNotifier(receiver.url, base_url=SITE, pause=0),
    "websub": lambda receiver: WebSubNotifier(receiver.url, SITE, pause=0),
    "apprise": lambda receiver: AppriseNotifier([f"json://127.0.0.1:{receiver.port}/"], base_url=SITE),
}
REMOTE = [name for name in MAKERS if name != "memory"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as made:
        yield made


def made(name: str, receiver: Receiver) -> Notifier:
    if name == "apprise" and not importlib.util.find_spec("apprise"):
        pytest.skip("apprise is not installed (pip install 'babelwire[channels]')")
    return MAKERS[name](receiver)


@pytest.mark.parametrize("name", MAKERS)
def test_what_it_is_told_arrives(name: str, receiver: Receiver) -> None:
    notifier = made(name, receiver)
    notifier.tell(EVENT)
    if isinstance(notifier, MemoryNotifier):
        assert notifier.events == [EVENT]
    else:
        ((_, body),) = receiver.heard
        assert "https://news.example/fr/" in unquote_plus(body.decode())


@pytest.mark.parametrize("name", REMOTE)
@pytest.mark.parametrize("status", [400, 410])
def test_a_refusal_is_our_error_and_keeps_secrets(name: str, receiver: Receiver, status: int) -> None:
    receiver.answers = [(status, {})] * 9
    with pytest.raises(NotifyError) as caught:
        made(name, receiver).tell(EVENT)
    assert "very-secret" not in str(caught.value)


@pytest.mark.parametrize("name", REMOTE)
def test_nobody_there_is_our_error(name: str) -> None:
    with listening() as gone:
        notifier = made(name, gone)
    with pytest.raises(NotifyError) as caught:
        notifier.tell(EVENT)
    assert "very-secret" not in str(caught.value)
