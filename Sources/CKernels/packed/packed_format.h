// How weights lie in memory once they are packed: R rows beside each other (R is the variant's), so that one vector holds
// four consecutive weights of each row, and one activation load serves all of them.
//
// A line is 4R bytes: byte 4r + i belongs to row r and to weight 4j + i of its slice of 32, for line j of eight. Where
// weights are nibbles, one line serves two slices (of 256-blocks: 2p in the low nibbles, 2p + 1 in the high ones) or two
// halves of one slice (of 32-blocks). Blocks lie one behind the other, a group's last block before the next group's first.
//
//   Q4_K    f16 d[R] | f16 dmin[R] | u8 scale[8][R] | u8 min[8][R] | nibbles[4][8][4R]
//   Q5_K    the same, then bits[4][2][4R]: bit j of plane 2p + h is the fifth of line j of slice 2p + h
//   Q6_K    f16 d[R] | i8 scale[16][R] | nibbles[4][8][4R] | bits[4][2][2][4R]: two bits each, four lines in a byte
//   IQ4_XS  f16 d[R] | i8 scale[8][R] | nibbles[4][8][4R]
//   Q4_0, IQ4_NL   f16 d[R] | nibbles[4][4R]
//   Q8_0    f16 d[R] | bytes[8][4R]
#ifndef CKERNELS_PACKED_FORMAT_H
#define CKERNELS_PACKED_FORMAT_H

#include "../format.h"

// Bytes of one row's share of a block.
enum {
  ck_packed_q4_k = 148, ck_packed_q5_k = 180, ck_packed_q6_k = 210, ck_packed_iq4_xs = 138, ck_packed_q4_0 = 18,
  ck_packed_q8_0 = 34,
};

// 0 for a type that has no packed form.
static inline size_t ck_packed_bytes(int type) {
  switch (type) {
    case ck_q4_k: return ck_packed_q4_k;
    case ck_q5_k: return ck_packed_q5_k;
    case ck_q6_k: return ck_packed_q6_k;
    case ck_iq4_xs: return ck_packed_iq4_xs;
    case ck_q4_0: case ck_iq4_nl: return ck_packed_q4_0;
    case ck_q8_0: return ck_packed_q8_0;
    default: return 0;
  }
}

#endif
