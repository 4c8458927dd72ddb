import Audio
import Synchronization

/// A loudspeaker with a clock that the test moves: keeps what was queued, holds at most `capacity` frames that have not
/// been heard.
final class RecordingSink: AudioSink {
  private struct State {
    var samples: [Float] = []
    var queued: Int64 = 0
    var heard: Int64 = 0
    var flushes = 0
  }

  let name = "recording"
  let sampleRate: SampleRate
  private let capacity: Int64
  private let state = Mutex(State())

  init(sampleRate: SampleRate = .speech, capacity: Int = .max) {
    self.sampleRate = sampleRate
    self.capacity = Int64(capacity)
  }

  func pause() {}
  func resume() {}
  func start() {}
  func stop() {}

  func write(_ samples: Span<Float>) -> Int {
    state.withLock { state in
      let count = Int(min(Int64(samples.count), max(0, capacity - (state.queued - state.heard))))
      for index in 0..<count { state.samples.append(samples[index]) }
      state.queued += Int64(count)
      return count
    }
  }

  var queuedFrames: Int64 { state.withLock { $0.queued } }
  var heardFrames: Int64 { state.withLock { $0.heard } }
  var counters: AudioSinkCounters { AudioSinkCounters() }

  func flush() -> Int64 {
    state.withLock { state in
      state.queued = state.heard
      state.flushes += 1
      return state.heard
    }
  }

  /// Plays `frames`, of those that are queued.
  func play(_ frames: Int64 = .max) {
    state.withLock { $0.heard = min($0.queued, frames == .max ? .max : $0.heard + frames) }
  }

  /// Everything ever queued, flushed or not.
  var samples: [Float] { state.withLock { $0.samples } }
  var flushes: Int { state.withLock { $0.flushes } }
}
