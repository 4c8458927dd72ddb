// Eight rows beside each other with AVX-VNNI, which processors without AVX-512 have: four products and their sum in one
// instruction.
#include "packed.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,avxvnni,fma,f16c"))), apply_to = function)

#include "packed_ymm.inc"

// A lane's sum is at most 32 * 127 * 255.
#define CK_CHAIN(bits) ((bits) == 6 ? 4 : 8)
#define CK_DOT(sum, w, a) _mm256_dpbusd_avx_epi32(sum, w, a)
#define CK_TOTAL(sum) (sum)
#define CK_WEIGHTED(sum, weights) _mm256_mullo_epi32(sum, weights)
#define CK_WEIGHTS(p) CK_EIGHT(p)
#define CK_SIGNED_DOT(total, w, a) _mm256_dpbusd_avx_epi32(total, w, a)
#define CK_SIGNED(v) _mm256_xor_si256(v, _mm256_set1_epi8((char)128))
#define CK_BIAS 128
#define CK_LESS(n, p) _mm256_madd_epi16(four(p), _mm256_set1_epi16(-(n)))
#define CK_WHOLE 0

#include "packed.inc"

#pragma clang attribute pop

const struct ck_packed_variant ck_packed_avxvnni = {"avx-vnni", CK_ROWS, quantise, packed_matmul, packed_peak};
#endif
