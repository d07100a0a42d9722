"""The site as a folder: whole files at every moment, variants, and what goes wrong with disks."""

from __future__ import annotations

import gzip
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import brotli
import pytest

from babelwire.errors import PublishError
from babelwire.model import File
from babelwire.publishers import folder
from babelwire.publishers.folder import FolderPublisher

TEXT = ("<p>The ferry runs again. " * 40).encode()


@pytest.fixture
def site(tmp_path: Path) -> FolderPublisher:
    return FolderPublisher(tmp_path / "site")


def names(site: FolderPublisher) -> list[str]:
    return sorted(str(p.relative_to(site.path)) for p in site.path.rglob("*") if p.is_file())


def test_variants_stand_beside_text_and_are_what_the_file_is(site: FolderPublisher) -> None:
    site.put(
        [File("a.html", TEXT, "text/html; charset=utf-8"), File("f.atom", TEXT, "application/atom+xml"), File("p.webp", TEXT, "image/webp")]
    )
    assert names(site) == ["a.html", "a.html.br", "a.html.gz", "f.atom", "f.atom.br", "f.atom.gz", "p.webp"]
    assert brotli.decompress((site.path / "a.html.br").read_bytes()) == TEXT
    assert gzip.decompress((site.path / "a.html.gz").read_bytes()) == TEXT


def test_the_same_bytes_make_the_same_variants(site: FolderPublisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.put([File("a.html", TEXT, "text/html")])
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    other = FolderPublisher(tmp_path / "other")
    other.put([File("a.html", TEXT, "text/html")])
    for name in names(site):
        assert (other.path / name).read_bytes() == (site.path / name).read_bytes(), name


def test_a_variant_that_would_not_be_smaller_is_not_there(site: FolderPublisher) -> None:
    site.put([File("a.html", TEXT, "text/html")])
    site.put([File("a.html", b"x", "text/html")])
    assert names(site) == ["a.html"]


def test_unchanged_files_are_left_alone(site: FolderPublisher) -> None:
    site.put([File("a.html", TEXT, "text/html")])
    before = {name: (site.path / name).stat().st_ino for name in names(site)}
    site.put([File("a.html", TEXT, "text/html"), File("b.html", TEXT, "text/html")])
    assert {name: (site.path / name).stat().st_ino for name in before} == before


def test_a_wrong_variant_that_a_crash_left_is_put_right(site: FolderPublisher) -> None:
    site.put([File("a.html", TEXT, "text/html")])
    (site.path / "a.html.br").write_bytes(brotli.compress(b"of a newer page whose own file was never moved"))
    site.put([File("a.html", TEXT, "text/html")])
    assert brotli.decompress((site.path / "a.html.br").read_bytes()) == TEXT


def test_removing_takes_variants_and_empty_folders(site: FolderPublisher) -> None:
    site.put([File("fr/2026/11/24/a/index.html", TEXT, "text/html"), File("fr/2026/index.html", TEXT, "text/html")])
    site.remove(["fr/2026/11/24/a/index.html"])
    assert names(site) == ["fr/2026/index.html", "fr/2026/index.html.br", "fr/2026/index.html.gz"]
    assert not (site.path / "fr/2026/11").exists()
    site.remove(["fr/2026/index.html"])
    assert site.path.exists() and not (site.path / "fr").exists()


def test_files_appear_in_the_order_given_and_after_all_were_written(site: FolderPublisher, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[str] = []
    replace = Path.replace

    def watched(self: Path, target: Path) -> Path:
        if not moved:
            assert len(list(site.temporary.iterdir())) == 3 * 3, "every file of the batch, with its variants, is written by now"
        moved.append(target.name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    site.put([File(f"{n}.html", TEXT, "text/html") for n in (3, 1, 2)])
    assert moved == [f"{n}.html{ending}" for n in (3, 1, 2) for ending in (".br", ".gz", "")]


def test_readers_never_see_a_part(site: FolderPublisher) -> None:
    """One thread writes a page again and again, another reads it: each answer is one of the two whole pages."""
    pages = [b"<p>" + bytes([letter]) * 300_000 for letter in b"ab"]
    site.put([File("a.html", pages[0], "text/html")])
    stop = threading.Event()
    seen: set[bytes] = set()

    def read() -> None:
        while not stop.is_set():
            seen.add((site.path / "a.html").read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(60):
        site.put([File("a.html", pages[n % 2], "text/html")])
    stop.set()
    reader.join()
    assert seen <= set(pages)
    assert len(seen) == 2, "the reader was too slow to see both: this test proved nothing"


KILLED = """
import sys
from pathlib import Path
from babelwire.model import File
from babelwire.publishers.folder import FolderPublisher
site = FolderPublisher(Path(sys.argv[1]))
print("ready", flush=True)
n = 0
while True:
    n += 1
    site.put([File(f"d{i}/a.html", (f"<p>{n} " * 3000).encode(), "text/html") for i in range(10)])
"""


def test_killed_at_any_moment_every_file_is_whole(tmp_path: Path) -> None:
    seen = 0
    for wait in (0.05, 0.08, 0.11):
        child = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path / "site")], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(wait)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        for plain in (tmp_path / "site").glob("d*/a.html"):
            seen += 1
            words = plain.read_bytes().split(b"<p>")
            assert len(words) == 3001 and len(set(words[1:])) == 1, plain
            assert len(set(brotli.decompress(plain.with_name("a.html.br").read_bytes()).split(b"<p>")[1:])) == 1
    assert seen


def test_what_a_dead_desk_was_writing_is_thrown_away_when_it_is_old(site: FolderPublisher) -> None:
    old, new = site.temporary / ".tmp-1-a-0", site.temporary / ".tmp-2-b-0"
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (time.time() - folder.STALE - 60,) * 2)
    FolderPublisher(site.path)
    assert [p.name for p in site.temporary.iterdir()] == [new.name], "the new one may be another desk's"


def test_a_file_that_cannot_be_written_leaves_everything_as_it_was(site: FolderPublisher) -> None:
    """The limit on file sizes stands for a full disk: it is the same call that fails."""
    site.put([File("a.html", TEXT, "text/html")])
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(PublishError, match="File too large"):
            site.put([File("a.html", b"new", "text/html"), File("b.html", b"x" * 50_000, "text/html")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert names(site) == ["a.html", "a.html.br", "a.html.gz"]
    assert site.read("a.html") == TEXT
    assert list(site.temporary.iterdir()) == []
    site.put([File("a.html", b"new", "text/html")])
    assert site.read("a.html") == b"new", "it goes on by itself"


def test_a_name_too_long_for_the_disk_is_our_error(site: FolderPublisher) -> None:
    with pytest.raises(PublishError, match="too long"):
        site.put([File(f"{'a' * 300}/index.html", TEXT, "text/html")])


def test_a_file_where_a_folder_should_be_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine")
    with pytest.raises(PublishError, match="site"):
        FolderPublisher(tmp_path / "site")


def test_a_folder_that_may_not_be_written_is_our_error(site: FolderPublisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write everywhere, so the refusal is made."""

    def refused(path: Path, body: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(folder, "_write_synced", refused)
    with pytest.raises(PublishError, match="Permission denied"):
        site.put([File("a.html", TEXT, "text/html")])


def test_two_desks_on_one_folder_do_not_pull_folders_from_under_each_other(tmp_path: Path) -> None:
    desks = [FolderPublisher(tmp_path / "site") for _ in range(2)]
    failures: list[BaseException] = []

    def work(desk: FolderPublisher, name: str) -> None:
        try:
            for _ in range(60):
                desk.put([File(f"a/b/{name}.html", b"x", "text/html")])
                desk.remove([f"a/b/{name}.html"])
        except PublishError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(desk, str(n))) for n, desk in enumerate(desks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
