"""Fetch a converted model (an Argos package: CTranslate2 and sentencepiece, MIT or CC) and unpack it for ``ctranslate2``.

A catalogue is a JSON list in the form of Argos' own index, with ``sha256`` beside ``links`` where its keeper gives one. A
file whose checksum is not the one given is thrown away; where none is given, the one found is written down, so that another
machine can ask for the same. Only https, and http to loopback.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from yarl import URL

from babelwire.engines.ct2_layout import Layout, read, unpack
from babelwire.errors import EngineError, PairError
from babelwire.model import Pair
from babelwire.text.language import base

CATALOGUE = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
MAX_CATALOGUE, MAX_MODEL = 8_000_000, 3_000_000_000
NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A model that can be fetched."""

    name: str
    pair: Pair
    url: str
    version: str = ""
    sha256: str | None = None


def find(pair: Pair, catalogue: str = CATALOGUE) -> Package:
    """The newest package for a pair in a catalogue (an address, or a file). Raises EngineError, PairError."""
    raw = Path(catalogue).read_bytes() if "://" not in catalogue else b"".join(_fetch(catalogue, MAX_CATALOGUE))
    try:
        found = [p for p in map(_package, json.loads(raw)) if p is not None and p.pair == pair]
    except (ValueError, TypeError, AttributeError) as error:
        raise EngineError("install", f"{catalogue}: no catalogue: {error}") from error
    if not found:
        raise PairError("install", f"{catalogue} has no model for it", pair=str(pair))
    return max(found, key=lambda p: [int(n) for n in re.findall(r"\d+", p.version)])


def install(package: Package, folder: Path, progress: Callable[[int], None] = lambda size: None) -> Layout:
    """Fetch, check, unpack and look into a package; returns its layout. ``progress`` is told the bytes so far.

    Nothing is left in ``folder`` of a model that is not whole. Raises EngineError.
    """
    place = folder / package.name
    if place.exists():
        return read(place)
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{package.name}.download"
    try:
        found = _save(package.url, archive, progress)
        if package.sha256 and found != package.sha256.lower():
            raise EngineError("install", f"{package.url}: checksum is {found}, should be {package.sha256}")
        unpack(archive, place)
    finally:
        archive.unlink(missing_ok=True)
    (place / "origin.toml").write_text(f'url = "{package.url}"\nversion = "{package.version}"\nsha256 = "{found}"\n', "utf-8")
    return read(place)


def _package(item: Any) -> Package | None:
    """An entry of a catalogue; None for what is no translation model, or has no usable name or address."""
    links = [link for link in item.get("links", ()) if str(link).startswith(("https://", "http://"))]
    name = f"{item.get('code') or 'translate'}-{item.get('package_version', '0')}"
    if item.get("type", "translate") != "translate" or not links or not NAME.fullmatch(name) or "from_code" not in item:
        return None
    pair = Pair(base(item["from_code"]), base(item["to_code"]))
    return Package(name=name, pair=pair, url=links[0], version=str(item.get("package_version", "0")), sha256=item.get("sha256"))


def _save(url: str, path: Path, progress: Callable[[int], None]) -> str:
    """Write what is at an address into a file; returns its SHA-256."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("wb") as stream:
            for chunk in _fetch(url, MAX_MODEL):
                digest.update(chunk)
                size += len(chunk)
                stream.write(chunk)
                progress(size)
    except OSError as error:
        raise EngineError("install", f"{path}: {error}") from error
    return digest.hexdigest()


def _fetch(url: str, limit: int) -> Iterator[bytes]:
    """The bytes at an address, through at most five redirects. Raises EngineError: not there, too large, cut short."""
    pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=15, read=60))
    try:
        for _ in range(6):
            _check(url)
            answer = pool.request("GET", url, redirect=False, preload_content=False)
            where = answer.headers.get("location")
            if answer.status not in (301, 302, 303, 307, 308) or not where:
                break
            answer.drain_conn()
            url = str(URL(url).join(URL(where)))
        if answer.status != 200:
            raise EngineError("install", f"{url}: status {answer.status}")
        size = 0
        while chunk := answer.read(1 << 20):
            size += len(chunk)
            if size > limit:
                raise EngineError("install", f"{url}: larger than {limit} bytes")
            yield chunk
    except urllib3.exceptions.HTTPError as error:
        raise EngineError("install", f"{url}: {error}") from error
    finally:
        pool.clear()


def _check(url: str) -> None:
    address = URL(url)
    try:
        loopback = ipaddress.ip_address(address.host or "").is_loopback
    except ValueError:
        loopback = address.host == "localhost"
    if address.scheme != "https" and not (address.scheme == "http" and loopback):
        raise EngineError("install", f"{url}: models are fetched by https only")
