// Four floats at a time, which every 64-bit processor has: NEON on ARM, SSE2 on x86.
#include "variant.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#define CK_HALF(bits) ck_half_of(bits)
#define CK_LOOKUP(table, index, out) vst1q_s8(out, vqtbl1q_s8(vld1q_s8(table), vld1q_u8(index)))
#define CK_TOKENS 4

static inline float ck_half_of(unsigned short bits) {
  __fp16 half;
  __builtin_memcpy(&half, &bits, sizeof half);
  return (float)half;
}
#else
#define CK_TOKENS 2
#endif
#define CK_LANES 4

#include "dequantise.inc"
#include "matmul.inc"

static int supported(void) { return 1; }

#if defined(__aarch64__)
const struct ck_variant ck_variant_vector = {"neon", supported, dequantise, matmul};
#elif defined(__x86_64__)
const struct ck_variant ck_variant_vector = {"sse2", supported, dequantise, matmul};
#else
const struct ck_variant ck_variant_vector = {"vector", supported, dequantise, matmul};
#endif
