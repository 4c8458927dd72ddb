#include "ckernels.h"

#include <string.h>

float ckernels_half_to_float(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = (half >> 10) & 31, fraction = half & 0x3ff;
  uint32_t bits;
  if (exponent == 31) {
    bits = sign | 0x7f800000 | fraction << 13;
  } else if (exponent == 0) {
    // A subnormal: fraction * 2^-24 is exact in single precision.
    const float magnitude = (float)fraction * 0x1p-24f;
    memcpy(&bits, &magnitude, sizeof bits);
    bits |= sign;
  } else {
    bits = sign | (exponent + 112) << 23 | fraction << 13;
  }
  float result;
  memcpy(&result, &bits, sizeof result);
  return result;
}
