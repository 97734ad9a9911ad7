"""Train the bundled descriptor.

usage: python -m scripts.train_descriptor PICTURES --run FOLDER [--same TABLE] [--bundle FILE.onnx --version N]

A run that was stopped goes on from its last checkpoint when it is started again with the same folder. With
--bundle the trained network is written as the file that is served, with its card.
"""

import argparse
import sys
from pathlib import Path

import cv2
import torch

from scripts.train_descriptor.bundling import bundle
from scripts.train_descriptor.pictures import read_pictures, read_same
from scripts.train_descriptor.settings import BUNDLED, load
from scripts.train_descriptor.training import Training


def main() -> None:
    """Train, or go on."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", type=Path, help="folder of pictures, searched below")
    parser.add_argument(
        "--run", type=Path, required=True, help="folder of the run: checkpoints, log, settings"
    )
    parser.add_argument("--same", type=Path, help="table of photos of one object: columns photo and object")
    parser.add_argument("--settings", type=Path, default=BUNDLED)
    parser.add_argument("--until", type=int, help="stop after this step; a later call goes on")
    parser.add_argument("--bundle", type=Path, help="write the network as ONNX here, with its card beside it")
    parser.add_argument("--version", default="1", help="of the bundled model, for its card")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(asked.threads)
    settings = load(asked.settings)
    pictures = read_pictures(
        asked.pictures, settings.data.held_out, settings.data.side, read_same(asked.same)
    )

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    say(f"{len(pictures.names)} pictures, {sum(pictures.held)} held out")
    network = Training(asked.run, pictures, settings, say).run(asked.until)
    if asked.bundle:
        card = bundle(network, pictures, settings, asked.bundle, asked.version)
        say(f"{asked.bundle}: {card.name} {card.version}, {card.dimension} numbers a photo")


if __name__ == "__main__":
    main()
