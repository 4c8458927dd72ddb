"""Muon (Jordan and others, 2024) for matrices, in 32-bit floats: torch's own works in bfloat16, which most CPUs emulate."""

import torch


class Muon(torch.optim.Optimizer):
    """Momentum whose update is brought near an orthogonal matrix by five Newton-Schulz steps.

    Matrices of the same shape are computed together. The update is scaled to the size of an AdamW update (Liu and others,
    2025, "Muon is scalable for LLM training"), so that both take the same rate.
    """

    def __init__(self, parameters, lr: float, momentum: float = 0.95, weight_decay: float = 0.0, steps: int = 5):
        super().__init__(parameters, dict(lr=lr, momentum=momentum, weight_decay=weight_decay, steps=steps))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            by_shape: dict = {}
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if "momentum" not in state:
                    state["momentum"] = torch.zeros_like(p)
                state["momentum"].lerp_(p.grad, 1 - group["momentum"])
                update = p.grad.lerp(state["momentum"], group["momentum"])
                by_shape.setdefault(tuple(p.shape), []).append((p, update))
            for (rows, columns), entries in by_shape.items():
                updates = orthogonal(torch.stack([update for _, update in entries]), group["steps"])
                scale = 0.2 * max(rows, columns) ** 0.5
                for (p, _), update in zip(entries, updates):
                    p.mul_(1 - group["lr"] * group["weight_decay"])
                    p.add_(update, alpha=-group["lr"] * scale)


def orthogonal(x: torch.Tensor, steps: int) -> torch.Tensor:
    """x [matrices, rows, columns]; the coefficients are those of the method's authors."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.transpose(1, 2)
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        s = x @ x.transpose(1, 2)
        x = a * x + (b * s + c * (s @ s)) @ x
    return x.transpose(1, 2) if tall else x
