// The part of TensorFlow Lite's C API that runs a model from memory, declared here because the wheel that brings the
// library brings no headers. Names, types and values: tensorflow/lite/core/c/c_api.h, c_api_types.h and common.h
// (TensorFlow 2.17, Apache-2.0), which keep them compatible.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct TfLiteModel TfLiteModel;
typedef struct TfLiteInterpreterOptions TfLiteInterpreterOptions;
typedef struct TfLiteInterpreter TfLiteInterpreter;
typedef struct TfLiteTensor TfLiteTensor;

// Types and statuses, of many.
enum { kTfLiteUInt8 = 3, kTfLiteInt8 = 9 };
enum { kTfLiteOk = 0 };

// real = scale * (quantised - zero_point)
typedef struct TfLiteQuantizationParams {
  float scale;
  int32_t zero_point;
} TfLiteQuantizationParams;

const char *_Nonnull TfLiteVersion(void);

// Verifies the bytes and keeps the pointer: they must outlive the model. Null where they are no model.
TfLiteModel *_Nullable TfLiteModelCreate(const void *_Nonnull bytes, size_t size);
void TfLiteModelDelete(TfLiteModel *_Nonnull);

TfLiteInterpreterOptions *_Nullable TfLiteInterpreterOptionsCreate(void);
void TfLiteInterpreterOptionsSetNumThreads(TfLiteInterpreterOptions *_Nonnull, int32_t);
void TfLiteInterpreterOptionsDelete(TfLiteInterpreterOptions *_Nonnull);

// The model and the options may be deleted after this.
TfLiteInterpreter *_Nullable TfLiteInterpreterCreate(
    const TfLiteModel *_Nonnull, const TfLiteInterpreterOptions *_Nullable);
void TfLiteInterpreterDelete(TfLiteInterpreter *_Nonnull);
int TfLiteInterpreterAllocateTensors(TfLiteInterpreter *_Nonnull);
int TfLiteInterpreterInvoke(TfLiteInterpreter *_Nonnull);

int32_t TfLiteInterpreterGetInputTensorCount(const TfLiteInterpreter *_Nonnull);
TfLiteTensor *_Nullable TfLiteInterpreterGetInputTensor(const TfLiteInterpreter *_Nonnull, int32_t index);
int32_t TfLiteInterpreterGetOutputTensorCount(const TfLiteInterpreter *_Nonnull);
const TfLiteTensor *_Nullable TfLiteInterpreterGetOutputTensor(const TfLiteInterpreter *_Nonnull, int32_t index);

int TfLiteTensorType(const TfLiteTensor *_Nonnull);
int32_t TfLiteTensorNumDims(const TfLiteTensor *_Nonnull);
int32_t TfLiteTensorDim(const TfLiteTensor *_Nonnull, int32_t index);
size_t TfLiteTensorByteSize(const TfLiteTensor *_Nonnull);
void *_Nullable TfLiteTensorData(const TfLiteTensor *_Nonnull);
TfLiteQuantizationParams TfLiteTensorQuantizationParams(const TfLiteTensor *_Nonnull);
