import Audio
import Glibc
import OperatingSystem
import SoundCards
import Synchronization

/// The capture thread: device period → 16 kHz mono → ring → eventfd, and the way back when the device fails.
///
/// While the device works, the thread takes no lock of ours, allocates nothing, logs nothing and awaits nothing; it only
/// counts. Opening a device again allocates, but then there is nothing to miss.
final class CaptureLoop<Port: PCMPort & ~Copyable>: Sendable {
  let ring: SampleRing
  /// Signalled once the ring holds what the reader waits for.
  let samplesReady = EventDescriptor()
  /// When the ring's samples were recorded.
  let timeline = CaptureTimeline()
  /// Samples that the reader waits for; a reader that needs more than a period is not woken for each.
  private let awaited = Atomic<Int>(1)
  private let channel: Int
  private let reopenMilliseconds: Int32
  private let open: @Sendable () throws(SoundCardError) -> Port
  private let nanoseconds: @Sendable () -> Int64

  private let wake = EventDescriptor()
  private let stopRequested = Atomic<Bool>(false)
  private let periods = Atomic<Int64>(0)
  private let overruns = Atomic<Int64>(0)
  private let droppedSamples = Atomic<Int64>(0)
  private let reopened = Atomic<Int64>(0)
  private let isPresent = Atomic<Bool>(true)
  // 0: not tried yet, 1: granted, 2: refused.
  private let realTime = Atomic<UInt8>(0)
  /// The device's format, or why it could not be opened again. Touched only when a device opens or fails to.
  private let lastOpening = Mutex<Result<PCMFormat, SoundCardError>?>(nil)

  init(
    ring: SampleRing, channel: Int, reopenInterval: Duration,
    nanoseconds: @escaping @Sendable () -> Int64 = monotonicNanoseconds,
    open: @escaping @Sendable () throws(SoundCardError) -> Port
  ) {
    self.ring = ring
    self.channel = channel
    reopenMilliseconds = reopenInterval.pollMilliseconds
    self.nanoseconds = nanoseconds
    self.open = open
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

  var opening: Result<PCMFormat, SoundCardError>? { lastOpening.withLock { $0 } }

  /// The thread's body: reads from `first`, then from whatever opens under the same name, until asked to stop.
  func run(first: consuming Port, isRealTime: Bool) {
    realTime.store(isRealTime ? 1 : 2, ordering: .relaxed)
    var next: Port? = consume first
    while !isStopping {
      if let device = next.take() {
        pump(device)
        // Said before the device is closed, which may take its time.
        isPresent.store(isStopping, ordering: .relaxed)
      }
      guard !isStopping else { return }
      wake.wait(milliseconds: reopenMilliseconds)
      guard !isStopping else { return }
      next = reopen()
      if next != nil {
        reopened.add(1, ordering: .relaxed)
        isPresent.store(true, ordering: .relaxed)
      }
    }
  }

  private func reopen() -> Port? {
    do throws(SoundCardError) { return try openDevice() } catch { return nil }
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

  var isStopping: Bool { stopRequested.load(ordering: .acquiring) }

  var counters: AudioSourceCounters {
    var counters = AudioSourceCounters()
    counters.periods = periods.load(ordering: .relaxed)
    counters.overruns = overruns.load(ordering: .relaxed)
    counters.droppedSamples = droppedSamples.load(ordering: .relaxed)
    counters.reopened = reopened.load(ordering: .relaxed)
    counters.isPresent = isPresent.load(ordering: .relaxed)
    counters.isRealTime = [nil, true, false][Int(realTime.load(ordering: .relaxed))]
    return counters
  }

  /// Says how many samples the next signal is for, then whether they are there already. Reading thread only.
  func awaits(_ count: Int) -> Bool {
    awaited.store(count, ordering: .relaxed)
    // Either this thread sees the writer's samples, or the writer sees this count: one of the two notices.
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    return ring.availableToRead >= count
  }

  private func signalReader() {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    if ring.availableToRead >= awaited.load(ordering: .relaxed) { samplesReady.signal() }
  }

  /// Notes when the `frames` frames just read were recorded, before anybody can ask for them.
  private func note(_ frames: Int, of device: borrowing Port, latency: Int) {
    // What has been recorded and not been read; a device that cannot tell makes the observation later, not wrong.
    let waiting = max(0, min(device.delay() ?? 0, 2 * device.format.rate.hertz))
    let age = Int64(frames + waiting + latency) * 1_000_000_000 / Int64(device.format.rate.hertz)
    timeline.observe(ring.writtenCount, at: nanoseconds() - age)
  }

  /// Moves samples until the device is lost or a stop is asked for.
  private func pump(_ device: borrowing Port) {
    var converter = PeriodConverter(format: device.format, channel: min(channel, device.format.channels - 1))
    var patience = Patience()
    var throttle = Throttle(format: device.format)
    timeline.gap()
    guard device.start() >= 0 else { return }
    while !isStopping {
      let ready = device.wait(milliseconds: PCMLimits.waitMilliseconds, wake: wake)
      var result = Int(ready)
      if ready > 0 { result = converter.read(from: device) }
      if result > 0 {
        periods.add(1, ordering: .relaxed)
        result = min(result, device.format.periodFrames)
        note(result, of: device, latency: converter.latency)
        let dropped = converter.deliver(result, to: ring)
        if dropped > 0 {
          droppedSamples.add(Int64(dropped), ordering: .relaxed)
          timeline.gap()
        }
        signalReader()
        patience = Patience()
        let excess = throttle.wait(after: result, at: nanoseconds())
        if excess > 0 { wake.wait(milliseconds: excess) }
      } else if result == 0 || result == -Int(EAGAIN) || result == -Int(EINTR) {
        // Either nothing came in time, or it was announced and was not there.
        guard ready > 0 ? patience.allowsEmptyTransfer() : patience.allowsSilentWait() else { return }
      } else {
        guard patience.allowsRecovery(),
          device.recover(from: Int32(clamping: result), starting: true, wake: wake) != .lost
        else { return }
        timeline.gap()
        if result == -Int(EPIPE) { overruns.add(1, ordering: .relaxed) }
      }
    }
  }
}

/// What a device may fail to bring before it counts as lost.
private struct Patience {
  private var silentWaits = 0
  private var emptyTransfers = 0
  private var recoveries = 0

  mutating func allowsSilentWait() -> Bool {
    silentWaits += 1
    return silentWaits < PCMLimits.silentWaits
  }

  mutating func allowsEmptyTransfer() -> Bool {
    emptyTransfers += 1
    return emptyTransfers < PCMLimits.emptyTransfers
  }

  mutating func allowsRecovery() -> Bool {
    recoveries += 1
    return recoveries < PCMLimits.recoveries
  }
}
