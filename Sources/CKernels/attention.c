#include "ckernels_transformer.h"

#include <math.h>

#include "transformer_targets.h"

enum { lanes = 16, block = 32, block_bytes = 34 };

// A stored row as floats. `halves` is a constant: whether this body may use the CPU's half conversion.
BODY void load_row(int kind, const void *row, float *out, size_t count, int halves) {
  if (kind == ckernels_kv_f32) {
    memcpy(out, row, count * sizeof *out);
  } else if (kind == ckernels_kv_f16) {
    size_t i = 0;
    if (halves) {
      typedef _Float16 half8 __attribute__((vector_size(16)));
      typedef float float8 __attribute__((vector_size(32)));
      for (; i + 8 <= count; i += 8) {
        half8 h;
        memcpy(&h, (const char *)row + 2 * i, sizeof h);
        const float8 f = __builtin_convertvector(h, float8);
        memcpy(out + i, &f, sizeof f);
      }
    }
    for (; i < count; i++) {
      uint16_t bits;
      memcpy(&bits, (const char *)row + 2 * i, sizeof bits);
      out[i] = half_from_bits(bits);
    }
  } else {
    const char *at = row;
    for (size_t b = 0; b < count; b += block, at += block_bytes) {
      uint16_t bits;
      memcpy(&bits, at, sizeof bits);
      const float scale = half_from_bits(bits);
      int8_t q[block];
      memcpy(q, at + 2, sizeof q);
      for (size_t i = 0; i < block; i++) out[b + i] = scale * (float)q[i];
    }
  }
}

// Rows that are computed together: their sums hide each other's latency, and what they are added to is loaded once.
enum { together = 4 };
typedef float float8 __attribute__((vector_size(32)));
typedef float unaligned8 __attribute__((vector_size(32), aligned(4), may_alias));
#define LOAD8(p) (*(const unaligned8 *)(p))

// out[r] = a · row r, of rows that lie `stride` apart.
BODY void dots(const float *a, const float *rows, size_t stride, size_t count, float *out) {
  float8 sums[together][2] = {{{0}}};
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const float8 low = LOAD8(a + i), high = LOAD8(a + i + 8);
    for (int r = 0; r < together; r++) {
      sums[r][0] += low * LOAD8(rows + r * stride + i);
      sums[r][1] += high * LOAD8(rows + r * stride + i + 8);
    }
  }
  for (int r = 0; r < together; r++) {
    const float8 sum = sums[r][0] + sums[r][1];
    float total = ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
    for (size_t k = i; k < count; k++) total += a[k] * rows[r * stride + k];
    out[r] = total;
  }
}

// sum += the rows, each times its weight.
BODY void add_rows(float *sum, const float *weights, const float *rows, size_t stride, size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    float8 v = LOAD8(sum + i);
    for (int r = 0; r < together; r++) v += weights[r] * LOAD8(rows + r * stride + i);
    memcpy(sum + i, &v, sizeof v);
  }
  for (; i < count; i++)
    for (int r = 0; r < together; r++) sum[i] += weights[r] * rows[r * stride + i];
}

BODY void softmax(float *scores, size_t count) {
  float largest = scores[0];
  for (size_t i = 1; i < count; i++) largest = scores[i] > largest ? scores[i] : largest;
  float partial[lanes] = {0};
  size_t i = 0;
  for (; i + lanes <= count; i += lanes)
    for (size_t l = 0; l < lanes; l++) partial[l] += scores[i + l] = fast_exp(scores[i + l] - largest);
  double sum = 0;
  for (; i < count; i++) sum += scores[i] = fast_exp(scores[i] - largest);
  for (size_t l = 0; l < lanes; l++) sum += partial[l];
  const float factor = (float)(1 / sum);
  for (i = 0; i < count; i++) scores[i] *= factor;
}

// Loads rows from `slot` on, `some` of them, and makes the others zero. Returns the slot behind them.
BODY size_t load_rows(const ckernels_kv_head *cache, const void *from, size_t row_bytes, size_t slot, size_t some, float *rows,
                      size_t length, int halves) {
  for (size_t r = 0; r < together; r++) {
    if (r >= some) {
      memset(rows + r * length, 0, length * sizeof *rows);
      continue;
    }
    load_row(cache->kind, (const char *)from + slot * row_bytes, rows + r * length, length, halves);
    if (++slot == cache->capacity) slot = 0;
  }
  return slot;
}

BODY void attend_body(const ckernels_kv_head *cache, size_t first, size_t count, const float *q, size_t heads,
                      size_t key_length, size_t value_length, float *scores, float *out, int halves) {
  _Alignas(64) float rows[together * CKERNELS_HEAD_LIMIT];
  size_t slot = first;
  for (size_t i = 0; i < count; i += together) {
    const size_t some = count - i < together ? count - i : together;
    slot = load_rows(cache, cache->keys, cache->key_row_bytes, slot, some, rows, key_length, halves);
    for (size_t h = 0; h < heads; h++) {
      float products[together];
      dots(q + h * key_length, rows, key_length, key_length, products);
      memcpy(scores + h * count + i, products, some * sizeof *products);
    }
  }
  for (size_t h = 0; h < heads; h++) softmax(scores + h * count, count);
  memset(out, 0, heads * value_length * sizeof *out);
  slot = first;
  for (size_t i = 0; i < count; i += together) {
    const size_t some = count - i < together ? count - i : together;
    slot = load_rows(cache, cache->values, cache->value_row_bytes, slot, some, rows, value_length, halves);
    for (size_t h = 0; h < heads; h++) {
      float weights[together] = {0};
      memcpy(weights, scores + h * count + i, some * sizeof *weights);
      add_rows(out + h * value_length, weights, rows, value_length, value_length);
    }
  }
}

BODY void store_body(int kind, const float *x, void *row, size_t count, int halves) {
  if (kind == ckernels_kv_f32) {
    memcpy(row, x, count * sizeof *x);
  } else if (kind == ckernels_kv_f16) {
    size_t i = 0;
    if (halves) {
      typedef _Float16 half8 __attribute__((vector_size(16)));
      typedef float float8 __attribute__((vector_size(32)));
      for (; i + 8 <= count; i += 8) {
        float8 f;
        memcpy(&f, x + i, sizeof f);
        const half8 h = __builtin_convertvector(f, half8);
        memcpy((char *)row + 2 * i, &h, sizeof h);
      }
    }
    for (; i < count; i++) {
      const uint16_t bits = half_to_bits(x[i]);
      memcpy((char *)row + 2 * i, &bits, sizeof bits);
    }
  } else {
    char *at = row;
    for (size_t b = 0; b < count; b += block, at += block_bytes) {
      float largest = 0;
      for (size_t i = 0; i < block; i++) largest = fabsf(x[b + i]) > largest ? fabsf(x[b + i]) : largest;
      const float scale = largest / 127, inverse = scale > 0 ? 1 / scale : 0;
      const uint16_t bits = half_to_bits(scale);
      memcpy(at, &bits, sizeof bits);
      int8_t q[block];
      for (size_t i = 0; i < block; i++) {
        // Comparing so sends NaN to -127 instead of into an undefined conversion.
        float y = x[b + i] * inverse;
        y = y > -127 ? y : -127;
        y = y < 127 ? y : 127;
        q[i] = (int8_t)(int)rintf(y);
      }
      memcpy(at + 2, q, sizeof q);
    }
  }
}

WIDE_TARGET static void attend_wide(const ckernels_kv_head *cache, size_t first, size_t count, const float *q,
                                    size_t heads, size_t key_length, size_t value_length, float *scores, float *out) {
  attend_body(cache, first, count, q, heads, key_length, value_length, scores, out, 1);
}

static void attend_plain(const ckernels_kv_head *cache, size_t first, size_t count, const float *q, size_t heads,
                         size_t key_length, size_t value_length, float *scores, float *out) {
  attend_body(cache, first, count, q, heads, key_length, value_length, scores, out, PLAIN_HAS_HALVES);
}

WIDE_TARGET static void store_wide(int kind, const float *x, void *row, size_t count) {
  store_body(kind, x, row, count, 1);
}

static void store_plain(int kind, const float *x, void *row, size_t count) {
  store_body(kind, x, row, count, PLAIN_HAS_HALVES);
}

void ckernels_attend(const ckernels_kv_head *cache, size_t first, size_t count, const float *q, size_t heads,
                     size_t key_length, size_t value_length, float *scores, float *out) {
  DISPATCH(attend_wide(cache, first, count, q, heads, key_length, value_length, scores, out),
           attend_plain(cache, first, count, q, heads, key_length, value_length, scores, out));
}

void ckernels_kv_store(int kind, const float *x, void *row, size_t count) {
  DISPATCH(store_wide(kind, x, row, count), store_plain(kind, x, row, count));
}
