// Eight rows beside each other: AVX2, products in pairs of 16 bits.
#include "packed.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define CK_ROWS 8
typedef __m256i ck_bytes, ck_sum, ck_int, ck_weights;
typedef __m256 ck_float;

// A pair's sum is at most 2 * 127 * (2^bits - 1), and 16 bits hold 32767.
#define CK_CHAIN(bits) ((bits) == 4 ? 8 : (bits) == 5 ? 4 : 2)
#define CK_LOAD(p) _mm256_loadu_si256((const __m256i *)(p))
#define CK_AND(v, byte) _mm256_and_si256(v, _mm256_set1_epi8(byte))
#define CK_OR(v, w) _mm256_or_si256(v, w)
#define CK_LEFT(v, n) _mm256_slli_epi16(v, n)
#define CK_RIGHT(v, n) _mm256_srli_epi16(v, n)
#define CK_LOW(v) CK_AND(v, 15)
#define CK_HIGH(v) CK_AND(CK_RIGHT(v, 4), 15)
#define CK_FOUR(p) four(p)
#define CK_NONE _mm256_setzero_si256()
#define CK_DOT(sum, w, a) _mm256_add_epi16(sum, _mm256_maddubs_epi16(w, a))
#define CK_PIN(v) __asm__ volatile("" : "+x"(v))
#define CK_TOTAL(sum) _mm256_madd_epi16(sum, _mm256_set1_epi16(1))
#define CK_WEIGHTED(sum, weights) _mm256_madd_epi16(sum, weights)
#define CK_WEIGHTS(p) weights_of(p)
#define CK_ZERO _mm256_setzero_si256()
#define CK_PLUS(a, b) _mm256_add_epi32(a, b)
// |w| is unsigned up to 128 and takes its sign from the activation: a pair is at most 2 * 128 * 127.
#define CK_SIGNED_DOT(total, w, a) \
  _mm256_add_epi32(total, CK_TOTAL(_mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(a, w))))
#define CK_SIGNED(v) (v)
#define CK_BIAS 0
#define CK_LOOK(table, v) _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(table))), v)
#define CK_FLOAT(i) _mm256_cvtepi32_ps(i)
#define CK_SPREAD(f) _mm256_set1_ps(f)
#define CK_U8(p) _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(p))))
#define CK_I8(p) _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(p))))
#define CK_HALFS(p) _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p)))
#define CK_MUL(a, b) _mm256_mul_ps(a, b)
#define CK_FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define CK_FNMA(a, b, c) _mm256_fnmadd_ps(a, b, c)

static inline __attribute__((always_inline)) __m256i four(const uint8_t *p) {
  int bits;
  memcpy(&bits, p, sizeof bits);
  return _mm256_set1_epi32(bits);
}

// Each of eight signed bytes as a pair of 16-bit numbers.
static inline __attribute__((always_inline)) __m256i weights_of(const uint8_t *p) {
  const __m256i wide = _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)p));
  return _mm256_or_si256(_mm256_and_si256(wide, _mm256_set1_epi32(0xffff)), _mm256_slli_epi32(wide, 16));
}

#include "packed.inc"

#pragma clang attribute pop

const struct ck_packed_variant ck_packed_avx2 = {"avx2", CK_ROWS, quantise, packed_matmul, packed_peak};
#endif
