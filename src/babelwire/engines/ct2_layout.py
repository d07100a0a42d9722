"""What is in a folder of a CTranslate2 model: which kind it is, which languages, which tokens go around a sentence.

| kind | files beside ``model.bin`` | before the source | before the target |
|---|---|---|---|
| OPUS-MT | source.spm target.spm | ``>>fra<<`` if it has several targets | |
| Argos | ../metadata.json ../sentencepiece.model | | metadata's target_prefix |
| NLLB-200 | sentencepiece.bpe.model | ``eng_Latn`` | ``fra_Latn`` |
| M2M-100 | sentencepiece.bpe.model (or spm) | ``__en__`` | ``__fr__`` |
| MADLAD-400 | spiece.model | ``<2fr>`` | |
A ``model.toml`` in the folder overrides every guess. No library reads all of these without torch or transformers.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import stat
import tomllib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babelwire.errors import EngineError
from babelwire.model import Pair, replace, short_hash
from babelwire.text.language import base

MAX_FILES, MAX_BYTES = 500, 6_000_000_000  #: of an unpacked archive
KEYS = ("source_pieces", "target_pieces", "pairs", "source_prefix", "target_prefix", "add_eos", "codes")
CODE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a model folder is to be used. Prefixes may name ``{source}`` and ``{target}``, the model's own language codes."""

    name: str
    folder: Path  #: the one with ``model.bin``
    source_pieces: Path
    target_pieces: Path
    pairs: frozenset[Pair]
    source_prefix: tuple[str, ...] = ()
    target_prefix: tuple[str, ...] = ()
    add_eos: bool = True  #: do we have to put ``</s>`` behind the source?
    codes: Mapping[str, str] = field(default_factory=dict)  #: our language tag -> the model's
    vocabulary: frozenset[str] = frozenset()

    def tokens(self, template: Sequence[str], pair: Pair) -> list[str]:
        """The tokens of a prefix for this pair."""
        named = {"source": self.codes.get(pair.source, pair.source), "target": self.codes.get(pair.target, pair.target)}
        return [token.format(**named) for token in template]

    @property
    def version(self) -> str:
        """Changes with the model's files."""
        model = self.folder / "model.bin"
        with model.open("rb") as stream:
            head = stream.read(65536)
            stream.seek(max(0, model.stat().st_size - 65536))
            ends = head + stream.read(65536)
        pieces = self.source_pieces.read_bytes()[:65536]
        return short_hash(str(model.stat().st_size), ends.decode("latin-1"), pieces.decode("latin-1"))[:6]


def read(path: Path, pairs: Iterable[str] = ()) -> Layout:
    """The layout of a model folder, or of an ``.argosmodel`` archive (unpacked beside itself, once).

    ``pairs`` (``en-fr``) say which languages it is for where its name does not. Raises EngineError naming what is missing.
    """
    if not path.exists():
        raise EngineError("ctranslate2", f"{path}: no such model folder")
    folder = _unpacked(path) if path.is_file() else path
    found = _argos(folder) if any(folder.glob("**/metadata.json")) else _plain(folder, _own(folder))
    given = frozenset(Pair(*p.split("-", 1)) for p in pairs)
    found = replace(found, pairs=given or found.pairs)
    if not found.pairs:
        raise EngineError(
            "ctranslate2", f'{path}: cannot tell which languages this model is for; give pairs = ["en-fr"] in its options or in model.toml'
        )
    return found


# ---------------------------------------------------------------------------------------------- kinds


def _own(folder: Path) -> dict[str, Any]:
    """What ``model.toml`` says."""
    path = folder / "model.toml"
    if not path.exists():
        return {}
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EngineError("ctranslate2", f"{path}: {error}") from error
    unknown = sorted(set(raw) - {*KEYS, "name", "licence", "origin", "sha256"})
    if unknown:
        raise EngineError("ctranslate2", f"{path}: unknown key {unknown[0]!r}; known: {', '.join(KEYS)}")
    return raw


def _plain(folder: Path, own: Mapping[str, Any]) -> Layout:
    """OPUS-MT, NLLB, M2M-100, MADLAD, or what ``model.toml`` describes."""
    _need(folder, "model.bin", "config.json")
    vocabulary = _vocabulary(folder)
    config = _json(folder / "config.json")
    source, target = _pieces(folder, own)
    layout = Layout(
        name=str(own.get("name") or folder.resolve().name),
        folder=folder,
        source_pieces=source,
        target_pieces=target,
        pairs=_named(folder),
        add_eos=not config.get("add_source_eos", False),
        vocabulary=vocabulary,
    )
    return _overridden(_kind(layout), own)


def _kind(layout: Layout) -> Layout:
    """Tell the kinds apart by the language tokens in the vocabulary."""
    flores = {
        base(t[:3] if t[:3] != "zho" else t.replace("_", "-")): t
        for t in sorted(layout.vocabulary)
        if re.fullmatch(r"[a-z]{3}_[A-Z][a-z]{3}", t)
    }
    m2m = {base(t[2:-2]): t for t in layout.vocabulary if re.fullmatch(r"__[a-z]{2,3}__", t)}
    madlad = {base(t[2:-1]): t for t in sorted(layout.vocabulary, key=len, reverse=True) if re.fullmatch(r"<2[a-z]{2,3}>", t)}
    opus = {base(t[2:-2]): t for t in sorted(layout.vocabulary) if re.fullmatch(r">>[a-z]{2,3}<<", t)}
    if len(flores) > 1:
        return replace(
            layout, source_prefix=("{source}",), target_prefix=("{target}",), codes=flores, pairs=layout.pairs or _all(flores, flores)
        )
    if len(m2m) > 1:
        return replace(layout, source_prefix=("{source}",), target_prefix=("{target}",), codes=m2m, pairs=layout.pairs or _all(m2m, m2m))
    if len(madlad) > 1:
        return replace(layout, source_prefix=("{target}",), codes=madlad, pairs=layout.pairs or _all(madlad, madlad))
    if opus:
        start = {p.source for p in layout.pairs} or {"en"}
        return replace(layout, source_prefix=("{target}",), codes=opus, pairs=_all(start, opus))
    return layout


def _all(sources: Iterable[str], targets: Iterable[str]) -> frozenset[Pair]:
    ends = list(targets)
    return frozenset(Pair(a, b) for a in sources for b in ends if a != b)


def _argos(folder: Path) -> Layout:
    about = min(folder.glob("**/metadata.json"), key=lambda p: len(p.parts))
    home, meta = about.parent, _json(about)
    if (home / "bpe.model").exists():
        raise EngineError("ctranslate2", f"{home}: an old Argos package with bpe.model; install a newer version of it")
    _need(home, "sentencepiece.model", "model/model.bin", "model/config.json")
    try:
        pair = Pair(base(meta["from_code"]), base(meta["to_code"]))
    except KeyError as error:
        raise EngineError("ctranslate2", f"{about}: no {error}") from error
    prefix = meta.get("target_prefix") or ""
    return Layout(
        name=f"argos-{pair}-{meta.get('package_version', '0')}",
        folder=home / "model",
        source_pieces=home / "sentencepiece.model",
        target_pieces=home / "sentencepiece.model",
        pairs=frozenset({pair}),
        target_prefix=(prefix,) if prefix else (),
        add_eos=False,
        vocabulary=_vocabulary(home / "model"),
    )


def _overridden(layout: Layout, own: Mapping[str, Any]) -> Layout:
    pairs = frozenset(Pair(*str(p).split("-", 1)) for p in own.get("pairs", ()))
    return replace(
        layout,
        pairs=pairs or layout.pairs,
        source_prefix=tuple(own.get("source_prefix", layout.source_prefix)),
        target_prefix=tuple(own.get("target_prefix", layout.target_prefix)),
        add_eos=bool(own.get("add_eos", layout.add_eos)),
        codes=own.get("codes", layout.codes),
    )


# ---------------------------------------------------------------------------------------------- files


def _pieces(folder: Path, own: Mapping[str, Any]) -> tuple[Path, Path]:
    """The sentencepiece models of both sides."""
    named = (own.get("source_pieces"), own.get("target_pieces", own.get("source_pieces")))
    if named[0]:
        _need(folder, str(named[0]), str(named[1]))
        return folder / str(named[0]), folder / str(named[1])
    for source, target in (
        ("source.spm", "target.spm"),
        *((n, n) for n in ("sentencepiece.bpe.model", "spiece.model", "sentencepiece.model")),
    ):
        if (folder / source).exists() and (folder / target).exists():
            return folder / source, folder / target
    raise EngineError(
        "ctranslate2",
        f"{folder}: no sentencepiece model: source.spm and target.spm, sentencepiece.bpe.model, or spiece.model must lie beside model.bin",
    )


def _need(folder: Path, *names: str) -> None:
    missing = [n for n in names if not (folder / n).exists()]
    if missing:
        raise EngineError("ctranslate2", f"{folder}: missing {', '.join(missing)}")


def _vocabulary(folder: Path) -> frozenset[str]:
    for stem in ("shared_vocabulary", "source_vocabulary"):
        if (folder / f"{stem}.json").exists():
            return frozenset(_json(folder / f"{stem}.json"))
        if (folder / f"{stem}.txt").exists():
            return frozenset((folder / f"{stem}.txt").read_text("utf-8").split("\n"))
    raise EngineError("ctranslate2", f"{folder}: missing shared_vocabulary.json (or .txt)")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise EngineError("ctranslate2", f"{path}: {error}") from error


def _named(folder: Path) -> frozenset[Pair]:
    """The pair in a folder's name: the last two language codes that follow each other (``opus-mt-en-fr``, ``en_fr-1_9``)."""
    parts = re.split(r"[-_.]", folder.resolve().name)
    pairs = [Pair(base(a), base(b)) for a, b in itertools.pairwise(parts) if CODE.fullmatch(a) and CODE.fullmatch(b)]
    return frozenset(pairs[-1:])


def _unpacked(archive: Path) -> Path:
    """The folder an archive has been unpacked to, beside it."""
    folder = archive.with_suffix(".unpacked")
    if not folder.exists():
        unpack(archive, folder)
    return folder


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a model archive: no path that leads outside, no link, no more than ``MAX_FILES`` and ``MAX_BYTES``. The folder
    appears whole or not at all. Raises EngineError."""
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as packed:
            infos = packed.infolist()
            if len(infos) > MAX_FILES or sum(i.file_size for i in infos) > MAX_BYTES:
                raise EngineError("ctranslate2", f"{archive}: too large to be a model ({len(infos)} files)")
            for info in infos:
                _check_member(archive, info)
                packed.extract(info, part)
        part.rename(folder)
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:
        raise EngineError("ctranslate2", f"{archive}: cannot be unpacked: {error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _check_member(archive: Path, info: zipfile.ZipInfo) -> None:
    parts = Path(info.filename.replace("\\", "/")).parts
    link = stat.S_ISLNK(info.external_attr >> 16)
    if link or ".." in parts or info.filename.startswith(("/", "\\")) or (parts and ":" in parts[0]):
        raise EngineError("ctranslate2", f"{archive}: {info.filename!r} leads outside of the archive")
