// One implementation of the kernels per instruction set. Each is the same source, dequantise.inc and matmul.inc,
// compiled for it; what it sets is told there.
#ifndef CKERNELS_VARIANT_H
#define CKERNELS_VARIANT_H

#include <stddef.h>

// Files are little endian and are read as they lie.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "little-endian processors only");

struct ck_variant {
  const char *name;
  // Whether this processor and system can run it.
  int (*supported)(void);
  int (*dequantise)(int type, const void *blocks, float *out, size_t count);
  int (*matmul)(int type, const void *weights, size_t row_bytes, size_t columns, size_t row_begin, size_t row_end,
                const float *x, size_t x_stride, size_t tokens, float *y, size_t y_stride);
};

extern const struct ck_variant ck_variant_scalar, ck_variant_vector, ck_variant_avx2, ck_variant_avx512;

#endif
