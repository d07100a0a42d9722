"""From a decoder's attention to which word became which: good for models trained with guided alignment, noise for others.

Hence a model has to pass a test before it is believed: words that come out as they went in (names, numbers) must be
aligned to themselves. Words are what stands between spaces; a piece of word begins one if it begins with ``▁``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Alignment = tuple[tuple[int, int, int, int], ...]
CORE = re.compile(r"\w(?:\S*\w)?")
SURE = 0.3  #: of a target word's attention that has to be on one source word
PASSED = 0.8  #: of the copied words that must be aligned to themselves
LEAST = 5  #: copied words, below which a test says nothing


def aligned(
    source: str, source_pieces: Sequence[str], target: str, target_pieces: Sequence[str], attention: Sequence[Sequence[float]]
) -> Alignment:
    """(source start, end, target start, end) of each target word that attends to one source word more than to others.

    ``attention`` has a row for each target piece and a column for each source piece. Nothing comes out where the pieces
    are not those of the words (a model that writes no spaces).
    """
    words, said = (list(re.finditer(r"\S+", text)) for text in (source, target))
    from_piece, to_piece = _numbered(source_pieces), _numbered(target_pieces)
    if not words or not said or max(from_piece, default=-1) + 1 != len(words) or max(to_piece, default=-1) + 1 != len(said):
        return ()
    mass = [[0.0] * len(words) for _ in said]
    for row, number in zip(attention, to_piece, strict=False):
        for weight, column in zip(row, from_piece, strict=False):
            mass[number][column] += weight
    pairs = []
    for word, weights in zip(said, mass, strict=True):
        best = max(range(len(words)), key=weights.__getitem__)
        if weights[best] > SURE * sum(weights):
            pairs.append((*_core(words[best]), *_core(word)))
    return tuple(pairs)


def trusted(examples: Sequence[tuple[str, str, Alignment]]) -> bool:
    """Do these alignments (source, target, pairs) align what was copied to itself?"""
    right = total = 0
    for source, target, pairs in examples:
        for a, b, c, d in pairs:
            word = target[c:d]
            if len(word) > 1 and (word[0].isupper() or word[0].isdigit()) and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", source):
                total += 1
                right += source[a:b] == word
    return total >= LEAST and right >= PASSED * total


def _numbered(pieces: Sequence[str]) -> list[int]:
    """The number of the word that each piece belongs to. ``▁`` alone begins the word after it."""
    numbers, word, fresh = [], -1, True
    for piece in pieces:
        if (piece.startswith("▁") and not fresh) or word < 0:
            word += 1
        numbers.append(word)
        fresh = piece == "▁"
    return numbers


def _core(word: re.Match[str]) -> tuple[int, int]:
    """A word without the punctuation around it."""
    core = CORE.search(word[0])
    return (word.start() + core.start(), word.start() + core.end()) if core else word.span()
