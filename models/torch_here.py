"""Makes torchvision importable beside a torch without its own operators.

The torchvision that a package index gives is often built for CUDA. Beside a torch for processors its import ends with
`operator torchvision::nms does not exist`, and with it that of timm and open_clip, which need none of its operators.
Declaring the two that its import looks for is enough. Import this module before them.
"""

import torch

_declared = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
for _name in ("nms", "qnms"):
    if not hasattr(torch.ops.torchvision, _name):
        _declared.define(  # type: ignore[no-untyped-call]
            f"{_name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        )
