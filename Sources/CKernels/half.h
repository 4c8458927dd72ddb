// Half precision to single without branches, so that loops over it become vector code.
#ifndef CKERNELS_HALF_H
#define CKERNELS_HALF_H

#include <stdint.h>
#include <string.h>

static inline float ck_float_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline float ck_half_to_float(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half & 0x7c00, fraction = half & 0x3ff;
  // A subnormal: fraction * 2^-24 is exact in single precision.
  const float small = (float)(int32_t)fraction * 0x1p-24f;
  uint32_t small_bits;
  memcpy(&small_bits, &small, sizeof small_bits);
  const uint32_t normal = ((uint32_t)(half & 0x7fff) << 13) + (112u << 23);
  const uint32_t special = 0x7f800000u | fraction << 13;
  const uint32_t magnitude = exponent == 0 ? small_bits : exponent == 0x7c00 ? special : normal;
  return ck_float_from_bits(sign | magnitude);
}

static inline uint16_t ck_load16(const uint8_t *bytes) {
  uint16_t value;
  memcpy(&value, bytes, sizeof value);
  return value;
}

static inline uint32_t ck_load32(const uint8_t *bytes) {
  uint32_t value;
  memcpy(&value, bytes, sizeof value);
  return value;
}

#endif
