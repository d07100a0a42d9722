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
import shutil
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from urllib3.exceptions import NewConnectionError
from yarl import URL

from babelwire.engines.ct2_layout import Layout, read, unpack
from babelwire.errors import EngineError, PairError
from babelwire.model import Pair
from babelwire.text.language import base

CATALOGUE = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json"
MAX_CATALOGUE, MAX_MODEL = 8_000_000, 3_000_000_000
UNPACKED = 2.5  #: an archive and what comes out of it, as many times as large as the archive
Told = Callable[[int, int | None], None]
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
    try:
        raw = Path(catalogue).read_bytes() if "://" not in catalogue else b"".join(chunk for chunk, _ in _fetch(catalogue, MAX_CATALOGUE))
        every = [p for p in map(_package, json.loads(raw)) if p is not None]
    except (ValueError, TypeError, AttributeError) as error:
        raise EngineError("install", f"{catalogue}: no catalogue: {error}") from error
    except OSError as error:
        raise EngineError("install", f"{catalogue}: {error.strerror}") from error
    found = [p for p in every if p.pair == pair]
    if not found:
        near = sorted({str(p.pair) for p in every if p.pair.source == pair.source or p.pair.target == pair.target})
        more = f"; it has {', '.join(near[:12])}{' and more' if len(near) > 12 else ''}" if near else ""
        raise PairError("install", f"{catalogue} has no model for it{more}", pair=str(pair))
    return max(found, key=lambda p: [int(n) for n in re.findall(r"\d+", p.version)])


def install(package: Package, folder: Path, progress: Told = lambda size, total: None, *, again: bool = False) -> Layout:
    """Fetch, check, unpack and look into a package; returns its layout. ``progress`` is told the bytes so far, and of how many
    where that is known. ``again``: what is there already is replaced, once the new one is whole.

    Nothing is left in ``folder`` of a model that is not whole. Raises EngineError.
    """
    place = folder / package.name
    if place.exists() and not again:
        return _there(place)
    archive, fresh = folder / f"{package.name}.download", folder / f"{package.name}.fresh"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = _save(package.url, archive, progress)
        if package.sha256 and found != package.sha256.lower():
            raise EngineError(
                "install", f"{package.url}: checksum is {found}, should be {package.sha256}: it was damaged on its way, or is another"
            )
        unpack(archive, fresh)
        (fresh / "origin.toml").write_text(f'url = "{package.url}"\nversion = "{package.version}"\nsha256 = "{found}"\n', "utf-8")
        read(fresh)
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)
    except OSError as error:
        raise EngineError("install", f"{folder}: {error.strerror or error}") from error
    finally:
        archive.unlink(missing_ok=True)
        shutil.rmtree(fresh, ignore_errors=True)
    return read(place)


def checksum(folder: Path) -> str:
    """The SHA-256 of the archive that a folder was unpacked from, as written down; "" where that is not known."""
    try:
        return str(tomllib.loads((folder / "origin.toml").read_text("utf-8")).get("sha256", ""))
    except (OSError, ValueError):
        return ""


def _there(place: Path) -> Layout:
    try:
        return read(place)
    except EngineError as error:
        raise EngineError("install", f"{error.why}; fetch it anew with --again") from error


def _package(item: Any) -> Package | None:
    """An entry of a catalogue; None for what is no translation model, or has no usable name or address."""
    links = [link for link in item.get("links", ()) if str(link).startswith(("https://", "http://"))]
    name = f"{item.get('code') or 'translate'}-{item.get('package_version', '0')}"
    if item.get("type", "translate") != "translate" or not links or not NAME.fullmatch(name) or "from_code" not in item:
        return None
    pair = Pair(base(item["from_code"]), base(item["to_code"]))
    return Package(name=name, pair=pair, url=links[0], version=str(item.get("package_version", "0")), sha256=item.get("sha256"))


def _save(url: str, path: Path, progress: Told) -> str:
    """Write what is at an address into a file; returns its SHA-256. Raises EngineError: no room for it, or not to be had."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("wb") as stream:
            for chunk, total in _fetch(url, MAX_MODEL):
                if size == 0:
                    _room(path.parent, total or 0)
                digest.update(chunk)
                size += len(chunk)
                stream.write(chunk)
                progress(size, total)
    except OSError as error:
        raise EngineError("install", f"{path}: {error}") from error
    return digest.hexdigest()


def _room(folder: Path, size: int) -> None:
    """Is there room for an archive and for what comes out of it? Raises EngineError."""
    needed, free = int(size * UNPACKED), shutil.disk_usage(folder).free
    if free < needed:
        raise EngineError(
            "install",
            f"{folder}: {needed / 1e6:.0f} MB are needed, {free / 1e6:.0f} MB are free: make room, or name another folder with --into",
        )


def _fetch(url: str, limit: int) -> Iterator[tuple[bytes, int | None]]:
    """The bytes at an address, through at most five redirects, with how many there are. Raises EngineError: not there, too large,
    cut short."""
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
            yield chunk, int(length) if (length := answer.headers.get("content-length", "")).isdigit() else None
    except NewConnectionError as error:
        why = f"cannot be reached ({error.__cause__ or error}): is this machine online? A model may be put into a folder by hand"
        raise EngineError("install", f"{url}: {why}, see docs/engines.md") from error
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
