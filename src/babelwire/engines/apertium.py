"""Apertium: rule-based translation with Debian's packages, offline, each pipeline kept running.

Which languages it serves is read from the modes that are installed. Where no pair leads from one language to the other, or
where a detour is better (ca-es-en beats ca-en), a route goes through other languages: ``routes.toml`` holds routes
measured by ``tools/measure_routes.py``; a pair that is not in it takes the shortest way, the better measured one of equals.
Apertium is GPL: it runs as processes of its own, and nothing of it is shipped.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
import tomllib
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from babelwire.engines.apertium_pipe import Died, Pipe, decode, encode
from babelwire.errors import EngineDied, EngineError, PairError
from babelwire.model import Context, EngineKind, Hypothesis, Markup, Pair, short_hash
from babelwire.text.inline import MARKER

MODES = Path("/usr/share/apertium/modes")
#: Apertium's own codes -> BCP 47. A variant (``hbs_HR``) is a language of its own where readers take it for one; Serbian is left out,
#: since it comes in Latin letters.
TAGS = {
    "afr": "af", "arg": "an", "ast": "ast", "bel": "be", "bul": "bg", "cat": "ca", "dan": "da", "eng": "en", "fra": "fr", "hbs": "sh",
    "hbs_BS": "bs", "hbs_HR": "hr", "hin": "hi", "ind": "id", "isl": "is", "ita": "it", "mkd": "mk", "nld": "nl",
    "nno": "nn", "nob": "nb", "oci": "oc", "por": "pt", "ron": "ro", "rus": "ru", "slv": "sl", "spa": "es", "swe": "sv", "ukr": "uk",
    "urd": "ur", "zlm": "ms",
}  # fmt: skip
MODE = re.compile(r"([a-z]{2,3}(?:_(?:HR|BS))?)-([a-z]{2,3}(?:_(?:HR|BS))?)")
LETTERS = re.compile(r"[^\W\d_]")
WORDS = re.compile(r"\^([^/^$]*)/(\*?)")
MAX_HOPS = 3  #: of a measured route
UNMEASURED_HOPS = 2  #: of one that nobody has measured: three more often than not end in nonsense
FLOOR = 35.0  #: chrF under which a measured pair is not served at all: copying the source scores as much
UNMEASURED = 0.4  #: what a mode is taken to be worth (chrF / 100) when routes are compared


@dataclass(frozen=True, slots=True)
class Table:
    """``routes.toml``: measured routes of a pair, best first; pairs of no use; chrF of single modes; packages of modes; broken modes."""

    routes: Mapping[str, tuple[tuple[str, ...], ...]]
    useless: frozenset[str]
    chrf: Mapping[str, float]
    packages: Mapping[str, str]
    broken: frozenset[str]
    default: tuple[str, ...]


@cache
def table() -> Table:
    """The measured table, read once."""
    raw = tomllib.loads(resources.files("babelwire.engines").joinpath("routes.toml").read_text("utf-8"))
    routes = {pair: tuple(tuple(r["route"].split()) for r in found) for pair, found in raw["routes"].items()}
    useless = frozenset(pair for pair, found in raw["routes"].items() if max(r["chrf"] for r in found) < FLOOR)
    return Table(
        routes=routes,
        useless=useless,
        chrf=raw["chrf"],
        packages=raw["packages"],
        broken=frozenset(raw["broken"]),
        default=tuple(raw["default"]),
    )


def apertium_packages(pair: Pair | None = None) -> list[str]:
    """Debian packages to install: those of every language an edition is likely to want, or those of one pair's best route."""
    if pair is None:
        return ["apertium", *table().default]
    modes = next(iter(table().routes.get(str(pair), ())), ())
    return ["apertium", *dict.fromkeys(table().packages[m] for m in modes)] if modes else []


class Apertium:
    """All installed pairs, and the routes that can be made of them. ``timeout`` is in seconds for a batch (more for a long
    one); at most ``pipes`` pipelines are kept running, each started afresh after ``recycle`` texts."""

    kind = EngineKind.RULES
    markup = Markup.NATIVE

    def __init__(self, *, modes: str = str(MODES), timeout: float = 30.0, pipes: int = 16, recycle: int = 20_000) -> None:
        self._modes = {m: p for m, p in _installed(Path(modes)).items() if m not in table().broken}
        self._timeout, self._most, self._recycle = timeout, pipes, recycle
        self._pipes: OrderedDict[str, Pipe] = OrderedDict()
        self._guard = threading.Lock()
        self._routes: dict[Pair, tuple[str, ...]] = {}
        self.id = f"apertium {_version()} {_data(self._modes)}" if self._modes else "apertium -"
        self.pairs = frozenset(self._reachable())

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        """One hypothesis for each text, ``unknown`` being the share of words its analyser did not know.

        Raises PairError (naming the packages to install), EngineDied, EngineError.
        """
        route = self.route(pair)
        worth = [n for n, text in enumerate(texts) if LETTERS.search(MARKER.sub("", text))]
        unknown = dict(zip(worth, self._unknown(route[0], [texts[n] for n in worth], pair), strict=True))
        passed = [texts[n] for n in worth]
        for mode in route:
            passed = self._hop(mode, passed, pair)
        answers = dict(zip(worth, passed, strict=True))
        return [Hypothesis(text=answers.get(n, text), unknown=unknown.get(n, 0.0)) for n, text in enumerate(texts)]

    def route(self, pair: Pair) -> tuple[str, ...]:
        """The modes a text of this pair goes through. Raises PairError."""
        found = self._routes.get(pair)
        if found is None:
            raise PairError(self.id, self._why_not(pair), pair=str(pair))
        return found

    def close(self) -> None:
        """End all pipelines."""
        with self._guard:
            for pipe in self._pipes.values():
                pipe.close()
            self._pipes.clear()

    # ------------------------------------------------------------------------------------------ routes

    def _reachable(self) -> Iterator[Pair]:
        by_start: dict[str, list[str]] = {}
        for mode in self._modes:
            by_start.setdefault(_ends(mode)[0], []).append(mode)
        for start in by_start:
            for way in sorted(_ways(start, by_start, UNMEASURED_HOPS), key=_cost):
                self._routes.setdefault(Pair(start, _ends(way[-1])[1]), way)
        for name, measured in table().routes.items():
            pair = Pair(*name.split("-"))
            for way in measured:
                if all(m in self._modes for m in way):
                    self._routes[pair] = way
                    break
        for name in table().useless:
            self._routes.pop(Pair(*name.split("-")), None)
        yield from self._routes

    def _why_not(self, pair: Pair) -> str:
        if shutil.which("apertium-wblank-mode") is None:
            needed = apertium_packages(pair) or apertium_packages()
            return f"Apertium is not installed: apt-get install {' '.join(needed)}"
        needed = apertium_packages(pair)
        if needed:
            return f"no installed route leads from {pair.source} to {pair.target}: apt-get install {' '.join(needed)}"
        return f"Apertium has no route from {pair.source} to {pair.target}; name another engine for this pair"

    # ------------------------------------------------------------------------------------------ pipelines

    def _hop(self, mode: str, texts: Sequence[str], pair: Pair) -> list[str]:
        stopped = [_stopped(t) for t in texts]
        messages = [encode(t) for t in stopped]
        answers = self._through(mode, [m for m, _ in messages], pair)
        hopped = [decode(a, kept) for a, (_, kept) in zip(answers, messages, strict=True)]
        for text, answer in zip(texts, hopped, strict=True):
            if not answer.strip():
                raise EngineDied(self.id, f"{mode} gave nothing for {text[:60]!r}", pair=str(pair))
        return [_tidy(t, a, added=s != t) for t, a, s in zip(texts, hopped, stopped, strict=True)]

    def _unknown(self, mode: str, texts: Sequence[str], pair: Pair) -> list[float]:
        """The share of unknown words of each text, by the first stage of a mode alone. (Marking them in the translation
        itself, ``-g``, spoils contractions: "el *Il-76" instead of "l'Il-76".)"""
        messages = [MARKED_OFF.sub("", encode(MARKER.sub("", t))[0]) for t in texts]
        return [_share(WORDS.findall(a)) for a in self._through(f"{mode} words", messages, pair)]

    def _through(self, name: str, messages: Sequence[str], pair: Pair) -> list[str]:
        """Messages through a pipeline; one that dies is started again once for what it left undone."""
        done: list[str] = []
        if not messages:
            return done
        for attempt in (1, 2):
            pipe = self._pipe(name)
            try:
                seconds = self._timeout + sum(map(len, messages)) / 500
                done += pipe.ask(messages[len(done) :], seconds)
                break
            except Died as error:
                done += error.answers
                if attempt == 2:
                    raise EngineDied(self.id, f"{name}: {error} at {messages[len(done)][:80]!r}", pair=str(pair)) from error
            finally:
                self._release(name, pipe)
        return done

    def _pipe(self, name: str) -> Pipe:
        """The pipeline of that name with its lock held, started if it is not running."""
        while True:
            with self._guard:
                pipe = self._pipes.get(name) or self._start(name)
                self._pipes.move_to_end(name)
            pipe.lock.acquire()
            if not pipe.closed:
                return pipe
            pipe.lock.release()

    def _start(self, name: str) -> Pipe:
        self._make_room()
        mode, _, part = name.partition(" ")
        command = _command(self._modes[mode], self.id)
        if part:
            command = command.split(" | ")[0]
        pipe = self._pipes[name] = Pipe(["bash", "-c", command, "apertium", "-n", ""])
        return pipe

    def _make_room(self) -> None:
        """End the pipelines that have not been used for longest, until there is room for one more."""
        for name in list(self._pipes):
            pipe = self._pipes[name]
            if len(self._pipes) >= self._most and pipe.lock.acquire(blocking=False):
                pipe.close()
                del self._pipes[name]
                pipe.lock.release()

    def _release(self, name: str, pipe: Pipe) -> None:
        if pipe.asked >= self._recycle:
            pipe.close()
        pipe.lock.release()
        with self._guard:
            if pipe.closed and self._pipes.get(name) is pipe:
                del self._pipes[name]


# ---------------------------------------------------------------------------------------------- modes and routes


def _installed(folder: Path) -> dict[str, Path]:
    """Canonical modes by name; variants of spelling (``spa-cat_valencia``) are left alone."""
    found = {p.stem: p for p in sorted(folder.glob("*.mode")) if MODE.fullmatch(p.stem)}
    return {m: p for m, p in found.items() if _ends(m)[0] != _ends(m)[1]}


@cache
def _version() -> str:
    try:
        said = subprocess.run(["apertium", "-V"], capture_output=True, text=True, timeout=10, check=False).stdout
    except OSError:
        return "?"
    return said.removeprefix("Apertium").strip() or "?"


def _data(modes: Mapping[str, Path]) -> str:
    """Changes with the installed language data (packages keep the dates of their files) and with the table of routes."""
    dated = [f"{m} {p.stat().st_mtime_ns}" for m, p in modes.items()]
    return short_hash(*dated, str(table().routes))[:5]


@cache
def _ends(mode: str) -> tuple[str, str]:
    match = MODE.fullmatch(mode)
    assert match is not None
    return TAGS.get(match[1], match[1]), TAGS.get(match[2], match[2])


def _ways(start: str, by_start: Mapping[str, Sequence[str]], hops: int = MAX_HOPS) -> Iterator[tuple[str, ...]]:
    """Every route of at most so many modes that comes through no language twice."""
    ways: list[tuple[tuple[str, ...], frozenset[str]]] = [((), frozenset({start}))]
    for _ in range(hops):
        ways = [
            ((*way, mode), seen | {_ends(mode)[1]})
            for way, seen in ways
            for mode in by_start.get(_ends(way[-1])[1] if way else start, ())
            if _ends(mode)[1] not in seen
        ]
        yield from (way for way, _ in ways)


def _cost(way: Sequence[str]) -> tuple[int, float]:
    worth = 1.0
    for mode in way:
        worth *= table().chrf.get(mode, 100 * UNMEASURED) / 100
    return len(way), -worth


def _command(path: Path, engine: str) -> str:
    try:
        return subprocess.run(["apertium-wblank-mode", "-z", str(path)], capture_output=True, text=True, check=True, timeout=10).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineError(engine, f"cannot read {path}: {error}; apt-get install apertium") from error


# ---------------------------------------------------------------------------------------------- small repairs

MARKED_OFF = re.compile(r"\[\[[^\]]*\]\]")
ENDS = re.compile(r"[.!?…:;。؟।][\"'”’»)\]\ue200-\ue2ff\s]*$")
DETACHED = re.compile(r"(?<=[^\W_])[ \u00a0]+([,.)](?:[\s\ue200-\ue2ff]|$))")
SECOND = re.compile(r"^([\ue100-\ue2ff]*(\w+)[\ue100-\ue2ff]* [\ue100-\ue2ff]*)([^\W\d_])([^\W\d_]*[^\W\d_A-Z])\b")


def _share(words: Sequence[tuple[str, str]]) -> float:
    known = [star == "" for word, star in words if LETTERS.search(word)]
    return known.count(False) / len(known) if known else 0.0


def _stopped(text: str) -> str:
    """With a full stop at its end: pipelines translate worse, or hold back the last word, without one."""
    return text if ENDS.search(text) else text.rstrip() + "."


def _tidy(source: str, answer: str, *, added: bool) -> str:
    """Take the added full stop off, and mend spaces and capitals that the rules put where the source has none."""
    text = answer.strip()
    if added:
        text = re.sub(r"\s*\.(\s*[\ue200-\ue2ff]*)$", r"\1", text)
    if "  " not in source:
        text = re.sub(r"  +", " ", text)
    if not DETACHED.search(source):
        text = DETACHED.sub(r"\1", text)
    return _capitals(MARKER.sub("", source).strip(), text)


def _capitals(source: str, text: str) -> str:
    """A capital at the start if the source has one; none on the second word if the source has none after its first
    ("Hsieh implied" became "Hsieh Implicó")."""
    first = next((n for n, c in enumerate(text) if c.isalpha() or c.isdigit()), None)
    if first is not None and source[:1].isupper() and text[first].islower():
        text = text[:first] + text[first].upper() + text[first + 1 :]
    second = SECOND.match(text)
    names = {w for w in re.findall(r"\w+", source)[1:] if w[:1].isupper()}
    if second and second[3].isupper() and source.startswith(second[2]) and not names:
        text = text[: second.start(3)] + second[3].lower() + text[second.end(3) :]
    return text
