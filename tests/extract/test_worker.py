"""Pages made to hurt: each ends soon, in an article or an ExtractError; the child is replaced and the desk goes on."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from babelwire.confined import Child, Reply
from babelwire.errors import ExtractError
from babelwire.extract.worker import Ask, InProcess, PoolExtractor
from babelwire.model import Article
from tests.extract.pages import NOW, PARAGRAPHS, document, entry, page, source

P = "<p>" + "A sentence of the article, long enough to count as prose. " * 4 + "</p>"
REFUSED = {
    "100,000 attributes on one tag": "<html><body><p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">" + P * 5,
    "10 MB of paragraphs": "<html><body><article>" + P * 45_000,
    "200,000 links": "<html><body><div>" + "<a href=/x>text</a> " * 110_000 + P * 5,
    "a table of 20,000 rows": "<html><body><article>" + P + "<table>" + "<tr><td>a</td><td>b</td></tr>" * 20_000 + "</table>",
    "100,000 breaks": "<html><body><div>" + "text<br>" * 100_000,
    "50,000 nested": "<html><body>" + "<div>" * 50_000 + P * 5,
    "nothing": "",
    "a script": "<script>" + "x" * 100_000,
    "unclosed scripts": "<script>" * 100_000,
}
READ = {
    "900 nested": "<html><body>" + "<div>" * 900 + PARAGRAPHS + "</div>" * 900,
    "3,000 nested marks": "<html><body>" + "<b>" * 3_000 + "x" + PARAGRAPHS,
    "a class of 1 MB": "<html><body><div class='" + "a " * 500_000 + "'>" + PARAGRAPHS,
    "4 MB of blanks and breaks": "<html><body><div>" + (" " * 100 + "<br>") * 39_000 + PARAGRAPHS,
    "5 MB of blanks": "<html><body><p>" + " " * 5_000_000 + "x</p>" + PARAGRAPHS,
    "deep JSON-LD": "<html><head><script type='application/ld+json'>" + "[" * 50_000 + "]" * 50_000 + "</script></head><body>" + PARAGRAPHS,
    "NUL bytes": "<html><body>\0" + PARAGRAPHS + "\0\0",
    "lone surrogates and controls": "<html><body><p>&#xd800; &#x202e; &#1; a</p>" + PARAGRAPHS,
    "controls between programs": "<html><body>\x01<script></script>\x01<p>x</p><p>&#1;<style></style>&#x1;&#xfffe;<noscript>n</noscript>\x02</p>"
    + PARAGRAPHS,
    "entities": "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]><html><body><p>&b;&c;</p>"
    + PARAGRAPHS,
    "foreign markup": "<html><body><svg><p>x</p><style><!--</style></svg><math><mtext><table><mglyph><style><img src=x onerror=a()></style></table></mtext></math>"
    + PARAGRAPHS,
}


@pytest.fixture(scope="module")
def pool() -> Iterator[PoolExtractor]:
    made = PoolExtractor(workers=1, cpu_seconds=5)
    yield made
    made.close()


def read(extractor: PoolExtractor | InProcess, html: str) -> Article:
    return extractor.article(page(html), entry(title="A title of ours"), source(), NOW)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_soon_and_in_words(name: str) -> None:
    start = time.process_time()
    with pytest.raises(ExtractError, match=r"https://daily\.example/news/1-story/: (the page|a <p>)"):
        read(InProcess(), REFUSED[name])
    assert time.process_time() - start < 4


@pytest.mark.parametrize("name", READ)
def test_read_soon_all_the_same(name: str) -> None:
    read(InProcess(), document(PARAGRAPHS))  # what is loaded at first use is not the page's fault
    start = time.process_time()
    article = read(InProcess(), READ[name])
    assert time.process_time() - start < 4
    assert "bridge number 7" in article.text
    assert "root:" not in article.text and "\u202e" not in article.text and "onerror" not in article.text


def test_the_parent_reads_no_page() -> None:
    code = "import sys; from babelwire.extract.worker import PoolExtractor; PoolExtractor(); print([m for m in ('trafilatura', 'lxml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_child_gives_what_the_function_gives(pool: PoolExtractor) -> None:
    html = document(PARAGRAPHS)
    assert read(pool, html) == read(InProcess(), html)
    content = entry(title="A title", content=PARAGRAPHS)
    assert pool.from_entry(content, source(), NOW) == InProcess().from_entry(content, source(), NOW)


def test_a_refusal_comes_across_and_the_child_lives_on(pool: PoolExtractor) -> None:
    with pytest.raises(ExtractError, match="story/: the page is empty"):
        read(pool, "")
    before = pool.pool.free.queue[0]
    assert read(pool, document(PARAGRAPHS)).blocks
    assert pool.pool.free.queue[0] is before is not None


def test_a_page_that_takes_too_long_is_ended_and_the_next_one_read() -> None:
    slow = "<html><body><p x='<' " + " ".join(f"a{n}=1" for n in range(300_000)) + ">" + P * 5  # gets past the look-over
    pool = PoolExtractor(cpu_seconds=0.5)
    try:
        with pytest.raises(ExtractError, match=r"take\.cpu_seconds"):
            read(pool, slow)
        pool.pool.cpu_seconds = 5
        assert read(pool, document(PARAGRAPHS)).blocks
    finally:
        pool.close()


def test_a_page_that_takes_too_much_memory_is_an_error_and_the_next_one_is_read() -> None:
    pool = PoolExtractor(cpu_seconds=5, memory=4_000_000)
    try:
        with pytest.raises(ExtractError, match=r"take\.memory"):
            read(pool, "<html><body>" + "".join(f"<div><p>Word {n} of many</p></div>" for n in range(9_000)) + P)
        pool.pool.memory = 1_000_000_000
        assert read(pool, document(PARAGRAPHS)).blocks
    finally:
        pool.close()


def test_a_child_that_died_meanwhile_is_replaced(pool: PoolExtractor) -> None:
    read(pool, document(PARAGRAPHS))
    child = pool.pool.free.queue[0]
    assert child is not None
    child.process.kill()
    child.process.wait()
    assert read(pool, document(PARAGRAPHS)).blocks


def test_a_bug_is_no_extract_error(pool: PoolExtractor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Child, "ask", lambda self, ask: Reply(bug="Traceback ...\nZeroDivisionError"))
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        read(pool, document(PARAGRAPHS))


def test_a_bug_in_a_child_comes_with_its_traceback() -> None:
    child = Child("babelwire.extract.worker", "page", 5, 1_000_000_000)
    try:
        answer = child.ask(Ask(None, entry(content=3), source(), None, NOW))  # type: ignore[arg-type]
    finally:
        child.end()
    assert answer.bug is not None and "Traceback" in answer.bug and "ValidationError" in answer.bug
