// Four rows beside each other with NEON's 8-bit matrix product, which multiplies two rows by two tokens, eight columns of each, in
// one instruction: twice what the dot product does.
#include "packed.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("dotprod,i8mm"))), apply_to = function)

#include "packed_neon.inc"

// Two lines of four columns, zipped by columns: eight columns of rows or tokens 0 and 1, and of 2 and 3.
#define CK_ZIP_FIRST(a, b) vreinterpretq_s8_s32(vzip1q_s32(vreinterpretq_s32_s8(a), vreinterpretq_s32_s8(b)))
#define CK_ZIP_SECOND(a, b) vreinterpretq_s8_s32(vzip2q_s32(vreinterpretq_s32_s8(a), vreinterpretq_s32_s8(b)))

// All weights are below 128: signed products of unsigned ones are the same.
#define CK_FOUR_TOKENS(first, last, HEAD, LINE, INTO)                                                                     \
  {                                                                                                                   \
    /* Of rows 2r and 2r + 1 with tokens 2p and 2p + 1, in that order. */                                             \
    int32x4_t squares[ck_groups][2][2];                                                                               \
    CK_EACH_GROUP CK_UNROLL for (int n = 0; n < 4; n++) squares[g][n / 2][n % 2] = vdupq_n_s32(0);                    \
    CK_UNROLL for (int j = first; j < last; j += 2) {                                                                 \
      const int8x16_t x0 = CK_LOAD(at + 16 * j), x1 = CK_LOAD(at + 16 * (j + 1));                                     \
      const int8x16_t x[2] = {CK_ZIP_FIRST(x0, x1), CK_ZIP_SECOND(x0, x1)};                                           \
      CK_EACH_GROUP {                                                                                                 \
        const int8x16_t w0 = LINE(HEAD(g), s, h, j), w1 = LINE(HEAD(g), s, h, j + 1);                                 \
        const int8x16_t w[2] = {CK_ZIP_FIRST(w0, w1), CK_ZIP_SECOND(w0, w1)};                                         \
        CK_UNROLL for (int n = 0; n < 4; n++)                                                                         \
          squares[g][n / 2][n % 2] = vmmlaq_s32(squares[g][n / 2][n % 2], w[n / 2], x[n % 2]);                        \
      }                                                                                                               \
    }                                                                                                                 \
    CK_EACH_GROUP CK_UNROLL for (int p = 0; p < 2; p++) {                                                             \
      INTO[g][2 * p] = vaddq_s32(INTO[g][2 * p], vuzp1q_s32(squares[g][0][p], squares[g][1][p]));                     \
      INTO[g][2 * p + 1] = vaddq_s32(INTO[g][2 * p + 1], vuzp2q_s32(squares[g][0][p], squares[g][1][p]));             \
    }                                                                                                                 \
  }
#define CK_PEAK(sum, w, a) vmmlaq_s32(sum, w, a)
#define CK_PEAK_OPERATIONS 64

#include "packed.inc"

#pragma clang attribute pop

const struct ck_packed_variant ck_packed_i8mm = {"neon-i8mm", CK_ROWS, quantise, packed_matmul, packed_peak};
#endif
