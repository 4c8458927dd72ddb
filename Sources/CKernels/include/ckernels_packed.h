// The fast path: weights packed so that one vector holds several rows' weights, activations in signed bytes.
//
// Rows are packed in groups of `ckernels_packed_rows()`; a file of packed groups belongs to that number. Weights keep their
// exact values; an activation is rounded to a 127th of the largest magnitude among the 32 it stands with, and everything else
// is summed in integers and float. Nothing here allocates, locks or keeps a pointer; every function may run on any number of
// threads at once.
#ifndef CKERNELS_PACKED_API_H
#define CKERNELS_PACKED_API_H

#include <stddef.h>
#include <stdint.h>

/// Rows of a group: 4, 8 or 16, by what the processor has.
size_t ckernels_packed_rows(void);

/// Bytes of one group of rows, 0 for a type that has no packed form or a number of columns that is no multiple of its block.
size_t ckernels_packed_group_bytes(int type, size_t columns);

/// Packs `rows` rows, at most ckernels_packed_rows(), that lie `row_bytes` apart, as one group. Missing rows weigh nothing.
void ckernels_pack(int type, const void *_Nonnull weights, size_t row_bytes, size_t columns, size_t rows,
                   void *_Nonnull group);

/// Writes token `token` of `tokens`, which are multiplied together; columns is a multiple of 32. Infinity and NaN make everything
/// NaN that is computed from their 32.
void ckernels_quantise(const float *_Nonnull x, size_t columns, size_t token, size_t tokens, void *_Nonnull activations);

/// Bytes of `tokens` tokens' activations.
static inline size_t ckernels_activation_bytes(size_t columns, size_t tokens) { return tokens * ((columns + 255) / 256 * 384); }

/// y[t * y_stride + r] = row r · token t for the rows of the groups [begin, end) of a matrix of `rows` rows, from `begin *
/// ckernels_packed_rows()` on.
void ckernels_packed_matmul(int type, const void *_Nonnull groups, size_t columns, size_t rows, size_t begin, size_t end,
                            const void *_Nonnull activations, size_t tokens, float *_Nonnull y, size_t y_stride);

/// The name of variant `index` of those that this processor can run, the best first, "scalar" always last; null past the end.
const char *_Nullable ckernels_packed_variant(size_t index);

/// Uses the variant of that name from now on, for tests and measurements. Returns 0, or -1 where it cannot run here.
int ckernels_packed_select(const char *_Nonnull name);

/// Multiplies and adds signed bytes in registers, as the selected variant's products do, `rounds` times eight vectors. Returns how
/// many operations that were: divided by the time, the most that any product can reach here.
uint64_t ckernels_int8_peak(size_t rounds);

/// Reads `count` bytes once, a multiple of 256, and returns their exclusive or.
uint64_t ckernels_read(const void *_Nonnull bytes, size_t count);

#endif
