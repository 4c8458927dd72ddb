public import Audio
import Glibc
public import SoundCards
import Synchronization

/// A device that follows a script: at a given call of a given kind it answers with an error, otherwise it works. It moves
/// whole periods of S16 mono in no time; captured samples are 0, 1, 2, … of 2¹⁵, played ones are kept.
///
/// The device's clock moves with the calls: each wait, and each look at the position, lets `framesPerLook` frames sound.
public final class ScriptedDevice: Sendable {
  public enum Call: String, CaseIterable, Sendable {
    case wait, available, delay, read, write, start, drop, prepare, resume
  }

  public struct Answer: Hashable, Sendable {
    public var call: Call
    /// The first call of this kind that gets the answer, counted from 1, and how many do.
    public var from: Int
    public var times: Int
    /// 0 or a negative errno; for reads and writes a positive number moves only so many frames.
    public var result: Int

    public init(_ call: Call, from: Int = 1, times: Int = 1, result: Int) {
      self.call = call
      self.from = from
      self.times = times
      self.result = result
    }
  }

  struct State {
    var calls = [Int](repeating: 0, count: Call.allCases.count)
    var reads = 0
    var nextSample = 0
    var queued = 0
    var isRunning = false
    var frames: [Int16] = []
    var air: [Int16] = []
  }

  public let format: PCMFormat
  private let answers: [Answer]
  private let lastRead: Int
  private let lastWrite: Int
  private let framesPerLook: Atomic<Int>
  private let onExhausted: @Sendable () -> Void
  // Only under `isLocked`: Mutex allocates for its closure in a debug build, and the thread is watched for that.
  private nonisolated(unsafe) var state: State
  private let isLocked = Atomic<Bool>(false)
  private let connected = Atomic<Bool>(true)

  /// `lastRead`, `lastWrite`: after so many reads that brought samples, or calls of write, `onExhausted` is called, once.
  public init(
    answers: [Answer] = [], rate: SampleRate = .speech, periodFrames: Int = 16, periods: Int = 4, lastRead: Int = .max,
    lastWrite: Int = .max, framesPerLook: Int = 4, onExhausted: @escaping @Sendable () -> Void = {}
  ) {
    self.answers = answers
    self.lastRead = lastRead
    self.lastWrite = lastWrite
    self.framesPerLook = Atomic(framesPerLook)
    self.onExhausted = onExhausted
    format = PCMFormat(
      sampleFormat: .s16, channels: 1, rate: rate, periodFrames: periodFrames, bufferFrames: periodFrames * periods)
    var state = State()
    // Kept samples must not make the playing thread allocate.
    state.frames.reserveCapacity(1 << 20)
    state.air.reserveCapacity(1 << 21)
    unsafe self.state = state
  }

  /// What has sounded or is about to, since the device was made.
  public var playedFrames: [Int16] { withState { $0.frames } }

  /// From now on so many frames sound at each look at the position.
  public func sound(framesPerLook: Int) { self.framesPerLook.store(framesPerLook, ordering: .relaxed) }

  /// What was in the air at each frame of the device's clock, 0 where nothing sounded. Its count is the clock.
  public var air: [Int16] { withState { $0.air } }

  /// The device's clock, in frames.
  public var elapsedFrames: Int { withState { $0.air.count } }

  public func disconnect() { connected.store(false, ordering: .releasing) }

  /// How often `call` was made.
  public func count(of call: Call) -> Int { withState { $0.calls[call.index] } }

  // The scripted answer to this call, or nil.
  private func answer(_ call: Call, _ state: inout State) -> Int? {
    let index = call.index
    state.calls[index] += 1
    guard connected.load(ordering: .acquiring) else { return -Int(ENODEV) }
    let number = state.calls[index]
    // By index: an iterator over structs allocates in a debug build, and the thread is watched for that.
    for index in 0..<answers.count {
      let answer = answers[index]
      if answer.call == call, number >= answer.from, number - answer.from < answer.times { return answer.result }
    }
    return nil
  }

  private func sound(_ frames: Int, _ state: inout State) {
    for _ in 0..<frames {
      guard state.isRunning, state.queued > 0 else {
        state.air.append(0)
        continue
      }
      state.air.append(state.frames[state.frames.count - state.queued])
      state.queued -= 1
    }
  }

  @inline(__always)
  private func withState<Value>(_ body: (inout State) -> Value) -> Value {
    while isLocked.exchange(true, ordering: .acquiring) {}
    defer { isLocked.store(false, ordering: .releasing) }
    return unsafe body(&state)
  }

  /// The port to hand to a loop; one at a time.
  public struct Port: ~Copyable, PCMPort {
    let device: ScriptedDevice
    public init(_ device: ScriptedDevice) { self.device = device }

    public var format: PCMFormat { device.format }

    public func wait(milliseconds: Int32, wake: EventDescriptor) -> Int32 {
      device.withState { state in
        if let answer = device.answer(.wait, &state) { return Int32(answer) }
        device.sound(device.format.periodFrames, &state)
        return 1
      }
    }

    public func available() -> Int {
      device.withState { state in
        if let answer = device.answer(.available, &state) { return answer }
        device.sound(device.framesPerLook.load(ordering: .relaxed), &state)
        return device.format.bufferFrames - state.queued
      }
    }

    public func delay() -> Int? {
      device.withState { state in
        if let answer = device.answer(.delay, &state), answer < 0 { return nil }
        return state.queued
      }
    }

    public func read(into bytes: inout MutableRawSpan, frames: Int) -> Int {
      var exhausted = false
      var result = 0
      var first = 0
      device.withState { state in
        let scripted = device.answer(.read, &state)
        result = scripted.map { $0 > 0 ? min($0, frames) : $0 } ?? frames
        if result > 0 { state.reads += 1 }
        exhausted = result > 0 && state.reads == device.lastRead
        first = state.nextSample
        state.nextSample += max(0, result)
      }
      for offset in 0..<max(0, result) {
        bytes.storeBytes(
          of: Int16(truncatingIfNeeded: (first + offset) & 0x7FFF).littleEndian, toByteOffset: offset * 2,
          as: Int16.self)
      }
      if exhausted { device.onExhausted() }
      return result
    }

    public func write(_ bytes: RawSpan, frames: Int) -> Int {
      if device.count(of: .write) == device.lastWrite { device.onExhausted() }
      return device.withState { state in
        let room = device.format.bufferFrames - state.queued
        var count = min(frames, room)
        if let answer = device.answer(.write, &state) {
          if answer <= 0 { return answer }
          count = min(count, answer)
        }
        // As alsa-lib: with less than a period of room only a write that fits is taken.
        guard count > 0, frames <= room || room >= device.format.periodFrames else { return -Int(EAGAIN) }
        for offset in 0..<count {
          let sample = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset * 2, as: Int16.self)
          state.frames.append(Int16(littleEndian: sample))
        }
        state.queued += count
        return count
      }
    }

    private func simple(_ call: Call, _ effect: (inout State) -> Void) -> Int32 {
      device.withState { state in
        if let answer = device.answer(call, &state), answer < 0 { return Int32(answer) }
        effect(&state)
        return 0
      }
    }

    public func start() -> Int32 { simple(.start) { $0.isRunning = true } }
    public func drop() -> Int32 {
      simple(.drop) { state in
        // What has not sounded never will.
        state.frames.removeLast(min(state.queued, state.frames.count))
        state.queued = 0
        state.isRunning = false
      }
    }
    public func prepare() -> Int32 {
      simple(.prepare) { state in
        // As after a drop, though what was lost is kept in `playedFrames`.
        state.queued = 0
        state.isRunning = false
      }
    }
    public func resume() -> Int32 { simple(.resume) { _ in } }
    public var isConnected: Bool { device.connected.load(ordering: .acquiring) }
  }
}

extension ScriptedDevice.Call {
  var index: Int {
    switch self {
    case .wait: 0
    case .available: 1
    case .delay: 2
    case .read: 3
    case .write: 4
    case .start: 5
    case .drop: 6
    case .prepare: 7
    case .resume: 8
    }
  }
}
