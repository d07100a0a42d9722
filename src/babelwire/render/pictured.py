"""The pictures of an article that are shown: those that lie on our own host, for a visitor's address is nobody else's business."""

from __future__ import annotations

from collections.abc import Iterator

from babelwire.model import Inline, Picture
from babelwire.render import markup
from babelwire.render.shown import Shown
from babelwire.render.site import Site


def ours(seen: Shown, site: Site) -> Iterator[tuple[int, Picture, str]]:
    """(number in the article, picture, path on the site without width and ending) of each that a page may show."""
    for number, picture in seen.pictures:
        path = picture.url.removeprefix(site.url(""))
        if path and picture.widths and ":" not in path and not path.startswith("/") and markup.clean(path) == path:
            yield number, picture, path


def alt(seen: Shown, number: int, picture: Picture) -> str:
    """What stands for the picture where it is not seen, translated where it was."""
    found = seen.publication.translation.passage(f"alt:{number}")
    return (markup.line(found.text) if found else "") or markup.line(picture.alt)


def caption(seen: Shown, number: int, picture: Picture) -> Inline:
    return seen.publication.translation.passage(f"caption:{number}") or picture.caption
