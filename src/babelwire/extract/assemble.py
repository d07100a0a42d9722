"""The whole of an article put together from a page, or from what its feed says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from html import escape
from typing import NamedTuple

from babelwire import rights
from babelwire.errors import ExtractError
from babelwire.extract import body, bylines, dates, meta, opinions, pictures, story, walls
from babelwire.extract import page as pages
from babelwire.extract.blocks import Found, shingles, walk, words
from babelwire.extract.meta import Declared
from babelwire.extract.page import Element, Tree
from babelwire.extract.rules import Rules, selector
from babelwire.extract.story import Hints, Story
from babelwire.model import Article, Entry, Page, Picture, Source, replace
from babelwire.text import address, language
from babelwire.text.clean import clean

LEAST_WORDS = 25  #: a page with fewer has no article on it
SAMPLE = 600  #: letters by which the language is told


def article(page: Page, entry: Entry, source: Source, rules: Rules, now: datetime) -> Article:
    """As ``extract.article``."""
    try:
        made = _from_page(page, entry, source, rules, now)
        walls.check(page, made, entry)
    except ExtractError as error:
        return _rescued(error, entry, source, now)
    if _is_better_from_feed(made, entry):
        return from_entry(entry, source, now)
    return made


def from_entry(entry: Entry, source: Source, now: datetime) -> Article:
    """As ``extract.from_entry``."""
    html = entry.content or "".join(f"<p>{escape(p)}</p>" for p in entry.summary.split("\n") if p.strip())
    url = entry.link or entry.feed_url
    if not html.strip():
        raise ExtractError(url, "the page cannot be used, and the feed holds no text of the article")
    tree = pages.parse(f"<html><body>{html}</body></html>", url)
    found, images = walk(tree.body)
    headline = meta.without_suffix(clean(entry.title), (), (_fold(source.name),))
    told = story.tell(
        found,
        range(len(found)),
        Hints(url=url, base=url, headlines=_keys([headline, entry.title]), captions=_caption_keys(found, tree.body)),
    )
    if not told.blocks:
        raise ExtractError(url, "the page cannot be used, and the feed holds no text of the article")
    text = "\n".join(b.inline.text for b in told.blocks)
    licence, note = rights.allowed(source, rights.Signals(headers={}, metas={}))
    return Article(
        key=entry.key,
        source_id=source.id,
        url=url,
        canonical_url=address.canonical(url),
        headline=headline or text[:120],
        language=_language([entry.language, source.language], f"{headline}\n{text}"),
        byline=tuple(bylines.names(list(entry.authors))),
        published=entry.published,
        updated=entry.updated if entry.updated and (entry.published is None or entry.updated > entry.published) else None,
        section=next(iter(entry.categories), None),
        tags=entry.categories[:12],
        pictures=pictures.pictures(tree, Declared(tree), found, images, range(len(found) + 1)),
        blocks=told.blocks,
        licence=licence,
        licence_note=note,
        from_feed=True,
        truncated=not entry.content,
    )


# ---------------------------------------------------------------------------------------------- from the page


def _from_page(page: Page, entry: Entry, source: Source, rules: Rules, now: datetime) -> Article:
    tree = pages.read(page)
    for css in rules.drop:
        pages.drop_all(selector(css)(tree.root))
    declared = Declared(tree)
    headline = _headline(tree, declared, entry, rules)
    found, images = walk(tree.body)
    byline = bylines.names(_ruled(tree, rules.byline)) or list(bylines.byline(declared, found, entry.authors))
    told = _story(tree, declared, found, rules, Known(headline, tuple(byline)))
    text = "\n".join(b.inline.text for b in told.blocks)
    if len(words(text)) < LEAST_WORDS and len(text) < 4 * LEAST_WORDS:
        raise ExtractError(page.url, f"no article found on the page (only {len(words(text))} words)")
    if not headline:
        raise ExtractError(page.url, "the page has no headline, nor has the feed")
    access = _access(declared, found, told, text)
    licence, note = rights.allowed(source, _signals(page, tree, declared, access))
    tongue = rules.language or _language([*meta.language(declared), entry.language, source.language], text)
    published, updated = dates.dates(declared, found, tongue, entry.published, now)
    return Article(
        key=entry.key,
        source_id=source.id,
        url=page.url,
        canonical_url=meta.canonical_url(declared),
        headline=headline,
        language=tongue,
        standfirst=told.standfirst,
        byline=tuple(byline),
        published=published,
        updated=updated,
        section=meta.section(declared) or next(iter(entry.categories), None),
        tags=meta.tags(declared) or entry.categories[:12],
        pictures=_pictures(tree, declared, found, images, told, headline),
        blocks=told.blocks,
        licence=licence,
        licence_note=note,
        truncated=not access.free,
    )


def _access(declared: Declared, found: Sequence[Found], told: Story, text: str) -> meta.Access:
    """Is the whole article there? By what the page declares, or because it breaks off at an offer to subscribe."""
    access = meta.access(declared)
    around = found[max(0, told.span.stop - 3) : told.span.stop + 4] if told.blocks else ()
    offer = walls.offer(len(words(text)), (one.text for one in around)) if access.free else ""
    return meta.Access(False, f"the page breaks off at an offer: “{offer}”") if offer else access


class Known(NamedTuple):
    """What the page declares, by which the story's blocks are told from others."""

    headline: str
    byline: tuple[str, ...]


def _headline(tree: Tree, declared: Declared, entry: Entry, rules: Rules) -> str:
    ruled = _ruled(tree, rules.headline)
    if ruled:
        return meta.without_suffix(ruled[0], (), declared.site_names, rules.headline_suffixes)
    return meta.headline(declared, clean(entry.title), rules.headline_suffixes)


def _ruled(tree: Tree, css: str) -> list[str]:
    """The texts of what a rule's selector finds."""
    return [t for e in selector(css)(tree.body) if (t := clean(" ".join(e.itertext())))] if css else []


def _story(tree: Tree, declared: Declared, found: Sequence[Found], rules: Rules, known: Known) -> Story:
    """Which blocks are the article, cleaned."""
    descriptions = declared.descriptions
    if rules.body:
        holders = selector(rules.body)(tree.body)
        inside = {id(e) for h in holders for e in h.iter()}
        chosen = [n for n, one in enumerate(found) if one.words and id(one.element) in inside]
    else:
        score = cache(lambda: opinions.by_score(tree))
        chosen = body.choose(found, opinions.by_rules(tree), score, lambda: opinions.by_rescue(tree), descriptions)
    titles = [known.headline, *declared.headings, *declared.all("og:title", "twitter:title")]
    titles += [clean(e.text or "") for e in tree.root.iter("title")]
    hints = Hints(
        url=tree.url,
        base=tree.base,
        headlines=_keys(titles),
        captions=_caption_keys(found, tree.body),
        byline=known.byline,
        descriptions=tuple(descriptions),
        standfirsts=tuple(selector(rules.standfirst)(tree.body)) if rules.standfirst else (),
        drop_phrases=rules.drop_phrases,
    )
    return story.tell(found, chosen, hints)


def _pictures(
    tree: Tree, declared: Declared, found: Sequence[Found], images: Iterable[tuple[int, Element]], told: Story, headline: str
) -> tuple[Picture, ...]:
    """Pictures from the headline on, or a little before the story, to a little after it."""
    if not told.blocks:
        return ()
    heads = [n for n, one in enumerate(found[: told.span.start]) if one.element.tag == "h1"]
    start = heads[-1] if heads else max(0, told.span.start - 6)
    shown = pictures.pictures(tree, declared, found, images, range(start, told.span.stop + 2))
    key = story.lower(words(headline))  # an alt text that repeats the headline says nothing of the picture
    return tuple(replace(p, alt="") if story.lower(words(p.alt)) == key else p for p in shown)


def _signals(page: Page, tree: Tree, declared: Declared, access: meta.Access) -> rights.Signals:
    own = declared.article.get("license")
    licences = [*tree.licences, *([own] if isinstance(own, str) else []), *declared.all("dc.rights", "dcterms.license", "copyright")]
    return rights.Signals(headers=page.headers, metas=declared.metas, licences=licences, paywall="" if access.free else access.note)


# ---------------------------------------------------------------------------------------------- the feed instead


def _rescued(error: ExtractError, entry: Entry, source: Source, now: datetime) -> Article:
    """The feed's own text where it is long enough to be one."""
    try:
        made = from_entry(entry, source, now)
    except ExtractError:
        raise error from None
    if len(words(made.text)) < LEAST_WORDS:
        raise error
    return made


def _is_better_from_feed(made: Article, entry: Entry) -> bool:
    """The page is a consent wall or a teaser when the feed gives much more, or something else altogether."""
    told = words(entry.content) if entry.content else ()
    if made.truncated and len(told) > 1.5 * len(words(made.text)):
        return True
    if len(told) < 60:
        return False
    feed, own = shingles(told), shingles(words(made.text))
    return len(own & feed) < 0.1 * len(own) and len(told) > len(words(made.text))


# ---------------------------------------------------------------------------------------------- the small steps


def _language(declared: Sequence[str | None], text: str) -> str:
    """The declared language, unless a long text plainly is in none of those declared."""
    tags = list(dict.fromkeys(language.canonical(t) for t in declared if t))
    found = language.detect(text[:SAMPLE])
    if found is None or not tags:
        return tags[0] if tags else found[0] if found else "und"
    matching = [t for t in tags if language.base(t) == language.base(found[0])]
    if matching:
        return matching[0]
    plain = found[1] > 0.99 and len(text) > 300 and found[0] not in NEIGHBOURS.get(language.base(tags[0]), ())
    return found[0] if plain else tags[0]


#: Languages that the identifier takes for one another: what is declared counts.
NEIGHBOURS = {
    **dict.fromkeys(("no", "nb", "nn", "da"), ("no", "nb", "nn", "da")),
    **dict.fromkeys(("hr", "sr", "bs", "sh", "me"), ("hr", "sr", "bs", "sl")),
    **dict.fromkeys(("id", "ms", "jv"), ("id", "ms", "jv")),
    **dict.fromkeys(("cs", "sk"), ("cs", "sk")),
    **dict.fromkeys(("pt", "gl"), ("pt", "gl")),
    **dict.fromkeys(("es", "ast", "an"), ("es", "ast", "an", "gl")),
    **dict.fromkeys(("ca", "oc"), ("ca", "oc")),
    **dict.fromkeys(("de", "lb", "nds"), ("de", "lb")),
    **dict.fromkeys(("fr", "wa"), ("fr", "wa")),
}


def _keys(texts: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(k for t in texts if (k := story.lower(words(t))))


def _caption_keys(found: Sequence[Found], root: Element) -> frozenset[tuple[str, ...]]:
    """Captions and alt texts of a page, as lower-case words."""
    alts = (story.lower(words(e.get("alt") or "")) for e in root.iter("img"))
    return frozenset({*(story.lower(f.words) for f in found if f.caption), *(a for a in alts if len(a) >= 4)})


def _fold(name: str) -> str:
    return "".join(words(name.lower()))
