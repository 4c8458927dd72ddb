// Rows as they lie in a file to rows beside each other; see packed_format.h.
#include "packed.h"

#include <string.h>

#include "packed_format.h"

// The eight lines of slice `s` where two slices of a 256-block share lines; `at` finds weight k of the row's block.
static void put_nibble(uint8_t *lines, size_t rows, size_t row, int k, int value) {
  const int slice = k / 32, line = k % 32 / 4, byte = k % 4;
  lines[(size_t)(8 * (slice / 2) + line) * 4 * rows + 4 * row + byte] |= (uint8_t)(slice % 2 ? value << 4 : value);
}

// Q4_K, Q5_K and IQ4_XS keep 32 low nibbles and 32 high ones in 32 bytes, or (IQ4_XS) 16 and 16 in 16.
static int k_nibble(const uint8_t *q, int k) { return k % 64 < 32 ? q[k / 64 * 32 + k % 32] & 15 : q[k / 64 * 32 + k % 32] >> 4; }
static int iq4_nibble(const uint8_t *q, int k) { return k % 32 < 16 ? q[k / 32 * 16 + k % 16] & 15 : q[k / 32 * 16 + k % 16] >> 4; }

static void pack_block(int type, const uint8_t *block, uint8_t *out, size_t rows, size_t row) {
  switch (type) {
    case ck_q4_k:
    case ck_q5_k: {
      uint8_t scales[8], mins[8];
      ck_unpack_scales_and_mins(block + 4, scales, mins);
      memcpy(out + 2 * row, block, 2);
      memcpy(out + 2 * rows + 2 * row, block + 2, 2);
      for (int s = 0; s < 8; s++) {
        out[(4 + s) * rows + row] = scales[s];
        out[(12 + s) * rows + row] = mins[s];
      }
      const uint8_t *q = block + (type == ck_q4_k ? 16 : 48);
      for (int k = 0; k < 256; k++) put_nibble(out + 20 * rows, rows, row, k, k_nibble(q, k));
      if (type == ck_q4_k) return;
      for (int k = 0; k < 256; k++) {
        const int bit = block[16 + k % 32] >> k / 32 & 1;
        out[148 * rows + (size_t)(k / 32) * 4 * rows + 4 * row + k % 4] |= (uint8_t)(bit << k % 32 / 4);
      }
      return;
    }
    case ck_q6_k:
      memcpy(out + 2 * row, block + 208, 2);
      for (int s = 0; s < 16; s++) out[(2 + s) * rows + row] = block[192 + s];
      for (int k = 0; k < 256; k++) {
        const int half = k / 128, part = k % 128 / 32, l = k % 32;
        const uint8_t low = block[64 * half + 32 * (part % 2) + l];
        const int high = block[128 + 32 * half + l] >> 2 * part & 3;
        put_nibble(out + 18 * rows, rows, row, k, part < 2 ? low & 15 : low >> 4);
        const int line = k % 32 / 4;
        out[146 * rows + (size_t)(2 * (k / 32) + line / 4) * 4 * rows + 4 * row + k % 4] |= (uint8_t)(high << 2 * (line % 4));
      }
      return;
    case ck_iq4_xs: {
      const unsigned high = (unsigned)(block[2] | block[3] << 8);
      memcpy(out + 2 * row, block, 2);
      for (int s = 0; s < 8; s++) {
        const int low = block[4 + s / 2] >> 4 * (s % 2) & 15;
        out[(2 + s) * rows + row] = (uint8_t)(int8_t)((low | (int)(high >> 2 * s & 3) << 4) - 32);
      }
      for (int k = 0; k < 256; k++) put_nibble(out + 10 * rows, rows, row, k, iq4_nibble(block + 8, k));
      return;
    }
    case ck_q4_0:
    case ck_iq4_nl:
      memcpy(out + 2 * row, block, 2);
      for (int k = 0; k < 32; k++) {
        const int line = k / 4, value = iq4_nibble(block + 2, k);
        out[2 * rows + (size_t)(line % 4) * 4 * rows + 4 * row + k % 4] |= (uint8_t)(line / 4 ? value << 4 : value);
      }
      return;
    default:
      memcpy(out + 2 * row, block, 2);
      for (int k = 0; k < 32; k++) out[2 * rows + (size_t)(k / 4) * 4 * rows + 4 * row + k % 4] = block[2 + k];
      return;
  }
}

void ck_pack_group(int type, const void *weights, size_t row_bytes, size_t columns, size_t count, size_t rows, void *out) {
  const struct ck_format format = ck_format_of(type);
  const size_t blocks = columns / format.elements, share = ck_packed_bytes(type);
  // Rows that are not there weigh nothing: all bytes zero is a scale of zero.
  memset(out, 0, blocks * share * rows);
  for (size_t row = 0; row < count; row++) {
    for (size_t b = 0; b < blocks; b++) {
      pack_block(type, (const uint8_t *)weights + row * row_bytes + b * format.bytes, (uint8_t *)out + b * share * rows, rows, row);
    }
  }
}
