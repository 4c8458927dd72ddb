#define _GNU_SOURCE
#include "earshot_virtual_card.h"
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAGIC 0x43564145u  // "EAVC"
#define VERSION 2u
#define HEADER_BYTES 4096
#define MAX_NOISE (1u << 22)

// The two airs: what the room carries, and what comes out of the loudspeaker.
enum { AIR_ROOM = 0, AIR_SPEAKER = 1, AIR_COUNT = 2 };

// The start of the file. Everything after `epoch_ns` changes while the card is in use.
typedef struct {
  uint32_t magic, version, rate, ring_frames;
  int64_t epoch_ns;
  _Atomic uint32_t unplugged[EVC_END_COUNT];
  _Atomic uint32_t xruns[EVC_END_COUNT];
  _Atomic uint32_t opens[EVC_END_COUNT];
  struct {
    _Atomic int32_t gain_q16;
    _Atomic uint32_t delay;
  } taps[EVC_TAP_COUNT];
  _Atomic uint32_t noise;
  // By how much the volume is turned down.
  _Atomic uint32_t turned_down;
} header;

// One slot of an air: lap in the upper half (0: never written), sample in the lower.
typedef _Atomic uint64_t slot;

struct evc_card {
  header *header;
  slot *air[AIR_COUNT];
  size_t bytes;
  // Copies: what another process scribbles into the file later must not move our bounds.
  uint32_t rate, ring_frames, lap_shift;
  int64_t epoch_ns;
};

static int64_t monotonic_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// The power of two that holds four seconds.
static uint32_t ring_frames_for(uint32_t rate) {
  uint32_t frames = 1u << 15;
  while (frames < 4 * rate) frames <<= 1;
  return frames;
}

static size_t file_bytes(uint32_t ring_frames) {
  return HEADER_BYTES + (size_t)AIR_COUNT * ring_frames * sizeof(slot);
}

// Writes a new header where the file is empty, or where its clock began in the future: it outlived a reboot.
// Called with the file locked.
static int make_or_check(int fd, uint32_t rate, header *made) {
  struct stat status;
  if (fstat(fd, &status) < 0) return -errno;
  if (status.st_size != 0) {
    if (pread(fd, made, sizeof *made, 0) != (ssize_t)sizeof *made) return -EINVAL;
    if (made->magic != MAGIC || made->version != VERSION || made->rate < 8000 || made->rate > 192000) return -EINVAL;
    if (made->ring_frames != ring_frames_for(made->rate)) return -EINVAL;
    if ((uint64_t)status.st_size != file_bytes(made->ring_frames)) return -EINVAL;
    if (rate != 0 && made->rate != rate) return -EINVAL;
    if (made->epoch_ns < 0) return -EINVAL;
    if (made->epoch_ns <= monotonic_ns()) return 0;
    rate = made->rate;
    if (ftruncate(fd, 0) < 0) return -errno;
  }
  *made = (header){.magic = MAGIC, .version = VERSION, .rate = rate ? rate : 16000, .epoch_ns = monotonic_ns()};
  made->ring_frames = ring_frames_for(made->rate);
  if (ftruncate(fd, (off_t)file_bytes(made->ring_frames)) < 0) return -errno;
  return pwrite(fd, made, sizeof *made, 0) == (ssize_t)sizeof *made ? 0 : -EIO;
}

int evc_card_open(const char *path, uint32_t rate, evc_card **card) {
  if (rate != 0 && (rate < 8000 || rate > 192000)) return -EINVAL;
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0660);
  if (fd < 0) return -errno;
  int error = 0;
  header made;
  if (flock(fd, LOCK_EX) < 0) error = -errno;
  if (!error) error = make_or_check(fd, rate, &made);
  void *mapped = MAP_FAILED;
  if (!error) {
    mapped = mmap(NULL, file_bytes(made.ring_frames), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) error = -errno;
  }
  flock(fd, LOCK_UN);  // closing is not enough: the mapping keeps the open file, and with it the lock
  close(fd);
  if (error) return error;
  evc_card *new_card = calloc(1, sizeof *new_card);
  if (!new_card) {
    munmap(mapped, file_bytes(made.ring_frames));
    return -ENOMEM;
  }
  *new_card = (evc_card){.header = mapped, .bytes = file_bytes(made.ring_frames), .rate = made.rate,
                         .ring_frames = made.ring_frames, .epoch_ns = made.epoch_ns};
  for (int air = 0; air < AIR_COUNT; air++)
    new_card->air[air] = (slot *)((char *)mapped + HEADER_BYTES) + (size_t)air * made.ring_frames;
  while ((1u << new_card->lap_shift) < made.ring_frames) new_card->lap_shift++;
  *card = new_card;
  return 0;
}

void evc_card_close(evc_card *card) {
  if (!card) return;
  munmap(card->header, card->bytes);
  free(card);
}

uint32_t evc_card_rate(const evc_card *card) { return card->rate; }

// Seconds and the rest apart: nanoseconds times rate leaves 64 bits after 13 hours at 192 kHz.
uint64_t evc_card_now(const evc_card *card) {
  int64_t elapsed = monotonic_ns() - card->epoch_ns;
  if (elapsed < 0) return 0;
  uint64_t seconds = (uint64_t)elapsed / 1000000000, rest = (uint64_t)elapsed % 1000000000;
  return seconds * card->rate + rest * card->rate / 1000000000;
}

int64_t evc_card_time_of(const evc_card *card, uint64_t position) {
  uint64_t seconds = position / card->rate, rest = position % card->rate;
  return card->epoch_ns + (int64_t)(seconds * 1000000000 + (rest * 1000000000 + card->rate - 1) / card->rate);
}

void evc_card_set_plugged(evc_card *card, int end, bool plugged) { card->header->unplugged[end] = !plugged; }
int evc_card_volume(const evc_card *card) { return EVC_VOLUME_MAX - (int)card->header->turned_down; }
void evc_card_set_volume(evc_card *card, int volume) {
  if (volume < 0) volume = 0;
  if (volume > EVC_VOLUME_MAX) volume = EVC_VOLUME_MAX;
  card->header->turned_down = (uint32_t)(EVC_VOLUME_MAX - volume);
}
bool evc_card_is_plugged(const evc_card *card, int end) { return card->header->unplugged[end] == 0; }
void evc_card_request_xrun(evc_card *card, int end) { card->header->xruns[end]++; }
uint32_t evc_card_xruns_requested(const evc_card *card, int end) { return card->header->xruns[end]; }
void evc_card_count_open(evc_card *card, int end) { card->header->opens[end]++; }
uint32_t evc_card_open_count(const evc_card *card, int end) { return card->header->opens[end]; }

void evc_card_set_tap(evc_card *card, int tap, int32_t gain_q16, uint32_t delay) {
  if (tap < 0 || tap >= EVC_TAP_COUNT) return;
  card->header->taps[tap].delay = delay < card->rate ? delay : card->rate;
  card->header->taps[tap].gain_q16 = gain_q16 > 65536 ? 65536 : gain_q16 < -65536 ? -65536 : gain_q16;
}

void evc_card_set_noise(evc_card *card, uint32_t peak) { card->header->noise = peak < MAX_NOISE ? peak : MAX_NOISE; }

static uint32_t lap_of(const evc_card *card, uint64_t position) { return (uint32_t)(position >> card->lap_shift) + 1; }

static void air_add(const evc_card *card, int air, uint64_t position, int32_t sample) {
  slot *here = &card->air[air][position & (card->ring_frames - 1)];
  uint32_t lap = lap_of(card, position);
  uint64_t old = atomic_load_explicit(here, memory_order_relaxed), new;
  do {
    uint32_t old_lap = (uint32_t)(old >> 32);
    if (old_lap != 0 && (int32_t)(old_lap - lap) > 0) return;  // a ring too late
    uint32_t sum = (old_lap == lap ? (uint32_t)old : 0) + (uint32_t)sample;
    new = (uint64_t)lap << 32 | sum;
  } while (!atomic_compare_exchange_weak_explicit(here, &old, new, memory_order_release, memory_order_relaxed));
}

void evc_card_add(evc_card *card, int end, uint64_t position, int32_t sample) {
  air_add(card, end == EVC_USER ? AIR_ROOM : AIR_SPEAKER, position, sample);
  if (end != EVC_SPEAKER) return;
  for (int tap = 0; tap < EVC_TAP_COUNT; tap++) {
    int32_t gain = card->header->taps[tap].gain_q16;
    uint32_t delay = card->header->taps[tap].delay;
    // Bounded here too: the file may have been written to by something else.
    if (gain && gain >= -65536 && gain <= 65536 && delay <= card->rate)
      air_add(card, AIR_ROOM, position + delay, (int32_t)((int64_t)sample * gain / 65536));
  }
}

// A hash of the position (SplitMix64), so that every reader hears the same noise.
static int32_t noise_at(uint64_t position, uint32_t peak) {
  uint64_t z = position + 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return (int32_t)((z >> 32) % (2 * (uint64_t)peak + 1)) - (int32_t)peak;
}

int32_t evc_card_hear(const evc_card *card, int end, uint64_t position) {
  const slot *here = &card->air[end == EVC_MIC ? AIR_ROOM : AIR_SPEAKER][position & (card->ring_frames - 1)];
  uint64_t value = atomic_load_explicit(here, memory_order_acquire);
  int32_t sample = (uint32_t)(value >> 32) == lap_of(card, position) ? (int32_t)(uint32_t)value : 0;
  uint32_t noise = end == EVC_MIC ? card->header->noise : 0;
  return noise && noise <= MAX_NOISE ? (int32_t)((uint32_t)sample + (uint32_t)noise_at(position, noise)) : sample;
}
