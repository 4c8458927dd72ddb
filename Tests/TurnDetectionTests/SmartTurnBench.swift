import Foundation
import Speech
import TestSupport
import Testing
import TurnDetection

/// Measures Smart Turn on spoken sentences, whole and stopped in the middle:
/// `EARSHOT_BENCH=test swift test -c release -Xswiftc -enable-testing --filter SmartTurnBench`, or `dev` for the other half
/// of the sentences.
@Suite(.serialized) struct SmartTurnBench {
  static let half = ProcessInfo.processInfo.environment["EARSHOT_BENCH"]

  @Test(.enabled(if: SmartTurnTests.hasModel && half != nil))
  func sentencesWholeAndStoppedInTheMiddle() async throws {
    let judge = try SmartTurnTests.ready()
    defer { judge.stop() }
    let pid = try #require(judge.processID)
    let begin = processorMilliseconds(pid)
    let suffix = Self.half == "test" ? "" : "-dev"
    var milliseconds: [Double] = []
    for (kind, pause) in [("commands", 96), ("commands", 200), ("commands", 500), ("unrelated", 200)] {
      let sentences = Array(try SpokenTurns.sentences(kind + suffix).prefix(40))
      for voice in FliteVoice.allCases {
        var (whole, stopped): ([Float], [Float]) = ([], [])
        for sentence in sentences {
          let words = try SpokenTurns.words(sentence, voice)
          for (isWhole, spoken) in [(true, words), (false, SpokenTurns.firstHalf(of: words))] {
            let turn = SpokenTurns.turn(spoken, pause: pause * 16)
            let start = ContinuousClock.now
            let probability = try #require(await SmartTurnTests.probability(judge, turn))
            milliseconds.append((ContinuousClock.now - start) / .milliseconds(1))
            if isWhole { whole.append(probability) } else { stopped.append(probability) }
          }
        }
        print(
          "\(kind), pause \(pause) ms, \(voice.rawValue): whole over 0.5: \(whole.count { $0 > 0.5 }) of \(whole.count),",
          "median \(median(whole)); stopped over 0.5: \(stopped.count { $0 > 0.5 }), median \(median(stopped));",
          "pairs in which the whole one is more probable: \(zip(whole, stopped).count { $0 > $1 })")
      }
    }
    milliseconds.sort()
    let spent = (processorMilliseconds(pid) - begin) / Double(milliseconds.count)
    print("the worker's processor time for one: \(spent) ms; its memory: \(status(pid, "VmRSS:"))")
    print(
      "one judgement: median \(median(milliseconds)) ms, 95 % \(milliseconds[milliseconds.count * 95 / 100]) ms,",
      "most \(milliseconds.last ?? 0) ms; turns of about two seconds")
    var long: [Double] = []
    for seed in 1...20 as ClosedRange<UInt64> {
      let turn = Signal.noise(count: 128_000, amplitude: 0.1, seed: seed)
      let start = ContinuousClock.now
      _ = await SmartTurnTests.probability(judge, turn)
      long.append((ContinuousClock.now - start) / .milliseconds(1))
    }
    print("one judgement of eight seconds: median \(median(long)) ms")
  }

  /// User and system time of a process, to 10 ms.
  private func processorMilliseconds(_ pid: Int32) -> Double {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    // After the name in parentheses, which may hold spaces, the first field is the third.
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    return fields.count > 12 ? 10 * ((Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)) : 0
  }

  private func status(_ pid: Int32, _ key: String) -> String {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").first { $0.hasPrefix(key) }.map(String.init) ?? "?"
  }

  private func median<Value: Comparable>(_ values: [Value]) -> Value { values.sorted()[values.count / 2] }
}
