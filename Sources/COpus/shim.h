// Ogg Opus: reading through libopusfile, writing through libopusenc.
#pragma once
#include <opusfile.h>
#include <opusenc.h>
