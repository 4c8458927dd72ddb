import CFlite
import Glibc
import Synchronization

@testable import Transcription

/// Tests/Fixtures/NAME of this checkout.
func fixture(_ name: String, file: String = #filePath) -> String {
  let parts = file.split(separator: "/").dropLast(2)
  return "/" + parts.joined(separator: "/") + "/Fixtures/" + name
}

func lines(_ name: String) throws -> [String] {
  String(decoding: try ModelFile.read(fixture("speech/\(name).txt")), as: UTF8.self).split(separator: "\n").map(
    String.init)
}

/// A folder of its own for one test, deleted with this object.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/earshot-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw FolderFailure(errno: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  struct FolderFailure: Error { let errno: Int32 }

  var names: [String] {
    guard let folder = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
      names.append(
        unsafe withUnsafeBytes(of: entry.pointee.d_name) {
          unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names.filter { $0 != "." && $0 != ".." }.sorted()
  }

  deinit {
    for name in names { unsafe unlink("\(path)/\(name)") }
    unsafe rmdir(path)
  }
}

/// One answer from another thread.
final class Answer<Value: Sendable>: Sendable {
  private let stream: AsyncStream<Value>
  private let continuation: AsyncStream<Value>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .unbounded) }

  func put(_ value: Value) { continuation.yield(value) }
  func end() { continuation.finish() }
  func first() async -> Value? { await stream.first { _ in true } }

  func all() async -> [Value] {
    var values: [Value] = []
    for await value in stream { values.append(value) }
    return values
  }
}

/// Flite's four English voices; one text at a time, because the library keeps state between calls.
enum TestVoice: Int, CaseIterable, CustomStringConvertible {
  case slt
  case rms
  case awb
  case kal16

  private static let library = Mutex(())

  var description: String { ["slt", "rms", "awb", "kal16"][rawValue] }

  /// 16 kHz samples with `lead` before and `tail` ms after the words: quiet noise, as a microphone has.
  func samples(_ text: String, lead: Int = 200, tail: Int = 200) -> [Float] {
    let words: [Float] = TestVoice.library.withLock { _ in
      flite_init()
      let voice: UnsafeMutablePointer<cst_voice>?
      switch self {
      case .slt: unsafe voice = register_cmu_us_slt(nil)
      case .rms: unsafe voice = register_cmu_us_rms(nil)
      case .awb: unsafe voice = register_cmu_us_awb(nil)
      case .kal16: unsafe voice = register_cmu_us_kal16(nil)
      }
      guard let wave = unsafe flite_text_to_wave(text, voice) else { return [] }
      defer { unsafe delete_wave(wave) }
      if unsafe wave.pointee.sample_rate != 16_000 { unsafe cst_wave_resample(wave, 16_000) }
      let count = Int(unsafe wave.pointee.num_samples)
      return (0..<count).map { Float(unsafe wave.pointee.samples[$0]) / 32_768 }
    }
    var noise = Noise(seed: UInt64(rawValue + 1))
    let silence = { (ms: Int) in [Float](repeating: 0, count: 16 * ms) }
    return (silence(lead) + words + silence(tail)).map { $0 + noise.next() }
  }
}

/// White noise of about -76 dBFS, the same on every machine.
struct Noise {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (Float(state >> 40) / Float(1 << 24) - 0.5) * 5e-4
  }
}

/// The words of the tiny models under Tests/Fixtures/sherpa: each is a tone of 200 ms.
enum Tones {
  static let pitch: [String: Double] = ["turn": 300, "on": 800, "the": 1_800, "light": 4_000]

  static func samples(_ text: String) -> [Float] {
    var samples = [Float](repeating: 0, count: 1_600)
    for word in text.split(separator: " ") {
      let hz = pitch[String(word)] ?? 0
      samples += (0..<3_200).map { Float(0.3 * sin(2 * Double.pi * hz * Double($0) / 16_000)) }
      samples += [Float](repeating: 0, count: 1_600)
    }
    return samples
  }
}

extension Recogniser {
  /// Accepts samples as a microphone gives them, 20 ms at a time.
  func accept(all samples: [Float]) {
    var start = 0
    while start < samples.count {
      let end = min(samples.count, start + 320)
      accept(samples.span.extracting(start..<end))
      start = end
    }
  }

  /// One whole utterance.
  func hear(_ samples: [Float]) async -> Transcript? {
    let answer = Answer<Transcript>()
    begin()
    accept(all: samples)
    finish { answer.put($0) }
    return await answer.first()
  }
}

/// Where the tests keep what is the same for all phrases and takes long to make.
let englishFolder: String = {
  let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
  let path = folder + "/earshot-tests-\(getuid())"
  unsafe _ = mkdir(path, 0o700)
  return path
}()
