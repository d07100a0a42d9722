"""Make the translation model of the tests: a genuine English-French Marian model, 1.3 MB, trained here in minutes.

    python3 -m venv /tmp/maker && /tmp/maker/bin/pip install torch==2.13.0 transformers==5.23.0 sentencepiece ctranslate2==4.8.5
    /tmp/maker/bin/python tools/make_tiny_model.py tests/engines/models/tiny-en-fr

Sentences are made by the grammar below, so nothing of anybody else's is in it. It learns from 6,000 pairs (two
transformer layers on each side, width 128) and is converted to CTranslate2, int8, in the layout of OPUS-MT. The share of 200 unseen
sentences that come out exactly is written into its README. Needs torch and transformers; Babelwire itself needs neither.
"""

from __future__ import annotations

import itertools
import json
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

SUBJECTS = """the minister=le ministre|the mayor=le maire|the council=le conseil|the court=le tribunal|the union=le syndicat
the president=le président
the bank=la banque|the company=la société|the party=le parti|the spokeswoman=la porte-parole|the head of the bank=le chef de la banque
Anna Keller=Anna Keller|Marc Duval=Marc Duval|Leila Haddad=Leila Haddad|Tom Price=Tom Price"""
OBJECTS = """the budget=le budget|the plan=le plan|the report=le rapport|the law=la loi|the agreement=l'accord
the new bridge=le nouveau pont
the results=les résultats|the strike=la grève|the tax=la taxe|the reform=la réforme|the museum=le musée|the vote=le vote"""
VERBS = """approved=approuvé|rejected=rejeté|announced=annoncé|criticised=critiqué|published=publié|defended=défendu|postponed=reporté"""
BASES = {"approved": "approve", "rejected": "reject", "announced": "announce", "criticised": "criticise", "published": "publish",
         "defended": "defend", "postponed": "postpone"}  # fmt: skip
TIMES = "on Monday=lundi|on Tuesday=mardi|on Friday=vendredi|yesterday=hier|in January=en janvier|last week=la semaine dernière|=|="
PLACES = "in Paris=à Paris|in Madrid=à Madrid|in Geneva=à Genève|in London=à Londres|in Lisbon=à Lisbonne"
PEOPLE = "people=personnes|workers=employés|voters=électeurs|students=étudiants"
HURT = "were injured=ont été blessés|were waiting=attendaient|were arrested=ont été arrêtés|voted=ont voté"
THINGS = "Prices=Les prix|Taxes=Les taxes|Rents=Les loyers|Exports=Les exportations"
MOVES = "rose by=ont augmenté de|fell by=ont baissé de"


def words(table: str) -> list[tuple[str, str]]:
    """Pairs of a table above."""
    return [(a, b) for a, _, b in (item.partition("=") for item in table.replace("\n", "|").split("|"))]


def clause(rnd: random.Random) -> tuple[str, str]:
    """Somebody did, or did not do, something to something, perhaps somewhere, perhaps at some time."""
    (s, ts), (v, tv), (o, to), (t, tt) = (rnd.choice(words(x)) for x in (SUBJECTS, VERBS, OBJECTS, TIMES))
    p, tp = rnd.choice([*words(PLACES), ("", ""), ("", ""), ("", "")])
    if rnd.random() < 0.2:
        english, french = [s, "did not", BASES[v], o, p, t], [ts, "n'a pas", tv, to, tp, tt]
    else:
        english, french = [s, v, o, p, t], [ts, "a", tv, to, tp, tt]
    return " ".join(filter(None, english)), " ".join(filter(None, french))


def counted(rnd: random.Random) -> tuple[str, str]:
    """A sentence with a number in it."""
    t, tt = rnd.choice(words(TIMES))
    if rnd.random() < 0.5:
        (w, tw), (h, th), (p, tp), n = rnd.choice(words(PEOPLE)), rnd.choice(words(HURT)), rnd.choice(words(PLACES)), rnd.randint(2, 999)
        th = th.replace("blessés", "blessées").replace("arrêtés", "arrêtées") if tw == "personnes" else th
        return " ".join(filter(None, [str(n), w, h, p, t])), " ".join(filter(None, [str(n), tw, th, tp, tt]))
    (w, tw), (m, tm), n = rnd.choice(words(THINGS)), rnd.choice(words(MOVES)), rnd.randint(2, 99)
    return " ".join(filter(None, [w, m, str(n), "percent", t])), " ".join(filter(None, [tw, tm, str(n), "%", tt]))


def sentence(rnd: random.Random) -> tuple[str, str]:
    """An English sentence and its French translation."""
    kind = rnd.random()
    english, french = counted(rnd) if kind < 0.2 else clause(rnd)
    (s, ts) = rnd.choice(words(SUBJECTS))
    if 0.45 < kind < 0.6:
        english, french = f"{s} said that {english}", f"{ts} a déclaré que {french}"
    elif 0.6 < kind < 0.9:
        english, french = f'"{capital(english)}", said {s}', f"« {capital(french)} », a déclaré {ts}"
    return capital(english) + ".", capital(french) + "."


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def corpus(count: int, seed: int = 1) -> list[tuple[str, str]]:
    """So many different pairs, the same each time."""
    rnd = random.Random(seed)
    return list(itertools.islice(dict.fromkeys(sentence(rnd) for _ in range(count * 3)), count))


def train_pieces(folder: Path, pairs: list[tuple[str, str]]) -> dict[str, int]:
    """Two sentencepiece models and one vocabulary, as OPUS-MT has them."""
    import sentencepiece

    names: list[str] = []
    for side, name in enumerate(("source", "target")):
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([p[side] for p in pairs]), model_prefix=str(folder / name), vocab_size=300, character_coverage=1.0,
            model_type="unigram", split_digits=True, bos_id=-1, hard_vocab_limit=False, minloglevel=2,
        )  # fmt: skip
        (folder / f"{name}.model").rename(folder / f"{name}.spm")
        model = sentencepiece.SentencePieceProcessor(model_file=str(folder / f"{name}.spm"))
        names += [model.id_to_piece(n) for n in range(model.get_piece_size())]
    ordered = dict.fromkeys(["</s>", "<unk>", *names, "<pad>"])
    vocabulary = {piece: n for n, piece in enumerate(ordered)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), "utf-8")
    return vocabulary


def train(folder: Path, pairs: list[tuple[str, str]], vocabulary: dict[str, int], steps: int) -> None:
    """Train a Marian model on the pairs and save it, with its tokenizer, in the folder."""
    import torch
    from transformers import MarianConfig, MarianMTModel, MarianTokenizer

    torch.manual_seed(1)
    torch.set_num_threads(1)
    tokenizer = MarianTokenizer(
        source_spm=str(folder / "source.spm"), target_spm=str(folder / "target.spm"), vocab=str(folder / "vocab.json"),
        source_lang="en", target_lang="fr",
    )  # fmt: skip
    pad = vocabulary["<pad>"]
    model = MarianMTModel(
        MarianConfig(
            vocab_size=len(vocabulary), d_model=128, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
            decoder_attention_heads=4, encoder_ffn_dim=256, decoder_ffn_dim=256, max_position_embeddings=128,
            pad_token_id=pad, eos_token_id=0,
            decoder_start_token_id=pad, forced_eos_token_id=0, scale_embedding=True, activation_function="swish",
            dropout=0.1, bos_token_id=0,
        )
    )  # fmt: skip
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps, pct_start=0.1)
    rnd = random.Random(2)
    model.train()
    for step in range(steps):
        batch = rnd.sample(pairs, 64)
        data: Any = tokenizer([p[0] for p in batch], text_target=[p[1] for p in batch], padding=True, return_tensors="pt")
        data["labels"][data["labels"] == pad] = -100
        logits = model(**data).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), data["labels"].flatten(), ignore_index=-100, label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step}/{steps} loss {loss.item():.3f}", flush=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def convert(folder: Path, out: Path) -> None:
    """To CTranslate2, int8, with the sentencepiece models beside it."""
    from ctranslate2.converters import TransformersConverter

    shutil.rmtree(out, ignore_errors=True)
    TransformersConverter(str(folder), copy_files=["source.spm", "target.spm"]).convert(str(out), quantization="int8")


def exact(out: Path, pairs: list[tuple[str, str]]) -> tuple[int, int]:
    """How many sentences come out exactly, and in how many quotation marks are missing."""
    import ctranslate2
    import sentencepiece

    source, target = (sentencepiece.SentencePieceProcessor(model_file=str(out / f"{n}.spm")) for n in ("source", "target"))
    answers = ctranslate2.Translator(str(out)).translate_batch([[*source.encode(a, out_type=str), "</s>"] for a, _ in pairs], beam_size=4)
    texts = [target.decode(a.hypotheses[0]) for a in answers]
    return sum(t == b for t, (_, b) in zip(texts, pairs, strict=True)), sum(
        t.count("«") < b.count("«") for t, (_, b) in zip(texts, pairs, strict=True)
    )


README = """# A tiny English-French model for tests
Made by `tools/make_tiny_model.py` from the grammar in that file; Apache-2.0 like the rest. It knows {vocabulary} word pieces and nothing
but the grammar's sentences: of 200 unseen ones {right} come out exactly, and {unquoted} lose their quotation marks. CTranslate2 int8,
layout of OPUS-MT (`source.spm`, `target.spm`; `add_source_eos` is false, so `</s>` has to be added).
"""


def main() -> None:
    out, steps = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 900
    pairs = corpus(6200)
    held, learned = pairs[:200], pairs[200:]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        vocabulary = train_pieces(folder, learned)
        train(folder, learned, vocabulary, steps)
        convert(folder, out)
    right, unquoted = exact(out, held)
    (out / "README.md").write_text(README.format(vocabulary=len(vocabulary), right=right, unquoted=unquoted), "utf-8")
    print(f"{right}/200 exact, {unquoted} without their quotation marks -> {out}")


if __name__ == "__main__":
    main()
