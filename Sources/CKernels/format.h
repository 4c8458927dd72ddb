// The block formats: sizes, tables and the unpacking of packed scales.
#ifndef CKERNELS_FORMAT_H
#define CKERNELS_FORMAT_H

#include <stddef.h>
#include <stdint.h>

// ggml's numbers (enum ggml_type).
enum ck_type {
  ck_f32 = 0, ck_f16 = 1, ck_q4_0 = 2, ck_q4_1 = 3, ck_q5_0 = 6, ck_q5_1 = 7, ck_q8_0 = 8, ck_q2_k = 10, ck_q3_k = 11,
  ck_q4_k = 12, ck_q5_k = 13, ck_q6_k = 14, ck_iq4_nl = 20, ck_iq4_xs = 23, ck_bf16 = 30, ck_mxfp4 = 39,
};

struct ck_format {
  size_t elements, bytes;
};

// {0, 0} for a type that is not there.
static inline struct ck_format ck_format_of(int type) {
  switch (type) {
    case ck_f32: return (struct ck_format){1, 4};
    case ck_f16: case ck_bf16: return (struct ck_format){1, 2};
    case ck_q4_0: case ck_iq4_nl: return (struct ck_format){32, 18};
    case ck_q4_1: return (struct ck_format){32, 20};
    case ck_q5_0: return (struct ck_format){32, 22};
    case ck_q5_1: return (struct ck_format){32, 24};
    case ck_q8_0: return (struct ck_format){32, 34};
    case ck_mxfp4: return (struct ck_format){32, 17};
    case ck_q2_k: return (struct ck_format){256, 84};
    case ck_q3_k: return (struct ck_format){256, 110};
    case ck_q4_k: return (struct ck_format){256, 144};
    case ck_q5_k: return (struct ck_format){256, 176};
    case ck_q6_k: return (struct ck_format){256, 210};
    case ck_iq4_xs: return (struct ck_format){256, 136};
    default: return (struct ck_format){0, 0};
  }
}

// The values of IQ4_NL and IQ4_XS (kvalues_iq4nl in ggml-common.h).
static const int8_t ck_iq4_values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
// E2M1 doubled (OCP Microscaling Formats 1.0, section 5.3.3).
static const int8_t ck_mxfp4_values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

// Q4_K and Q5_K: eight scales and eight mins of six bits in twelve bytes.
static inline void ck_unpack_scales_and_mins(const uint8_t *packed, uint8_t scales[8], uint8_t mins[8]) {
  for (int j = 0; j < 4; j++) {
    scales[j] = packed[j] & 63;
    mins[j] = packed[j + 4] & 63;
    scales[j + 4] = (uint8_t)((packed[j + 8] & 15) | packed[j] >> 6 << 4);
    mins[j + 4] = (uint8_t)(packed[j + 8] >> 4 | packed[j + 4] >> 6 << 4);
  }
}

// Q3_K: sixteen scales of six bits in twelve bytes, stored plus 32.
static inline void ck_unpack_q3_scales(const uint8_t *packed, int8_t scales[16]) {
  for (int j = 0; j < 16; j++) {
    const int low = j < 8 ? packed[j] & 15 : packed[j - 8] >> 4;
    const int high = packed[8 + j % 4] >> 2 * (j / 4) & 3;
    scales[j] = (int8_t)((low | high << 4) - 32);
  }
}

#endif
