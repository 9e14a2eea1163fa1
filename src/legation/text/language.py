"""In which language a text is written: fast enough for every account of a large collection.

The model is py3langid's (140 languages, offline). Its own loop walks one text after
the other in Python; here thousands of texts take each step together in numpy, with
the same scores at many times the speed. Only codes of ISO 639-1 leave this module;
`und` says that the text is short or the model unsure, and is no failure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from threading import Lock, Thread
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

UNDETERMINED: Final = "und"
CONFIDENCE: Final = 0.5
MIN_CHARACTERS: Final = 20

_LOADING: Final = Lock()
_MAX_BYTES: Final = 1200
_ROWS: Final = 8192
_CODE_LENGTH: Final = 2
# Varieties that posts are easily taken for, by ISO 639-3 macrolanguage or written standard.
_WITHIN: Final = {"arz": "ar", "ary": "ar", "pcm": "en"}

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    moves: NDArray[np.int64]
    features: NDArray[np.int64]
    rows: NDArray[np.int64]
    weights: Floats
    priors: Floats
    languages: tuple[str, ...]
    language_of: NDArray[np.int64]


def warm() -> None:
    """Begin to load the model beside other work; what asks for it later waits for the rest."""
    Thread(target=_model, daemon=True).start()


def identify(texts: Sequence[str]) -> list[str]:
    """Return each text's language (ISO 639-1) or `und`; texts are best normal forms.

    >>> identify(["the agreement was signed this morning", "переговоры начались утром", "ok"])
    ['en', 'ru', 'und']
    """
    found = [UNDETERMINED] * len(texts)
    long_enough = [i for i, text in enumerate(texts) if len(text) >= MIN_CHARACTERS]
    sizes = np.fromiter((len(texts[i]) for i in long_enough), np.int64, len(long_enough))
    by_size = np.argsort(sizes, kind="stable").tolist()
    for start in range(0, len(by_size), _ROWS):
        chosen = [long_enough[i] for i in by_size[start : start + _ROWS]]
        best, sure = scores([texts[i] for i in chosen])
        for i, language, confidence in zip(chosen, best, sure.tolist(), strict=True):
            if confidence >= CONFIDENCE:
                found[i] = language
    return found


def identify_groups(
    keys: NDArray[np.int64], texts: Sequence[str], *, max_chars: int = 300
) -> tuple[NDArray[np.int64], list[str]]:
    """Return the distinct keys, and the language of the first texts of each.

    Args:
        keys: For each text whose it is, such as an account.
        texts: Normal forms.
        max_chars: Of each key's texts no more are read, once so many characters are there.
    """
    order = np.argsort(keys, kind="stable")
    distinct, begin = np.unique(keys[order], return_index=True)
    if not len(distinct):
        return distinct, []
    sizes = np.fromiter((len(texts[i]) + 1 for i in order.tolist()), np.int64, len(order))
    before = np.cumsum(sizes) - sizes
    group = np.repeat(np.arange(len(distinct)), np.diff([*begin, len(order)]))
    read = np.flatnonzero(before - before[begin][group] < max_chars)
    snippets: list[list[str]] = [[] for _ in range(len(distinct))]
    for owner, i in zip(group[read].tolist(), order[read].tolist(), strict=True):
        snippets[owner].append(texts[i])
    return distinct, identify([" ".join(parts)[:max_chars] for parts in snippets])


def scores(texts: Sequence[str]) -> tuple[list[str], Floats]:
    """Return the likeliest language of each text and the model's confidence, 0 to 1."""
    model = _model()
    encoded = [text.encode("utf-8", "surrogatepass")[:_MAX_BYTES] for text in texts]
    sizes = np.fromiter(map(len, encoded), np.int64, len(encoded))
    weight = _features(model, encoded, sizes) @ model.weights + model.priors
    weight /= np.sqrt(np.maximum(sizes, 1))[:, None]
    np.exp(weight - weight.max(axis=1, keepdims=True), out=weight)
    weight /= weight.sum(axis=1, keepdims=True)
    merged = np.zeros((len(texts), len(model.languages) + 1), np.float32)
    for column, language in enumerate(model.language_of.tolist()):
        merged[:, language] += weight[:, column]
    merged = merged[:, :-1]
    best = merged.argmax(axis=1)
    confidence: Floats = merged[np.arange(len(texts)), best]
    return [model.languages[i] for i in best.tolist()], confidence


def _features(model: _Model, encoded: Sequence[bytes], sizes: NDArray[np.int64]) -> Any:
    """Walk all texts through the automaton together; return log(1 + count) per feature."""
    from scipy.sparse import csr_array

    order = np.argsort(-sizes, kind="stable")
    longest = int(sizes.max(initial=0))
    joined = b"".join(encoded[i].ljust(longest, b"\0") for i in order.tolist())
    steps = np.frombuffer(joined, np.uint8).reshape(len(encoded), longest).T
    running = np.searchsorted(-sizes[order], -np.arange(longest), side="left")
    state = np.zeros(len(encoded), np.int64)
    texts: list[NDArray[np.int64]] = []
    features: list[NDArray[np.int64]] = []
    for letters, count in zip(steps, running.tolist(), strict=True):
        here = model.moves[model.rows[state[:count]] + letters[:count]]
        state[:count] = here
        feature = model.features[here]
        hit = np.flatnonzero(feature >= 0)
        texts.append(order[hit])
        features.append(feature[hit])
    place = (np.concatenate([*texts, []]).astype(int), np.concatenate([*features, []]).astype(int))
    shape = (len(encoded), len(model.weights))
    table = csr_array((np.ones(len(place[0]), np.float32), place), shape=shape)
    table.sum_duplicates()
    np.log1p(table.data, out=table.data)
    return table


def _model() -> _Model:
    with _LOADING:
        return _loaded()


@cache
def _loaded() -> _Model:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    source = LanguageIdentifier.from_model_file(MODEL_FILE)
    named = [_WITHIN.get(code, code) for code in source.nb_classes]
    languages = tuple(dict.fromkeys(code for code in named if len(code) == _CODE_LENGTH))
    number = {code: i for i, code in enumerate(languages)}
    return _Model(
        moves=np.array(source.tk_nextmove, np.int64),
        features=np.array(source.tk_output, np.int64),
        rows=np.array(source.tk_row, np.int64) << 8,
        weights=np.asarray(source.nb_ptc, np.float32),
        priors=np.asarray(source.nb_pc, np.float32),
        languages=languages,
        language_of=np.array([number.get(code, len(languages)) for code in named]),
    )
