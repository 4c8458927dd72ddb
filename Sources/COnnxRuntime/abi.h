// The part of ONNX Runtime's C interface that is used here, declared by ourselves: the package of sherpa-onnx brings the
// library without its header.
//
// The interface is one structure of function pointers, of which a release may only add at the end; the library asserts that
// the last of version 1 stays at index 101 (onnxruntime_c_api.cc). Everything below is of version 1. Source of the order:
// include/onnxruntime/core/session/onnxruntime_c_api.h, `struct OrtApi`.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct OrtStatus OrtStatus;
typedef struct OrtEnv OrtEnv;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtValue OrtValue;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtTensorInfo OrtTensorInfo; // OrtTensorTypeAndShapeInfo
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtAllocator OrtAllocator;

enum { ORT_LOG_ERROR = 3, ORT_ENABLE_ALL = 99, ORT_ARENA = 1, ORT_MEMORY_DEFAULT = 0 };

typedef void (*ort_unused)(void);

// The number before each function is its index; `skipN` stands for those between.
typedef struct {
  ort_unused skip0[2];
  const char *(*GetErrorMessage)(const OrtStatus *);                                            // 2
  OrtStatus *(*CreateEnv)(int log_level, const char *log_name, OrtEnv **);                      // 3
  ort_unused skip4[4];
  OrtStatus *(*CreateSessionFromArray)(                                                         // 8
      const OrtEnv *, const void *, size_t, const OrtSessionOptions *, OrtSession **);
  OrtStatus *(*Run)(                                                                            // 9
      OrtSession *, const OrtRunOptions *, const char *const *input_names, const OrtValue *const *inputs,
      size_t input_count, const char *const *output_names, size_t output_count, OrtValue **outputs);
  OrtStatus *(*CreateSessionOptions)(OrtSessionOptions **);                                     // 10
  ort_unused skip11[12];
  OrtStatus *(*SetSessionGraphOptimizationLevel)(OrtSessionOptions *, int level);               // 23
  OrtStatus *(*SetIntraOpNumThreads)(OrtSessionOptions *, int threads);                         // 24
  OrtStatus *(*SetInterOpNumThreads)(OrtSessionOptions *, int threads);                         // 25
  ort_unused skip26[4];
  OrtStatus *(*SessionGetInputCount)(const OrtSession *, size_t *);                             // 30
  OrtStatus *(*SessionGetOutputCount)(const OrtSession *, size_t *);                            // 31
  ort_unused skip32[1];
  OrtStatus *(*SessionGetInputTypeInfo)(const OrtSession *, size_t index, OrtTypeInfo **);      // 33
  OrtStatus *(*SessionGetOutputTypeInfo)(const OrtSession *, size_t index, OrtTypeInfo **);     // 34
  ort_unused skip35[1];
  OrtStatus *(*SessionGetInputName)(const OrtSession *, size_t index, OrtAllocator *, char **); // 36
  OrtStatus *(*SessionGetOutputName)(const OrtSession *, size_t index, OrtAllocator *, char **); // 37
  ort_unused skip38[11];
  OrtStatus *(*CreateTensorWithDataAsOrtValue)(                                                 // 49
      const OrtMemoryInfo *, void *data, size_t bytes, const int64_t *shape, size_t rank, int element, OrtValue **);
  ort_unused skip50[1];
  OrtStatus *(*GetTensorMutableData)(OrtValue *, void **);                                      // 51
  ort_unused skip52[3];
  OrtStatus *(*CastTypeInfoToTensorInfo)(const OrtTypeInfo *, const OrtTensorInfo **);          // 55
  ort_unused skip56[4];
  OrtStatus *(*GetTensorElementType)(const OrtTensorInfo *, int *);                             // 60
  OrtStatus *(*GetDimensionsCount)(const OrtTensorInfo *, size_t *);                            // 61
  OrtStatus *(*GetDimensions)(const OrtTensorInfo *, int64_t *, size_t);                        // 62
  ort_unused skip63[1];
  OrtStatus *(*GetTensorShapeElementCount)(const OrtTensorInfo *, size_t *);                    // 64
  OrtStatus *(*GetTensorTypeAndShape)(const OrtValue *, OrtTensorInfo **);                      // 65
  ort_unused skip66[3];
  OrtStatus *(*CreateCpuMemoryInfo)(int allocator_type, int memory_type, OrtMemoryInfo **);     // 69
  ort_unused skip70[6];
  OrtStatus *(*AllocatorFree)(OrtAllocator *, void *);                                          // 76
  ort_unused skip77[1];
  OrtStatus *(*GetAllocatorWithDefaultOptions)(OrtAllocator **);                                // 78
  ort_unused skip79[13];
  void (*ReleaseEnv)(OrtEnv *);                                                                 // 92
  void (*ReleaseStatus)(OrtStatus *);                                                           // 93
  void (*ReleaseMemoryInfo)(OrtMemoryInfo *);                                                   // 94
  void (*ReleaseSession)(OrtSession *);                                                         // 95
  void (*ReleaseValue)(OrtValue *);                                                             // 96
  ort_unused skip97[1];
  void (*ReleaseTypeInfo)(OrtTypeInfo *);                                                       // 98
  void (*ReleaseTensorTypeAndShapeInfo)(OrtTensorInfo *);                                       // 99
  void (*ReleaseSessionOptions)(OrtSessionOptions *);                                           // 100
} OrtApi;

#define AT(function, index) \
  _Static_assert(offsetof(OrtApi, function) == (index) * sizeof(ort_unused), #function " is at another index")
AT(GetErrorMessage, 2);
AT(CreateSessionFromArray, 8);
AT(SetSessionGraphOptimizationLevel, 23);
AT(SessionGetInputCount, 30);
AT(SessionGetInputTypeInfo, 33);
AT(SessionGetInputName, 36);
AT(CreateTensorWithDataAsOrtValue, 49);
AT(GetTensorMutableData, 51);
AT(CastTypeInfoToTensorInfo, 55);
AT(GetTensorElementType, 60);
AT(GetTensorShapeElementCount, 64);
AT(CreateCpuMemoryInfo, 69);
AT(AllocatorFree, 76);
AT(GetAllocatorWithDefaultOptions, 78);
AT(ReleaseEnv, 92);
AT(ReleaseTypeInfo, 98);
AT(ReleaseSessionOptions, 100);
#undef AT

typedef struct {
  const OrtApi *(*GetApi)(uint32_t version);
  const char *(*GetVersionString)(void);
} OrtApiBase;

/// The only function that the library exports.
const OrtApiBase *OrtGetApiBase(void);
