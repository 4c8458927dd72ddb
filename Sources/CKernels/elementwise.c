#include "ckernels_transformer.h"

#include <math.h>

#include "transformer_targets.h"

// Partial sums, so that the compiler can keep them in one or two vector registers.
enum { lanes = 16 };

BODY void rms_norm_body(const float *x, const float *weight, float epsilon, float *y, size_t count) {
  float partial[lanes] = {0};
  size_t i = 0;
  for (; i + lanes <= count; i += lanes)
    for (size_t l = 0; l < lanes; l++) partial[l] += x[i + l] * x[i + l];
  double sum = 0;
  for (size_t l = 0; l < lanes; l++) sum += partial[l];
  for (; i < count; i++) sum += (double)x[i] * x[i];
  const float factor = (float)(1 / sqrt(sum / (double)count + (double)epsilon));
  for (i = 0; i < count; i++) y[i] = x[i] * factor * weight[i];
}

BODY void silu_multiply_body(float *gate, const float *up, size_t count) {
  for (size_t i = 0; i < count; i++) gate[i] = gate[i] / (1 + fast_exp(-gate[i])) * up[i];
}

BODY void gelu_multiply_body(float *gate, const float *up, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const float x = gate[i], u = 0.79788456080286536f * (x + 0.044715f * x * x * x);
    // 0.5 (1 + tanh u) = 1 / (1 + exp(-2 u))
    gate[i] = x / (1 + fast_exp(-2 * u)) * up[i];
  }
}

BODY void rotate_body(float *x, const float *cosines, const float *sines, size_t pairs, int adjacent) {
  if (adjacent) {
    for (size_t p = 0; p < pairs; p++) {
      const float a = x[2 * p], b = x[2 * p + 1];
      x[2 * p] = a * cosines[p] - b * sines[p];
      x[2 * p + 1] = a * sines[p] + b * cosines[p];
    }
  } else {
    for (size_t p = 0; p < pairs; p++) {
      const float a = x[p], b = x[p + pairs];
      x[p] = a * cosines[p] - b * sines[p];
      x[p + pairs] = a * sines[p] + b * cosines[p];
    }
  }
}

WIDE_TARGET static void rms_norm_wide(const float *x, const float *weight, float epsilon, float *y, size_t count) {
  rms_norm_body(x, weight, epsilon, y, count);
}
WIDE_TARGET static void silu_multiply_wide(float *gate, const float *up, size_t count) {
  silu_multiply_body(gate, up, count);
}
WIDE_TARGET static void gelu_multiply_wide(float *gate, const float *up, size_t count) {
  gelu_multiply_body(gate, up, count);
}
WIDE_TARGET static void rotate_wide(float *x, const float *cosines, const float *sines, size_t pairs, int adjacent) {
  rotate_body(x, cosines, sines, pairs, adjacent);
}

void ckernels_rms_norm(const float *x, const float *weight, float epsilon, float *y, size_t count) {
  DISPATCH(rms_norm_wide(x, weight, epsilon, y, count), rms_norm_body(x, weight, epsilon, y, count));
}

void ckernels_silu_multiply(float *gate, const float *up, size_t count) {
  DISPATCH(silu_multiply_wide(gate, up, count), silu_multiply_body(gate, up, count));
}

void ckernels_gelu_multiply(float *gate, const float *up, size_t count) {
  DISPATCH(gelu_multiply_wide(gate, up, count), gelu_multiply_body(gate, up, count));
}

void ckernels_rotate(float *x, const float *cosines, const float *sines, size_t pairs, int adjacent) {
  DISPATCH(rotate_wide(x, cosines, sines, pairs, adjacent), rotate_body(x, cosines, sines, pairs, adjacent));
}

void ckernels_add(const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] += x[i];
}

void ckernels_multiply(float factor, float *x, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] *= factor;
}

void ckernels_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}
