#include "half.h"
#include "ckernels.h"

float ckernels_half_to_float(uint16_t half) { return ck_half_to_float(half); }
