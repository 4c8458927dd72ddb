import CTensorFlowLite

/// Owns one microWakeWord network: feature vectors in, the probability that the word has just been said out. The network
/// keeps what it has heard in variables of its own.
///
/// TensorFlow Lite runs it on the calling thread. The bytes are checked as a flatbuffer before they are used, and the
/// shapes of input and output after; a file that passes both and is still malicious could harm the process, so wake words
/// come from whom one trusts. Used by one thread at a time.
@safe final class WakeWordNetwork {
  /// Feature vectors that one answer takes.
  let stride: Int

  private let bytes: UnsafeMutableRawBufferPointer
  private let model: OpaquePointer
  private let name: String
  private var interpreter: OpaquePointer?
  private var input: UnsafeMutablePointer<Int8>
  private var output: UnsafeMutablePointer<UInt8>
  private let inputScale: TfLiteQuantizationParams
  private let outputScale: TfLiteQuantizationParams
  private let answersSigned: Bool

  static let maximumBytes = 4 << 20
  private static let remedy = "Fetch the model again; it must be a streaming microWakeWord model with 8-bit input."

  init(_ source: [UInt8], name: String) throws(WakeWordError) {
    func fail(_ code: WakeWordError.Code, _ reason: String) -> WakeWordError {
      WakeWordError(code, "load \(name)", reason, remedy: Self.remedy)
    }
    guard source.count <= Self.maximumBytes else { throw fail(.corrupt, "it has more than \(Self.maximumBytes) bytes") }
    // The flatbuffer wants alignment, and the model keeps the pointer.
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, source.count), alignment: 64)
    unsafe bytes.copyBytes(from: source)
    guard source.count >= 16, let model = unsafe TfLiteModelCreate(bytes.baseAddress!, source.count) else {
      unsafe bytes.deallocate()
      throw fail(.corrupt, "it is no TensorFlow Lite model")
    }
    let built: Built
    do throws(WakeWordError) { unsafe built = try Self.build(model, name) } catch {
      unsafe TfLiteModelDelete(model)
      unsafe bytes.deallocate()
      throw error
    }
    unsafe (self.bytes, self.model, self.name) = (bytes, model, name)
    unsafe (interpreter, input, output) = (built.interpreter, built.input, built.output)
    unsafe (stride, inputScale, outputScale) = (built.stride, built.inputScale, built.outputScale)
    unsafe answersSigned = built.answersSigned
  }

  deinit {
    if let interpreter = unsafe interpreter { unsafe TfLiteInterpreterDelete(interpreter) }
    unsafe TfLiteModelDelete(model)
    unsafe bytes.deallocate()
  }

  /// The probability (0...1) that the word ends here. `features` follow those given before: ``stride`` vectors of
  /// ``SpectralFrontEnd/channels`` values. Nil where the network failed, which a checked one does not.
  func probability(_ features: Span<UInt16>) -> Float? {
    precondition(
      features.count == stride * SpectralFrontEnd.channels, "\(features.count) values are not \(stride) vectors")
    for i in features.indices {
      // As the reference does: features · 10/256, then the network's own scale.
      let value = Double(features[i]) * 0.0390625 / Double(inputScale.scale) + Double(inputScale.zero_point)
      unsafe input[i] = Int8(max(-128, min(127, value.rounded(.toNearestOrEven))))
    }
    guard let interpreter = unsafe interpreter, unsafe TfLiteInterpreterInvoke(interpreter) == kTfLiteOk else {
      return nil
    }
    let answer = unsafe answersSigned ? Int32(Int8(bitPattern: output[0])) : Int32(output[0])
    return Float(answer - outputScale.zero_point) * outputScale.scale
  }

  /// Forgets everything heard. Takes about a millisecond and allocates: the library can reset its plain variables alone,
  /// not those that these networks use.
  func reset() {
    if let interpreter = unsafe interpreter { unsafe TfLiteInterpreterDelete(interpreter) }
    unsafe interpreter = nil
    guard let built = try? unsafe Self.build(model, name) else { return }
    unsafe (interpreter, input, output) = (built.interpreter, built.input, built.output)
  }

  @unsafe private struct Built {
    var interpreter: OpaquePointer
    var input: UnsafeMutablePointer<Int8>
    var output: UnsafeMutablePointer<UInt8>
    var stride: Int
    var inputScale, outputScale: TfLiteQuantizationParams
    var answersSigned: Bool
  }

  private static func build(_ model: OpaquePointer, _ name: String) throws(WakeWordError) -> Built {
    func fail(_ reason: String) -> WakeWordError {
      WakeWordError(.wrongModel, "load \(name)", reason, remedy: remedy)
    }
    let options = unsafe TfLiteInterpreterOptionsCreate()
    if let options = unsafe options { unsafe TfLiteInterpreterOptionsSetNumThreads(options, 1) }
    let made = unsafe TfLiteInterpreterCreate(model, options)
    if let options = unsafe options { unsafe TfLiteInterpreterOptionsDelete(options) }
    guard let interpreter = unsafe made else { throw fail("TensorFlow Lite cannot run its operations") }
    do throws(WakeWordError) {
      guard unsafe TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk else {
        throw fail("TensorFlow Lite cannot lay out its tensors")
      }
      guard unsafe TfLiteInterpreterGetInputTensorCount(interpreter) == 1,
        unsafe TfLiteInterpreterGetOutputTensorCount(interpreter) == 1,
        let input = unsafe TfLiteInterpreterGetInputTensor(interpreter, 0),
        let output = unsafe TfLiteInterpreterGetOutputTensor(interpreter, 0)
      else { throw fail("it has not one input and one output") }
      let shape = unsafe (0..<max(0, min(8, TfLiteTensorNumDims(input)))).map { unsafe TfLiteTensorDim(input, $0) }
      let channels = Int32(SpectralFrontEnd.channels)
      guard shape.count == 3, shape[0] == 1, (1...16).contains(shape[1]), shape[2] == channels else {
        throw fail("its input has the shape \(shape), not [1, 1...16, \(channels)]")
      }
      guard unsafe Int(TfLiteTensorType(input)) == kTfLiteInt8,
        unsafe TfLiteTensorByteSize(input) == Int(shape[1] * channels)
      else { throw fail("its input is not of signed bytes") }
      let type = unsafe Int(TfLiteTensorType(output))
      guard type == kTfLiteInt8 || type == kTfLiteUInt8, unsafe TfLiteTensorByteSize(output) == 1 else {
        throw fail("its output is not one byte")
      }
      let inputScale = unsafe TfLiteTensorQuantizationParams(input)
      let outputScale = unsafe TfLiteTensorQuantizationParams(output)
      guard inputScale.scale > 1e-6, inputScale.scale < 1e6, outputScale.scale > 1e-6, outputScale.scale <= 1 else {
        throw fail("its scales are \(inputScale.scale) and \(outputScale.scale)")
      }
      guard let inputData = unsafe TfLiteTensorData(input),
        let outputData = unsafe TfLiteTensorData(output)
      else { throw fail("its tensors have no memory") }
      return unsafe Built(
        interpreter: interpreter, input: inputData.assumingMemoryBound(to: Int8.self),
        output: outputData.assumingMemoryBound(to: UInt8.self), stride: Int(shape[1]), inputScale: inputScale,
        outputScale: outputScale, answersSigned: type == kTfLiteInt8)
    } catch {
      unsafe TfLiteInterpreterDelete(interpreter)
      throw error
    }
  }
}
