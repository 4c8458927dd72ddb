// Four rows beside each other with NEON's dot product: four products and their sum in one instruction.
#include "packed.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

#include "packed_neon.inc"

// Their activations lie beside each other: one load, of which each product takes a quarter.
#define CK_FOUR_TOKENS(first, last, HEAD, LINE, INTO)                                                                 \
  CK_UNROLL for (int j = first; j < last; j++) {                                                                      \
    const int8x16_t x = CK_LOAD(at + 16 * j);                                                                         \
    CK_EACH_GROUP {                                                                                                   \
      const int8x16_t w = LINE(HEAD(g), s, h, j);                                                                     \
      INTO[g][0] = vdotq_laneq_s32(INTO[g][0], w, x, 0);                                                              \
      INTO[g][1] = vdotq_laneq_s32(INTO[g][1], w, x, 1);                                                              \
      INTO[g][2] = vdotq_laneq_s32(INTO[g][2], w, x, 2);                                                              \
      INTO[g][3] = vdotq_laneq_s32(INTO[g][3], w, x, 3);                                                              \
    }                                                                                                                 \
  }

#include "packed.inc"

#pragma clang attribute pop

const struct ck_packed_variant ck_packed_neon = {"neon-dotprod", CK_ROWS, quantise, packed_matmul, packed_peak};
#endif
