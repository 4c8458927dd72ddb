#!/usr/bin/env python3
"""Writes the tiny models beside this file, in the formats that sherpa-onnx 2.0 loads.

    python3 -m venv venv && venv/bin/pip install onnx==1.23.2 numpy && venv/bin/python make_models.py

Nothing is trained. The recognisers hear four tones (see TONES) as four words: one matrix turns 80 log-mel values of a
frame into the scores of the words, silence is the blank. The voice makes 256 samples of a tone for each phoneme, with
the phoneme's number as its pitch, so that the length and the sound of an answer are known.
"""
import os
import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

HERE = os.path.dirname(os.path.abspath(__file__))
WORDS = ["turn", "on", "the", "light"]
TONES = [300.0, 800.0, 1800.0, 4000.0]  # Hz
MEL_BINS = 80


def mel(hz):
    """Slaney's scale, which the library uses for NeMo's models."""
    return hz * 3 / 200 if hz < 1000 else 15 + 27 * np.log(hz / 1000) / np.log(6.4)


def band(hz):
    """The mel bin in which a tone falls (16 kHz, bins from 0 to 8 kHz)."""
    return int(round(mel(hz) / (mel(8000.0) - mel(0.0)) * (MEL_BINS + 1))) - 1


def word_scores(prefix):
    """Nodes and constants: audio_signal [1, 80, T] -> logits [1, T, words + blank]."""
    weights = np.zeros((MEL_BINS, len(WORDS) + 1), np.float32)
    bias = np.zeros(len(WORDS) + 1, np.float32)
    for index, hz in enumerate(TONES):
        bins = range(max(0, band(hz) - 1), min(MEL_BINS, band(hz) + 2))
        for bin in bins:
            weights[bin, index] = 1.0 / len(bins)
    bias[-1] = BLANK
    constants = [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")]
    nodes = [
        helper.make_node("Transpose", ["audio_signal"], ["frames"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["frames", "weights"], ["scores"]),
        helper.make_node("Add", ["scores", "bias"], ["biased"]),
        helper.make_node("LogSoftmax", ["biased"], ["logits"], axis=-1),
    ]
    return nodes, constants


BLANK = -4.0  # log-mel energy below which nothing is heard


def write(name, nodes, inputs, outputs, constants, metadata, file="model.onnx"):
    graph = helper.make_graph(nodes, name, inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, {key: str(value) for key, value in metadata.items()})
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    save(model, os.path.join(folder, file))
    return folder


def tensor(name, type, shape):
    return helper.make_tensor_value_info(name, type, shape)


def write_tokens(folder, symbols):
    with open(os.path.join(folder, "tokens.txt"), "w", encoding="utf-8") as file:
        for index, symbol in enumerate(symbols):
            file.write(f"{symbol} {index}\n")


def streaming():
    nodes, constants = word_scores("s")
    nodes += [
        helper.make_node("Identity", ["length"], ["encoded_lengths"]),
        helper.make_node("Identity", ["cache_last_channel"], ["cache_last_channel_next"]),
        helper.make_node("Identity", ["cache_last_time"], ["cache_last_time_next"]),
        helper.make_node("Identity", ["cache_last_channel_len"], ["cache_last_channel_next_len"]),
    ]
    f, i = TensorProto.FLOAT, TensorProto.INT64
    folder = write(
        "tones-streaming", nodes,
        [tensor("audio_signal", f, [1, MEL_BINS, "T"]), tensor("length", i, [1]),
         tensor("cache_last_channel", f, [1, 1, 1, 1]), tensor("cache_last_time", f, [1, 1, 1, 1]),
         tensor("cache_last_channel_len", i, [1])],
        [tensor("logits", f, [1, "T", len(WORDS) + 1]), tensor("encoded_lengths", i, [1]),
         tensor("cache_last_channel_next", f, [1, 1, 1, 1]), tensor("cache_last_time_next", f, [1, 1, 1, 1]),
         tensor("cache_last_channel_next_len", i, [1])],
        constants,
        {"model_type": "EncDecCTCModelBPE", "window_size": 8, "chunk_shift": 8, "subsampling_factor": 1,
         "vocab_size": len(WORDS), "cache_last_channel_dim1": 1, "cache_last_channel_dim2": 1,
         "cache_last_channel_dim3": 1, "cache_last_time_dim1": 1, "cache_last_time_dim2": 1,
         "cache_last_time_dim3": 1, "normalize_type": "NA"})
    write_tokens(folder, ["\u2581" + word for word in WORDS] + ["<blk>"])


def whole():
    nodes, constants = word_scores("w")
    nodes.append(helper.make_node("Identity", ["length"], ["encoded_lengths"]))
    f, i = TensorProto.FLOAT, TensorProto.INT64
    folder = write(
        "tones-offline", nodes, [tensor("audio_signal", f, [1, MEL_BINS, "T"]), tensor("length", i, [1])],
        [tensor("logits", f, [1, "T", len(WORDS) + 1]), tensor("encoded_lengths", i, [1])], constants,
        {"model_type": "EncDecCTCModelBPE", "subsampling_factor": 1, "vocab_size": len(WORDS), "normalize_type": "",
         "is_giga_am": 0})
    write_tokens(folder, ["\u2581" + word for word in WORDS] + ["<blk>"])


def unsupported():
    """A sound ONNX file of a kind that the library does not know: it ends its process on it."""
    nodes, constants = word_scores("u")
    nodes.append(helper.make_node("Identity", ["length"], ["encoded_lengths"]))
    f, i = TensorProto.FLOAT, TensorProto.INT64
    folder = write(
        "unsupported-nemo", nodes, [tensor("audio_signal", f, [1, MEL_BINS, "T"]), tensor("length", i, [1])],
        [tensor("logits", f, [1, "T", len(WORDS) + 1]), tensor("encoded_lengths", i, [1])], constants,
        {"model_type": "EncDecSomethingNew", "vocab_size": len(WORDS)})
    write_tokens(folder, ["\u2581" + word for word in WORDS] + ["<blk>"])


def voice():
    """Piper's interface: input [1, L], input_lengths [1], scales [3], sid [1] -> output [1, 1, 256 L]."""
    ramp = (2 * np.pi * np.arange(256) / 256).astype(np.float32)
    constants = [
        numpy_helper.from_array(ramp, "ramp"),
        numpy_helper.from_array(np.array([1, -1, 1], np.int64), "column"),
        numpy_helper.from_array(np.array([1, 1, -1], np.int64), "row"),
        numpy_helper.from_array(np.array(0.3, np.float32), "level"),
        numpy_helper.from_array(np.array(0.0, np.float32), "zero"),
    ]
    nodes = [
        helper.make_node("Cast", ["input"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["numbers", "column"], ["pitches"]),
        helper.make_node("Mul", ["pitches", "ramp"], ["phases"]),
        helper.make_node("Sin", ["phases"], ["waves"]),
        helper.make_node("Mul", ["waves", "level"], ["quiet"]),
        # The other inputs must exist; they change nothing.
        helper.make_node("ReduceSum", ["scales"], ["scale_sum"], keepdims=0),
        helper.make_node("Mul", ["scale_sum", "zero"], ["nothing"]),
        helper.make_node("Add", ["quiet", "nothing"], ["sound"]),
        helper.make_node("Reshape", ["sound", "row"], ["output"]),
    ]
    f, i = TensorProto.FLOAT, TensorProto.INT64
    folder = write(
        "tones-voice", nodes,
        [tensor("input", i, [1, "L"]), tensor("input_lengths", i, [1]), tensor("scales", f, [3]),
         tensor("sid", i, [1])],
        [tensor("output", f, [1, 1, "N"])], constants,
        {"model_type": "vits", "comment": "piper", "language": "English", "voice": "en-us", "has_espeak": 1,
         "n_speakers": 2, "sample_rate": 16000})
    phonemes = ["_", "^", "$", " ", "!", ",", ".", "?", ":", ";", "'"]
    phonemes += [chr(code) for code in range(ord("a"), ord("z") + 1)]
    phonemes += list("æðŋɐɑɒɔəɚɛɜɡɪɹɾʃʊʌʒθˈˌːɫʔᵻ")
    write_tokens(folder, phonemes)


def kaldi_band(hz):
    """The mel bin in which a tone falls in Kaldi's features (16 kHz, 80 bins from 20 to 7,600 Hz, HTK's scale)."""
    htk = lambda hz: 1127 * np.log(1 + hz / 700)
    return int(round((htk(hz) - htk(20)) / (htk(7600) - htk(20)) * (MEL_BINS + 1))) - 1


def keywords():
    """A streaming transducer with the interface of icefall's LSTM models, which hears the tones as words and no word twice
    in a row: a tone lasts several frames. 8 frames of 10 ms make 2 of 40 ms; blank is token 0.
    """
    vocabulary = len(WORDS) + 1
    weights = np.zeros((MEL_BINS, vocabulary), np.float32)
    bias = np.full(vocabulary, KEYWORD_BIAS, np.float32)
    bias[0] = 0
    for index, hz in enumerate(TONES):
        for bin in range(kaldi_band(hz) - 1, kaldi_band(hz) + 2):
            weights[bin, index + 1] = 1.0 / 3
    f, i = TensorProto.FLOAT, TensorProto.INT64
    write(
        "tones-keywords",
        [helper.make_node("Reshape", ["x", "fours"], ["split"]),
         helper.make_node("ReduceMean", ["split"], ["frames"], axes=[2], keepdims=0),
         helper.make_node("MatMul", ["frames", "weights"], ["scores"]),
         helper.make_node("Add", ["scores", "bias"], ["encoder_out"]),
         helper.make_node("Identity", ["h"], ["next_h"]), helper.make_node("Identity", ["c"], ["next_c"])],
        [tensor("x", f, ["N", 8, MEL_BINS]), tensor("h", f, [1, "N", 1]), tensor("c", f, [1, "N", 1])],
        [tensor("encoder_out", f, ["N", 2, vocabulary]), tensor("next_h", f, [1, "N", 1]), tensor("next_c", f, [1, "N", 1])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias"),
         numpy_helper.from_array(np.array([0, 2, 4, MEL_BINS], np.int64), "fours")],
        {"model_type": "lstm", "num_encoder_layers": 1, "T": 8, "decode_chunk_len": 8, "rnn_hidden_size": 1, "d_model": 1},
        "encoder.onnx")
    repeated = -100 * np.eye(vocabulary, dtype=np.float32)
    repeated[0, 0] = 0
    write(
        "tones-keywords",
        # Context of one token; -1 stands for none and is taken for a blank.
        [helper.make_node("Max", ["y", "zero"], ["tokens"]),
         helper.make_node("Gather", ["repeated", "tokens"], ["rows"], axis=0),
         helper.make_node("Reshape", ["rows", "flat"], ["decoder_out"])],
        [tensor("y", i, ["N", 1])], [tensor("decoder_out", f, ["N", vocabulary])],
        [numpy_helper.from_array(repeated, "repeated"), numpy_helper.from_array(np.array(0, np.int64), "zero"),
         numpy_helper.from_array(np.array([-1, vocabulary], np.int64), "flat")],
        {"vocab_size": vocabulary, "context_size": 1}, "decoder.onnx")
    folder = write(
        "tones-keywords", [helper.make_node("Add", ["encoder_out", "decoder_out"], ["logit"])],
        [tensor("encoder_out", f, ["N", vocabulary]), tensor("decoder_out", f, ["N", vocabulary])],
        [tensor("logit", f, ["N", vocabulary])], [], {"joiner_dim": vocabulary}, "joiner.onnx")
    write_tokens(folder, ["<blk>"] + ["\u2581" + word for word in WORDS])
    with open(os.path.join(folder, "keywords.txt"), "w", encoding="utf-8") as file:
        file.write("\u2581turn \u2581on @TURN_ON\n\u2581the \u2581light @THE_LIGHT\n")


KEYWORD_BIAS = 4.0  # added to a word's mean log-mel energy, against 0 for the blank

if __name__ == "__main__":
    streaming()
    whole()
    unsupported()
    voice()
    keywords()
