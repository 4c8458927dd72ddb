import Audio
import Glibc
import OperatingSystem
import SoundCards
import Synchronization

// Foreign globals would be looked up through a module that this file alone imports.
let tryAgain = EAGAIN

/// Times of the playback thread; tests shorten them.
struct PlaybackTiming: Sendable {
  /// How long a first block smaller than two periods waits for more.
  var hold: Duration = .milliseconds(4)
  /// How much silence follows the last sample before the device is stopped: a late clause comes without a click.
  var linger: Duration = .milliseconds(300)
  /// How often an idle thread looks whether the device is still there.
  var idleCheck: Duration = .milliseconds(500)
  var reopen: Duration = .milliseconds(400)
  /// How finely time passes while there is no device.
  var silentTick: Duration = .milliseconds(20)
}

/// The playback thread: ring → device period, the position heard, and the way back when the device fails.
///
/// ```
///   idle: prepared, waits for write() ──samples──▶ playing ──ring empty──▶ silence ──300 ms──▶ stopped: idle
///                                                     ▲                       │
///                                                     └───────samples─────────┘  counted as an underrun
///   paused: the device is dropped; what it had not played is kept and played first when it goes on.
/// ```
/// While the device works, the thread takes no lock of ours, allocates nothing, logs nothing and awaits nothing.
final class PlaybackLoop<Port: PCMPort & ~Copyable>: Sendable {
  let ring: SampleRing
  let sampleRate: SampleRate
  /// What is in the air when.
  let history: PlaybackHistory
  private let timing: PlaybackTiming
  private let open: @Sendable () throws(SoundCardError) -> Port
  private let nanoseconds: @Sendable () -> Int64

  /// Signalled when there is something to do: samples, a flush, a stop.
  let wake = EventDescriptor()
  private let flushAnswered = EventDescriptor()
  private let stopRequested = Atomic<Bool>(false)
  private let pauseRequested = Atomic<Bool>(false)
  private let flushesRequested = Atomic<Int>(0)
  private let flushesDone = Atomic<Int>(0)
  // Samples that were queued and dropped by a flush; the public positions leave them out.
  private let discarded = Atomic<Int64>(0)
  private let heard = Atomic<Int64>(0)
  private let underruns = Atomic<Int64>(0)
  private let reopened = Atomic<Int64>(0)
  private let isPresent = Atomic<Bool>(true)
  // 0: not tried yet, 1: granted, 2: refused.
  private let realTime = Atomic<UInt8>(0)
  /// The device's format, or why it could not be opened again. Touched only when a device opens or fails to.
  private let lastOpening = Mutex<Result<PCMFormat, SoundCardError>?>(nil)

  init(
    ring: SampleRing, sampleRate: SampleRate, history: PlaybackHistory = PlaybackHistory(),
    timing: PlaybackTiming = PlaybackTiming(),
    nanoseconds: @escaping @Sendable () -> Int64 = monotonicNanoseconds,
    open: @escaping @Sendable () throws(SoundCardError) -> Port
  ) {
    self.ring = ring
    self.sampleRate = sampleRate
    self.history = history
    self.timing = timing
    self.nanoseconds = nanoseconds
    self.open = open
  }

  // MARK: Any thread

  var queuedFrames: Int64 { ring.writtenCount - discarded.load(ordering: .acquiring) }
  var heardFrames: Int64 { heard.load(ordering: .acquiring) }
  var isStopping: Bool { stopRequested.load(ordering: .acquiring) }
  var isPaused: Bool { pauseRequested.load(ordering: .acquiring) }

  func setPaused(_ isPaused: Bool) {
    pauseRequested.store(isPaused, ordering: .releasing)
    wake.signal()
  }
  var opening: Result<PCMFormat, SoundCardError>? { lastOpening.withLock { $0 } }

  var counters: AudioSinkCounters {
    var counters = AudioSinkCounters()
    counters.underruns = underruns.load(ordering: .relaxed)
    counters.reopened = reopened.load(ordering: .relaxed)
    counters.isPresent = isPresent.load(ordering: .relaxed)
    counters.isRealTime = [nil, true, false][Int(realTime.load(ordering: .relaxed))]
    return counters
  }

  /// Opens the device, so that the caller learns why it cannot be opened at the start.
  func openDevice() throws(SoundCardError) -> Port {
    do throws(SoundCardError) {
      let device = try open()
      let format = device.format
      lastOpening.withLock { $0 = .success(format) }
      return device
    } catch {
      lastOpening.withLock { $0 = .failure(error) }
      throw error
    }
  }

  func requestStop() {
    stopRequested.store(true, ordering: .releasing)
    wake.signal()
  }

  /// Before the thread starts again.
  func clearStop() {
    stopRequested.store(false, ordering: .relaxed)
    // Left from the stop, it would end every wait at once.
    wake.take()
  }

  /// Asks the thread to drop what is queued and waits until it has, at most a second. One caller at a time, not the
  /// thread itself.
  func flushThroughThread() -> Int64 {
    let ticket = flushesRequested.add(1, ordering: .acquiringAndReleasing).newValue
    wake.signal()
    var rounds = 0
    while flushesDone.load(ordering: .acquiring) < ticket, rounds < 20 {
      if !flushAnswered.wait(milliseconds: 50) { rounds += 1 }
    }
    return heardFrames
  }

  /// Drops what is queued while no thread runs.
  func flushWithoutThread() -> Int64 {
    answerFlush(heardSource: ring.consumedCount)
    return heardFrames
  }

  // MARK: The playback thread

  /// The thread's body: plays to `first`, then to whatever opens under the same name, until asked to stop. Without a
  /// first device it begins by waiting for one.
  func run(first: consuming Port?, isRealTime: Bool) {
    realTime.store(isRealTime ? 1 : 2, ordering: .relaxed)
    var next: Port? = consume first
    while !isStopping {
      if let device = next.take() { serve(device) }
      if isStopping { break }
      isPresent.store(false, ordering: .relaxed)
      next = waitForDevice()
      if next != nil {
        reopened.add(1, ordering: .relaxed)
        isPresent.store(true, ordering: .relaxed)
      }
    }
    // Somebody may be waiting for the answer.
    if isFlushRequested { answerFlush(heardSource: ring.consumedCount) }
  }

  /// Plays replies until the device is lost or a stop is asked for; idle between them.
  private func serve(_ device: borrowing Port) {
    var stream = PlaybackStream(format: device.format, sampleRate: sampleRate, history: history)
    history.noteOpening()
    // However it ends, nothing is heard any more.
    defer { stream.stand(at: nanoseconds()) }
    while !isStopping {
      if isFlushRequested { answerFlush(heardSource: ring.consumedCount) }
      if ring.availableToRead == 0 || isPaused {
        wake.wait(milliseconds: timing.idleCheck.pollMilliseconds)
        guard device.isConnected else { return }
        continue
      }
      holdForMore(device.format)
      guard play(device, &stream) else { return }
    }
    _ = device.drop()
  }

  /// A synthesiser's first block may be short, and the next one on its way: a few milliseconds spare an underrun.
  private func holdForMore(_ format: PCMFormat) {
    let enough = 2 * format.periodFrames * sampleRate.hertz / format.rate.hertz
    var rounds = timing.hold.pollMilliseconds
    while rounds > 0, ring.availableToRead < enough, !isStopping, !isFlushRequested {
      // Each write signals; only time that passed counts.
      if !wake.wait(milliseconds: 1) { rounds -= 1 }
    }
  }

  /// Plays from the first sample until silence has followed the last, a flush or a stop. False: the device is lost.
  private func play(_ device: borrowing Port, _ stream: inout PlaybackStream) -> Bool {
    stream.begin(source: ring.consumedCount)
    var state = PlayState(start: stream.written, linger: timing.linger, format: device.format)
    while true {
      if isStopping { return device.drop() >= 0 }
      if isFlushRequested {
        publish(device, &stream, isRunning: state.isRunning)
        let result = device.drop()
        stream.stand(at: nanoseconds())
        answerFlush(heardSource: lastHeardSource)
        return result >= 0 && device.prepare() >= 0
      }
      if isPaused {
        guard pause(device, &stream, &state) else { return false }
        continue
      }
      let writtenBefore = stream.written
      let taken = stream.feed(device, from: ring)
      if taken > 0 {
        if state.silentFrames > 0 { underruns.add(1, ordering: .relaxed) }
        state.silentFrames = 0
      }
      if stream.written > writtenBefore { state.moved() }
      var result = Int32(clamping: min(0, taken))
      if result == 0, !state.isRunning, stream.written > state.start {
        result = device.start()
        state.isRunning = result >= 0
      }
      if result >= 0 {
        publish(device, &stream, isRunning: state.isRunning)
        let outcome = next(device, &stream, &state)
        if outcome == .finished {
          let result = device.drop()
          stream.stand(at: nanoseconds())
          return result >= 0 && device.prepare() >= 0
        }
        if outcome == .lost { return false }
        result = state.error
      }
      if result < 0, !recover(device, &stream, &state, from: result) { return false }
    }
  }

  /// Silences the device until the pause is over or something else is asked for. False: the device is lost.
  private func pause(_ device: borrowing Port, _ stream: inout PlaybackStream, _ state: inout PlayState) -> Bool {
    publish(device, &stream, isRunning: state.isRunning)
    let result = device.drop()
    stream.stand(at: nanoseconds())
    guard result >= 0, device.prepare() >= 0 else { return false }
    stream.rewind(to: lastHeardSource)
    state.restart(at: stream.written)
    state.silentFrames = 0
    while isPaused, !isStopping, !isFlushRequested {
      wake.wait(milliseconds: timing.idleCheck.pollMilliseconds)
      guard device.isConnected else { return false }
    }
    return true
  }

  /// Waits for room, for samples, or puts silence after the last sample.
  private func next(_ device: borrowing Port, _ stream: inout PlaybackStream, _ state: inout PlayState) -> Step {
    state.error = 0
    if ring.availableToRead > 0 || stream.hasStaged || stream.hasReplay {
      let ready = device.wait(milliseconds: state.waitMilliseconds, wake: wake)
      let wasWoken = wake.take()
      if ready < 0 { state.error = ready }
      if ready == 0, !wasWoken {
        // A server that ran dry and stands still, though its buffer is full, goes on after a restart; a device that
        // does not move even then is lost.
        let before = state.silentMilliseconds
        state.silentMilliseconds += state.waitMilliseconds
        if before < 200, state.silentMilliseconds >= 200 {
          _ = device.drop()
          state.error = -EPIPE
        }
        let limit = Int32(PCMLimits.silentWaits) * PCMLimits.waitMilliseconds
        return state.silentMilliseconds < limit ? .goOn : .lost
      }
      if ready > 0 {
        state.emptyTransfers += 1
        return state.emptyTransfers < PCMLimits.emptyTransfers ? .goOn : .lost
      }
      return .goOn
    }
    let room = device.available()
    if room < 0 {
      state.error = Int32(clamping: room)
      return .goOn
    }
    let spare = stream.format.bufferFrames - room - stream.format.periodFrames
    if spare > 0 {
      // Until one period is left there is time for more samples to come.
      wake.wait(milliseconds: Int32(clamping: max(1, spare * 1000 / stream.format.rate.hertz)))
      return .goOn
    }
    if state.silentFrames >= state.linger, heardSource(device, &stream) >= ring.consumedCount {
      publishHeard(ring.consumedCount)
      return .finished
    }
    let silence = stream.feedSilence(device, source: ring.consumedCount)
    if silence < 0 {
      state.error = Int32(clamping: silence)
    } else {
      state.silentFrames += silence
      // A device whose position stands still would be fed for ever.
      if state.silentFrames > 20 * (state.linger + stream.format.bufferFrames) { return .lost }
    }
    return .goOn
  }

  /// After an xrun everything written has been heard.
  private func recover(
    _ device: borrowing Port, _ stream: inout PlaybackStream, _ state: inout PlayState, from error: Int32
  ) -> Bool {
    state.recoveries += 1
    guard state.recoveries < PCMLimits.recoveries else { return false }
    switch device.recover(from: error, starting: false, wake: wake) {
    case .lost: return false
    case .unchanged, .resumed: return true
    case .restarted: break
    }
    stream.stand(at: nanoseconds())
    if error == -EPIPE, state.silentFrames == 0 { underruns.add(1, ordering: .relaxed) }
    publishHeard(stream.heard(delay: 0))
    state.restart(at: stream.written)
    return true
  }

  /// Looks where the device is, for those who ask what has been heard and what is in the air.
  private func publish(_ device: borrowing Port, _ stream: inout PlaybackStream, isRunning: Bool) {
    let delay = delay(of: device, stream)
    if isRunning { stream.observe(delay: delay, at: nanoseconds()) }
    publishHeard(stream.heard(delay: delay))
  }

  private func heardSource(_ device: borrowing Port, _ stream: inout PlaybackStream) -> Int64 {
    stream.heard(delay: delay(of: device, stream))
  }

  // A device that cannot tell its delay at least tells what its buffer holds.
  private func delay(of device: borrowing Port, _ stream: borrowing PlaybackStream) -> Int {
    device.delay() ?? stream.format.bufferFrames - max(0, device.available())
  }

  private var lastHeardSource: Int64 { heard.load(ordering: .relaxed) + discarded.load(ordering: .relaxed) }

  /// `source` counts from the ring's start; what was flushed before is taken off. Never goes back.
  private func publishHeard(_ source: Int64) {
    let position = source - discarded.load(ordering: .relaxed)
    if position > heard.load(ordering: .relaxed) { heard.store(position, ordering: .releasing) }
  }

  private var isFlushRequested: Bool {
    flushesRequested.load(ordering: .acquiring) > flushesDone.load(ordering: .relaxed)
  }

  /// Drops all of the ring; what lies between `heardSource` and the ring's end has never been queued then.
  private func answerFlush(heardSource: Int64) {
    let requests = flushesRequested.load(ordering: .acquiring)
    publishHeard(heardSource)
    pauseRequested.store(false, ordering: .releasing)
    ring.discard(ring.availableToRead)
    discarded.store(ring.consumedCount - heard.load(ordering: .relaxed), ordering: .releasing)
    flushesDone.store(requests, ordering: .releasing)
    flushAnswered.signal()
  }

  /// A silent actor: takes the queue in real time, so that the session goes on, until the device opens again or a stop
  /// is asked for.
  private func waitForDevice() -> Port? {
    // What the device had taken counts as heard: nobody will play it any more.
    publishHeard(ring.consumedCount)
    var last = nanoseconds()
    var lastAttempt = last
    var owed: Int64 = 0  // in samples times 10⁹
    while !isStopping {
      if isFlushRequested { answerFlush(heardSource: ring.consumedCount) }
      let wasEmpty = ring.availableToRead == 0
      wake.wait(milliseconds: (wasEmpty ? timing.reopen : timing.silentTick).pollMilliseconds)
      let now = nanoseconds()
      owed = wasEmpty || isPaused ? 0 : owed + max(0, min(now - last, 1_000_000_000)) * Int64(sampleRate.hertz)
      last = now
      let count = ring.discard(Int(owed / 1_000_000_000))
      owed -= Int64(count) * 1_000_000_000
      publishHeard(ring.consumedCount)
      guard now - lastAttempt >= Int64(timing.reopen.pollMilliseconds) * 1_000_000 else { continue }
      lastAttempt = now
      if let device = reopen() { return device }
    }
    return nil
  }

  private func reopen() -> Port? {
    do throws(SoundCardError) { return try openDevice() } catch { return nil }
  }
}

private enum Step { case goOn, finished, lost }

/// What one stretch of playing carries from round to round.
private struct PlayState {
  /// The stream's frames at the last (re)start.
  private(set) var start: Int64
  /// How much silence ends the stretch, in device frames.
  let linger: Int
  var isRunning = false
  /// Silence since the last sample, in device frames.
  var silentFrames = 0
  /// A negative errno of the last wait, or 0.
  var error: Int32 = 0
  var recoveries = 0
  /// Waited in vain since frames went to the device last.
  var silentMilliseconds: Int32 = 0
  /// Announcements of room into which nothing went.
  var emptyTransfers = 0

  /// One wait: two periods. Longer, and a server that wants to be written to would be heard to stutter.
  let waitMilliseconds: Int32

  init(start: Int64, linger: Duration, format: PCMFormat) {
    self.start = start
    self.linger = format.rate.frames(in: linger)
    let periods = 2000 * format.periodFrames / format.rate.hertz
    waitMilliseconds = Int32(max(5, min(periods, Int(PCMLimits.waitMilliseconds))))
  }

  /// Frames went to the device.
  mutating func moved() {
    recoveries = 0
    silentMilliseconds = 0
    emptyTransfers = 0
  }

  /// After a recovery nothing plays until frames beyond `written` have started the device again.
  mutating func restart(at written: Int64) {
    start = written
    isRunning = false
  }
}
