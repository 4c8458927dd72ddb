import Audio
import Synchronization
import TestSupport
import Testing

@Suite struct FileSourceTests {
  /// Reads as the session does, until the source has ended and the ring is empty.
  private func drain(_ source: FileSource) -> [Float] {
    var all: [Float] = []
    var block = [Float](repeating: 0, count: 512)
    while true {
      let hasEnded = source.hasEnded
      var span = block.mutableSpan
      let count = source.ring.read(into: &span)
      all += block[..<count]
      if count == 0 {
        if hasEnded { return all }
        source.waitForSamples(1, timeout: .seconds(10))
      }
    }
  }

  private func wav(_ samples: [Float], rate: Int = 16_000) throws -> [UInt8] {
    try WAVWriter.encode(samples.span, sampleRate: SampleRate(hertz: rate), encoding: .float32)
  }

  @Test func aFileLongerThanTheRingArrivesWhole() throws {
    let noise = Signal.noise(count: 100_000)
    var options = FileSource.Options()
    options.ringCapacity = 1_024
    let source = FileSource(bytes: try wav(noise), name: "noise.wav", options: options)
    try source.start()
    #expect(drain(source) == noise)
    #expect(source.hasEnded && source.failure == nil && source.counters.droppedSamples == 0)
    #expect(source.counters.periods > 90)
    source.stop()
    source.stop()
  }

  @Test func silenceIsAppended() throws {
    var options = FileSource.Options()
    options.trailingSilence = .milliseconds(700)
    let source = FileSource(bytes: try wav([0.5, 0.5]), name: "short.wav", options: options)
    try source.start()
    #expect(drain(source) == [0.5, 0.5] + Signal.silence(11_200))
  }

  @Test func otherRatesBecome16Kilohertz() throws {
    let source = FileSource(bytes: try wav(Signal.sine(1_000, rate: 48_000, count: 48_000), rate: 48_000), name: "48k")
    try source.start()
    let samples = drain(source)
    #expect(samples.count == 16_000)
    #expect(abs(Signal.amplitude(of: 1_000, in: samples[2_000..<14_000], rate: 16_000) - 0.5) < 0.001)
  }

  @Test func opusAndWAVInAPipeAreToldApartByTheirFirstBytes() throws {
    let tone = Signal.sine(440, count: 8_000)
    for bytes in [try wav(tone), try OpusWriter.encode(tone.span)] {
      let pipe = try Pipe()
      let source = FileSource(descriptor: pipe.reader, name: "pipe")
      try source.start()
      let feeder = JoinableThread {
        for start in stride(from: 0, to: bytes.count, by: 777) {
          try? pipe.send(Array(bytes[start..<min(bytes.count, start + 777)]))
        }
        pipe.closeWriter()
      }
      #expect(drain(source).count == 8_000)
      #expect(source.failure == nil)
      feeder.join()
    }
  }

  @Test func rawSamplesArriveAsTheyComeAndOddBytesAreKept() throws {
    let pipe = try Pipe()
    var options = FileSource.Options()
    options.raw = .speech
    let source = FileSource(descriptor: pipe.reader, name: "pipe", options: options)
    try source.start()
    try pipe.send([0, 0x40, 0])
    while source.ring.availableToRead == 0 { source.waitForSamples(1, timeout: .seconds(10)) }
    #expect(source.ring.availableToRead == 1 && !source.hasEnded)
    try pipe.send([0xC0, 7])
    pipe.closeWriter()
    #expect(drain(source) == [0.5, -0.5])
  }

  @Test func stoppingEndsAReadThatWaitsForASilentPipe() throws {
    let pipe = try Pipe()
    let source = FileSource(descriptor: pipe.reader, name: "pipe")
    try source.start()
    source.stop()
    #expect(source.hasEnded && source.failure == nil)
    pipe.closeWriter()
  }

  @Test func stoppingEndsAThreadThatWaitsForRoom() throws {
    let source = FileSource(bytes: try wav(Signal.silence(100_000)), name: "long.wav")
    try source.start()
    while source.ring.availableToWrite > 0 { yieldThread() }
    source.stop()
    #expect(source.hasEnded)
  }

  @Test func aDroppedSourceEndsItsThread() throws {
    let bytes = try wav(Signal.silence(100_000))
    for _ in 0..<20 {
      let source = FileSource(bytes: bytes, name: "long.wav")
      try source.start()
    }
  }

  @Test func wrongFilesAreRefusedAtTheStart() throws {
    let missing = #expect(throws: AudioFileError.self) { try FileSource(path: "/nowhere/a.wav").start() }
    #expect(missing?.errno == 2 && missing?.code == .system)
    let folder = #expect(throws: AudioFileError.self) { try FileSource(path: "/").start() }
    #expect(folder?.description.contains("it is a folder") == true)
    let text = #expect(throws: AudioFileError.self) {
      try FileSource(bytes: Array("not audio".utf8), name: "a.txt").start()
    }
    #expect(text?.code == .unknownFormat)
    let empty = #expect(throws: AudioFileError.self) { try FileSource(bytes: [], name: "a.wav").start() }
    #expect(empty?.code == .empty)
  }

  @Test func aFileThatIsDamagedLaterDeliversWhatCameAndSaysSo() throws {
    let source = FileSource(bytes: WAVBytes(dataSize: 8).bytes, name: "cut.wav")
    try source.start()
    #expect(drain(source) == [0.5, -0.5])
    #expect(source.failure?.code == .truncated)
  }

  @Test func realTimePacingTakesAsLongAsTheAudio() throws {
    var options = FileSource.Options()
    options.pacing = .realTime
    let source = FileSource(bytes: try wav(Signal.silence(3_200)), name: "200ms.wav", options: options)
    let clock = ContinuousClock()
    let start = clock.now
    try source.start()
    #expect(drain(source).count == 3_200)
    // Only the lower bound is a promise; how late a busy machine is does not matter here.
    #expect(clock.now - start >= .milliseconds(195))
  }
}

@Suite struct FileSinkTests {
  /// A clock that stands still until it is told.
  private final class ManualTime: Sendable {
    let milliseconds = Atomic<Int>(5_000)
    var now: Duration { .milliseconds(milliseconds.load(ordering: .relaxed)) }
    func advance(_ count: Int) { milliseconds.add(count, ordering: .relaxed) }
  }

  private func contents(_ path: String) throws -> [Float] { try readAll(WAVReader(path: path)) }

  @Test func unpacedEverythingIsHeardAtOnceAndWritten() throws {
    try withTemporaryFolder { folder in
      let sink = FileSink(path: folder + "/out.wav")
      try sink.start()
      let samples: [Float] = [0.5, -0.5, 0.25]
      #expect(sink.write(samples.span) == 3)
      #expect(sink.queuedFrames == 3 && sink.heardFrames == 3 && sink.flush() == 3)
      sink.stop()
      sink.stop()
      #expect(try contents(folder + "/out.wav") == samples)
      #expect(sink.failure == nil)
    }
  }

  @Test func pacedTheFileHoldsExactlyWhatWasHeard() throws {
    try withTemporaryFolder { folder in
      let time = ManualTime()
      let sink = FileSink(
        path: folder + "/out.wav", sampleRate: .speech, pacing: .realTime, queueLimit: .milliseconds(100)
      ) { time.now }
      try sink.start()
      let ramp = (0..<3_200).map { Float($0) / 32_768 }
      #expect(sink.write(ramp.span) == 1_600)
      #expect(sink.queuedFrames == 1_600 && sink.heardFrames == 0)
      time.advance(10)
      #expect(sink.heardFrames == 160)
      #expect(sink.write(ramp.span.extracting(1_600...)) == 160)
      time.advance(20)
      #expect(sink.flush() == 480 && sink.queuedFrames == 480)
      // Silence is not heard as audio: the clock begins again with the next sample.
      time.advance(1_000)
      #expect(sink.heardFrames == 480)
      #expect(sink.write(ramp.span.extracting(first: 32)) == 32)
      time.advance(1)
      #expect(sink.heardFrames == 496)
      time.advance(1_000)
      #expect(sink.heardFrames == 512)
      sink.stop()
      #expect(try contents(folder + "/out.wav") == Array(ramp[..<480] + ramp[..<32]))
    }
  }

  @Test func heardNeverDecreasesAndNeverPassesQueued() throws {
    try withTemporaryFolder { folder in
      let time = ManualTime()
      let sink = FileSink(
        path: folder + "/out.wav", sampleRate: SampleRate(hertz: 22_050), pacing: .realTime, queueLimit: .seconds(1)
      ) { time.now }
      try sink.start()
      var generator = SeededGenerator(seed: 2)
      var last: Int64 = 0
      let block = Signal.noise(count: 5_000)
      for _ in 0..<2_000 {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: #expect(sink.flush() == sink.queuedFrames)
        case 1...4: _ = sink.write(block.span.extracting(first: Int.random(in: 0...5_000, using: &generator)))
        default: time.advance(Int.random(in: 0...40, using: &generator))
        }
        let heard = sink.heardFrames
        #expect(heard >= last && heard <= sink.queuedFrames)
        last = heard
      }
    }
  }

  @Test func aFileThatCannotBeWrittenIsAnErrorAtTheStart() {
    let error = #expect(throws: AudioFileError.self) { try FileSink(path: "/nowhere/out.wav").start() }
    #expect(
      error?.description.hasPrefix("could not write /nowhere/out.wav: No such file or directory (errno 2)") == true)
  }

  @Test func aFullDiskIsReportedAndDoesNotStopTheSession() throws {
    let sink = FileSink(path: "/dev/full")
    #expect(throws: AudioFileError.self) { try sink.start() }
  }
}
