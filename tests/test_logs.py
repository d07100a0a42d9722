"""One line an event, and nothing secret in it."""

from __future__ import annotations

import io
import json
import logging
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from babelwire import logs

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECRET = 'p&ss "word"/1'


def log(*secrets: str) -> tuple[logs.Log, io.StringIO]:
    stream = io.StringIO()
    return logs.Log(stream, lambda: NOW, logs.Redactor(secrets)), stream


def test_one_line_an_event() -> None:
    made, stream = log()
    made.event("poll", items=3, failed=1)
    made.event("note", "warning", text="line one\nline two «é»")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert first == {"time": "2026-11-24T12:00:00.000Z", "level": "info", "event": "poll", "items": 3, "failed": 1}
    assert second["text"] == "line one\nline two «é»"


@pytest.mark.parametrize(
    "form", [SECRET, quote(SECRET, safe=""), SECRET.replace("&", "%26").replace(" ", "+").replace('"', "%22").replace("/", "%2F")]
)
def test_known_secrets_are_taken_out_in_every_form(form: str) -> None:
    made, stream = log(SECRET, "abcd")
    made.event("note", text=f"the server said: {form} is wrong")
    line = stream.getvalue()
    assert json.loads(line)["text"] == "the server said: *** is wrong"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("https://me:hunter2@a.example/x", "https://***@a.example/x"),
        ("https://a.example/?q=1&api_key=hunter2&z=2", "https://a.example/?q=1&api_key=***&z=2"),
        ("https://a.example/?token=hunter2", "https://a.example/?token=***"),
        ("Authorization: Bearer hunter2hunter2", "Authorization: Bearer ***"),
        ("DeepL-Auth-Key hunter2-hunter2:fx", "DeepL-Auth-Key ***"),
        ("key whsec_aHVudGVyMg==", "key whsec_***"),
        ("a monkey=1 and https://a.example/keys?monkey=2", "a monkey=1 and https://a.example/keys?monkey=2"),
    ],
)
def test_what_looks_like_a_credential_is_taken_out(said: str, left: str) -> None:
    assert logs.Redactor()(said) == left


def test_new_secrets_are_learnt_and_old_ones_not_forgotten() -> None:
    redact = logs.Redactor(["hunter2"])
    redact.learn(["sesame"])
    assert redact("hunter2 sesame") == "*** ***"


def test_short_values_are_words() -> None:
    assert logs.Redactor(["on", ""])("it goes on") == "it goes on"


def test_what_libraries_say_is_an_event() -> None:
    made, stream = log("hunter2")
    undo = logs.attach(made)
    try:
        logging.getLogger("some.library").warning("cannot use %s", "hunter2")  # uvicorn sets its own logger when others run it
        try:
            raise ValueError("hunter2")
        except ValueError:
            logging.getLogger("x").exception("broken")
        logging.getLogger("x").info("not told")
    finally:
        undo()
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["event"], first["logger"], first["text"], first["level"]) == ("library", "some.library", "cannot use ***", "warning")
    assert "ValueError: ***" in second["traceback"]
    logging.getLogger("x").warning("after the end")
    assert len(stream.getvalue().splitlines()) == 2
