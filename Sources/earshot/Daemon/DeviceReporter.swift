import Audio
import Logging

/// Turns the counters of sources and sinks into log lines, each change once.
struct DeviceReporter {
  let logger: Logger
  private var lastSource = AudioSourceCounters()
  private var lastSink = AudioSinkCounters()
  private var toldRealTime: Set<String> = []

  init(logger: Logger) { self.logger = logger }

  mutating func report(_ counters: AudioSourceCounters, of name: String, problem: String?) {
    report(realTime: counters.isRealTime, of: "capture")
    if counters.isPresent != lastSource.isPresent {
      counters.isPresent
        ? logger.notice("the microphone \(name) is back")
        : logger.warning("the microphone \(name) is gone; trying to open it again. \(problem ?? "")")
    } else if counters.reopened != lastSource.reopened {
      logger.notice("the microphone \(name) was gone and is back")
    }
    if counters.overruns > lastSource.overruns {
      logger.warning(
        "\(counters.overruns - lastSource.overruns) overruns at \(name): something kept it from being read")
    }
    if counters.droppedSamples > lastSource.droppedSamples {
      logger.warning("\(counters.droppedSamples - lastSource.droppedSamples) samples dropped: listening is too slow")
    }
    lastSource = counters
  }

  mutating func report(_ counters: AudioSinkCounters, of name: String) {
    report(realTime: counters.isRealTime, of: "playback")
    if counters.isPresent != lastSink.isPresent {
      counters.isPresent
        ? logger.notice("the loudspeaker \(name) is back")
        : logger.warning("the loudspeaker \(name) is gone; going on silently and trying to open it again")
    }
    if counters.underruns > lastSink.underruns {
      logger.warning("\(counters.underruns - lastSink.underruns) underruns at \(name)")
    }
    lastSink = counters
  }

  private mutating func report(realTime: Bool?, of thread: String) {
    guard let realTime, toldRealTime.insert(thread).inserted else { return }
    realTime
      ? logger.info("the \(thread) thread has real-time priority")
      : logger.warning(
        "the \(thread) thread has no real-time priority: under load, sound may be lost. Set LimitRTPRIO=95 in the unit, or @audio - rtprio 95 in limits.conf"
      )
  }
}
