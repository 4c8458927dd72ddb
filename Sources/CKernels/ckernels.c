#include "ckernels.h"
#include "variant.h"

#include <stdatomic.h>
#include <string.h>

// The best first.
static const struct ck_variant *const variants[] = {
#if defined(__x86_64__)
  &ck_variant_avx512, &ck_variant_avx2,
#endif
  &ck_variant_vector, &ck_variant_scalar,
};

enum { variant_count = sizeof variants / sizeof variants[0] };

static _Atomic(const struct ck_variant *) selected = &ck_variant_scalar;

// Variant `index` of those that run here.
static const struct ck_variant *usable(size_t index) {
  for (size_t i = 0; i < variant_count; i++) {
    if (variants[i]->supported() && index-- == 0) return variants[i];
  }
  return NULL;
}

__attribute__((constructor)) static void select_best(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
#endif
  atomic_store(&selected, usable(0));
}

const char *ckernels_variant(size_t index) {
  const struct ck_variant *variant = usable(index);
  return variant ? variant->name : NULL;
}

const char *ckernels_selected(void) { return atomic_load(&selected)->name; }

int ckernels_select(const char *name) {
  for (size_t i = 0; i < variant_count; i++) {
    if (strcmp(variants[i]->name, name) == 0 && variants[i]->supported()) {
      atomic_store(&selected, variants[i]);
      return 0;
    }
  }
  return -1;
}

int ckernels_dequantise(int type, const void *blocks, float *out, size_t count) {
  return atomic_load_explicit(&selected, memory_order_relaxed)->dequantise(type, blocks, out, count);
}

int ckernels_matmul(int type, const void *weights, size_t row_bytes, size_t columns, size_t row_begin, size_t row_end,
                    const float *x, size_t x_stride, size_t tokens, float *y, size_t y_stride) {
  return atomic_load_explicit(&selected, memory_order_relaxed)
    ->matmul(type, weights, row_bytes, columns, row_begin, row_end, x, x_stride, tokens, y, y_stride);
}
