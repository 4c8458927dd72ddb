/// What a fuzzer calls with arbitrary bytes as a file of weights, ONNX or safetensors by content; small tensors are read
/// out of it, as no fuzzer makes the 1.2 MB of a whole model.
public func exerciseWeights(_ bytes: [UInt8]) {
  guard let file = try? SileroVAD.open(bytes, "fuzz") else { return }
  for (key, shape) in [("conv1.bias", [1]), ("final_conv.bias", [2, 2]), ("final_conv.weight", [1, 3, 1])] {
    guard let values = try? file.floats(key, shape: shape) else { continue }
    precondition(values.count == shape.reduce(1, *), "a tensor does not have its shape")
    precondition(values.allSatisfy(\.isFinite), "a weight is no number")
  }
  precondition((try? SileroVAD(weightBytes: bytes)) == nil || bytes.count > 1 << 20, "a few bytes are no model")
}
