// SpeexDSP: the echo canceller and the preprocessor. The library has floating point inside and 16 bit outside.
#pragma once
#include <speex/speex_echo.h>
#include <speex/speex_preprocess.h>
