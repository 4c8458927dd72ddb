// ALSA's PCM and control interfaces (libasound).
#pragma once
#include <alsa/asoundlib.h>
