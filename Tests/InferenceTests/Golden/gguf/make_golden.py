#!/usr/bin/env python3
"""Writes the golden files of this folder with the `gguf` package: `make_golden.py` (pip install gguf==0.19.0 numpy).

dequantise.txt   what `gguf.quants.dequantize` makes of blocks that the tests generate too
everything.gguf  a file with every metadata type, every tensor type and an alignment of its own, as GGUFWriter writes it
everything.txt   what `gguf.GGUFReader` reads in it
big-endian.gguf, shard-00001-of-00002.gguf   files that have to be refused
"""
import importlib.metadata, pathlib
import numpy as np
import gguf
from gguf import GGMLQuantizationType as T, GGUFEndian, GGUFReader, GGUFValueType as V, GGUFWriter

HERE = pathlib.Path(__file__).parent
TYPES = [T.F32, T.F16, T.BF16, T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q8_0, T.Q2_K, T.Q3_K, T.Q4_K, T.Q5_K, T.Q6_K, T.IQ4_NL,
         T.IQ4_XS, T.MXFP4]
# Offsets of the half-precision numbers in a block.
HALVES = {T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0], T.Q2_K: [80, 82], T.Q3_K: [108],
          T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208], T.IQ4_NL: [0], T.IQ4_XS: [0], T.MXFP4: []}
SPECIAL = [0x0000, 0x8000, 0x0001, 0x03ff, 0x8001, 0x83ff, 0x0400, 0x7bff, 0xfbff, 0x7c00, 0xfc00, 0x7e00, 0x3c00]

def splitmix(seed, count):
    """The numbers of SeededGenerator(seed:)."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return z ^ z >> np.uint64(31)

def random_bytes(seed, count): return splitmix(seed, (count + 7) // 8).view(np.uint8)[:count]

def blocks(kind, q):
    elements, size = gguf.GGML_QUANT_SIZES[q]
    if kind == "random":
        if q in (T.F16, T.BF16): return np.arange(65536, dtype=np.uint16).view(np.uint8).reshape(-1, 2)
        return random_bytes(1, 1024 * size).reshape(-1, size)
    b = np.repeat(np.arange(256, dtype=np.uint8), size).reshape(-1, size).copy() if kind == "bytes" else \
        random_bytes(2, 169 * size).reshape(-1, size).copy()
    for n, at in enumerate(HALVES.get(q, [])):
        for i in range(len(b)):
            bits = 0x3c00 + n if kind == "bytes" else SPECIAL[i // (13 if n else 1) % 13]
            b[i, at:at + 2] = [bits & 255, bits >> 8]
    return b

def canonical(values):
    bits = np.ascontiguousarray(values, dtype=np.float32).reshape(-1).view(np.uint32).copy()
    bits[np.isnan(bits.view(np.float32))] = 0x7fc00000
    return bits

def fingerprint(bits):
    with np.errstate(over="ignore"):
        weights = (np.arange(len(bits), dtype=np.uint64) * np.uint64(2) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        return int((bits.astype(np.uint64) * weights).sum(dtype=np.uint64))

def dequantised():
    lines = ["# make_golden.py: gguf.quants.dequantize of gguf " + importlib.metadata.version("gguf") + ", little endian",
             "# type, kind of blocks, their number, fingerprint of the floats' bits; NaN is 7fc00000",
             "# block: type, bytes, floats' bits"]
    np.seterr(all="ignore")
    for q in TYPES:
        for kind in ("random", "bytes", "halves"):
            b = blocks(kind, q)
            bits = canonical(gguf.quants.dequantize(b, q))
            lines.append(f"{q.name} {kind} {len(b)} {fingerprint(bits):016x}")
        one = blocks("bytes" if q in HALVES else "random", q)
        one = one[0x5a:0x5b] ^ random_bytes(3, one.shape[1]).reshape(1, -1) & np.uint8(0x1f)
        for at in HALVES.get(q, []): one[0, at:at + 2] = [0x66, 0x2e]
        bits = canonical(gguf.quants.dequantize(one, q))
        lines.append(f"block {q.name} {one.tobytes().hex()} {bits.astype('<u4').tobytes().hex()}")
    (HERE / "dequantise.txt").write_text("\n".join(lines) + "\n")

def add_metadata(w):
    w.add_string("general.name", "Every type · Ω")
    for name, value, t in [("u8", 255, V.UINT8), ("i8", -128, V.INT8), ("u16", 65535, V.UINT16), ("i16", -32768, V.INT16),
                           ("u32", 2**32 - 1, V.UINT32), ("i32", -2**31, V.INT32), ("f32", 1.5, V.FLOAT32),
                           ("bool", True, V.BOOL), ("string", "a\tb\u00e9\U0001F600", V.STRING),
                           ("empty", "", V.STRING), ("u64", 2**64 - 1, V.UINT64), ("i64", -2**63, V.INT64),
                           ("f64", 1e300, V.FLOAT64)]:
        w.add_key_value("one." + name, value, t)
    for name, value, t in [("u8", [0, 1, 255], V.UINT8), ("i8", [-128, 127], V.INT8), ("u16", [65535], V.UINT16),
                           ("i16", [-32768, 3], V.INT16), ("u32", [7, 2**32 - 1], V.UINT32), ("i32", [-5, 6], V.INT32),
                           ("f32", [0.1, -2.5, float("inf")], V.FLOAT32), ("bool", [True, False, True], V.BOOL),
                           ("string", ["", "ab", "ü"], V.STRING), ("u64", [1, 2**63], V.UINT64),
                           ("i64", [-2**63, 2**62], V.INT64), ("f64", [0.1, 1e300], V.FLOAT64)]:
        w.add_key_value("many." + name, value, V.ARRAY, sub_type=t)

def everything(path, endian=GGUFEndian.LITTLE, **options):
    w = GGUFWriter(str(path), "golden", endianess=endian, **options)
    w.add_custom_alignment(64)
    add_metadata(w)
    for i, q in enumerate(TYPES):
        elements, size = gguf.GGML_QUANT_SIZES[q]
        data = random_bytes(100 + i, 3 * size).reshape(3, size)
        if endian == GGUFEndian.BIG and q != T.F32: continue
        if q == T.F32: w.add_tensor("F32", np.arange(24, dtype=np.float32).reshape(2, 3, 4))
        elif q == T.F16: w.add_tensor("F16", data.view(np.float16).reshape(3))
        else: w.add_tensor(q.name, data, raw_dtype=q)
    w.write_header_to_file(); w.write_kv_data_to_file(); w.write_tensors_to_file(); w.close()

def shown(field):
    t, value = field.types[0], field.contents()
    text = lambda t, v: v.encode().hex() if t == V.STRING else "%016x" % np.float64(v).view(np.uint64) \
        if t in (V.FLOAT32, V.FLOAT64) else str(int(v))
    if t != V.ARRAY: return f"{t.name} {text(t, value)}"
    return f"{field.types[1].name}[] " + ",".join(text(field.types[1], v) for v in value)

def described(path):
    r = GGUFReader(str(path))
    lines = ["# make_golden.py: what gguf.GGUFReader reads in everything.gguf; strings are hex, floats the bits of a double"]
    lines += [f"key {f.name} {shown(f)}" for f in r.fields.values() if not f.name.startswith("GGUF.")]
    for t in r.tensors:
        data = np.frombuffer(t.data.tobytes(), np.uint8)
        lines.append(f"tensor {t.name} {t.tensor_type.name} {','.join(str(int(d)) for d in t.shape)} {t.data_offset} "
                     f"{t.n_bytes} {fingerprint(data.astype(np.uint32)):016x}")
    (HERE / "everything.txt").write_text("\n".join(lines) + "\n")

if __name__ == "__main__":
    dequantised()
    everything(HERE / "everything.gguf")
    described(HERE / "everything.gguf")
    everything(HERE / "big-endian.gguf", GGUFEndian.BIG)
    everything(HERE / "shard.gguf", split_max_tensors=9)
    (HERE / "shard-00002-of-00002.gguf").unlink()
