// Multiplies one matrix as often as is asked, for .ci/instructions.sh, which counts what that takes: VARIANT TYPE TOKENS TIMES.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ckernels_packed.h"

enum { columns = 512, rows = 64 };

int main(int count, char **arguments) {
  if (count != 5 || ckernels_packed_select(arguments[1]) != 0) return 2;
  const int type = atoi(arguments[2]);
  const size_t tokens = strtoul(arguments[3], NULL, 10), times = strtoul(arguments[4], NULL, 10);
  const size_t height = ckernels_packed_rows(), bytes = ckernels_packed_group_bytes(type, columns), groups = rows / height;
  uint8_t *packs = aligned_alloc(64, groups * bytes), *activations = aligned_alloc(64, ckernels_activation_bytes(columns, tokens));
  float x[columns], *y = malloc(tokens * rows * sizeof *y);
  memset(packs, 1, groups * bytes);
  for (size_t i = 0; i < columns; i++) x[i] = (float)i;
  for (size_t t = 0; t < tokens; t++) ckernels_quantise(x, columns, t, tokens, activations);
  for (size_t i = 0; i < times; i++) ckernels_packed_matmul(type, packs, columns, rows, 0, groups, activations, tokens, y, rows);
  return 0;
}
