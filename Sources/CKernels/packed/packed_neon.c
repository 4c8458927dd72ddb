// Four rows beside each other with NEON's dot product: four products and their sum in one instruction.
#include "packed.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

#define CK_ROWS 4
typedef int8x16_t ck_bytes;
typedef int32x4_t ck_sum, ck_int, ck_weights;
typedef float32x4_t ck_float;

#define CK_CHAIN(bits) ((bits) == 6 ? 4 : 8)
#define CK_LOAD(p) vld1q_s8((const int8_t *)(p))
#define CK_AND(v, byte) vandq_s8(v, vdupq_n_s8(byte))
#define CK_OR(v, w) vorrq_s8(v, w)
// By a register, for j is a constant only once loops are unrolled; then it is a shift by an immediate.
#define CK_LEFT(v, n) vshlq_s8(v, vdupq_n_s8((int8_t)(n)))
#define CK_RIGHT(v, n) vreinterpretq_s8_u8(vshlq_u8(vreinterpretq_u8_s8(v), vdupq_n_s8((int8_t)-(n))))
#define CK_LOW(v) CK_AND(v, 15)
#define CK_HIGH(v) CK_RIGHT(v, 4)
#define CK_FOUR(p) four(p)
#define CK_NONE vdupq_n_s32(0)
#define CK_DOT(sum, w, a) vdotq_s32(sum, w, a)
#define CK_PIN(v) __asm__ volatile("" : "+w"(v))
#define CK_TOTAL(sum) (sum)
#define CK_WEIGHTED(sum, weights) vmulq_s32(sum, weights)
#define CK_WEIGHTS(p) four_signed(p)
#define CK_ZERO vdupq_n_s32(0)
#define CK_PLUS(a, b) vaddq_s32(a, b)
#define CK_SIGNED_DOT(total, w, a) vdotq_s32(total, w, a)
#define CK_SIGNED(v) (v)
#define CK_BIAS 0
#define CK_LOOK(table, v) vqtbl1q_s8(vld1q_s8(table), vreinterpretq_u8_s8(v))
#define CK_FLOAT(i) vcvtq_f32_s32(i)
#define CK_SPREAD(f) vdupq_n_f32(f)
#define CK_U8(p) vcvtq_f32_u32(four_unsigned(p))
#define CK_I8(p) vcvtq_f32_s32(four_signed(p))
#define CK_HALFS(p) vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16((const uint16_t *)(p))))
#define CK_MUL(a, b) vmulq_f32(a, b)
#define CK_FMA(a, b, c) vfmaq_f32(c, a, b)
#define CK_FNMA(a, b, c) vfmsq_f32(c, a, b)

static inline __attribute__((always_inline)) int8x16_t four(const uint8_t *p) {
  int bits;
  memcpy(&bits, p, sizeof bits);
  return vreinterpretq_s8_s32(vdupq_n_s32(bits));
}

static inline __attribute__((always_inline)) int32x4_t four_signed(const uint8_t *p) {
  return vmovl_s16(vget_low_s16(vmovl_s8(vget_low_s8(four(p)))));
}

static inline __attribute__((always_inline)) uint32x4_t four_unsigned(const uint8_t *p) {
  return vmovl_u16(vget_low_u16(vmovl_u8(vget_low_u8(vreinterpretq_u8_s8(four(p))))));
}

#include "packed.inc"

#pragma clang attribute pop

const struct ck_packed_variant ck_packed_neon = {"neon-dotprod", CK_ROWS, quantise, packed_matmul, packed_peak};
#endif
