#include "earshot_onnx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"

struct cox_model {
  const OrtApi *api;
  OrtEnv *environment;
  OrtSession *session;
  OrtMemoryInfo *memory;
};

// Every release from 1.17 on gives this version, and more than version 1 is not used.
enum { API_VERSION = 17 };

const char *cox_version(void) { return OrtGetApiBase()->GetVersionString(); }

static void say(char *reason, size_t size, const char *text) {
  snprintf(reason, size, "%s", text);
  for (char *at = reason; *at != 0; at++) {
    if ((unsigned char)*at < 32) *at = ' ';
  }
}

// Whether it went well; otherwise the status is given back, and its words are kept where `reason` is not NULL.
static int is_well(const OrtApi *api, OrtStatus *status, char *reason, size_t size) {
  if (status == NULL) return 1;
  if (reason != NULL) say(reason, size, api->GetErrorMessage(status));
  api->ReleaseStatus(status);
  return 0;
}

cox_model *cox_open(const void *file, size_t size, int32_t threads, char *reason, size_t reason_size) {
  const OrtApi *api = OrtGetApiBase()->GetApi(API_VERSION);
  if (api == NULL) {
    say(reason, reason_size, "ONNX Runtime is older than 1.17");
    return NULL;
  }
  cox_model *model = calloc(1, sizeof *model);
  if (model == NULL) {
    say(reason, reason_size, "there is no memory left");
    return NULL;
  }
  model->api = api;
  OrtSessionOptions *options = NULL;
  int well = is_well(api, api->CreateEnv(ORT_LOG_ERROR, "earshot", &model->environment), reason, reason_size) &&
             is_well(api, api->CreateSessionOptions(&options), reason, reason_size) &&
             is_well(api, api->SetIntraOpNumThreads(options, threads), reason, reason_size) &&
             is_well(api, api->SetInterOpNumThreads(options, 1), reason, reason_size) &&
             is_well(api, api->SetSessionGraphOptimizationLevel(options, ORT_ENABLE_ALL), reason, reason_size) &&
             is_well(api, api->CreateCpuMemoryInfo(ORT_ARENA, ORT_MEMORY_DEFAULT, &model->memory), reason, reason_size) &&
             is_well(
                 api, api->CreateSessionFromArray(model->environment, file, size, options, &model->session), reason,
                 reason_size);
  if (options != NULL) api->ReleaseSessionOptions(options);
  if (well) return model;
  cox_close(model);
  return NULL;
}

void cox_close(cox_model *model) {
  if (model->session != NULL) model->api->ReleaseSession(model->session);
  if (model->memory != NULL) model->api->ReleaseMemoryInfo(model->memory);
  if (model->environment != NULL) model->api->ReleaseEnv(model->environment);
  free(model);
}

size_t cox_tensor_count(const cox_model *model, int32_t is_output) {
  const OrtApi *api = model->api;
  size_t count = 0;
  OrtStatus *status = is_output ? api->SessionGetOutputCount(model->session, &count)
                                : api->SessionGetInputCount(model->session, &count);
  return is_well(api, status, NULL, 0) ? count : 0;
}

static int read_name(const cox_model *model, int32_t is_output, size_t index, cox_tensor *tensor) {
  const OrtApi *api = model->api;
  // The library's own allocator, which nobody releases.
  OrtAllocator *allocator = NULL;
  if (!is_well(api, api->GetAllocatorWithDefaultOptions(&allocator), NULL, 0)) return 0;
  char *name = NULL;
  OrtStatus *status = is_output ? api->SessionGetOutputName(model->session, index, allocator, &name)
                                : api->SessionGetInputName(model->session, index, allocator, &name);
  if (!is_well(api, status, NULL, 0) || name == NULL) return 0;
  size_t length = strlen(name);
  if (length < COX_NAME) memcpy(tensor->name, name, length + 1);
  return is_well(api, api->AllocatorFree(allocator, name), NULL, 0);
}

static int read_shape(const OrtApi *api, const OrtTypeInfo *type, cox_tensor *tensor) {
  const OrtTensorInfo *info = NULL;
  if (!is_well(api, api->CastTypeInfoToTensorInfo(type, &info), NULL, 0)) return 0;
  // A sequence or a map, which is described by element type 0.
  if (info == NULL) return 1;
  int element = 0;
  if (!is_well(api, api->GetTensorElementType(info, &element), NULL, 0) ||
      !is_well(api, api->GetDimensionsCount(info, &tensor->rank), NULL, 0)) {
    return 0;
  }
  tensor->element = element;
  if (tensor->rank > COX_RANK) {
    tensor->rank = COX_RANK + 1;
    return 1;
  }
  return is_well(api, api->GetDimensions(info, tensor->shape, tensor->rank), NULL, 0);
}

int32_t cox_tensor_at(const cox_model *model, int32_t is_output, size_t index, cox_tensor *tensor) {
  const OrtApi *api = model->api;
  memset(tensor, 0, sizeof *tensor);
  if (!read_name(model, is_output, index, tensor)) return -1;
  OrtTypeInfo *type = NULL;
  OrtStatus *status = is_output ? api->SessionGetOutputTypeInfo(model->session, index, &type)
                                : api->SessionGetInputTypeInfo(model->session, index, &type);
  if (!is_well(api, status, NULL, 0)) return -1;
  int well = read_shape(api, type, tensor);
  api->ReleaseTypeInfo(type);
  return well ? 0 : -1;
}

// Copies the values of `value`, if they are `count` floats.
static int copy_floats(
    const OrtApi *api, OrtValue *value, float *output, size_t count, char *reason, size_t reason_size) {
  OrtTensorInfo *info = NULL;
  if (!is_well(api, api->GetTensorTypeAndShape(value, &info), reason, reason_size)) return 0;
  int element = 0;
  size_t there = 0;
  int well = is_well(api, api->GetTensorElementType(info, &element), reason, reason_size) &&
             is_well(api, api->GetTensorShapeElementCount(info, &there), reason, reason_size);
  api->ReleaseTensorTypeAndShapeInfo(info);
  if (!well) return 0;
  void *data = NULL;
  if (element != COX_FLOAT || there != count) {
    say(reason, reason_size, "the model answers with another shape than it declares");
    return 0;
  }
  if (!is_well(api, api->GetTensorMutableData(value, &data), reason, reason_size)) return 0;
  memcpy(output, data, count * sizeof(float));
  return 1;
}

int32_t cox_run(
    cox_model *model, const char *input_name, const float *input, const int64_t *shape, size_t rank,
    const char *output_name, float *output, size_t output_count, char *reason, size_t reason_size) {
  const OrtApi *api = model->api;
  size_t bytes = sizeof(float);
  for (size_t i = 0; i < rank; i++) bytes *= (size_t)shape[i];
  OrtValue *value = NULL;
  // The library only reads it.
  OrtStatus *status = api->CreateTensorWithDataAsOrtValue(
      model->memory, (void *)(uintptr_t)input, bytes, shape, rank, COX_FLOAT, &value);
  if (!is_well(api, status, reason, reason_size)) return -1;
  OrtValue *answer = NULL;
  const OrtValue *inputs[] = {value};
  status = api->Run(model->session, NULL, &input_name, inputs, 1, &output_name, 1, &answer);
  int well = is_well(api, status, reason, reason_size) &&
             copy_floats(api, answer, output, output_count, reason, reason_size);
  if (answer != NULL) api->ReleaseValue(answer);
  api->ReleaseValue(value);
  return well ? 0 : -1;
}
