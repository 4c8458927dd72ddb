"""The model: a decoder of the architecture `llama`, as llama.cpp and Earshot compute it.

Per layer: x + attention(norm(x)), then x + feed_forward(norm(x)). RMS norms, rotary positions on adjacent pairs
(2p, 2p+1) of a head as architecture `llama` in GGUF has them, so that no row has to be moved when the file is written;
SwiGLU; the output matrix is the embedding.
"""

from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.nn import functional as F


@dataclass
class Shape:
    """What decides the sizes; every matrix has rows of a multiple of 32, as Q8_0 needs."""

    vocabulary: int = 4096
    width: int = 192
    layers: int = 6
    heads: int = 6
    key_value_heads: int = 2
    feed_forward: int = 512
    context: int = 2048
    rope_base: float = 10000.0
    epsilon: float = 1e-5

    def __post_init__(self):
        assert self.width % self.heads == 0 and self.heads % self.key_value_heads == 0
        assert self.width % 32 == 0 and self.feed_forward % 32 == 0

    @property
    def head(self) -> int:
        return self.width // self.heads

    def as_dict(self) -> dict:
        return asdict(self)


class Norm(nn.Module):
    def __init__(self, width: int, epsilon: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x):
        return F.rms_norm(x, (x.shape[-1],), self.weight, self.epsilon)


def rotate(x, cosines, sines):
    """x [batch, heads, positions, head]; the pairs are neighbours."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cosines - odd * sines, even * sines + odd * cosines), dim=-1).flatten(-2)


class Layer(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        width, kv = shape.width, shape.key_value_heads * shape.head
        self.shape = shape
        self.attention_norm = Norm(width, shape.epsilon)
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(width, kv, bias=False)
        self.value = nn.Linear(width, kv, bias=False)
        self.attention_output = nn.Linear(width, width, bias=False)
        self.feed_forward_norm = Norm(width, shape.epsilon)
        self.gate = nn.Linear(width, shape.feed_forward, bias=False)
        self.up = nn.Linear(width, shape.feed_forward, bias=False)
        self.down = nn.Linear(shape.feed_forward, width, bias=False)

    def forward(self, x, cosines, sines, cache=None):
        batch, count, _ = x.shape
        shape = self.shape
        h = self.attention_norm(x)
        q = self.query(h).view(batch, count, shape.heads, shape.head).transpose(1, 2)
        k = self.key(h).view(batch, count, shape.key_value_heads, shape.head).transpose(1, 2)
        v = self.value(h).view(batch, count, shape.key_value_heads, shape.head).transpose(1, 2)
        q, k = rotate(q, cosines, sines), rotate(k, cosines, sines)
        causal = True
        if cache is not None:
            if "k" in cache:
                k, v = torch.cat((cache["k"], k), dim=2), torch.cat((cache["v"], v), dim=2)
                # One new position sees all; several are only written to an empty cache.
                assert count == 1
                causal = False
            cache["k"], cache["v"] = k, v
        group = shape.heads // shape.key_value_heads
        if group > 1:
            k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        x = x + self.attention_output(a.transpose(1, 2).reshape(batch, count, -1))
        h = self.feed_forward_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Model(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape.width, shape.epsilon)
        pairs = torch.arange(0, shape.head, 2, dtype=torch.float64) / shape.head
        angles = torch.outer(torch.arange(shape.context, dtype=torch.float64), shape.rope_base**-pairs)
        self.register_buffer("cosines", angles.cos().float(), persistent=False)
        self.register_buffer("sines", angles.sin().float(), persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                deviation = 0.02 if "embedding" in name else shape.width**-0.5
                if name.endswith(("attention_output.weight", "down.weight")):
                    deviation = 0.5 * deviation / shape.layers**0.5
                nn.init.normal_(parameter, std=deviation)

    def hidden(self, tokens, start: int = 0, caches=None):
        """tokens [batch, positions] to [batch, positions, width], behind the last norm."""
        count = tokens.shape[1]
        cosines, sines = self.cosines[start : start + count], self.sines[start : start + count]
        x = self.embedding(tokens)
        for index, layer in enumerate(self.layers):
            x = layer(x, cosines, sines, None if caches is None else caches[index])
        return self.output_norm(x)

    def logits(self, hidden):
        return F.linear(hidden, self.embedding.weight)
