// One number at a time, for every processor: what the others are compared with.
#include "packed_plain.inc"

const struct ck_packed_variant ck_packed_scalar = {"scalar", CK_ROWS, quantise, packed_matmul, packed_peak};
