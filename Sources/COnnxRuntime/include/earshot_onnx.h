// ONNX Runtime, as far as Earshot needs it: one model from memory, what goes in and out of it, one computation.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __clang__
#pragma clang assume_nonnull begin
#endif

/// A loaded model. One thread at a time.
typedef struct cox_model cox_model;

/// What ONNX calls the element type of 32 bit floats.
enum { COX_FLOAT = 1 };
/// Dimensions of a tensor and bytes of its name, the ending zero included, that are kept.
enum { COX_RANK = 8, COX_NAME = 64 };

/// One input or output as the model's file declares it.
typedef struct {
  /// Empty where the model's name is longer than what is kept; no such model is used.
  char name[COX_NAME];
  /// ONNX's number of the element type; 0 where it is no tensor.
  int32_t element;
  /// How many of `shape` count; COX_RANK + 1 where there are more.
  size_t rank;
  /// -1 where any size is taken.
  int64_t shape[COX_RANK];
} cox_tensor;

/// The library's version, "1.28.2". Never freed.
const char *cox_version(void);

/// Loads a model from the `size` bytes of its file at `file`, which are not needed afterwards, for `threads` threads (1...64).
/// NULL when the library refuses it; then `reason` (of `reason_size` bytes, at least 1) says why in one line.
cox_model *_Nullable cox_open(const void *file, size_t size, int32_t threads, char *reason, size_t reason_size);

/// Gives everything back. Once.
void cox_close(cox_model *model);

/// How many inputs or outputs (`is_output` not 0) it has; 0 where the library does not say.
size_t cox_tensor_count(const cox_model *model, int32_t is_output);

/// Describes the input or output with the number `index`, below what `cox_tensor_count` said. Returns 0, or -1 where the
/// library does not say.
int32_t cox_tensor_at(const cox_model *model, int32_t is_output, size_t index, cox_tensor *tensor);

/// Computes the output called `output_name` from one float input of `shape` (`rank` sizes, none negative), whose values lie
/// at `input` until this returns, and copies its values to `output`. Returns 0; or -1 when the library refuses or the output
/// is not of `output_count` floats, and then `reason` says why.
int32_t cox_run(
    cox_model *model, const char *input_name, const float *input, const int64_t *shape, size_t rank,
    const char *output_name, float *output, size_t output_count, char *reason, size_t reason_size);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif
