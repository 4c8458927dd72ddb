// What a transformer computes between its matrix products: norms, rotary positions, activations, and attention over a
// cache of keys and values. Everything is float, sums included, except what the cache stores. No function allocates,
// keeps a pointer or uses a global. Arrays do not overlap unless a line says so; none needs more than its type's
// alignment. NaN and infinity pass through without undefined behaviour.
#ifndef CKERNELS_TRANSFORMER_H
#define CKERNELS_TRANSFORMER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __clang__
#pragma clang assume_nonnull begin
#endif

// The longest row of one head, in elements, that attention takes.
#define CKERNELS_HEAD_LIMIT 1024

// How the cache stores a row of one head: as IEEE halves, as blocks of 32 with a half scale and 32 signed bytes (Q8_0's
// layout, 34 bytes), or as it is.
enum { ckernels_kv_f16 = 0, ckernels_kv_q8_0 = 1, ckernels_kv_f32 = 2 };

// Keys and values of one head of one layer: row of slot s at s * row_bytes, slots used as a ring.
typedef struct {
  int kind;
  const void *keys;
  size_t key_row_bytes;
  const void *values;
  size_t value_row_bytes;
  // Slots in the ring.
  size_t capacity;
} ckernels_kv_head;

// y[i] = x[i] / sqrt(mean(x²) + epsilon) * weight[i]. x and y may be the same.
void ckernels_rms_norm(const float *x, const float *weight, float epsilon, float *y, size_t count);

// y[i] += x[i].
void ckernels_add(const float *x, float *y, size_t count);

// x[i] *= factor.
void ckernels_multiply(float factor, float *x, size_t count);

// gate[i] = activation(gate[i]) * up[i]: x / (1 + exp(-x)).
void ckernels_silu_multiply(float *gate, const float *up, size_t count);

// The same with 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x³))).
void ckernels_gelu_multiply(float *gate, const float *up, size_t count);

// Turns `pairs` pairs by their angles: (x[2p], x[2p + 1]) where adjacent is not 0, otherwise (x[p], x[p + pairs]).
void ckernels_rotate(float *x, const float *cosines, const float *sines, size_t pairs, int adjacent);

// Writes one row of `count` floats as the cache stores it; count is a multiple of 32 for Q8_0. Halves round to nearest
// even; a Q8_0 scale is the largest magnitude / 127.
void ckernels_kv_store(int kind, const float *x, void *row, size_t count);

// Attention of `heads` queries that share one head of keys and values:
//   out[h] = sum over i of softmax(q[h] · key[i])[i] * value[i],  i over the `count` slots from `first` on, around the ring.
// q is [heads × key_length] and already scaled, out is [heads × value_length], scores is scratch [heads × count].
// Both lengths are at most CKERNELS_HEAD_LIMIT, count is 1 or more.
void ckernels_attend(const ckernels_kv_head *cache, size_t first, size_t count, const float *q, size_t heads,
                     size_t key_length, size_t value_length, float *scores, float *out);

// Tells the core that this thread is spinning.
void ckernels_pause(void);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif

#endif
