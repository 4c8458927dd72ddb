// sherpa-onnx's C API; linked only by the worker process.
#pragma once
#include <sherpa-onnx/c-api/c-api.h>
