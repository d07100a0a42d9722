"""CTranslate2 models with random weights, made with numpy alone: they load, decode and score like real ones, and mean nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece
from ctranslate2.specs import common_spec
from ctranslate2.specs.transformer_spec import TransformerSpec

CORPUS = [f"the {a} {b} the {c} on monday . le {a} a {b} la {c} lundi , {n}" for n, (a, b, c) in enumerate(
    (a, b, c) for a in ("minister", "council", "court", "mayor") for b in ("approved", "rejected", "said") for c in ("plan", "budget", "law")
)]  # fmt: skip


def pieces(path: Path, size: int = 60) -> list[str]:
    """Train a sentencepiece model at ``path``; returns its pieces."""
    prefix = str(path) + ".tmp"
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS), model_prefix=prefix, vocab_size=size, bos_id=-1, minloglevel=2, hard_vocab_limit=False
    )
    Path(prefix + ".model").rename(path)
    Path(prefix + ".vocab").unlink()
    model = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [model.id_to_piece(n) for n in range(model.get_piece_size())]


def model(
    folder: Path,
    vocabulary: list[str],
    *,
    eos: bool = False,
    positions: int = 512,
    bias: dict[str, float] | None = None,
    layers: int = 1,
    width: int = 16,
    ends_after: int = 0,
) -> None:
    """Write model.bin, config.json and shared_vocabulary.json; ``bias`` pushes single tokens of the output, ``ends_after``
    makes every answer about that long (a direction that only later positions have, and that means the end)."""
    rnd, inner = np.random.default_rng(1), 2 * width if width < 64 else 4 * width
    spec = TransformerSpec.from_config((layers, layers), max(2, width // 64), pre_norm=False, activation=common_spec.Activation.SWISH)
    words = ["<pad>", "</s>", "<unk>", *(v for v in vocabulary if v not in ("<pad>", "</s>", "<unk>"))]

    def linear(layer: Any, rows: int, columns: int) -> None:
        layer.weight = rnd.normal(0, 0.01 if ends_after else 0.3, (rows, columns)).astype(np.float32)
        layer.bias = np.zeros(rows, np.float32)

    def norm(layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(width, np.float32), np.zeros(width, np.float32)

    def attention(layer: Any, itself: bool) -> None:
        sizes = [3 * width, width] if itself else [width, 2 * width, width]
        for part, rows in zip(layer.linear, sizes, strict=True):
            linear(part, rows, width)
        norm(layer.layer_norm)

    embedding = rnd.normal(0, 1, (len(words), width)).astype(np.float32)
    end = np.zeros(width, np.float32)
    if ends_after:
        embedding[:, 0] = 0
        end[0] = 100 * np.sqrt(width)
        embedding[1] = end / 10
    for side, itself in ((spec.encoder, True), (spec.decoder, False)):
        (side.embeddings[0] if itself else side.embeddings).weight = embedding
        encodings = rnd.normal(0, 0.1, (positions, width)).astype(np.float32)
        encodings[ends_after or positions :] += end
        side.position_encodings.encodings = encodings
        side.scale_embeddings = True
        for layer in side.layer:
            attention(layer.self_attention, True)
            if not itself:
                attention(layer.attention, False)
            linear(layer.ffn.linear_0, inner, width)
            linear(layer.ffn.linear_1, width, inner)
            norm(layer.ffn.layer_norm)
    spec.decoder.projection.weight = embedding
    spec.decoder.projection.bias = np.array([(bias or {}).get(w, -2.0 if w == "<pad>" else 0.0) for w in words], np.float32)
    spec.register_source_vocabulary(words)
    spec.register_target_vocabulary(words)
    spec.config.add_source_eos = eos
    spec.config.decoder_start_token = "</s>"
    spec.validate()
    spec.optimize("int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))


def opus_size(folder: Path) -> Path:
    """As large as an OPUS-MT model (6+6 layers, width 512, 32,000 words): for speed; answers are 30 pieces long."""
    known = pieces(_ready(folder) / "source.spm")
    pieces(folder / "target.spm")
    model(folder, [*known, *(f"▁w{n}" for n in range(32_000))], layers=6, width=512, ends_after=30)
    return folder


def nllb(folder: Path) -> Path:
    model(folder, [*pieces(_ready(folder) / "sentencepiece.bpe.model"), "eng_Latn", "fra_Latn", "zho_Hans", "arb_Arab"])
    return folder


def m2m(folder: Path) -> Path:
    model(folder, [*pieces(_ready(folder) / "sentencepiece.bpe.model"), "__en__", "__fr__", "__pt__"])
    return folder


def madlad(folder: Path) -> Path:
    model(folder, [*pieces(_ready(folder) / "spiece.model"), "<2en>", "<2fr>", "<2de>"])
    return folder


def opus_many(folder: Path) -> Path:
    known = pieces(_ready(folder) / "source.spm")
    pieces(folder / "target.spm")
    model(folder, [*known, ">>fra<<", ">>spa<<"])
    return folder


def argos(archive: Path, *, prefix: str = "") -> Path:
    """An ``.argosmodel`` from English to French."""
    home = _ready(archive.with_suffix(".src") / "en_fr-1_0")
    model(home / "model", [*pieces(home / "sentencepiece.model"), *([prefix] if prefix else [])])
    (home / "metadata.json").write_text(f'{{"from_code": "en", "to_code": "fr", "package_version": "1.0", "target_prefix": "{prefix}"}}')
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(home.rglob("*")):
            packed.write(path, path.relative_to(home.parent))
    return archive


def _ready(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
