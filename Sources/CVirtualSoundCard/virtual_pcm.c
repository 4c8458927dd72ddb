// The ends of the virtual sound card as ALSA PCMs: an external I/O plug-in that alsa-lib loads by
//   pcm_type.earshot_virtual { lib "/path/libEarshotVirtualSoundCard.so" }
//   pcm.mic { type earshot_virtual  file "/path/card"  end mic  rate 16000 }
#define _GNU_SOURCE
#ifndef PIC
#define PIC 1  // SND_PCM_PLUGIN_SYMBOL's way for shared objects
#endif
#include "earshot_virtual_card.h"
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <limits.h>
#include <math.h>
#include <sys/timerfd.h>
#include <unistd.h>

typedef struct {
  snd_pcm_ioplug_t io;
  evc_card *card;
  int end;
  int timer;
  bool running;
  uint64_t base;                  // the card's position at which frame 0 of this stream sounds
  uint64_t applied;               // the application's position, 64 bits wide
  uint64_t hardware;              // the position last reported
  snd_pcm_uframes_t seen_appl;    // io.appl_ptr when `applied` was brought up to date
  snd_pcm_uframes_t boundary, avail_min;
  uint32_t xruns_seen;
  int32_t *queued;                // playback: what the last buffer_size frames added to the air, by frame % buffer_size
  uint64_t queued_end;
} virtual_pcm;

static virtual_pcm *pcm_of(snd_pcm_ioplug_t *io) { return io->private_data; }
static bool is_playback(const virtual_pcm *s) { return s->io.stream == SND_PCM_STREAM_PLAYBACK; }

// The card's own output latency: keeps what is written at the start clear of a reader on another core.
static uint64_t lead(const virtual_pcm *s) { return evc_card_rate(s->card) / 1000; }

static void follow_application(virtual_pcm *s) {
  int64_t moved = (int64_t)s->io.appl_ptr - (int64_t)s->seen_appl;
  if (moved > (int64_t)(s->boundary / 2)) moved -= (int64_t)s->boundary;
  if (moved < -(int64_t)(s->boundary / 2)) moved += (int64_t)s->boundary;
  s->applied += (uint64_t)moved;
  s->seen_appl = s->io.appl_ptr;
}

static uint64_t frames_sounded(const virtual_pcm *s) {
  uint64_t now = evc_card_now(s->card);
  return s->running && now > s->base ? now - s->base : 0;
}

// Takes back what was queued and has not sounded.
static void retract(virtual_pcm *s) {
  if (!is_playback(s) || !s->queued) return;
  uint64_t sounded = frames_sounded(s), size = s->io.buffer_size;
  uint64_t from = s->queued_end > size ? s->queued_end - size : 0;
  if (from < sounded) from = sounded;
  if (s->running)
    for (uint64_t frame = from; frame < s->queued_end; frame++)
      evc_card_add(s->card, s->end, s->base + frame, (int32_t)(0u - (uint32_t)s->queued[frame % size]));
  s->queued_end = 0;
  memset(s->queued, 0, size * sizeof *s->queued);
}

static void halt(virtual_pcm *s) {
  retract(s);
  s->running = false;
}

static bool is_gone(virtual_pcm *s) {
  if (evc_card_is_plugged(s->card, s->end)) return false;
  if (s->io.state != SND_PCM_STATE_OPEN) snd_pcm_ioplug_set_state(&s->io, SND_PCM_STATE_DISCONNECTED);
  return true;
}

// Sets the timer to the moment at which avail_min frames can be moved.
static void arm(virtual_pcm *s) {
  struct itimerspec when = {0};
  uint64_t target = s->applied + s->avail_min, size = s->io.buffer_size;
  if (is_playback(s)) target = target > size ? target - size : 0;
  if (s->io.state == SND_PCM_STATE_DRAINING) target = s->applied;
  if (s->running) {
    int64_t ns = evc_card_time_of(s->card, s->base + target);
    when.it_value.tv_sec = ns / 1000000000;
    when.it_value.tv_nsec = ns % 1000000000;
  } else if (is_playback(s) || s->io.state != SND_PCM_STATE_PREPARED) {
    when.it_value.tv_nsec = 1;  // at once
  }
  timerfd_settime(s->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

static int pcm_start(snd_pcm_ioplug_t *io) {
  virtual_pcm *s = pcm_of(io);
  if (is_gone(s)) return -ENODEV;
  s->base = evc_card_now(s->card) + (is_playback(s) ? lead(s) : 0);
  s->running = true;
  if (is_playback(s))
    for (uint64_t frame = 0; frame < s->queued_end; frame++)
      evc_card_add(s->card, s->end, s->base + frame, s->queued[frame % io->buffer_size]);
  arm(s);
  return 0;
}

static int pcm_stop(snd_pcm_ioplug_t *io) {
  halt(pcm_of(io));
  return 0;
}

static snd_pcm_sframes_t pcm_pointer(snd_pcm_ioplug_t *io) {
  virtual_pcm *s = pcm_of(io);
  follow_application(s);
  if (is_gone(s) || !s->running) return (snd_pcm_sframes_t)(s->hardware % s->boundary);
  uint64_t sounded = frames_sounded(s);
  uint32_t requested = evc_card_xruns_requested(s->card, s->end);
  bool xrun = requested != s->xruns_seen;
  s->xruns_seen = requested;
  if (is_playback(s)) {
    if (sounded > s->applied && io->state == SND_PCM_STATE_DRAINING) sounded = s->applied;
    xrun |= sounded > s->applied;
  } else {
    xrun |= sounded > s->applied + io->buffer_size;
  }
  if (xrun) {
    halt(s);
    return -EPIPE;
  }
  s->hardware = sounded;
  return (snd_pcm_sframes_t)(sounded % s->boundary);
}

static int32_t sample_in(snd_pcm_format_t format, const uint8_t *from) {
  switch (format) {
    case SND_PCM_FORMAT_S16_LE: return (int32_t)((uint32_t)from[0] << 16 | (uint32_t)from[1] << 24) >> 8;
    case SND_PCM_FORMAT_S24_LE:
    case SND_PCM_FORMAT_S24_3LE:
      return (int32_t)((uint32_t)from[0] << 8 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 24) >> 8;
    case SND_PCM_FORMAT_S32_LE: {
      int32_t value;
      memcpy(&value, from, sizeof value);
      return value >> 8;
    }
    default: {
      float value;
      memcpy(&value, from, sizeof value);
      value = isfinite(value) ? value * 8388608.0f : 0;
      return (int32_t)lrintf(value > 8388607.0f ? 8388607.0f : value < -8388608.0f ? -8388608.0f : value);
    }
  }
}

static void sample_out(snd_pcm_format_t format, int32_t value, uint8_t *to) {
  if (value > 8388607) value = 8388607;
  if (value < -8388608) value = -8388608;
  uint32_t bits = (uint32_t)value;
  switch (format) {
    case SND_PCM_FORMAT_S16_LE:
      to[0] = (uint8_t)(bits >> 8);
      to[1] = (uint8_t)(bits >> 16);
      break;
    case SND_PCM_FORMAT_S24_LE:
      to[3] = (uint8_t)(bits >> 24);
      // fall through
    case SND_PCM_FORMAT_S24_3LE:
      to[0] = (uint8_t)bits;
      to[1] = (uint8_t)(bits >> 8);
      to[2] = (uint8_t)(bits >> 16);
      break;
    case SND_PCM_FORMAT_S32_LE:
      bits <<= 8;
      memcpy(to, &bits, sizeof bits);
      break;
    default: {
      float out = (float)value / 8388608.0f;
      memcpy(to, &out, sizeof out);
    }
  }
}

static uint8_t *address(const snd_pcm_channel_area_t *area, snd_pcm_uframes_t frame) {
  return (uint8_t *)area->addr + (area->first + frame * area->step) / 8;
}

static void play(virtual_pcm *s, uint64_t frame, int32_t sample) {
  // After a rewind a frame is written again: only the difference goes into the air.
  int32_t *mine = &s->queued[frame % s->io.buffer_size];
  int32_t old = frame < s->queued_end ? *mine : 0;
  if (s->running) evc_card_add(s->card, s->end, s->base + frame, sample - old);
  *mine = sample;
  if (frame >= s->queued_end) s->queued_end = frame + 1;
}

static snd_pcm_sframes_t pcm_transfer(
  snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas, snd_pcm_uframes_t offset, snd_pcm_uframes_t size
) {
  virtual_pcm *s = pcm_of(io);
  if (is_gone(s)) return -ENODEV;
  follow_application(s);
  for (snd_pcm_uframes_t i = 0; i < size; i++) {
    uint64_t frame = s->applied + i;
    if (is_playback(s)) {
      int64_t sum = 0;
      for (unsigned c = 0; c < io->channels; c++) sum += sample_in(io->format, address(&areas[c], offset + i));
      play(s, frame, (int32_t)(sum / io->channels));
    } else {
      int32_t heard = evc_card_hear(s->card, s->end, s->base + frame);
      for (unsigned c = 0; c < io->channels; c++) sample_out(io->format, heard, address(&areas[c], offset + i));
    }
  }
  return (snd_pcm_sframes_t)size;
}

static int pcm_hw_params(snd_pcm_ioplug_t *io, snd_pcm_hw_params_t *params) {
  (void)params;
  virtual_pcm *s = pcm_of(io);
  if (!evc_card_is_plugged(s->card, s->end)) return -ENODEV;
  free(s->queued);
  s->queued = calloc(io->buffer_size, sizeof *s->queued);
  return s->queued ? 0 : -ENOMEM;
}

static int pcm_sw_params(snd_pcm_ioplug_t *io, snd_pcm_sw_params_t *params) {
  virtual_pcm *s = pcm_of(io);
  snd_pcm_sw_params_get_avail_min(params, &s->avail_min);
  snd_pcm_sw_params_get_boundary(params, &s->boundary);
  return 0;
}

static int pcm_prepare(snd_pcm_ioplug_t *io) {
  virtual_pcm *s = pcm_of(io);
  if (!evc_card_is_plugged(s->card, s->end)) return -ENODEV;
  halt(s);
  s->applied = s->hardware = 0;
  s->seen_appl = io->appl_ptr;
  s->xruns_seen = evc_card_xruns_requested(s->card, s->end);
  arm(s);
  return 0;
}

static int pcm_poll_descriptors(snd_pcm_ioplug_t *io, struct pollfd *fds, unsigned int space) {
  virtual_pcm *s = pcm_of(io);
  if (space < 1) return 0;
  follow_application(s);
  arm(s);
  *fds = (struct pollfd){.fd = s->timer, .events = POLLIN | POLLERR | POLLNVAL};
  return 1;
}

static int pcm_poll_revents(snd_pcm_ioplug_t *io, struct pollfd *fds, unsigned int count, unsigned short *revents) {
  virtual_pcm *s = pcm_of(io);
  unsigned short ready = is_playback(s) ? POLLOUT : POLLIN;
  *revents = 0;
  if (count < 1 || !(fds->revents & POLLIN)) return 0;
  snd_pcm_sframes_t available = snd_pcm_avail_update(io->pcm);
  if (available < 0 || io->state == SND_PCM_STATE_DISCONNECTED) {
    *revents = ready | POLLERR;
  } else if ((snd_pcm_uframes_t)available >= s->avail_min || io->state == SND_PCM_STATE_DRAINING) {
    *revents = ready;
  }
  if (!*revents || io->state == SND_PCM_STATE_DRAINING) arm(s);
  return 0;
}

static int pcm_close(snd_pcm_ioplug_t *io) {
  virtual_pcm *s = pcm_of(io);
  halt(s);
  close(s->timer);
  evc_card_close(s->card);
  free(s->queued);
  free(s);
  return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
  .start = pcm_start, .stop = pcm_stop, .pointer = pcm_pointer, .transfer = pcm_transfer, .close = pcm_close,
  .hw_params = pcm_hw_params, .sw_params = pcm_sw_params, .prepare = pcm_prepare,
  .poll_descriptors = pcm_poll_descriptors, .poll_revents = pcm_poll_revents,
};

static int constrain(virtual_pcm *s) {
  static const unsigned int accesses[] = {SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_MMAP_INTERLEAVED};
  static const unsigned int formats[] = {
    SND_PCM_FORMAT_S16_LE, SND_PCM_FORMAT_S32_LE, SND_PCM_FORMAT_FLOAT_LE, SND_PCM_FORMAT_S24_LE,
    SND_PCM_FORMAT_S24_3LE,
  };
  unsigned int rate = evc_card_rate(s->card);
  int error = snd_pcm_ioplug_set_param_list(&s->io, SND_PCM_IOPLUG_HW_ACCESS, 2, accesses);
  if (!error) error = snd_pcm_ioplug_set_param_list(&s->io, SND_PCM_IOPLUG_HW_FORMAT, 5, formats);
  if (!error) error = snd_pcm_ioplug_set_param_minmax(&s->io, SND_PCM_IOPLUG_HW_CHANNELS, 1, 2);
  if (!error) error = snd_pcm_ioplug_set_param_minmax(&s->io, SND_PCM_IOPLUG_HW_RATE, rate, rate);
  if (!error) error = snd_pcm_ioplug_set_param_minmax(&s->io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 32, rate * 4);
  // At most half a second for the widest frame (8 bytes): far less than the air holds.
  if (!error) error = snd_pcm_ioplug_set_param_minmax(&s->io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 64, rate * 4);
  if (!error) error = snd_pcm_ioplug_set_param_minmax(&s->io, SND_PCM_IOPLUG_HW_PERIODS, 2, 64);
  return error;
}

static int end_named(const char *name) {
  static const char *const names[EVC_END_COUNT] = {"user", "speaker", "mic", "ref"};
  for (int end = 0; end < EVC_END_COUNT; end++)
    if (strcmp(name, names[end]) == 0) return end;
  return -1;
}

static int parse(snd_config_t *conf, const char **file, int *end, long *rate) {
  snd_config_iterator_t i, next;
  snd_config_for_each(i, next, conf) {
    snd_config_t *entry = snd_config_iterator_entry(i);
    const char *key, *value;
    if (snd_config_get_id(entry, &key) < 0) continue;
    if (!strcmp(key, "type") || !strcmp(key, "comment") || !strcmp(key, "hint")) continue;
    if (!strcmp(key, "file") && snd_config_get_string(entry, file) == 0) continue;
    if (!strcmp(key, "rate") && snd_config_get_integer(entry, rate) == 0) continue;
    if (!strcmp(key, "end") && snd_config_get_string(entry, &value) == 0 && (*end = end_named(value)) >= 0) continue;
    SNDERR("earshot_virtual: cannot use the key %s", key);
    return -EINVAL;
  }
  if (!*file || *end < 0 || *rate < 0 || *rate > 192000) {
    SNDERR("earshot_virtual: needs file, end (user, speaker, mic or ref) and a rate of 8000...192000");
    return -EINVAL;
  }
  return 0;
}

// Takes the card over where it succeeds.
static int make(snd_pcm_t **pcm, const char *name, evc_card *card, int end, snd_pcm_stream_t direction, int mode) {
  virtual_pcm *s = calloc(1, sizeof *s);
  if (!s) return -ENOMEM;
  s->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (s->timer < 0) {
    free(s);
    return -errno;
  }
  s->end = end;
  s->boundary = LONG_MAX;
  s->avail_min = 1;
  s->io = (snd_pcm_ioplug_t){
    .version = SND_PCM_IOPLUG_VERSION, .name = "Earshot virtual sound card", .poll_fd = s->timer,
    .poll_events = POLLIN, .callback = &callbacks, .private_data = s,
    .flags = SND_PCM_IOPLUG_FLAG_MONOTONIC | SND_PCM_IOPLUG_FLAG_BOUNDARY_WA,
  };
  s->card = card;
  int error = snd_pcm_ioplug_create(&s->io, name, direction, mode);
  if (error) {
    close(s->timer);
    free(s);
    return error;
  }
  error = constrain(s);
  if (error) {
    s->card = NULL;  // the caller keeps it
    snd_pcm_ioplug_delete(&s->io);
    return error;
  }
  evc_card_count_open(card, end);
  *pcm = s->io.pcm;
  return 0;
}

SND_PCM_PLUGIN_DEFINE_FUNC(earshot_virtual) {
  (void)root;
  const char *file = NULL;
  int end = -1;
  long rate = 0;
  int error = parse(conf, &file, &end, &rate);
  if (error) return error;
  bool plays = end == EVC_USER || end == EVC_SPEAKER;
  if (plays != (stream == SND_PCM_STREAM_PLAYBACK)) return -ENXIO;
  evc_card *card = NULL;
  error = evc_card_open(file, (uint32_t)rate, &card);
  if (error) return error;
  error = evc_card_is_plugged(card, end) ? make(pcmp, name, card, end, stream, mode) : -ENODEV;
  if (error) evc_card_close(card);
  return error;
}
SND_PCM_PLUGIN_SYMBOL(earshot_virtual)
