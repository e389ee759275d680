"""Encoders behind the one interface: how good, how fast.

    PYTHONPATH=. python bench/understand/encoders.py [static teacher st:… openai:…]
        [--sib200 DIR] [--banking77 DIR] [--url URL]

The key of a server is read from ENCODER_KEY.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.append(str(Path(__file__).resolve().parent.parent))

from language import retrieval, same_intent, sentences, speed

from moksori.analysis.encoders import Address, Chosen, EncoderError, label, load


def line(spec: str, options: argparse.Namespace) -> str:
    address = Address(options.url, os.environ.get("ENCODER_KEY", ""))
    encoder = load(Chosen(spec, address))
    cells = [label(encoder), str(encoder.dims)]
    for folder, measure in (
        (options.sib200, lambda at: retrieval(encoder.encode, at)[0]),
        (options.banking77, lambda at: same_intent(encoder.encode, at)),
        (options.sib200, lambda at: speed_of(encoder.encode, at)),
    ):
        cells.append(f"{measure(folder):,.3f}" if folder else "–")
    return f"| {' | '.join(cells)} |"


def speed_of(encode, folder: Path) -> float:
    texts = list(sentences(folder / "kor_Hang").values())[:200]
    texts *= 50 if encode([texts[0]]).shape[1] == 256 else 1
    return speed(lambda: encode(texts), len(texts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoders", nargs="*", default=["static"])
    parser.add_argument("--sib200", type=Path)
    parser.add_argument("--banking77", type=Path)
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    print("| encoder | dims | ko → en retrieval@1 | same intent | sentences/CPU s |")
    print("|---|---|---|---|---|")
    for spec in options.encoders:
        try:
            print(line(spec, options), flush=True)
        except EncoderError as error:
            print(f"| {spec} | {error} | | | |")


if __name__ == "__main__":
    main()
