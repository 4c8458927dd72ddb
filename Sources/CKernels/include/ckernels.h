// Arithmetic of language models over quantised weights: block formats, dot products, matrix products.
//
// A type is ggml's number of it: F32 0, F16 1, Q4_0 2, Q4_1 3, Q5_0 6, Q5_1 7, Q8_0 8, Q2_K 10, Q3_K 11, Q4_K 12,
// Q5_K 13, Q6_K 14, IQ4_NL 20, IQ4_XS 23, BF16 30, MXFP4 39. Nothing here allocates, locks or keeps a pointer; every
// function may run on any number of threads at once. Inputs need no alignment beyond that of their element.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// IEEE 754 half precision to single.
float ckernels_half_to_float(uint16_t half);

/// Writes `count` floats, a multiple of the block's elements, from blocks that lie one behind the other. Equal bit by
/// bit to the `gguf` package of Python, except for the payload of a NaN. `out` and `blocks` do not overlap.
/// Returns 0, or -1 for a type that is not listed above or a count that is no multiple; then nothing is written.
int ckernels_dequantise(int type, const void *_Nonnull blocks, float *_Nonnull out, size_t count);

/// y[t * y_stride + r] = sum over k of W[r][k] * x[t * x_stride + k], r in [row_begin, row_end), t in [0, tokens).
///
/// W is `[rows x columns]`, its rows `row_bytes` apart; x is `[tokens x columns]`, y `[tokens x rows]`; strides count
/// floats. Weights become floats as by `ckernels_dequantise`, products are summed in float in several partial sums: with
/// n columns the error is at most (n / 4 + 16) * 2^-24 * sum |W[r][k] * x[k]|, and far below it on random data. A row's
/// result does not depend on which other rows are asked for, and a token's not on which other tokens are: the same
/// numbers however the work is split. y overlaps neither W nor x.
/// Returns 0, or -1 for an unknown type or columns that are no multiple of the block's elements.
int ckernels_matmul(int type, const void *_Nonnull weights, size_t row_bytes, size_t columns, size_t row_begin,
                    size_t row_end, const float *_Nonnull x, size_t x_stride, size_t tokens, float *_Nonnull y,
                    size_t y_stride);

/// The name of variant `index` of those that this processor can run, the best first, "scalar" always last; null past
/// the end. The best is chosen when the program is loaded.
const char *_Nullable ckernels_variant(size_t index);

/// The name of the variant in use.
const char *_Nonnull ckernels_selected(void);

/// Uses the variant of that name from now on, for tests and measurements; calls that are under way finish with theirs.
/// Returns 0, or -1 where this processor cannot run it.
int ckernels_select(const char *_Nonnull name);

#endif
