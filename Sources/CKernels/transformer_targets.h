// One body, compiled twice: for any CPU, and on x86-64 for AVX2 with FMA and half conversion. The compiler vectorises
// the loops, which are written over blocks of independent sums for that. Private to this target.
#pragma once

#include <stdint.h>
#include <string.h>

#include "ckernels.h"

#if defined(__x86_64__)
#define WIDE_TARGET __attribute__((target("avx2,fma,f16c")))
// Goes with the variant of the matrix kernels, which was chosen by what the CPU has.
static inline int uses_avx(void) { return strncmp(ckernels_selected(), "avx", 3) == 0; }
// The bodies are chosen by a constant, so that the plain one needs no half instructions.
#define DISPATCH(call_wide, call_plain) \
  do { \
    if (uses_avx()) { \
      call_wide; \
    } else { \
      call_plain; \
    } \
  } while (0)
#define PLAIN_HAS_HALVES 0
#else
#define WIDE_TARGET
#define DISPATCH(call_wide, call_plain) call_plain
// AArch64 converts halves in hardware.
#define PLAIN_HAS_HALVES 1
#endif

#define BODY static inline __attribute__((always_inline))

BODY float half_from_bits(uint16_t half) {
  // Moved to the place of a single's fields, a half is too small by 2^112, subnormals included.
  const uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13, sign = (uint32_t)(half & 0x8000) << 16;
  float value;
  memcpy(&value, &magnitude, sizeof value);
  value *= 0x1p112f;
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (magnitude >= 0x0f800000) bits = 0x7f800000 | magnitude;
  bits |= sign;
  memcpy(&value, &bits, sizeof value);
  return value;
}

BODY uint16_t half_to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return (uint16_t)(sign | 0x7e00);
  // 65520 and more round to infinity.
  if (magnitude >= 0x477ff000) return (uint16_t)(sign | 0x7c00);
  if (magnitude < 0x38800000) {
    // A subnormal half is a multiple of 2^-24: adding 0.5 leaves that many units, rounded to even, in the low bits.
    float sum;
    memcpy(&sum, &magnitude, sizeof sum);
    sum += 0.5f;
    uint32_t units;
    memcpy(&units, &sum, sizeof units);
    return (uint16_t)(sign | (units - 0x3f000000));
  }
  const uint32_t rounded = magnitude + 0xfff + (magnitude >> 13 & 1);
  return (uint16_t)(sign | (rounded - 0x38000000) >> 13);
}

// exp by 2^n * polynomial (Cephes' expf), within 2 units in the last place; -87.3 and less give the value at -87.3.
BODY float fast_exp(float x) {
  x = x > -87.3f ? x : -87.3f;
  x = x < 88.3f ? x : 88.3f;
  // Adding 1.5 * 2^23 rounds to the nearest whole number.
  const float shifted = x * 1.44269504088896341f + 12582912.0f;
  uint32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  const float n = shifted - 12582912.0f;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  // The low bits of the rounded number are n in two's complement.
  const uint32_t power = (bits - 0x4b400000 + 127) << 23;
  float scale;
  memcpy(&scale, &power, sizeof scale);
  return p * scale;
}
