"""What the source itself must not do, whoever edits it next: run data, unpickle, go through a shell, mark text as safe."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from babelwire.stores.sqlite import SqliteStore
from tests.conftest import ROOT
from tests.stores.rows import NOW, Hand

SOURCE = ROOT / "src" / "babelwire"
NEVER_CALLED = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "tempfile.mktemp", "yaml.load", "etree.XSLT"}
NEVER_IMPORTED = {"pickle", "marshal", "shelve", "dill", "jsonpickle", "telnetlib", "xmlrpc", "xml.sax", "xml.dom", "xml.etree.ElementTree"}
#: Where pieces of markup are put together by hand: ``test_xss`` and ``test_render_pages`` try it with payloads; the demo's texts are ours.
MARKUP_ROOMS = {"render/markup.py", "demo/pages.py"}
#: A room that puts markup together with f-strings, for speed: what may stand in one, each looked at. Functions that escape or give
#: Markup; names of Markup, of numbers and of our own tags. Anything else has to be looked at, and added here.
LOOKED_AT = {
    "render/body.py": {
        "escape", "markup.html", "original", "direction", "side.words", "_list", "_rows", "_cells", "_pilcrow",
        "attributes", "inner", "words", "sentence", "remark", "cell", "both[0]", "both[1]", "level", "n", "name", "heavy",
    },
}  # fmt: skip
SQL_TEXT = {"stores/sqlite.py", "stores/migrate.py", "stores/postgres.py"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def named(node: ast.expr) -> str:
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    for where, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield where, named(node.func), node


def test_data_is_never_run() -> None:
    assert [(where, name) for where, name, _ in calls() if name in NEVER_CALLED] == []


def test_no_deserialiser_that_makes_objects_and_no_parser_that_opens_entities() -> None:
    found = []
    for where, tree in modules():
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [(where, n) for n in names if n in NEVER_IMPORTED]
    assert found == []


def test_no_shell_and_no_certificate_left_unchecked() -> None:
    wrong = [
        (where, name, keyword.arg)
        for where, name, call in calls()
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Constant)
        and (keyword.arg, keyword.value.value)
        in {("shell", True), ("verify", False), ("ssl", False), ("verify_ssl", False), ("trust_env", True)}
    ]
    assert wrong == []


def test_xml_parsers_open_no_entities_and_no_network() -> None:
    parsers = [(where, call) for where, name, call in calls() if name.endswith(("XMLParser", "etree.fromstring", "etree.parse"))]
    made = [
        (where, {k.arg: ast.unparse(k.value) for k in call.keywords}) for where, call in parsers if named(call.func).endswith("XMLParser")
    ]
    assert made and all(given.get("resolve_entities") == "False" and given.get("no_network") == "True" for _, given in made)
    bare = [where for where, call in parsers if not named(call.func).endswith("XMLParser") and len(call.args) < 2 and not call.keywords]
    assert bare == [], "every parse names its parser"


def inserted(text: ast.expr) -> Iterator[str]:
    """What is put into the f-strings of an expression: names, and functions that are called."""
    strings = [node for node in ast.walk(text) if isinstance(node, ast.JoinedStr)]
    for value in (v.value for node in strings for v in node.values if isinstance(v, ast.FormattedValue)):
        if isinstance(value, ast.IfExp):
            yield from (
                ast.unparse(v.func if isinstance(v, ast.Call) else v) for v in (value.body, value.orelse) if not isinstance(v, ast.Constant)
            )
        else:
            yield ast.unparse(value.func if isinstance(value, ast.Call) else value)
    if not strings:
        yield ast.unparse(text)


def test_what_stands_in_an_f_string_is_seen() -> None:
    made = ast.parse("""f"<b>{title}{escape(text)}{words.text if words else ''}</b>\"""", mode="eval").body
    assert set(inserted(made)) == {"title", "escape", "words.text"}


def test_markup_is_made_of_constants_and_what_is_put_into_it_is_escaped() -> None:
    """``Markup("<p>{}</p>").format(text)`` escapes; ``Markup(text)`` does not, so it may hold constants and our own locales only."""
    ours = {"escape(", "locale.fields["}
    wrong = [
        (where, ast.unparse(call))
        for where, name, call in calls()
        if name in ("Markup", "markupsafe.Markup")
        and call.args
        and not isinstance(call.args[0], ast.Constant)
        and not any(o in ast.unparse(call.args[0]) for o in ours)
        and where not in MARKUP_ROOMS
        and (where not in LOOKED_AT or set(inserted(call.args[0])) - LOOKED_AT[where])
    ]
    assert wrong == []
    templates = list(SOURCE.rglob("*.j2"))
    marked = [p.name for p in templates if re.search(r"\|\s*safe\b|autoescape\s+false", p.read_text(encoding="utf-8"))]
    assert templates and marked == []


def test_sql_is_never_put_together_of_strings() -> None:
    literal = [
        (where, ast.unparse(call)[:80])
        for where, name, call in calls()
        if where.startswith("stores/")
        and name in {"text", "sa.text", "sqlalchemy.text", "connection.exec_driver_sql", "cursor.execute"}
        and not all(isinstance(a, ast.Constant | ast.Tuple | ast.Name) for a in call.args[:1])
        and where not in SQL_TEXT
    ]
    assert literal == []


@pytest.mark.parametrize("words", ["' OR '1'='1", '"; DROP TABLE entry; --', "%", "_", "\\", "one' --", "]", "\x00", "ключ", "a" * 100_000])
def test_strangers_words_are_values_in_every_question_to_the_store(tmp_path: Path, words: str) -> None:
    store = SqliteStore(tmp_path / "babelwire.db")
    hand = Hand(store)
    hand.all_the_way()
    assert store.history(words) is None
    assert store.retry(words, NOW) == 0
    assert store.known([words]) == {} and store.announced("harbour", [words]) == {}
    assert store.cards("fr", section=words) == [] and store.cards(words) == []
    assert store.publication(words, "fr") is None and store.accept(words, NOW) is None
    assert store.recall([words]) == {}
    assert len(store.cards("fr")) == 1 and store.check() == []
    store.close()
