import Foundation
import TestSupport
import Testing
import TurnDetection

@Suite struct SafetensorsTests {
  private func file(header: String, data: [UInt8] = []) -> [UInt8] {
    var bytes: [UInt8] = []
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: header.utf8.count >> (8 * shift))) }
    bytes += Array(header.utf8)
    return bytes + data
  }

  private func error(_ bytes: [UInt8]) -> TurnDetectionError? {
    do {
      _ = try SileroVAD(weightBytes: bytes, name: "x.safetensors")
      return nil
    } catch { return error }
  }

  @Test func theRealWeightsAreAccepted() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: SileroGoldenSignal.Weights.safetensors.path)))
    #expect(error(bytes) == nil)
  }

  @Test func everythingWrongIsOneClearError() {
    #expect(error([])?.code == .corrupt)
    #expect(error([1, 2, 3])?.code == .corrupt)
    #expect(error([UInt8](repeating: 0xFF, count: 8) + Array("{}".utf8) + [0, 0, 0, 0, 0, 0])?.code == .corrupt)
    #expect(error([0, 0, 0, 0, 0, 0, 0, 0])?.code == .corrupt)
    #expect(error(file(header: "{"))?.code == .corrupt)
    #expect(error(file(header: "[]"))?.code == .corrupt)
    #expect(error(file(header: "{}"))?.code == .wrongModel)
    #expect(error(file(header: #"{"__metadata__":{"format":"pt"}}"#))?.code == .wrongModel)
    func tensor(_ body: String) -> [UInt8] {
      file(header: #"{"stft_conv.weight":{"# + body + "}}", data: [1, 2, 3, 4])
    }
    #expect(error(tensor(#""dtype":"F32","shape":[258,1,256],"data_offsets":[0,9]"#))?.code == .corrupt)
    #expect(error(tensor(#""dtype":"F32","shape":[258,1,256],"data_offsets":[-4,4]"#))?.code == .corrupt)
    #expect(error(tensor(#""dtype":"F32","shape":[258,1,256],"data_offsets":[4,0]"#))?.code == .corrupt)
    #expect(error(tensor(#""dtype":"F32","shape":[258,1,256],"data_offsets":[0]"#))?.code == .corrupt)
    #expect(
      error(tensor(#""dtype":"F32","shape":[258,1,256],"data_offsets":[0,99999999999999999999]"#))?.code == .corrupt)
    #expect(error(tensor(#""dtype":"F32","shape":[258,1,256],"data_offsets":[0,4]"#))?.code == .wrongModel)
    #expect(error(tensor(#""dtype":"F16","shape":[258,1,256],"data_offsets":[0,4]"#))?.code == .wrongModel)
    #expect(error(tensor(#""dtype":"F32","shape":[1],"data_offsets":[0,4]"#))?.code == .wrongModel)
    let shape = error(tensor(#""dtype":"F32","shape":[1],"data_offsets":[0,4]"#))
    #expect(
      shape?.description
        == "could not load x.safetensors: stft_conv.weight has the shape [1], not [258, 1, 256]. "
        + "Give silero_vad_16k_op15.onnx or silero_vad_16k.safetensors of silero-vad 6.2.")
  }

  @Test func aMissingFileSaysHowToGetIt() {
    let error = #expect(throws: TurnDetectionError.self) { try SileroVAD(weights: "/nowhere/x.safetensors") }
    #expect(error?.errno == 2)
    #expect(
      error?.description
        == "could not load /nowhere/x.safetensors: No such file or directory (errno 2). "
        + "Run make setup, which fetches the weights.")
  }

  @Test func anEndlessFileIsNotReadForEver() {
    let error = #expect(throws: TurnDetectionError.self) { try SileroVAD(weights: "/dev/zero") }
    #expect(error?.code == .corrupt)
  }

  @Test func truncatedAndMutatedHeadersNeverTrap() throws {
    let whole = [UInt8](try Data(contentsOf: URL(filePath: SileroGoldenSignal.Weights.safetensors.path)))
    let headerEnd = 8 + Int(whole[0]) + Int(whole[1]) << 8
    for count in stride(from: 0, to: headerEnd, by: 13) { #expect(error(Array(whole[..<count])) != nil) }
    #expect(error(Array(whole.dropLast())) != nil)
    // The data would only make this slow: the header alone, with the offsets pointing nowhere, is refused either way.
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<2_000 {
      var bytes = Array(whole[..<headerEnd])
      for _ in 0..<Int.random(in: 1...3, using: &generator) { bytes.mutate(using: &generator) }
      #expect(error(bytes) != nil)
    }
  }
}
