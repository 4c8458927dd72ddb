// A sound card that is a memory-mapped file: for machines without one. Its ends are ALSA PCMs of the type
// `earshot_virtual` (virtual_pcm.c), joined by the air of one room.
//
//      user ──▶ ┌──────┐ ──▶ mic          user     playback  a person speaks into the room
//               │ room │                  mic      capture   hears the room
//  speaker ──▶ ─┤      │                  speaker  playback  the assistant's loudspeaker
//     │   taps  └──────┘                  ref      capture   what the loudspeaker plays, without the room
//     └──────────────────▶ ref
//
// No server and no thread: CLOCK_MONOTONIC is the sample clock that all ends share. A playback end adds its samples to
// the air at the positions at which they will sound; a capture end reads the positions that have passed. Each slot of the
// air carries the lap it was written in, so that nothing needs to be cleared: a slot of an older lap is silence.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#ifdef __clang__
#pragma clang assume_nonnull begin
#endif

enum { EVC_USER = 0, EVC_SPEAKER = 1, EVC_MIC = 2, EVC_REF = 3, EVC_END_COUNT = 4 };
enum { EVC_TAP_COUNT = 8, EVC_VOLUME_MAX = 100 };

/// One mapping of the card's file. All functions may be called by any thread, and by several processes at once.
typedef struct evc_card evc_card;

/// Maps the card kept in the file at `path`, making it where it does not exist, with `rate` samples per second
/// (8,000...192,000; 0: as the file has it, 16,000 for a new one). Returns 0 and the card, or a negative errno:
/// -EINVAL where the file is no card or has another rate.
int evc_card_open(const char *path, uint32_t rate, evc_card *_Nullable *_Nonnull card);
/// Unmaps the card; NULL does nothing. The file stays.
void evc_card_close(evc_card *_Nullable card);

/// Samples per second of every end.
uint32_t evc_card_rate(const evc_card *card);
/// The position that sounds now: frames since the card was made.
uint64_t evc_card_now(const evc_card *card);
/// The CLOCK_MONOTONIC time in nanoseconds at which `position` has been reached.
int64_t evc_card_time_of(const evc_card *card, uint64_t position);

/// Pulls the plug of `end` out (false) or in (true). While it is out, open streams report -ENODEV and opening fails.
void evc_card_set_plugged(evc_card *card, int end, bool plugged);
bool evc_card_is_plugged(const evc_card *card, int end);
/// Makes every open stream of `end` report one xrun (-EPIPE) at its next look at the position.
void evc_card_request_xrun(evc_card *card, int end);
/// How many xruns have been asked for at `end`; a stream compares it with what it saw last.
uint32_t evc_card_xruns_requested(const evc_card *card, int end);
/// Counts one successful opening of `end`.
void evc_card_count_open(evc_card *card, int end);
/// How often `end` has been opened.
uint32_t evc_card_open_count(const evc_card *card, int end);
/// One path (of EVC_TAP_COUNT) by which the loudspeaker is heard in the room: `gain_q16` / 65,536 of it (-65,536...65,536),
/// `delay` frames later (at most one second). A gain of 0, the default everywhere, is no path.
void evc_card_set_tap(evc_card *card, int tap, int32_t gain_q16, uint32_t delay);
/// White noise at the microphone, evenly distributed over ±`peak` (24-bit scale, at most 2^22); 0, the default: none.
void evc_card_set_noise(evc_card *card, uint32_t peak);

/// The volume of a radio beside the assistant, 0...EVC_VOLUME_MAX; a new card has it all the way up.
int evc_card_volume(const evc_card *card);
void evc_card_set_volume(evc_card *card, int volume);

/// Adds `sample` (24-bit scale: full scale is ±2^23) to what the playback `end` sounds at `position`.
void evc_card_add(evc_card *card, int end, uint64_t position, int32_t sample);
/// What the capture `end` hears at `position`; 0 where nobody spoke or the position has left the air (about 4 s).
int32_t evc_card_hear(const evc_card *card, int end, uint64_t position);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif
