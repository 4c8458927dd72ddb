// Compares every variant of the packed kernels that this processor runs with the plain one, and every variant of the exact kernels
// too. Built for another processor and run by an emulator it checks what cannot be run here; .ci/neon.sh does that.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ckernels.h"
#include "ckernels_packed.h"

enum { columns = 768, rows = 19, most_tokens = 13 };

static const struct { int type, elements, bytes, half[2]; const char *name; } types[] = {
  {12, 256, 144, {0, 2}, "Q4_K"}, {13, 256, 176, {0, 2}, "Q5_K"}, {14, 256, 210, {208, 208}, "Q6_K"}, {2, 32, 18, {0, 0}, "Q4_0"},
  {8, 32, 34, {0, 0}, "Q8_0"}, {20, 32, 18, {0, 0}, "IQ4_NL"}, {23, 256, 136, {0, 0}, "IQ4_XS"},
};

static uint64_t state = 1;
static uint32_t next(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33);
}

// The product with the packed variant `name`.
static void packed(const char *name, int type, const uint8_t *blocks, size_t row_bytes, const float *x, size_t tokens, float *y) {
  if (ckernels_packed_select(name) != 0) exit(2);
  const size_t height = ckernels_packed_rows(), bytes = ckernels_packed_group_bytes(type, columns);
  const size_t groups = (rows + height - 1) / height;
  uint8_t *packs = malloc(groups * bytes), *activations = malloc(ckernels_activation_bytes(columns, tokens));
  for (size_t g = 0; g < groups; g++) {
    const size_t count = rows - g * height < height ? rows - g * height : height;
    ckernels_pack(type, blocks + g * height * row_bytes, row_bytes, columns, count, packs + g * bytes);
  }
  for (size_t t = 0; t < tokens; t++) ckernels_quantise(x + t * columns, columns, t, tokens, activations);
  ckernels_packed_matmul(type, packs, columns, rows, 0, groups, activations, tokens, y, rows);
  free(packs);
  free(activations);
}

static double difference(const float *got, const float *wanted, size_t count) {
  double error = 0, size = 0;
  for (size_t i = 0; i < count; i++) {
    error += ((double)got[i] - wanted[i]) * ((double)got[i] - wanted[i]);
    size += (double)wanted[i] * wanted[i];
  }
  return sqrt(error / size);
}

int main(void) {
  int wrong = 0, compared = 0;
  float *x = malloc(most_tokens * columns * sizeof *x), got[most_tokens * rows], wanted[most_tokens * rows];
  for (size_t n = 0; n < sizeof types / sizeof *types; n++) {
    const size_t row_bytes = columns / (size_t)types[n].elements * (size_t)types[n].bytes;
    uint8_t *blocks = malloc(rows * row_bytes);
    for (size_t i = 0; i < rows * row_bytes; i++) blocks[i] = (uint8_t)next();
    for (uint8_t *block = blocks; block < blocks + rows * row_bytes; block += types[n].bytes) {
      // Scales of 2^-7 to 2^-5.
      for (int i = 0; i < 2; i++) block[types[n].half[i] + 1] = (uint8_t)(0x20 | (block[types[n].half[i] + 1] & 7));
    }
    for (size_t i = 0; i < most_tokens * columns; i++) x[i] = (float)next() / 1e9f - 1;
    for (size_t tokens = 1; tokens <= most_tokens; tokens++) {
      const char *name;
      packed("scalar", types[n].type, blocks, row_bytes, x, tokens, wanted);
      for (size_t i = 0; (name = ckernels_packed_variant(i)); i++) {
        packed(name, types[n].type, blocks, row_bytes, x, tokens, got);
        const double d = difference(got, wanted, tokens * rows);
        compared++;
        if (!(d < 1e-5)) wrong++, printf("%s, %s, %zu tokens: %g from the plain one\n", name, types[n].name, tokens, d);
      }
      ckernels_select("scalar");
      ckernels_matmul(types[n].type, blocks, row_bytes, columns, 0, rows, x, columns, tokens, wanted, rows);
      for (size_t i = 0; (name = ckernels_variant(i)); i++) {
        ckernels_select(name);
        ckernels_matmul(types[n].type, blocks, row_bytes, columns, 0, rows, x, columns, tokens, got, rows);
        const double d = difference(got, wanted, tokens * rows);
        compared++;
        if (!(d < 1e-5)) wrong++, printf("exact %s, %s, %zu tokens: %g from the plain one\n", name, types[n].name, tokens, d);
      }
    }
    free(blocks);
  }
  printf("%d products compared, of the packed variants", compared);
  const char *name;
  for (size_t i = 0; (name = ckernels_packed_variant(i)); i++) printf("%s %s", i ? "," : "", name);
  printf("; %d differ\n", wrong);
  free(x);
  return wrong != 0;
}
