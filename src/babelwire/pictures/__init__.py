"""The pictures of articles on our own host, where a source's configuration licenses them.

    take      article's pictures ──fetch once──encode──put──> pictures/KEY/NAME-WIDTH.webp, .jpg   [picture]
    publish   publication ──placed──> its pictures are ours; one that is missing is left out
              withdrawn   ──clear──> their files are removed

A reader's browser asks nobody else for a picture, so one that could not be fetched or read is not shown at all: the article goes
out without it, and ``babelwire why`` says so. Files stand on the site from the moment they were fetched; nothing links to them
before the article does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from babelwire import confined
from babelwire.errors import BabelwireError, FetchError, PictureError
from babelwire.model import Article, Ask, File, Licence, Page, Picture, Print, Publication, Source, replace
from babelwire.pictures import encode
from babelwire.render import lesser
from babelwire.seams import Fetcher, Publisher, Store

MOST = 6  #: pictures of an article
ACCEPT = "image/webp,image/jpeg,image/png"
TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}


class Album:
    """Brings pictures in, and knows where they are. May be used from several threads."""

    def __init__(
        self, store: Store, fetcher: Fetcher, publisher: Publisher, *, cpu_seconds: float = 10.0, memory: int = 1_000_000_000
    ) -> None:
        self.store, self.fetcher, self.publisher = store, fetcher, publisher
        self.pool = confined.Pool("babelwire.pictures.worker", "picture", cpu_seconds=cpu_seconds, memory=memory)

    def gather(self, article: Article, source: Source, now: datetime) -> None:
        """Fetch the pictures that are not here yet. One that cannot be had is no error: why is written down."""
        if not source.pictures or lesser(source.licence, article.licence) is not Licence.FULL:
            return
        here = {p.url for p in self.store.prints([article.key]).get(article.key, ()) if not p.failure}
        wanted = list(dict.fromkeys(p.url for p in article.pictures[:MOST] if p.url not in here))
        if wanted:
            answers = self.fetcher.get_many([Ask(url=url, accept=ACCEPT) for url in wanted])
            self.store.set_prints(article.key, [self._print(article.key, ask.url, answer) for ask, answer in answers], now)

    def placed(self, publications: Sequence[Publication]) -> list[Publication]:
        """The publications with those of their pictures that are ours; all others are left out."""
        prints = self.store.prints([p.article.key for p in publications])
        return [self._placed(p, {r.url: r for r in prints.get(p.article.key, ())}) for p in publications]

    def clear(self, publications: Sequence[Publication]) -> None:
        """Remove the pictures that no edition shows any more, since their article is withdrawn."""
        gone = [p.article.key for p in publications if p.withdrawn and not p.siblings]
        for key, some in self.store.prints(gone).items():
            self.publisher.remove([path for made in some for path in _paths(key, made)])
            self.store.forget_prints(key)  # after their files, which nobody would find without it

    def close(self) -> None:
        self.pool.close()

    # ------------------------------------------------------------------------------------------ the small steps

    def _print(self, key: str, url: str, answer: Page | FetchError | None) -> Print:
        try:
            if answer is None:
                raise PictureError(url, "nothing came")
            if isinstance(answer, FetchError):
                raise answer
            return self._made(key, url, answer)
        except BabelwireError as error:
            return Print(url=url, failure=str(error))

    def _made(self, key: str, url: str, page: Page) -> Print:
        try:
            sized = self.pool.ask(encode.Ask(url, page.body), list[encode.Sized])
        except confined.Overrun as error:
            raise PictureError(url, str(error)) from error
        made = Print(
            url=url, name=hashlib.sha256(page.body).hexdigest()[:12], sizes=tuple(dict.fromkeys((s.width, s.height) for s in sized))
        )  # fmt: skip
        self.publisher.put([File(_path(key, made, s.width, s.ending), s.body, TYPES[s.ending]) for s in sized])
        return made

    def _placed(self, publication: Publication, prints: dict[str, Print]) -> Publication:
        article = publication.article
        if not article.pictures:
            return publication
        ours = tuple(_ours(p, article.key, prints.get(p.url)) for p in article.pictures)
        return replace(publication, article=replace(article, pictures=ours))


def _ours(picture: Picture, key: str, made: Print | None) -> Picture:
    """Places keep their numbers, since captions are known by them: one that is missing stays, without an address."""
    if made is None or made.failure:
        return replace(picture, url="", widths=())
    width, height = made.sizes[-1]
    return replace(picture, url=f"pictures/{key}/{made.name}", widths=tuple(w for w, _ in made.sizes), width=width, height=height)


def _path(key: str, made: Print, width: int, ending: str) -> str:
    return f"pictures/{key}/{made.name}-{width}.{ending}"


def _paths(key: str, made: Print) -> list[str]:
    return [_path(key, made, width, ending) for width, _ in made.sizes for ending in TYPES]
