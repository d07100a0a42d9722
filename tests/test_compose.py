"""What a change touches, and what of it need not be made again."""

from __future__ import annotations

from babelwire.compose import Entries
from babelwire.model import Publication
from tests.render import samples


def test_an_entry_is_rendered_once_for_each_version() -> None:
    publication = samples.ferry_fr()
    entries, asked = Entries(), []

    def load() -> Publication | None:
        asked.append(1)
        return publication

    first = entries.get(("key", 1), load, samples.SITE)
    assert first is not None and entries.get(("key", 1), load, samples.SITE) is first
    assert entries.get(("key", 2), load, samples.SITE) is not first
    assert len(asked) == 2


def test_the_oldest_entries_are_let_go() -> None:
    entries = Entries(size=2)
    for key in (1, 2, 1, 3):
        entries.get(key, samples.ferry_fr, samples.SITE)
    assert set(entries.kept) == {1, 3}
    assert entries.get(4, lambda: None, samples.SITE) is None
