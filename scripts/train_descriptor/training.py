"""The training itself: steps, checkpoints, and going on after either."""

import copy
import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from scripts.train_descriptor.batches import Batch, Batches
from scripts.train_descriptor.judging import as_input, judge, pool
from scripts.train_descriptor.losses import contrast, near_clean, spread
from scripts.train_descriptor.network import Network, imagenet
from scripts.train_descriptor.pictures import Pictures
from scripts.train_descriptor.settings import Settings

CHECKPOINT, LOG, KEPT = "checkpoint.pt", "log.jsonl", "settings.json"
PROTOTYPE_SIDE = 224

Say = Callable[[str], None]


@dataclass(slots=True)
class Training:
    """One run in its folder."""

    folder: Path
    pictures: Pictures
    settings: Settings
    say: Say
    workers: int = 2

    def run(self, until: int | None = None) -> Network:
        """Train to the last step, or to `until`, from where the folder's checkpoint stands: the averaged network."""
        self._same_settings()
        torch.manual_seed(self.settings.run.seed)
        network = imagenet(self.settings.network.learned, self.settings.network.kept)
        network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        pooled = prototypes(network, self.pictures)
        network.keep(pooled[torch.tensor(self.pictures.trained)])
        network.freeze(self.settings.network.frozen)
        clean = torch.nn.functional.normalize(network.kept(pooled), dim=1).detach()
        maybe = maybe_same(self.pictures)
        optimizer, averaged = (
            self._optimizer(network),
            {name: value.clone() for name, value in moving(network)},
        )
        start = self._resume(network, optimizer, averaged)
        last = min(until or self.settings.optimizer.steps, self.settings.optimizer.steps)
        if start == 0:
            self._judge(network, averaged, 0)
        batches = Batches(self.pictures, self.settings)
        for step, batch in enumerate(self._loaded(batches, start, last), start):
            began = time.perf_counter()
            for group in optimizer.param_groups:
                group["lr"] = group["rate"] * self._pace(step)
            loss = self._loss(network, batch, clean, maybe)
            optimizer.zero_grad(set_to_none=True)
            loss["all"].backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_([value for _, value in moving(network)], 1.0)
            optimizer.step()
            with torch.no_grad():
                for name, value in moving(network):
                    averaged[name].lerp_(
                        value, 1 - min(self.settings.optimizer.averaging, (step + 1) / (step + 10))
                    )
            self._log(step, {name: value.item() for name, value in loss.items()}, time.perf_counter() - began)
            if (step + 1) % self.settings.run.checkpoint == 0 or step + 1 == last:
                self._save(network, optimizer, averaged, step + 1)
            if (step + 1) % self.settings.run.judge == 0 or step + 1 == last:
                self._judge(network, averaged, step + 1)
        return with_weights(network, averaged)

    def _loaded(self, batches: Batches, start: int, last: int) -> Iterator[Batch]:
        order = range(start, last)
        return iter(
            DataLoader(
                batches,  # type: ignore[arg-type]
                sampler=order,
                batch_size=None,
                num_workers=self.workers,
                prefetch_factor=3 if self.workers else None,
                collate_fn=lambda batch: batch,
            )
        )

    def _loss(self, network: Network, batch: Batch, clean: Tensor, maybe: Tensor) -> dict[str, Tensor]:
        loss = self.settings.loss
        with torch.autocast("cpu", dtype=torch.bfloat16):
            parts = network(as_input(batch.views))
        learned, kept = parts.learned.float(), parts.kept.float()
        rows = torch.from_numpy(batch.rows)
        apart = contrast(
            learned, torch.from_numpy(batch.groups), torch.from_numpy(batch.doubts), loss.temperature
        )
        near = near_clean(kept, rows, clean, maybe, loss.temperature)
        even = spread(learned[: len(learned) // 2])
        return {
            "all": apart + loss.kept * near + loss.spread * even,
            "contrast": apart,
            "kept": near,
            "spread": even,
        }

    def _optimizer(self, network: Network) -> torch.optim.AdamW:
        wanted = self.settings.optimizer
        heads = [value for name, value in moving(network) if name.startswith("learned")]
        body = [value for name, value in moving(network) if not name.startswith("learned")]
        return torch.optim.AdamW(
            [{"params": body, "rate": wanted.backbone_rate}, {"params": heads, "rate": wanted.head_rate}],
            weight_decay=wanted.weight_decay,
        )

    def _pace(self, step: int) -> float:
        wanted = self.settings.optimizer
        rising = min(1.0, (step + 1) / max(1, wanted.warm_up))
        return rising * 0.5 * (1 + float(np.cos(np.pi * step / wanted.steps)))

    def _same_settings(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        kept, now = self.folder / KEPT, json.dumps(self.settings.trained_by(), indent=2)
        if kept.exists() and kept.read_text(encoding="utf-8") != now:
            raise ValueError(
                f"{self.folder} holds a run of other settings: name another folder, or use its own."
            )
        kept.write_text(now, encoding="utf-8")

    def _resume(self, network: Network, optimizer: torch.optim.Optimizer, averaged: dict[str, Tensor]) -> int:
        path = self.folder / CHECKPOINT
        if not path.exists():
            return 0
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        averaged.update(state["averaged"])
        self.say(f"goes on from step {state['step']}")
        return int(state["step"])

    def _save(
        self, network: Network, optimizer: torch.optim.Optimizer, averaged: dict[str, Tensor], step: int
    ) -> None:
        path = self.folder / CHECKPOINT
        beside = path.with_suffix(".new")
        torch.save(
            {
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "averaged": averaged,
                "step": step,
            },
            beside,
        )
        beside.replace(path)

    def _judge(self, network: Network, averaged: dict[str, Tensor], step: int) -> None:
        judged = judge(with_weights(network, averaged), self.pictures, self.settings.views.side)
        shares = dataclasses.asdict(judged)
        self._log(step, shares, None)
        self.say(f"step {step}: " + ", ".join(f"{name} {share:.3f}" for name, share in shares.items()))

    def _log(self, step: int, values: dict[str, float], seconds: float | None) -> None:
        row = {"step": step, **{name: round(value, 5) for name, value in values.items()}}
        if seconds is not None:
            row["seconds"] = round(seconds, 3)
        with (self.folder / LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(row) + "\n")


def moving(network: Network) -> list[tuple[str, torch.nn.Parameter]]:
    """The parameters that are trained, by name."""
    return [(name, value) for name, value in network.named_parameters() if value.requires_grad]


def with_weights(network: Network, averaged: dict[str, Tensor]) -> Network:
    """A copy of the network with the averaged weights."""
    other = copy.deepcopy(network)
    with torch.no_grad():
        for name, value in moving(other):
            value.copy_(averaged[name])
    return other


def prototypes(network: Network, pictures: Pictures) -> Tensor:
    """What ImageNet's network sees in each clean picture: float32 (n, 1280), of unit length."""
    return torch.from_numpy(pool(network, pictures.photos, PROTOTYPE_SIDE))


def maybe_same(pictures: Pictures) -> Tensor:
    """Whether two pictures may show one object: bool (n, n)."""
    names = {name: at for at, name in enumerate(sorted(set(pictures.objects)))}
    numbers = torch.tensor([names[name] for name in pictures.objects])
    return numbers[:, None] == numbers[None, :]


def trained(folder: Path, settings: Settings) -> Network:
    """The network of a run as its checkpoint has it, its weights averaged. Raises FileNotFoundError."""
    state: dict[str, Any] = torch.load(folder / CHECKPOINT, map_location="cpu", weights_only=True)
    network = Network(settings.network.learned, settings.network.kept)
    network.load_state_dict({**state["network"], **state["averaged"]})
    return network.eval()
