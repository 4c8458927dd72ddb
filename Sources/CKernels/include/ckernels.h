// Arithmetic of language models over quantised weights: dot products, matrix products, block formats.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdint.h>

/// IEEE 754 half precision to single.
float ckernels_half_to_float(uint16_t half);

#endif
