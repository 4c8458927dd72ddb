// Eight rows beside each other: AVX2, products in pairs of 16 bits.
#include "packed.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#include "packed_ymm.inc"

// A pair's sum is at most 2 * 127 * (2^bits - 1), and 16 bits hold 32767. Of six bits four lines would not fit, but less 32 they do, and
// only single products must not leave the 16 bits in between.
#define CK_CHAIN(bits) ((bits) == 4 ? 8 : 4)
#define CK_DOT(sum, w, a) _mm256_add_epi16(sum, _mm256_maddubs_epi16(w, a))
#define CK_TOTAL(sum) _mm256_madd_epi16(sum, _mm256_set1_epi16(1))
#define CK_WEIGHTED(sum, weights) _mm256_madd_epi16(sum, weights)
#define CK_WEIGHTS(p) pairs(CK_EIGHT(p))
#define CK_SIGNED(v) (v)
#define CK_BIAS 0
#define CK_WHOLE 1
#define CK_LESS(n, p) _mm256_mullo_epi16(four(p), _mm256_set1_epi16(-(n)))

// In steps: two products and then their two sums keep more of the processor busy than one after the other does.
#define CK_STEP(p, value) CK_EACH_GROUP { p[g] = value; CK_PIN(p[g]); }
#define CK_DOT_EACH(SUMS, t, w, x)                                                                                    \
  {                                                                                                                   \
    __m256i p[ck_groups];                                                                                             \
    CK_STEP(p, _mm256_maddubs_epi16(w[g], x))                                                                         \
    CK_EACH_GROUP { SUMS[g][t] = _mm256_add_epi16(SUMS[g][t], p[g]); CK_PIN(SUMS[g][t]); }                            \
  }
// |w| is unsigned up to 128 and takes its sign from the activation: a pair is at most 2 * 128 * 127.
#define CK_SIGNED_DOT_EACH(SUMS, t, w, x)                                                                             \
  {                                                                                                                   \
    __m256i p[ck_groups];                                                                                             \
    CK_STEP(p, _mm256_sign_epi8(x, w[g]))                                                                             \
    CK_STEP(p, _mm256_maddubs_epi16(_mm256_abs_epi8(w[g]), p[g]))                                                     \
    CK_STEP(p, CK_TOTAL(p[g]))                                                                                        \
    CK_EACH_GROUP { SUMS[g][t] = _mm256_add_epi32(SUMS[g][t], p[g]); CK_PIN(SUMS[g][t]); }                            \
  }

// Each of eight small integers as a pair of 16-bit ones.
static inline __attribute__((always_inline)) __m256i pairs(__m256i wide) {
  return _mm256_or_si256(_mm256_and_si256(wide, _mm256_set1_epi32(0xffff)), _mm256_slli_epi32(wide, 16));
}

#include "packed.inc"

#pragma clang attribute pop

const struct ck_packed_variant ck_packed_avx2 = {"avx2", CK_ROWS, quantise, packed_matmul, packed_peak};
#endif
