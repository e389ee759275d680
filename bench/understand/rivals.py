"""BERTopic, EVōC and k-means on vectors and texts given in a folder; run by themes.py.

Reads texts.json and vectors.npy, writes one labels file a rival and a line of JSON for
each. Runs in a Python of its own, with what rivals.txt names and nothing of ours.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import numpy as np

warnings.filterwarnings("ignore")


def bertopic(seed: int) -> Callable[..., np.ndarray]:
    def run(texts: list[str], vectors: np.ndarray, _count: int) -> np.ndarray:
        from bertopic import BERTopic
        from umap import UMAP

        reduced = UMAP(
            n_neighbors=15,
            n_components=5,
            min_dist=0.0,
            metric="cosine",
            random_state=seed,
            low_memory=False,
        )
        return np.array(BERTopic(umap_model=reduced).fit_transform(texts, vectors)[0])

    return run


def evoc(_texts: list[str], vectors: np.ndarray, _count: int) -> np.ndarray:
    from evoc import EVoC

    return np.array(EVoC(random_state=0).fit_predict(vectors))


def kmeans(_texts: list[str], vectors: np.ndarray, count: int) -> np.ndarray:
    """Told the true number, which nobody knows in earnest."""
    from sklearn.cluster import KMeans

    return KMeans(count, n_init=4, random_state=0).fit_predict(vectors)


RIVALS = {
    "BERTopic, seed 0": bertopic(0),
    "BERTopic, seed 1": bertopic(1),
    "BERTopic, seed 2": bertopic(2),
    "EVoC": evoc,
    "k-means, told k": kmeans,
}


def minilm(texts: list[str]) -> np.ndarray:
    """all-MiniLM-L6-v2 in plain NumPy, mean pooled, unit rows."""
    import all_minilm_l6_v2
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    with tempfile.TemporaryDirectory() as folder:
        packed = Path(all_minilm_l6_v2.__file__).parent / "model.zip"
        ZipFile(packed).extractall(folder)
        weights = load_file(next(Path(folder).rglob("model.safetensors")))
        tokenizer = Tokenizer.from_file(str(next(Path(folder).rglob("tokenizer.json"))))
    tokenizer.enable_truncation(128)
    tokenizer.no_padding()
    ids = [one.ids for one in tokenizer.encode_batch(texts)]
    out = np.zeros((len(texts), 384), np.float32)
    lengths = np.array(list(map(len, ids)))
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        for start in range(0, len(rows), 256):
            some = rows[start : start + 256]
            hidden = transformed(np.array([ids[row] for row in some]), weights)
            out[some] = hidden.mean(axis=1)
    return out / np.linalg.norm(out, axis=1, keepdims=True)


def transformed(ids: np.ndarray, w: dict[str, np.ndarray]) -> np.ndarray:
    """Six layers of twelve heads; rows of one length, so that nothing is masked."""
    from scipy.special import erf

    def normed(x: np.ndarray, name: str) -> np.ndarray:
        x = x - x.mean(-1, keepdims=True)
        x = x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-12)
        return x * w[f"{name}.weight"] + w[f"{name}.bias"]

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def heads(x: np.ndarray) -> np.ndarray:
        return x.reshape(*x.shape[:2], 12, 32).transpose(0, 2, 1, 3)

    at = "embeddings"
    x = w[f"{at}.word_embeddings.weight"][ids]
    x = x + w[f"{at}.position_embeddings.weight"][: ids.shape[1]]
    x = normed(x + w[f"{at}.token_type_embeddings.weight"][0], f"{at}.LayerNorm")
    for layer in range(6):
        at = f"encoder.layer.{layer}"
        query, key, value = (
            heads(dense(x, f"{at}.attention.self.{part}"))
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(32)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        mixed = (scores @ value).transpose(0, 2, 1, 3).reshape(x.shape)
        mixed = dense(mixed, f"{at}.attention.output.dense")
        x = normed(x + mixed, f"{at}.attention.output.LayerNorm")
        wide = dense(x, f"{at}.intermediate.dense")
        wide = 0.5 * wide * (1 + erf(wide / np.sqrt(2)))
        wide = dense(wide, f"{at}.output.dense")
        x = normed(x + wide, f"{at}.output.LayerNorm")
    return x


def main() -> None:
    """rivals.py FOLDER COUNT NAME: one rival in one process, as a user would run it."""
    folder, count, name = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    if name == "encode":
        np.save(folder / "minilm.npy", minilm(texts))
        return
    vectors = np.load(folder / sys.argv[4])
    start, clock = time.process_time(), time.perf_counter()
    labels = RIVALS[name](texts, vectors, count)
    took = time.process_time() - start, time.perf_counter() - clock
    np.save(folder / "labels.npy", labels)
    print(json.dumps({"cpu": took[0], "wall": took[1]}))


if __name__ == "__main__":
    main()
