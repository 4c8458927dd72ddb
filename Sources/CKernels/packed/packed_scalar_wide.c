// The same over as many rows as AVX-512 has, with signed weights as unsigned bytes: the source of that variant, on any processor.
#define CK_ROWS 16
#define CK_BIAS 128
#define CK_WHOLE 0
#include "packed_plain.inc"

const struct ck_packed_variant ck_packed_scalar_wide = {"scalar-wide", CK_ROWS, quantise, packed_matmul, packed_peak};
