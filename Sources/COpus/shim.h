// Ogg Opus: reading through libopusfile, writing through libopusenc.
#pragma once
#include <opusfile.h>
#include <opusenc.h>

// ope_encoder_ctl takes a variable number of arguments, which Swift cannot pass. Each returns 0 or a negative error.
static inline int copus_set_bitrate(OggOpusEnc *encoder, opus_int32 bitsPerSecond) {
  return ope_encoder_ctl(encoder, OPUS_SET_BITRATE(bitsPerSecond));
}
static inline int copus_set_voice(OggOpusEnc *encoder) {
  return ope_encoder_ctl(encoder, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
}
static inline int copus_set_complexity(OggOpusEnc *encoder, opus_int32 complexity) {
  return ope_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(complexity));
}
