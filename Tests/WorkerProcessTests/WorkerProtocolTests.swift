import Testing

@testable import WorkerProcess

@Suite struct WorkerProtocolTests {
  static let model = WorkerModel(
    task: .recogniser, kind: "whisper", files: ["encoder": "/models/encoder.onnx", "tokens": "/models/tokens.txt"],
    options: ["language": "en", "threads": "2"])

  static let requests: [WorkerRequest] = [
    .hello(version: 1), .load(model), .begin(id: 7), .audio(id: 7, samples: [0, 0.5, -1, 1e-9]),
    .audio(id: 7, samples: []),
    .settle(id: 7, serial: 3), .end(id: 7), .speak(id: 9, text: "Grüße — 21 °C", speaker: 2, speed: 1.25),
    .cancel(id: 9),
    .ping(.max), .judge(id: 4, samples: [0.5, -0.5]), .judge(id: 5, samples: []),
  ]

  static let events: [WorkerEvent] = [
    .hello(version: 1), .ready(WorkerDescription(library: "sherpa-onnx 2.0", sampleRate: 22_050, speakers: 109)),
    .failed(reason: "no such model"), .partial(id: 1, text: "turn on"),
    .transcript(id: 1, serial: 2, text: "turn on the light", confidence: 0.75), .audio(id: 2, samples: [0.25, -0.25]),
    .done(id: 2), .problem(id: 2, reason: "no"), .pong(5),
    .probability(id: 4, 0.75), .probability(id: 4, 0), .keyword(id: 6, position: 1 << 40 | 5, text: "HEY"),
  ]

  @Test(arguments: requests) func requestSurvivesTheWire(_ request: WorkerRequest) throws {
    var decoder = WorkerFrameDecoder()
    decoder.append(request.frame.bytes)
    let frame = try #require(try decoder.next())
    #expect(try WorkerRequest(frame) == request)
    #expect(decoder.pendingCount == 0)
  }

  @Test(arguments: events) func eventSurvivesTheWire(_ event: WorkerEvent) throws {
    var decoder = WorkerFrameDecoder()
    decoder.append(event.frame.bytes)
    let frame = try #require(try decoder.next())
    #expect(try WorkerEvent(frame) == event)
  }

  @Test func framesAreTheSameHoweverTheBytesAreCut() throws {
    let bytes = Self.requests.flatMap(\.frame.bytes)
    let whole = Self.requests.map(\.frame)
    for cut in 0...bytes.count {
      var decoder = WorkerFrameDecoder()
      var frames: [WorkerFrame] = []
      for piece in [bytes[..<cut], bytes[cut...]] {
        decoder.append(piece)
        while let frame = try decoder.next() { frames.append(frame) }
      }
      #expect(frames == whole, "cut at \(cut)")
    }
    var decoder = WorkerFrameDecoder()
    var frames: [WorkerFrame] = []
    for byte in bytes {
      decoder.append([byte])
      while let frame = try decoder.next() { frames.append(frame) }
    }
    #expect(frames == whole)
  }

  @Test func everyShortenedMessageIsRefused() {
    for frame in Self.requests.map(\.frame) {
      for count in 0..<frame.body.count {
        #expect(throws: WorkerError.self, "type \(frame.type), \(count) bytes") {
          try WorkerRequest(WorkerFrame(type: frame.type, body: Array(frame.body.prefix(count))))
        }
      }
    }
    for frame in Self.events.map(\.frame) {
      for count in 0..<frame.body.count {
        #expect(throws: WorkerError.self, "type \(frame.type), \(count) bytes") {
          try WorkerEvent(WorkerFrame(type: frame.type, body: Array(frame.body.prefix(count))))
        }
      }
    }
  }

  @Test func aByteTooManyIsRefused() {
    for frame in Self.requests.map(\.frame) {
      #expect(throws: WorkerError.self) { try WorkerRequest(WorkerFrame(type: frame.type, body: frame.body + [0])) }
    }
  }

  @Test(arguments: [UInt8](0...255)) func unknownTypesAreRefused(_ type: UInt8) {
    if !(1...10).contains(type) {
      #expect(throws: WorkerError.self) { try WorkerRequest(WorkerFrame(type: type, body: [])) }
    }
    if !(129...139).contains(type) {
      #expect(throws: WorkerError.self) { try WorkerEvent(WorkerFrame(type: type, body: [])) }
    }
  }

  @Test func aTurnIsJudgedBySoMuchOfItAndNoMore() throws {
    let longest = WorkerRequest.judge(
      id: 1, samples: [Float](repeating: 0.5, count: WorkerRequest.maximumTurnSamples))
    var decoder = WorkerFrameDecoder()
    decoder.append(longest.frame.bytes)
    let frame = try #require(try decoder.next())
    #expect(try WorkerRequest(frame) == longest)
    let longer = WorkerRequest.judge(
      id: 1, samples: [Float](repeating: 0, count: WorkerRequest.maximumTurnSamples + 1))
    #expect(throws: WorkerError.self) { try WorkerRequest(longer.frame) }
  }

  @Test(arguments: [Float.nan, .infinity, -0.01, 1.01]) func whatIsNoProbabilityIsRefused(_ value: Float) {
    #expect(throws: WorkerError.self) { try WorkerEvent(WorkerEvent.probability(id: 1, value).frame) }
  }

  @Test func noKeywordWasHeardBeforeTheStreamBegan() {
    #expect(throws: WorkerError.self) { try WorkerEvent(WorkerEvent.keyword(id: 1, position: -1, text: "HEY").frame) }
  }

  @Test(arguments: [0, 1 << 20 | 1, 0x7fff_ffff, 0xffff_ffff] as [UInt32])
  func impossibleLengthsEndTheStream(_ length: UInt32) {
    var decoder = WorkerFrameDecoder()
    decoder.append(withUnsafeBytesOf(length))
    #expect(throws: WorkerError.self) { try decoder.next() }
  }

  @Test func mutatedMessagesNeverTrap() {
    var random = SeededGenerator(seed: 2026)
    let valid = Self.requests.map(\.frame) + Self.events.map(\.frame)
    var refused = 0
    for _ in 0..<4_000 {
      var bytes = valid.randomElement(using: &random)!.bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
        case 1: bytes.insert(.random(in: 0...255, using: &random), at: Int.random(in: 0...bytes.count, using: &random))
        default: if bytes.count > 1 { bytes.remove(at: Int.random(in: 0..<bytes.count, using: &random)) }
        }
      }
      if !exerciseWorkerProtocol(bytes) { refused += 1 }
    }
    #expect(refused > 1_000)
  }

  private func withUnsafeBytesOf(_ value: UInt32) -> [UInt8] {
    stride(from: 0, to: 32, by: 8).map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
  }
}

/// SplitMix64: the same sequence on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
