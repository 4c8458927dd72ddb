// The reference: plain C, for every processor, and what the other variants are measured against.
#include "dequantise.inc"
#include "variant.h"

enum { chunk_columns = 256, partial_sums = 8 };

// Eight partial sums, as the narrower vectors have.
static float dot(const float *w, const float *x, size_t count) {
  float sums[partial_sums] = {0};
  for (size_t k = 0; k < count; k++) sums[k % partial_sums] += w[k] * x[k];
  float sum = 0;
  for (int i = 0; i < partial_sums; i++) sum += sums[i];
  return sum;
}

static int matmul(int type, const void *weights, size_t row_bytes, size_t columns, size_t row_begin, size_t row_end,
                  const float *x, size_t x_stride, size_t tokens, float *y, size_t y_stride) {
  const struct ck_format format = ck_format_of(type);
  if (format.elements == 0 || columns % format.elements != 0) return -1;
  for (size_t r = row_begin; r < row_end; r++) {
    for (size_t t = 0; t < tokens; t++) y[t * y_stride + r] = 0;
    for (size_t begin = 0; begin < columns; begin += chunk_columns) {
      const size_t count = columns - begin < chunk_columns ? columns - begin : chunk_columns;
      const uint8_t *row = (const uint8_t *)weights + r * row_bytes + begin / format.elements * format.bytes;
      float w[chunk_columns];
      dequantise(type, row, w, count);
      for (size_t t = 0; t < tokens; t++) y[t * y_stride + r] += dot(w, x + t * x_stride + begin, count);
    }
  }
  return 0;
}

static int supported(void) { return 1; }

const struct ck_variant ck_variant_scalar = {"scalar", supported, dequantise, matmul};
