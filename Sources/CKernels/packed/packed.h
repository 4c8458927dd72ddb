// One implementation of the packed product for each instruction set: the same source, packed.inc and quantise.inc,
// compiled over other vectors.
#ifndef CKERNELS_PACKED_H
#define CKERNELS_PACKED_H

#include <stddef.h>
#include <stdint.h>

// Packs `count` rows, `rows` at most, as one group of `rows`.
void ck_pack_group(int type, const void *weights, size_t row_bytes, size_t columns, size_t count, size_t rows, void *out);

struct ck_packed_variant {
  const char *name;
  // Rows beside each other.
  size_t rows;
  void (*quantise)(const float *x, size_t columns, size_t token, size_t tokens, void *activations);
  void (*matmul)(int type, const void *weights, size_t columns, size_t rows, size_t begin, size_t end,
                 const void *activations, size_t tokens, float *y, size_t y_stride);
  uint64_t (*peak)(size_t rounds);
};

extern const struct ck_packed_variant ck_packed_scalar, ck_packed_scalar_wide, ck_packed_avx2, ck_packed_avxvnni, ck_packed_avx512,
  ck_packed_neon, ck_packed_i8mm;

#endif
