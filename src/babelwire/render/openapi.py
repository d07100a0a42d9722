"""``api/v1/openapi.json``: what machines may read of the site, in OpenAPI 3.1, with its schemas in JSON Schema 2020-12.

Schemas are closed (``additionalProperties: false``): a field that a file has and this page does not know is a test that fails. A
field that has no value for an article is ``null`` and not left out, unless the schema does not require it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from babelwire.model import BlockKind, EngineKind, File, Licence, Origin, ReportReason, Severity, Verdict
from babelwire.render import markup
from babelwire.render.shown import SOURCE_TYPE
from babelwire.render.site import Site
from babelwire.render.structured import to_json

Schema = dict[str, Any]
PATH = "api/v1/openapi.json"


def file(site: Site) -> File:
    """The description of this site's interface."""
    return File(PATH, to_json(description(site)), "application/json")


def description(site: Site) -> dict[str, Any]:
    about = "Static JSON: every answer is a file, written when it changes. Texts keep the licence of their source."
    return {
        "openapi": "3.1.0",
        "info": {"title": markup.line(site.name), "version": "1", "summary": "News in several languages, as data", "description": about},
        "servers": [{"url": site.url("").rstrip("/")}],
        "paths": dict(_paths(site)),
        "components": {"schemas": schemas()},
    }


def schemas() -> dict[str, Schema]:
    """What stands in the files, by name."""
    return {
        "Editions": _object(version=_const(1), name=TEXT, editions=_list(EDITION)),
        "Latest": _object(version=_const(1), language=TAG, items=_list(ITEM)),
        "Article": _article(),
        "Gone": _object(status=_const(410), id=TEXT, url=URL, gone=TIME),
    }


# ---------------------------------------------------------------------------------------------- the small steps


def _object(optional: dict[str, Schema] | None = None, /, **properties: Schema) -> Schema:
    """An object that has all these, and may have the optional ones, and nothing else."""
    return {
        "type": "object",
        "properties": properties | (optional or {}),
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _const(value: object) -> Schema:
    return {"const": value}


def _words(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
YES: Schema = {"type": "boolean"}
URL: Schema = {"type": "string", "format": "uri", "pattern": "^https?://"}
TIME: Schema = {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
TAG: Schema = {"type": "string", "description": "BCP 47", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"}
LICENCE = _words(*Licence)
EDITION = _object(language=TAG, title=TEXT, url=URL, latest=URL, feeds=_list(URL))
ITEM = _object(
    id=TEXT, url=URL, record=URL, headline=TEXT, published=TIME, updated=TIME, section=_maybe(TEXT), source=TEXT, original_language=TAG,
    machine_translated=YES, licence=LICENCE, story=_maybe(TEXT),
)  # fmt: skip


def _article() -> Schema:
    """A page's record. Without ``standfirst`` and ``blocks`` where its licence lets no text be shown."""
    line = _object({"original": TEXT}, text=TEXT)
    return _object({"standfirst": line, "blocks": _list(_block())}, **_fields())


def _fields() -> dict[str, Schema]:
    edition, related = _object(language=TAG, url=URL), _object(url=URL, headline=TEXT, source=TEXT)
    return {
        "version": _const(1),
        "id": TEXT,
        "url": URL,
        "language": TAG,
        "lang_tag": {"type": "string", "description": "of the text: a translation says of what language, and that a machine made it"},
        "headline": TEXT,
        "excerpt": TEXT,
        "published": TIME,
        "updated": TIME,
        "original": _original(),
        "source": _source(),
        "translation": _maybe(_translation()),
        "corrections": _list(_object(when=TIME, kind=_words("correction", "update", "wording", "withdrawal"), text=TEXT)),
        "editions": _list(edition),
        "related": _list(related),
        "story": _maybe(TEXT),
        "told_by": _list(_object(source=TEXT, language=TAG, headline=TEXT, url=_maybe(URL))),
        "indexable": YES,
    }


def _original() -> Schema:
    return _object(
        url=_maybe(URL), language=TAG, headline=TEXT, authors=_list(TEXT), published=_maybe(TIME), updated=_maybe(TIME),
        section=_maybe(TEXT), revision=NUMBER, truncated=YES,
    )  # fmt: skip


def _source() -> Schema:
    return _object(id=TEXT, name=TEXT, homepage=_maybe(URL), licence=LICENCE, licence_url=_maybe(URL), attribution=_maybe(TEXT))


def _translation() -> Schema:
    kinds = sorted({*SOURCE_TYPE.values(), *(f"CompositeWith{t}" for t in SOURCE_TYPE.values() if t.startswith("Trained"))})
    return _object(
        machine_translated=YES, human_reviewed=YES, human_sentences=NUMBER, engine=TEXT, engine_kind=_words(*EngineKind),
        digital_source_type=_maybe(_words(*kinds)), glossary=_maybe(TEXT), made=TIME, verdict=_words(*Verdict), gist=YES, sentences=NUMBER,
        passed=NUMBER, left_in_original=NUMBER, headline_only=TEXT,
    )  # fmt: skip


def _block() -> Schema:
    issue = _object(kind=TEXT, severity=_words(*Severity))
    sentence = _object(
        text=TEXT, original=TEXT, gap=TEXT, origin=_words(*Origin), engine=_maybe(TEXT), issues=_list(issue)
    )  # fmt: skip
    return _object({"level": NUMBER, "text": TEXT, "sentences": _list(sentence)}, id=TEXT, kind=_words(*BlockKind))


# ---------------------------------------------------------------------------------------------- the addresses


def _paths(site: Site) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "/api/v1/editions.json", _get("The editions, and where each goes on", "Editions")
    yield "/api/v1/{language}/latest.json", _get("The newest articles of an edition", "Latest", LANGUAGE)
    article = _get("An article, sentence by sentence where its licence allows it", "Article", LANGUAGE, *DAY, SLUG)
    article["get"]["responses"]["410"] = _answer("It was taken down", "Gone")
    yield "/{language}/{year}/{month}/{day}/{slug}/index.json", article
    if site.search:
        yield "/{language}/search/", {"get": _page("A page with what an edition has on these words", LANGUAGE, *SEARCH)}
    if site.reports:
        yield (
            "/{language}/report/",
            {
                "get": _page(
                    "The form for reporting an error in an article",
                    LANGUAGE,
                    _asked("article", TEXT, "the part of its id before the colon"),
                ),
                "post": _report(),
            },
        )


def _get(summary: str, schema: str, *parameters: Schema) -> dict[str, Any]:
    responses = {"200": _answer("The file", schema), "404": {"description": "There is no such file"}}
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": responses}}


def _answer(description: str, schema: str) -> Schema:
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": EXAMPLES[schema]}
    return {"description": description, "content": {"application/json": content}}


def _page(summary: str, *parameters: Schema) -> dict[str, Any]:
    found = {"description": "A page", "content": {"text/html": {"schema": TEXT}}}
    return {"summary": summary, "parameters": list(parameters), "responses": {"200": found}}


def _report() -> dict[str, Any]:
    form = _object({"sentence": TEXT, "words": TEXT, "contact": TEXT}, article=TEXT, reason=_words(*ReportReason))
    said = {"303": "Kept; the way to the thanks", "400": "Incomplete", "403": "Not sent from a page of this site", "404": "No such article"}
    said |= {"413": "Too long", "429": "Too many from one address", "503": "Too many wait for an answer"}
    return {
        "summary": "Report an error; browsers only, from a page of this site",
        "parameters": [LANGUAGE],
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}},
        "responses": {code: {"description": words} for code, words in said.items()},
    }


def _part(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _asked(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": description}


LANGUAGE = _part("language", TAG)
DAY = (_part("year", TEXT), _part("month", TEXT), _part("day", TEXT))
SLUG = _part("slug", TEXT)
DATE: Schema = {"type": "string", "format": "date"}
SEARCH = (
    _asked("q", TEXT, "words, all of which are there in whatever form; what stands in quotation marks, as it stands there"),
    _asked("section", TEXT, "name of a section"),
    _asked("source", TEXT, "id of a source"),
    _asked("from", TAG, "language of the original"),
    _asked("first", DATE, "from this day on"),
    _asked("last", DATE, "up to this day"),
    _asked("order", _words("newest"), "newest first, and not what fits best"),
    _asked("page", NUMBER, "of ten articles each"),
)
_PAGE = "https://news.example/fr/2026/11/24/le-bac-reprend-9fzw1w4bpem8/"
EXAMPLES: dict[str, dict[str, Any]] = {
    "Editions": {
        "version": 1,
        "name": "The Wire",
        "editions": [
            {
                "language": "fr",
                "title": "Le Fil",
                "url": "https://news.example/fr/",
                "latest": "https://news.example/api/v1/fr/latest.json",
                "feeds": ["https://news.example/fr/feed.atom"],
            }
        ],
    },
    "Latest": {
        "version": 1,
        "language": "fr",
        "items": [
            {
                "id": "9fzw1w4bpem8:fr",
                "url": _PAGE,
                "record": f"{_PAGE}index.json",
                "headline": "Le bac reprend",
                "published": "2026-11-24T14:30:00Z",
                "updated": "2026-11-24T14:30:00Z",
                "section": "world",
                "source": "harbour-post",
                "original_language": "en",
                "machine_translated": True,
                "licence": "full",
                "story": None,
            }
        ],
    },
    "Article": {
        "version": 1,
        "id": "9fzw1w4bpem8:fr",
        "url": _PAGE,
        "language": "fr",
        "lang_tag": "fr-t-en-t0-und",
        "headline": "Le bac reprend",
        "excerpt": "Le bac repart vendredi.",
        "published": "2026-11-24T14:30:00Z",
        "updated": "2026-11-24T14:30:00Z",
        "original": {
            "url": "https://harbour.example/ferry", "language": "en", "headline": "Ferry sails again", "authors": ["A. Reporter"],
            "published": "2026-11-24T11:30:00Z", "updated": None, "section": "World", "revision": 1, "truncated": False,
        },
        "source": {
            "id": "harbour-post", "name": "The Harbour Post", "homepage": "https://harbour.example/", "licence": "full",
            "licence_url": "https://creativecommons.org/licenses/by/4.0/", "attribution": "© The Harbour Post, CC BY 4.0",
        },
        "translation": {
            "machine_translated": True, "human_reviewed": False, "human_sentences": 0, "engine": "apertium 3.8 eng-fra",
            "engine_kind": "rules", "digital_source_type": "AlgorithmicMediaDigitalSource", "glossary": None,
            "made": "2026-11-24T14:25:00Z", "verdict": "publish", "gist": False, "sentences": 1,
            "passed": 1, "left_in_original": 0, "headline_only": "",
        },
        "corrections": [],
        "editions": [],
        "related": [],
        "story": None,
        "told_by": [],
        "indexable": True,
        "blocks": [
            {
                "id": "p1",
                "kind": "paragraph",
                "sentences": [
                    {
                        "text": "Le bac repart vendredi.", "original": "The ferry sails again on Friday.", "gap": "", "origin": "engine",
                        "engine": "apertium 3.8 eng-fra", "issues": [],
                    }
                ],
            }
        ],
    },
    "Gone": {"status": 410, "id": "9fzw1w4bpem8:fr", "url": _PAGE, "gone": "2026-11-25T08:00:00Z"},
}  # fmt: skip
