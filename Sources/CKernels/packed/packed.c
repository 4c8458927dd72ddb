#include "packed.h"

#include <stdatomic.h>
#include <string.h>

#include "ckernels_packed.h"
#include "packed_format.h"

#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

#if defined(__x86_64__)
static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vnni");
}
static int has_avx_vnni(void) { return __builtin_cpu_supports("avxvnni") && __builtin_cpu_supports("fma"); }
static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}
#elif defined(__aarch64__) && defined(__linux__)
// HWCAP_ASIMDDP (asm/hwcap.h).
static int has_dot_product(void) { return getauxval(AT_HWCAP) >> 20 & 1; }
// HWCAP2_I8MM.
static int has_matrix_product(void) { return has_dot_product() && getauxval(AT_HWCAP2) >> 13 & 1; }
#endif
static int always(void) { return 1; }

// The best first.
static const struct {
  const struct ck_packed_variant *variant;
  int (*runs)(void);
} variants[] = {
#if defined(__x86_64__)
  {&ck_packed_avx512, has_avx512}, {&ck_packed_avxvnni, has_avx_vnni}, {&ck_packed_avx2, has_avx2},
#elif defined(__aarch64__) && defined(__linux__)
  {&ck_packed_i8mm, has_matrix_product}, {&ck_packed_neon, has_dot_product},
#endif
  {&ck_packed_scalar_wide, always}, {&ck_packed_scalar, always},
};

enum { variant_count = sizeof variants / sizeof variants[0] };

static _Atomic(const struct ck_packed_variant *) selected = &ck_packed_scalar;

static const struct ck_packed_variant *current(void) { return atomic_load_explicit(&selected, memory_order_relaxed); }

__attribute__((constructor)) static void select_best(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
#endif
  for (size_t i = 0; i < variant_count; i++) {
    if (variants[i].variant == &ck_packed_scalar_wide || !variants[i].runs()) continue;
    atomic_store(&selected, variants[i].variant);
    return;
  }
}

const char *ckernels_packed_variant(size_t index) {
  for (size_t i = 0; i < variant_count; i++) {
    if (variants[i].runs() && index-- == 0) return variants[i].variant->name;
  }
  return NULL;
}

int ckernels_packed_select(const char *name) {
  for (size_t i = 0; i < variant_count; i++) {
    if (strcmp(variants[i].variant->name, name) == 0 && variants[i].runs()) {
      atomic_store(&selected, variants[i].variant);
      return 0;
    }
  }
  return -1;
}

size_t ckernels_packed_rows(void) { return current()->rows; }

size_t ckernels_packed_group_bytes(int type, size_t columns) {
  const struct ck_format format = ck_format_of(type);
  if (ck_packed_bytes(type) == 0 || columns == 0 || columns % format.elements != 0) return 0;
  return columns / format.elements * ck_packed_bytes(type) * current()->rows;
}

void ckernels_pack(int type, const void *weights, size_t row_bytes, size_t columns, size_t rows, void *group) {
  ck_pack_group(type, weights, row_bytes, columns, rows, current()->rows, group);
}

void ckernels_quantise(const float *x, size_t columns, size_t token, size_t tokens, void *activations) {
  current()->quantise(x, columns, token, tokens, activations);
}

void ckernels_packed_matmul(int type, const void *groups, size_t columns, size_t rows, size_t begin, size_t end,
                            const void *activations, size_t tokens, float *y, size_t y_stride) {
  current()->matmul(type, groups, columns, rows, begin, end, activations, tokens, y, y_stride);
}

uint64_t ckernels_int8_peak(size_t rounds) { return current()->peak(rounds); }

uint64_t ckernels_read(const void *bytes, size_t count) {
  typedef uint64_t words __attribute__((vector_size(32)));
  words sums[8] = {0};
  const uint8_t *at = bytes;
  for (size_t i = 0; i + sizeof sums <= count; i += sizeof sums) {
    for (int n = 0; n < 8; n++) {
      words some;
      memcpy(&some, at + i + sizeof some * n, sizeof some);
      sums[n] ^= some;
    }
  }
  for (int n = 1; n < 8; n++) sums[0] ^= sums[n];
  return sums[0][0] ^ sums[0][1] ^ sums[0][2] ^ sums[0][3];
}
