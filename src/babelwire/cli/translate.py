"""``translate``: one page, for trying the desk out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from babelwire.cli import opening, options, say

if TYPE_CHECKING:
    from babelwire.cli.onepage import Translated

SHOWN = 12  #: issues listed


@click.command()
@options.config
@options.as_json
@click.option("--to", "target", metavar="LANGUAGE", help="Into this language.  [default: the first edition's, else en]")
@click.option("--from", "tongue", metavar="LANGUAGE", help="Its language, where it is not to be recognised.")
@click.option("--html", "out", type=click.Path(path_type=Path), metavar="OUT", help="Write the page as the site would show it.")
@click.argument("address", metavar="URL|FILE")
def translate(path: Path, as_json: bool, target: str | None, tongue: str | None, out: Path | None, address: str) -> None:
    """The whole way for one page: fetch, extract, translate, check, typeset. Prints the translation, its verdict and its issues."""
    from babelwire.cli import onepage
    from babelwire.errors import ConfigError
    from babelwire.model import utc_now

    config, now = opening.config_or_defaults(path), utc_now()
    target = target or next((e.language for e in config.editions), "en")
    with say.progress() as bars:
        made = onepage.translate(config, address, target, tongue, now, lambda step: bars.step(step, total=1))
    if out is not None:
        try:
            out.write_bytes(onepage.html(config, made, target, now))
        except OSError as error:
            raise ConfigError(f"{out}: {error.strerror}") from error
    if as_json:
        say.json(_record(made))
        return
    if out is None:
        for line in _text(made):
            say.data(line)
    for line in _verdict(made):
        say.note(line)
    if out is not None:
        say.data(str(out))


def _record(made: Translated) -> dict[str, object]:
    article, translation = made.article, made.translation
    return {
        "url": article.canonical_url,
        "pair": str(translation.pair),
        "engine": translation.engine,
        "verdict": str(translation.verdict),
        "reason": translation.reason,
        "gist": translation.gist,
        "original": {
            "headline": article.headline,
            "standfirst": article.standfirst.text,
            "byline": article.byline,
            "published": article.published,
        },
        "passages": [{"place": p.place, "source": p.source.text, "target": p.target.text} for p in translation.passages],
        "issues": [{"place": place, "kind": i.kind, "severity": str(i.severity), "note": i.note} for place, i in translation.issues],
    }


def _text(made: Translated) -> Iterable[str]:
    kinds = {f"block:{n}": block for n, block in enumerate(made.article.blocks)}
    for passage in made.translation.passages:
        if passage.place.startswith(("caption", "alt")):
            continue
        text = passage.target.text
        block = kinds.get(passage.place)
        if passage.place == "headline" or (block is not None and block.kind == "heading"):
            yield say.styled(text, bold=True)
        else:
            yield f"  • {text}" if block is not None and block.kind == "item" else text
        yield ""


def _verdict(made: Translated) -> Iterable[str]:
    translation = made.translation
    colour = {"publish": "ok", "mark": "warn", "hold": "fail"}[str(translation.verdict)]
    origins = Counter(str(r.origin) for p in translation.passages for r in p.renderings)
    yield (
        f"{translation.pair} by {translation.engine or 'nobody: it is in this language'}, {sum(origins.values())} sentences: "
        + ", ".join(f"{n} {origin}" for origin, n in origins.most_common())
    )
    yield f"verdict: {say.styled(str(translation.verdict), colour)}{' (' + translation.reason + ')' if translation.reason else ''}"
    for line in translation.tried:
        yield f"  tried before: {line}"
    issues = translation.issues
    for place, issue in issues[:SHOWN]:
        yield f"  {issue.severity:<8} {place:<10} {issue.kind}: {issue.note}"
    if len(issues) > SHOWN:
        yield f"  and {len(issues) - SHOWN} more (--json shows all)"
