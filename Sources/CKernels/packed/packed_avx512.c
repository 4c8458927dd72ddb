// Sixteen rows beside each other with AVX-512 VNNI: four products and their sum in one instruction.
#include "packed.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx2,fma,f16c"))), apply_to = function)

#define CK_ROWS 16
typedef __m512i ck_bytes, ck_sum, ck_int, ck_weights;
typedef __m512 ck_float;

// A lane's sum is at most 32 * 127 * 255.
#define CK_CHAIN(bits) ((bits) == 6 ? 4 : 8)
#define CK_LOAD(p) _mm512_loadu_si512(p)
#define CK_AND(v, byte) _mm512_and_si512(v, _mm512_set1_epi8(byte))
#define CK_OR(v, w) _mm512_or_si512(v, w)
#define CK_LEFT(v, n) _mm512_slli_epi16(v, n)
#define CK_RIGHT(v, n) _mm512_srli_epi16(v, n)
#define CK_LOW(v) CK_AND(v, 15)
#define CK_HIGH(v) CK_AND(CK_RIGHT(v, 4), 15)
#define CK_FOUR(p) four(p)
#define CK_NONE _mm512_setzero_si512()
#define CK_DOT(sum, w, a) _mm512_dpbusd_epi32(sum, w, a)
#define CK_PIN(v) __asm__ volatile("" : "+v"(v))
#define CK_TOTAL(sum) (sum)
#define CK_WEIGHTED(sum, weights) _mm512_mullo_epi32(sum, weights)
#define CK_WEIGHTS(p) _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(p)))
#define CK_ZERO _mm512_setzero_si512()
#define CK_PLUS(a, b) _mm512_add_epi32(a, b)
#define CK_SIGNED_DOT(total, w, a) _mm512_dpbusd_epi32(total, w, a)
#define CK_SIGNED(v) _mm512_xor_si512(v, _mm512_set1_epi8((char)128))
#define CK_BIAS 128
#define CK_LESS(n, p) _mm512_madd_epi16(four(p), _mm512_set1_epi16(-(n)))
#define CK_WHOLE 0
#define CK_LOOK(table, v) _mm512_shuffle_epi8(_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(table))), v)
#define CK_FLOAT(i) _mm512_cvtepi32_ps(i)
#define CK_SPREAD(f) _mm512_set1_ps(f)
#define CK_U8(p) _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(p))))
#define CK_I8(p) _mm512_cvtepi32_ps(CK_WEIGHTS(p))
#define CK_HALFS(p) _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)(p)))
#define CK_MUL(a, b) _mm512_mul_ps(a, b)
#define CK_DIVIDE(a, b) _mm512_div_ps(a, b)
#define CK_FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define CK_FNMA(a, b, c) _mm512_fnmadd_ps(a, b, c)

static inline __attribute__((always_inline)) __m512i four(const uint8_t *p) {
  int bits;
  memcpy(&bits, p, sizeof bits);
  return _mm512_set1_epi32(bits);
}

#include "packed.inc"

#pragma clang attribute pop

const struct ck_packed_variant ck_packed_avx512 = {"avx512", CK_ROWS, quantise, packed_matmul, packed_peak};
#endif
