// ALSA's PCM and control interfaces (libasound), and what Swift cannot write itself: a variadic error handler.
#pragma once
#include <alsa/asoundlib.h>
#include <stdarg.h>
#include <stdio.h>

#ifdef __clang__
#pragma clang assume_nonnull begin
#endif

/// What ALSA said last on this thread; at most 255 bytes, empty where it said nothing.
static inline char *alsa_last_message(void) {
  static _Thread_local char message[256];
  return message;
}

/// Forgets what ALSA said on this thread.
static inline void alsa_forget_message(void) { alsa_last_message()[0] = 0; }

static void alsa_keep_message(const char *file, int line, const char *function, int error, const char *format, ...) {
  (void)file, (void)line, (void)function, (void)error;
  va_list arguments;
  va_start(arguments, format);
  // The first message names the cause, those after it only say that their caller failed too.
  if (!alsa_last_message()[0]) vsnprintf(alsa_last_message(), 256, format, arguments);
  va_end(arguments);
}

/// Keeps ALSA from printing to standard error; its messages are kept for alsa_last_message instead. For the process.
static inline void alsa_silence(void) { snd_lib_error_set_handler(alsa_keep_message); }

#ifdef __clang__
#pragma clang assume_nonnull end
#endif
