// Eight floats at a time: AVX2 with FMA and F16C.
#include "variant.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define CK_HALF(bits) _cvtsh_ss(bits)
#define CK_HALVES(source, out, n) convert_halves(source, out, n)
#define CK_LOOKUP(table, index, out)                                                                                  \
  _mm_storeu_si128((__m128i *)(out), _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(table)),                      \
                                                      _mm_loadu_si128((const __m128i *)(index))))
#define CK_LANES 8
#define CK_TOKENS 3

static void convert_halves(const unsigned char *source, float *out, size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    _mm256_storeu_ps(out + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(source + 2 * i))));
  }
  for (; i < count; i++) {
    unsigned short bits;
    memcpy(&bits, source + 2 * i, sizeof bits);
    out[i] = _cvtsh_ss(bits);
  }
}

#include "dequantise.inc"
#include "matmul.inc"

#pragma clang attribute pop

static int supported(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

const struct ck_variant ck_variant_avx2 = {"avx2", supported, dequantise, matmul};
#endif
