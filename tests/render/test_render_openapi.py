"""The description of the interface for machines, held against every file that the site writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from babelwire.model import replace
from babelwire.render import openapi, static
from tests.render import samples, whole

KNOWN = {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "anyOf",
    "const",
    "enum",
    "pattern",
    "minimum",
    "format",
    "description",
}
TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}


def faults(value: Any, schema: dict[str, Any], at: str = "$") -> Iterator[str]:
    """Where a value is not what its schema says: as much of JSON Schema as ours use, and no more (another word is an error)."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "anyOf" in schema and all(list(faults(value, s)) for s in schema["anyOf"]):
        yield f"{at}: {value!r} is none of these"
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r} is not {schema['const']!r}"
    kind = TYPES.get(schema.get("type", ""))
    if kind and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
        yield f"{at}: {value!r} is not of type {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: {value!r} does not match {schema['pattern']}"
    if "minimum" in schema and value < schema["minimum"]:
        yield f"{at}: {value!r} is too small"
    if isinstance(value, dict) and "properties" in schema:
        yield from (f"{at}.{name} is missing" for name in schema["required"] if name not in value)
        for name, inner in value.items():
            if name in schema["properties"]:
                yield from faults(inner, schema["properties"][name], f"{at}.{name}")
            else:
                yield f"{at}.{name} is not known"
    if isinstance(value, list) and "items" in schema:
        for n, inner in enumerate(value):
            yield from faults(inner, schema["items"], f"{at}[{n}]")


def of(path: str) -> str:
    """The schema of a file, by its address."""
    if path == "api/v1/editions.json":
        return "Editions"
    return "Latest" if path.startswith("api/v1/") else "Article"


@cache
def written() -> dict[str, Any]:
    latest = [static.latest(e, samples.front_cards(12, e), samples.SITE) for e in samples.SITE.editions]
    files = {f.path: f for f in (*whole.files(), *latest)}
    paths = [p for p in files if p.endswith(("/index.json", "/latest.json", "editions.json"))]
    return {p: json.loads(files[p].body) for p in paths}


def test_every_file_is_as_described() -> None:
    seen: dict[str, int] = {}
    for path, data in written().items():
        name = "Gone" if data.get("status") == 410 else of(path)
        assert list(faults(data, openapi.schemas()[name])) == [], path
        seen[name] = seen.get(name, 0) + 1
    assert seen.keys() == {"Editions", "Latest", "Article", "Gone"} and seen["Article"] > 20


@pytest.mark.parametrize("name", sorted(openapi.EXAMPLES))
def test_examples_are_as_described_and_have_what_files_have(name: str) -> None:
    assert list(faults(openapi.EXAMPLES[name], openapi.schemas()[name])) == []


def test_what_is_not_as_described_is_seen() -> None:
    """The check itself can fail."""
    good = openapi.EXAMPLES["Article"]
    schema = openapi.schemas()["Article"]
    for bad in ({"more": 1}, {"published": "yesterday"}, {"version": 2}, {"url": "ftp://x"}, {"indexable": 1}, {"corrections": [{}]}):
        assert list(faults(good | bad, schema)), bad
    assert list(faults({k: v for k, v in good.items() if k != "source"}, schema))


def test_it_stands_on_the_site_and_names_what_is_there() -> None:
    files = {f.path: f for f in whole.files()}
    told = json.loads(files[openapi.PATH].body)
    assert told["openapi"] == "3.1.0" and told["servers"] == [{"url": "https://news.example"}]
    names = [re.sub(r"\{\w+\}", "[^/]+", p).lstrip("/") for p in told["paths"]]
    assert all(any(re.fullmatch(n, path) for n in names) for path in written())
    for path, item in told["paths"].items():
        parts = {p["name"] for p in item["get"]["parameters"] if p["in"] == "path"}
        assert parts == set(re.findall(r"\{(\w+)\}", path))
    refs = set(re.findall(r'"\$ref":"#/components/schemas/(\w+)"', files[openapi.PATH].body.decode()))
    assert refs == set(told["components"]["schemas"])


def test_what_readers_may_ask_is_described_where_it_is_answered() -> None:
    plain = openapi.description(samples.SITE)["paths"]
    full = openapi.description(replace(samples.SITE, search=True, reports=True))["paths"]
    assert set(full) - set(plain) == {"/{language}/search/", "/{language}/report/"}
    assert {"get", "post"} <= set(full["/{language}/report/"])
