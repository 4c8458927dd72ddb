import COnnxRuntime
import Glibc
import SpeechFeatures
import WorkerProcess

/// One loaded turn-end model: the samples of a turn in, how probable it is that the turn is over out. Main thread only.
@safe final class TurnEndModel {
  /// Why a turn cannot be judged.
  struct Failure: Error { let reason: String }

  /// The library and its version, for status pages.
  static var libraryName: String { unsafe "ONNX Runtime \(String(cString: cox_version()))" }

  private let model: OpaquePointer
  private let output: String
  private let features = WhisperFeatures()

  private static let input = "input_features"

  /// Reads the file into memory, so that a model which names other files as its weights finds none, and judges silence
  /// once: a file that is no such model is refused here and not in the middle of somebody's sentence.
  init(_ request: WorkerModel) throws(WorkerError) {
    func failure(_ reason: String) -> WorkerError {
      WorkerError(.loadFailed, "load the turn-end model", reason, remedy: "Check the file.")
    }
    guard let path = request.files["model"], TurnEndKind(rawValue: request.kind) == .smartTurn else {
      throw failure("the kind \(request.kind) is not known to this worker")
    }
    guard let bytes = Self.read(path) else { throw failure("the file cannot be read") }
    guard OnnxMetadata(bytes: bytes) != nil else {
      throw failure("it is not an ONNX file, or not all of one (\(bytes.count) bytes)")
    }
    let threads = min(64, max(1, request.options["threads"].flatMap { Int32($0) } ?? 1))
    var reason = [CChar](repeating: 0, count: 512)
    let opened = unsafe bytes.withUnsafeBytes { bytes in
      unsafe cox_open(bytes.baseAddress!, bytes.count, threads, &reason, reason.count)
    }
    guard let opened = unsafe opened else { throw failure("ONNX Runtime refuses the file: \(Self.text(reason))") }
    switch unsafe Self.outputName(of: opened) {
    case .success(let name): output = name
    case .failure(let other):
      unsafe cox_close(opened)
      throw failure(other.reason)
    }
    unsafe model = opened
    do throws(Failure) {
      _ = try probability([])
    } catch {
      throw failure("it does not judge silence: \(error.reason)")
    }
  }

  deinit { unsafe cox_close(model) }

  /// 0...1 for the last eight seconds of a turn at 16 kHz.
  func probability(_ samples: [Float]) throws(Failure) -> Float {
    let input = features.of(samples.span)
    let shape: [Int64] = [1, Int64(WhisperFeatures.bands), Int64(WhisperFeatures.frames)]
    var value: Float = .nan
    var reason = [CChar](repeating: 0, count: 512)
    let status = unsafe input.withUnsafeBufferPointer { input in
      unsafe cox_run(
        model, Self.input, input.baseAddress!, shape, shape.count, output, &value, 1, &reason, reason.count)
    }
    guard status == 0 else { throw Failure(reason: Self.text(reason)) }
    guard (0...1).contains(value) else { throw Failure(reason: "its answer \(value) is no probability") }
    return value
  }

  /// The name of the one output, of a model that takes the features and nothing else and answers with one number.
  private static func outputName(of model: OpaquePointer) -> Result<String, Failure> {
    let inputs = unsafe tensors(of: model, isOutput: 0)
    let outputs = unsafe tensors(of: model, isOutput: 1)
    let wanted = [1, WhisperFeatures.bands, WhisperFeatures.frames]
    guard let input = inputs.first, inputs.count == 1, input.name == Self.input, input.takes(wanted) else {
      return .failure(Failure(reason: "it takes \(list(inputs)), and Smart Turn v3 takes \(Self.input) \(wanted)"))
    }
    guard let output = outputs.first, outputs.count == 1, !output.name.isEmpty, output.isOneNumber else {
      return .failure(Failure(reason: "it answers with \(list(outputs)), and Smart Turn v3 with one number"))
    }
    return .success(output.name)
  }

  private static func list(_ tensors: [ModelTensor]) -> String {
    tensors.isEmpty ? "nothing" : tensors.prefix(4).map(\.description).joined(separator: ", ")
  }

  private static func tensors(of model: OpaquePointer, isOutput: Int32) -> [ModelTensor] {
    // More than a few make it another model, whatever they are.
    let count = min(16, unsafe cox_tensor_count(model, isOutput))
    return (0..<count).map { index in
      var tensor = cox_tensor()
      guard unsafe cox_tensor_at(model, isOutput, index, &tensor) == 0 else { return ModelTensor() }
      return ModelTensor(tensor)
    }
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func read(_ path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0,
      status.st_size <= WorkerModel.maximumTurnEndBytes
    else { return nil }
    let size = Int(status.st_size)
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = unsafe Glibc.read(descriptor, buffer.baseAddress! + count, size - count)
        if got <= 0 { break }
        count += got
      }
    }
    return bytes.count == size ? bytes : nil
  }
}
