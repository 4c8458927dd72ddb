#define _GNU_SOURCE
#include "allocation_counter.h"
#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

// Initial-exec TLS: reading it must not itself allocate.
static __thread int counting __attribute__((tls_model("initial-exec")));
static __thread uint64_t count __attribute__((tls_model("initial-exec")));

void alc_start(void) { count = 0; counting = 1; }
uint64_t alc_stop(void) { counting = 0; return count; }

#ifdef SANITIZED
int alc_is_available(void) { return 0; }
#else
int alc_is_available(void) { return 1; }

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

void *malloc(size_t n) { count += counting; return __libc_malloc(n); }
void *calloc(size_t n, size_t m) { count += counting; return __libc_calloc(n, m); }
void *realloc(void *p, size_t n) { count += counting; return __libc_realloc(p, n); }
void *memalign(size_t a, size_t n) { count += counting; return __libc_memalign(a, n); }
void *aligned_alloc(size_t a, size_t n) { count += counting; return __libc_memalign(a, n); }
int posix_memalign(void **p, size_t a, size_t n) { count += counting; return (*p = __libc_memalign(a, n)) ? 0 : 12; }
void free(void *p) { __libc_free(p); }
#endif
