#!/usr/bin/env python3
"""Golden logits of tiny random models: what Tests/InferenceTests/Model compares the engine with.

  pip install gguf numpy
  make_golden.py REFERENCE.py            writes logits.txt and logits.f32 beside this script
  make_golden.py REFERENCE.py --files F  also keeps the model files in the folder F

The models are the ones that TinyModel.swift writes: same generator (splitmix64), same bytes; logits.txt holds the XXH64
of each file. The forward pass is float64 over the dequantised weights; for caches of F16 and Q8_0, keys and values are
rounded as these keep them, so that the comparison is finer than that rounding. Before it is used, it is compared
without that rounding with REFERENCE.py, a float64 forward pass of the same architectures by somebody else, over every
model that one can compute; they must agree to 1e-12.
"""
import argparse, importlib.util, math, pathlib, struct, tempfile
import numpy as np
from gguf import GGMLQuantizationType as T, GGML_QUANT_SIZES
from gguf.quants import dequantize

VOCABULARY, WIDTH, CONTEXT, TOKENS = 96, 256, 64, 48
POSITIONS = [0, 1, 15, 17, 33, 47]
TYPES = ["f32", "f16", "q8_0", "q4_0", "q4_k", "q5_k", "q6_k", "q4_k_m"]
MASK = (1 << 64) - 1

# ---- numbers -----------------------------------------------------------------------------------------------------

def splitmix(seed, count):
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))

def seed_of(name):
    h = 0xCBF29CE484222325
    for b in name.encode(): h = ((h ^ b) * 0x100000001B3) & MASK
    return h

def samples(name, count):
    return (splitmix(seed_of(name), count) >> np.uint64(40)).astype(np.float32) * np.float32(2 ** -23) - np.float32(1)

def xxh64(data):
    p1, p2, p3, p4, p5 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
    rot = lambda x, r: ((x << r) | (x >> (64 - r))) & MASK
    step = lambda a, w: rot((a + w * p2) & MASK, 31) * p1 & MASK
    n, at = len(data), 0
    a, b, c, d = (p1 + p2) & MASK, p2, 0, -p1 & MASK
    words = np.frombuffer(data[: n // 32 * 32], "<u8").tolist()
    for i in range(0, len(words), 4):
        a, b, c, d = step(a, words[i]), step(b, words[i + 1]), step(c, words[i + 2]), step(d, words[i + 3])
    at = len(words) * 8
    if n >= 32:
        h = (rot(a, 1) + rot(b, 7) + rot(c, 12) + rot(d, 18)) & MASK
        for lane in (a, b, c, d): h = ((h ^ step(0, lane)) * p1 + p4) & MASK
    else: h = p5
    h = (h + n) & MASK
    while at + 8 <= n: h = (rot(h ^ step(0, int.from_bytes(data[at:at + 8], "little")), 27) * p1 + p4) & MASK; at += 8
    if at + 4 <= n: h = (rot(h ^ int.from_bytes(data[at:at + 4], "little") * p1 & MASK, 23) * p2 + p3) & MASK; at += 4
    while at < n: h = rot(h ^ data[at] * p5 & MASK, 11) * p1 & MASK; at += 1
    h = (h ^ h >> 33) * p2 & MASK; h = (h ^ h >> 29) * p3 & MASK
    return h ^ h >> 32

# ---- models ------------------------------------------------------------------------------------------------------

def half(b, at, x): b[:, at:at + 2] = x.astype(np.float16).view(np.uint8).reshape(-1, 2)

def matrix_bytes(name, rows, cols, q):
    """Zero-mean weights of about 0.07, as the type's blocks."""
    if q in ("f32", "f16"):
        x = samples(name, rows * cols) * np.float32(0.125)
        return x.tobytes() if q == "f32" else x.astype(np.float16).tobytes()
    block, size = GGML_QUANT_SIZES[T[q.upper()]]
    n = rows * cols // block
    words = (n * size + 7) // 8
    b = np.frombuffer(splitmix(seed_of(name), words).tobytes()[: n * size], np.uint8).reshape(n, size).copy()
    at = 208 if q == "q6_k" else 0
    grow = (1 + (b[:, at] & 3) / 8).astype(np.float32)
    unit = {"q8_0": 2.0 ** -10, "q4_0": 2.0 ** -6, "q4_k": 2.0 ** -11, "q5_k": 2.0 ** -12, "q6_k": 2.0 ** -13}[q]
    half(b, at, grow * np.float32(unit))
    if q in ("q4_k", "q5_k"):
        half(b, 2, grow * np.float32(unit * (7.5 if q == "q4_k" else 15.5)))
        b[:, 8:12] = b[:, 4:8]
        b[:, 12:16] = (b[:, 12:16] & 15) * 17
    if q == "q6_k": b[:, 192:208] = (b[:, 192:208] & 31) + 24
    return b.tobytes()

def u32(x): return struct.pack("<II", 4, x)
def f32(x): return struct.pack("<If", 6, x)
def text(x): return struct.pack("<IQ", 8, len(x)) + x.encode()
def bools(x): return struct.pack("<IIQ", 9, 7, len(x)) + bytes(x)
def u32s(x): return struct.pack("<IIQ", 9, 4, len(x)) + struct.pack(f"<{len(x)}I", *x)

BASE = dict(layers=2, heads=4, kv=2, kl=64, vl=64, ff=256, tied=False, eps=1e-5, qkv=False, gate_up=False, bias=(),
            head_norms=False, post_norms=False, factors=(), keys={})
YARN = {"rope.freq_base": f32(1e6), "rope.scaling.type": text("yarn"), "rope.scaling.factor": f32(4.0),
        "rope.scaling.original_context_length": u32(16), "rope.scaling.yarn_beta_fast": f32(32.0),
        "rope.scaling.yarn_beta_slow": f32(1.0)}
PHI = dict(arch="phi3", tied=True, qkv=True, gate_up=True, factors=("rope_factors_long", "rope_factors_short"),
           keys={"rope.dimension_count": u32(48), "rope.scaling.original_context_length": u32(TOKENS),
                 "rope.scaling.attn_factor": f32(1.1875)})
GEMMA = dict(arch="gemma3", tied=True, eps=1e-6, head_norms=True, post_norms=True,
             keys={"rope.freq_base": f32(1e6), "attention.sliding_window": u32(16), "rope.scaling.type": text("linear"),
                   "rope.scaling.factor": f32(8.0)})
MODELS = {
    "llama": dict(arch="llama"),
    "mistral3": dict(arch="mistral3", kl=128, vl=128,
                     keys=YARN | {"rope.scaling.yarn_log_multiplier": f32(1.0), "attention.temperature_scale": f32(0.1)}),
    "qwen2": dict(arch="qwen2", heads=8, kv=1, kl=32, vl=32, eps=1e-6, bias=("attn_q", "attn_k", "attn_v"),
                  keys={"rope.freq_base": f32(1e6)}),
    "qwen3": dict(arch="qwen3", kl=128, vl=128, tied=True, eps=1e-6, head_norms=True, keys={"rope.freq_base": f32(1e6)}),
    "phi3": PHI,
    "gemma3": GEMMA | dict(layers=7),
}
# One thing each that the models above do not have; F32 only.
SPECIAL = {
    "llama-rope-freqs": dict(arch="llama", tied=True, factors=("rope_freqs",), keys={"rope.freq_base": f32(5e5)}),
    "llama-linear": dict(arch="llama", keys={"rope.scaling.type": text("linear"), "rope.scaling.factor": f32(4.0)}),
    "llama-unnamed-scaling": dict(arch="llama", keys={"rope.scaling.factor": f32(2.0)}),
    "llama-fused": dict(arch="llama", qkv=True, bias=("attn_qkv", "attn_output", "ffn_gate", "ffn_up", "ffn_down")),
    "llama-lengths": dict(arch="llama", heads=8, kv=2, kl=48, vl=32, keys={"attention.scale": f32(0.25)}),
    "llama-layers": dict(arch="llama", heads=[4, 8], kv=[2, 1], ff=[256, 512]),
    "mistral3-magnitude": dict(arch="mistral3", keys=YARN | {"rope.scaling.attn_factor": f32(0.875)}),
    "mistral3-extrapolation": dict(arch="mistral3", keys=YARN | {"rope.scaling.yarn_ext_factor": f32(0.5)}),
    "phi3-untied": PHI | dict(tied=False, bias=("ffn_up",)),
    "gemma3-pattern": GEMMA | dict(layers=4, keys=GEMMA["keys"] | {
        "attention.sliding_window_pattern": bools([1, 0, 0, 1]), "rope.freq_base_swa": f32(2e4)}),
    "gemma3-period": GEMMA | dict(layers=3, keys=GEMMA["keys"] | {
        "attention.sliding_window_pattern": u32(2), "final_logit_softcapping": f32(2.0)}),
}
# Models whose runtime context lies on the other side of the original one.
SHORT = {"phi3", "phi3-untied"}

def per_layer(value, i): return value[i] if isinstance(value, list) else value

def quantised(name, q, layer, m):
    if q != "q4_k_m": return q
    L = m["layers"]
    more = layer is not None and (layer < L // 8 or layer >= 7 * L // 8 or (layer - L // 8) % 3 == 2)
    if name == "output" or (name == "token_embd" and m["tied"]) or (more and name in ("attn_v", "ffn_down")): return "q6_k"
    return "q5_k" if name == "attn_qkv" else "q4_k"

def tensors(m, q):
    """(name, dimensions, type, bytes) in the file's order."""
    out = []
    def mat(stem, rows, cols, layer=None):
        name = (f"blk.{layer}." if layer is not None else "") + stem
        kind = quantised(stem, q, layer, m)
        out.append((name + ".weight", (cols, rows), kind, matrix_bytes(name + ".weight", rows, cols, kind)))
        if stem in m["bias"]: vec(name + ".bias", rows, samples(name + ".bias", rows) * np.float32(0.25))
    def vec(name, n, x): out.append((name, (n,), "f32", x.astype(np.float32).tobytes()))
    def norm(name, n): vec(name + ".weight", n, np.float32(1) + samples(name + ".weight", n) * np.float32(0.25))
    pairs = (struct.unpack("<I", m["keys"]["rope.dimension_count"][4:])[0] if "rope.dimension_count" in m["keys"] else m["kl"]) // 2
    mat("token_embd", VOCABULARY, WIDTH)
    for f in m["factors"]:
        step = {"rope_freqs": 0.25, "rope_factors_long": 0.125, "rope_factors_short": 0.03125}[f]
        vec(f + ".weight", pairs, np.float32(1) + np.arange(pairs, dtype=np.float32) * np.float32(step))
    for i in range(m["layers"]):
        H, KV, F, kl, vl = per_layer(m["heads"], i), per_layer(m["kv"], i), per_layer(m["ff"], i), m["kl"], m["vl"]
        p = f"blk.{i}."
        norm(p + "attn_norm", WIDTH)
        if m["qkv"]: mat("attn_qkv", H * kl + KV * (kl + vl), WIDTH, i)
        else: mat("attn_q", H * kl, WIDTH, i); mat("attn_k", KV * kl, WIDTH, i); mat("attn_v", KV * vl, WIDTH, i)
        if m["head_norms"]: norm(p + "attn_q_norm", kl); norm(p + "attn_k_norm", kl)
        mat("attn_output", WIDTH, H * vl, i)
        if m["post_norms"]: norm(p + "post_attention_norm", WIDTH)
        norm(p + "ffn_norm", WIDTH)
        if m["gate_up"]: mat("ffn_up", 2 * F, WIDTH, i)
        else: mat("ffn_gate", F, WIDTH, i); mat("ffn_up", F, WIDTH, i)
        mat("ffn_down", WIDTH, F, i)
        if m["post_norms"]: norm(p + "post_ffw_norm", WIDTH)
    norm("output_norm", WIDTH)
    if not m["tied"]: mat("output", VOCABULARY, WIDTH)
    return out

def gguf_bytes(m, q):
    number = lambda x: u32s(x) if isinstance(x, list) else u32(x)
    a = m["arch"]
    keys = {"general.architecture": text(a), f"{a}.context_length": u32(CONTEXT), f"{a}.embedding_length": u32(WIDTH),
            f"{a}.block_count": u32(m["layers"]), f"{a}.feed_forward_length": number(m["ff"]),
            f"{a}.attention.head_count": number(m["heads"]), f"{a}.attention.head_count_kv": number(m["kv"]),
            f"{a}.attention.key_length": u32(m["kl"]), f"{a}.attention.value_length": u32(m["vl"]),
            f"{a}.attention.layer_norm_rms_epsilon": f32(m["eps"])} | {f"{a}.{k}": v for k, v in m["keys"].items()}
    ts = tensors(m, q)
    out = b"GGUF" + struct.pack("<IQQ", 3, len(ts), len(keys))
    for k, v in keys.items(): out += struct.pack("<Q", len(k)) + k.encode() + v
    at = 0
    for name, dims, kind, data in ts:
        out += struct.pack("<Q", len(name)) + name.encode() + struct.pack("<I", len(dims)) + struct.pack(f"<{len(dims)}Q", *dims)
        out += struct.pack("<IQ", T[kind.upper()].value, at); at += (len(data) + 31) // 32 * 32
    out += bytes(-len(out) % 32)
    for *_, data in ts: out += data + bytes(-len(data) % 32)
    return out, ts

# ---- forward pass ------------------------------------------------------------------------------------------------

def value(m, key, default):
    raw = m["keys"].get(key)
    if raw is None: return default
    kind = struct.unpack("<I", raw[:4])[0]
    if kind == 8: return raw[12:].decode()
    if kind == 9: return [bool(x) for x in raw[16:]]
    return struct.unpack("<I" if kind == 4 else "<f", raw[4:])[0]

def rounded(x, kv):
    """Rows of heads as the cache keeps them."""
    if kv in (None, "f32"): return x
    x = x.astype(np.float32)
    if kv == "f16": return x.astype(np.float16).astype(np.float64)
    b = x.reshape(-1, 32); scale = np.abs(b).max(1, keepdims=True) / np.float32(127)
    q = np.clip(np.rint(b * (np.float32(1) / np.where(scale > 0, scale, 1))), -127, 127)
    return (q.astype(np.float64) * scale.astype(np.float16).astype(np.float64)).reshape(x.shape)

def rms(x, w, eps): return x / np.sqrt(np.mean(x * x, -1, keepdims=True) + eps) * w

def angles(m, w, local, ctx):
    n = value(m, "rope.dimension_count", m["kl"]); p = np.arange(n // 2, dtype=np.float64)
    if local: return np.arange(TOKENS)[:, None] * value(m, "rope.freq_base_swa", 1e4) ** (-2 * p / n)[None], 1.0
    base = value(m, "rope.freq_base", 1e4); kind = value(m, "rope.scaling.type", "linear")
    f = 1.0 if kind == "none" else value(m, "rope.scaling.factor", 1.0)
    orig = value(m, "rope.scaling.original_context_length", CONTEXT); mag = value(m, "rope.scaling.attn_factor", 1.0)
    freq = base ** (-2 * p / n)
    if "rope_freqs.weight" in w: freq = freq / w["rope_freqs.weight"]
    elif "rope_factors_long.weight" in w: freq = freq / w["rope_factors_long.weight" if ctx > orig else "rope_factors_short.weight"]
    ext = value(m, "rope.scaling.yarn_ext_factor", 1.0 if kind == "yarn" else 0.0)
    if ext:
        turn = lambda b: n * math.log(orig / (2 * math.pi * b)) / (2 * math.log(base))
        lo, hi = max(0, math.floor(turn(value(m, "rope.scaling.yarn_beta_fast", 32.0)))), min(n - 1, math.ceil(turn(value(m, "rope.scaling.yarn_beta_slow", 1.0))))
        mix = (1 - np.clip((p - lo) / max(0.001, hi - lo), 0, 1)) * ext
        freq = freq / f * (1 - mix) + freq * mix
        grow = lambda k: 1 + 0.1 * k * math.log(f); L = value(m, "rope.scaling.yarn_log_multiplier", 0.0)
        mag *= grow(1) / grow(L) if L else grow(1)
    else: freq = freq / f
    return np.arange(TOKENS)[:, None] * freq[None], mag

def forward(m, ts, tokens, ctx, kv):
    w = {name: dequantize(np.frombuffer(d, np.uint8).reshape(dims[1] if len(dims) > 1 else 1, -1) if k not in ("f32", "f16") else
                          np.frombuffer(d, np.float32 if k == "f32" else np.float16), T[k.upper()]).astype(np.float64).reshape(dims[::-1])
         for name, dims, k, d in ts}
    eps = float(np.float32(m["eps"])); kl, vl = m["kl"], m["vl"]; n = value(m, "rope.dimension_count", kl)
    adjacent = m["arch"] in ("llama", "mistral3"); gemma = m["arch"] == "gemma3"
    window = value(m, "attention.sliding_window", 0); pattern = value(m, "attention.sliding_window_pattern", 6)
    pos = np.arange(TOKENS); dist = pos[:, None] - pos[None]
    h = w["token_embd.weight"][tokens] * (math.sqrt(WIDTH) if gemma else 1)
    def turn(x, local):
        theta, mag = angles(m, w, local, ctx); c, s = (np.cos(theta) * mag)[:, None], (np.sin(theta) * mag)[:, None]
        y = x.copy(); i, j = (slice(0, n, 2), slice(1, n, 2)) if adjacent else (slice(0, n // 2), slice(n // 2, n))
        y[..., i], y[..., j] = x[..., i] * c - x[..., j] * s, x[..., i] * s + x[..., j] * c
        return y
    for i in range(m["layers"]):
        H, KV, F = per_layer(m["heads"], i), per_layer(m["kv"], i), per_layer(m["ff"], i)
        g = lambda s: w[f"blk.{i}.{s}.weight"]
        lin = lambda s, x: x @ g(s).T + w.get(f"blk.{i}.{s}.bias", 0)
        local = bool(gemma and window) and (pattern[i] if isinstance(pattern, list) else i % pattern < pattern - 1)
        x = rms(h, g("attn_norm"), eps)
        y = lin("attn_qkv", x) if m["qkv"] else np.concatenate([lin(f"attn_{s}", x) for s in "qkv"], 1)
        q, k, v = np.split(y, [H * kl, (H + KV) * kl], 1)
        q, k, v = q.reshape(-1, H, kl), k.reshape(-1, KV, kl), v.reshape(-1, KV, vl)
        if m["head_norms"]: q, k = rms(q, g("attn_q_norm"), eps), rms(k, g("attn_k_norm"), eps)
        q, k, v = turn(q, local), rounded(turn(k, local), kv), rounded(v, kv)
        heat = value(m, "attention.temperature_scale", 0.0)
        q = q * (1 + heat * np.log(pos // value(m, "rope.scaling.original_context_length", CONTEXT) + 1))[:, None, None]
        s = np.einsum("thd,shd->hts", q, np.repeat(k, H // KV, 1)) * (value(m, "attention.scale", 0.0) or 1 / math.sqrt(kl))
        s = np.where(((dist < 0) | (dist >= window if local else False))[None], -np.inf, s)
        s = np.exp(s - s.max(-1, keepdims=True)); s /= s.sum(-1, keepdims=True)
        o = lin("attn_output", np.einsum("hts,shd->thd", s, np.repeat(v, H // KV, 1)).reshape(TOKENS, -1))
        h = h + (rms(o, g("post_attention_norm"), eps) if m["post_norms"] else o)
        x = rms(h, g("ffn_norm"), eps)
        gate, up = np.split(lin("ffn_up", x), 2, 1) if m["gate_up"] else (lin("ffn_gate", x), lin("ffn_up", x))
        act = 0.5 * gate * (1 + np.tanh(math.sqrt(2 / math.pi) * (gate + 0.044715 * gate ** 3))) if gemma else gate / (1 + np.exp(-gate))
        o = lin("ffn_down", act * up)
        h = h + (rms(o, g("post_ffw_norm"), eps) if m["post_norms"] else o)
    y = rms(h, w["output_norm.weight"], eps) @ w["token_embd.weight" if m["tied"] else "output.weight"].T
    cap = value(m, "final_logit_softcapping", 0.0)
    return cap * np.tanh(y / cap) if cap else y

def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("reference"); ap.add_argument("--files")
    a = ap.parse_args()
    spec = importlib.util.spec_from_file_location("reference", a.reference)
    reference = importlib.util.module_from_spec(spec); spec.loader.exec_module(reference)
    tokens = [int(x) for x in splitmix(7, TOKENS) % np.uint64(VOCABULARY)]
    here = pathlib.Path(__file__).parent
    lines = ["# make_golden.py REFERENCE.py: name, type, keys and values as, context, XXH64 of the model's file.",
             f"# logits.f32 has, in this order, the logits [{len(POSITIONS)} x {VOCABULARY}] of positions {POSITIONS} of {TOKENS} tokens."]
    rows, agreed = [], 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(a.files or temporary); folder.mkdir(exist_ok=True)
        for name, change in (MODELS | SPECIAL).items():
            m = BASE | change
            for q in TYPES if name in MODELS else ["f32"]:
                data, ts = gguf_bytes(m, q); path = folder / f"{name}-{q}.gguf"; path.write_bytes(data)
                reach = name in MODELS or name in ("llama-rope-freqs", "llama-linear", "mistral3-magnitude", "mistral3-extrapolation")
                for ctx in [CONTEXT, TOKENS] if name in SHORT else [CONTEXT]:
                    if reach:
                        x, y = forward(m, ts, tokens, ctx, None), reference.forward(reference.Model(str(path)), tokens, ctx)
                        assert np.abs(x - y).max() < 1e-12 * np.abs(y).max(), (name, q, np.abs(x - y).max()); agreed += 1
                    for kv in ["f32"] + (["f16"] + ["q8_0"] * (m["kl"] % 32 == 0) if q == "f32" else []):
                        lines.append(f"{name} {q} {kv} {ctx} {xxh64(data):016x}")
                        rows.append(forward(m, ts, tokens, ctx, kv)[POSITIONS].astype("<f4"))
    (here / "logits.txt").write_text("\n".join(lines) + "\n"); np.stack(rows).tofile(here / "logits.f32")
    print(f"{len(rows)} sets of logits; {agreed} agree with {a.reference}")

if __name__ == "__main__": main()
