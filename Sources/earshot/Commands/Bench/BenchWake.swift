import ArgumentParser
import Assistant
import Audio
import Configuration
import Synchronization
import Tools
import WakeWord

struct BenchWake: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wake",
    abstract: "Wake words: how often they are heard, and how often they are heard in what is none.",
    discussion: """
      Each word is said by several voices at many speeds and pitches, half of the times with a command behind it: clean, in \
      noise, from afar, and while the assistant speaks. Then hours of talk and music in which nobody calls: what wakes it, \
      and what of that it would believe. Faster than real time; an hour of talk takes some two minutes.

        earshot bench wake --count 200 --hours 1
        earshot bench wake --word "hey jarvis" --seed 2 --json
        earshot bench wake --sensitivity 0.8 --set audio.noise_suppression_db=12
      """)

  @OptionGroup var options: ConfigurationOptions
  @Option(help: ArgumentHelp("The words; default: those of the configuration, or okay nabu.", valueName: "word"))
  var word: [String] = []
  @Option(help: "How often each is said under each condition.") var count = 40
  @Option(help: "Hours of talk and music in which nobody calls.") var hours = 0.05
  @Option(help: "Voices, with commas between them.") var voices = "slt,rms,awb,kal16"
  @Option(help: "How readily a word wakes it, 0 to 1.") var sensitivity: Float = 0.5
  @Option(help: "Sentences of talk, one a line.") var talk: String?
  @Option(help: "Other seeds give other speeds, pitches, noises and talk.") var seed: UInt64 = 1
  @Flag(help: "One JSON object.") var json = false
  @Flag(help: "Show what woke it.") var verbose = false

  func validate() throws {
    guard (1...100_000).contains(count) else { throw ValidationError("--count is 1 to 100000.") }
    guard (0...1000).contains(hours) else { throw ValidationError("--hours is 0 to 1000.") }
  }

  func run() async throws {
    guard (0...1).contains(sensitivity) else { throw ValidationError("--sensitivity is 0 to 1.") }
    let loaded = try options.load()
    let configuration = loaded.configuration
    let configured = configuration.wake.words.map(\.word)
    let words = word.isEmpty ? (configured.isEmpty ? ["okay nabu"] : configured) : word
    let names = voices.split(separator: ",").map(String.init)
    var report: JSONObject = [:]
    for word in words {
      let detector = try Ears.wakeDetector(words: [word], sensitivity: sensitivity)
      var trial = try WakeTrial(
        detector: detector, phrase: detector.words[0].phrase.lowercased(), voices: names,
        echo: Ears.echo(configuration.audio),
        seed: seed)
      var hits: [WakeTrial.Condition: [String: Proportion]] = [:]
      for number in 0..<count {
        note("\(word): \(number + 1)/\(count)")
        let variant = trial.variant(number)
        for condition in WakeTrial.Condition.allCases {
          let isHit = try trial.isHit(variant, condition)
          for voice in [variant.voice, Self.everybody] {
            hits[condition, default: [:]][voice, default: Proportion()].add(isHit)
          }
        }
      }
      report[word] = .object(tell(word, hits, names))
    }
    try listen(words, names, loaded, &report)
    if json { out(JSONValue.object(report).text()) }
  }

  private func tell(
    _ word: String, _ hits: [WakeTrial.Condition: [String: Proportion]], _ voices: [String]
  ) -> JSONObject {
    var result: JSONObject = [:]
    if !json {
      out(
        word.rightPadded(to: 18) + Self.everybody.leftPadded(to: 12) + voices.map { $0.leftPadded(to: 9) }.joined()
          + "  percent (95 %)")
    }
    for condition in WakeTrial.Condition.allCases {
      func share(_ voice: String) -> Proportion { hits[condition]?[voice] ?? Proportion() }
      let all = share(Self.everybody)
      result[condition.rawValue] = [
        "hits": .integer(Int64(all.hits)), "of": .integer(Int64(all.count)), "share": all.json,
      ]
      guard !json else { continue }
      let each = voices.map { "\(share($0).hits)/\(share($0).count)".leftPadded(to: 9) }
      out(
        condition.rawValue.rightPadded(to: 18) + "\(all.hits)/\(all.count)".leftPadded(to: 12) + each.joined() + "  "
          + all.text)
    }
    return result
  }

  private static let everybody = "all"

  /// The hours in which nobody calls go through everything that listens in the daemon, the recogniser included.
  private func listen(
    _ words: [String], _ voices: [String], _ loaded: LoadedConfiguration, _ report: inout JSONObject
  ) throws {
    guard hours > 0 else { return }
    let talk = talk ?? ResourceFiles.locate("Tests/Fixtures/speech/unrelated.txt")
    var configuration = loaded.configuration
    configuration.wake.words = words.map { Configuration.Wake.Word(word: $0, sensitivity: Double(sensitivity)) }
    let told = Atomic(0)
    let source = WakeNegatives(
      .seconds(hours * 3600), voices: voices, sentences: try talk.map { try readLines($0) } ?? [],
      words: Self.fillers, seed: seed
    ) { [hours] seconds in
      let minutes = Int(seconds) / 60
      guard minutes > told.exchange(minutes, ordering: .relaxed) else { return }
      note("\(minutes) of \(Int(hours * 60)) minutes in which nobody calls")
    }
    let watch = WakeWatch()
    ListenLoop(source: source, manner: .recorded, listener: watch).run(
      with: try Ears.make(configuration, phrases: loaded.phrases))
    watch.waitUntilListening(timeout: .seconds(30))
    if let failure = source.failure { throw failure }
    let mistakes = watch.mistakes.map { ($0, source.piece(at: $0.position)) }
    let durations = source.durations
    var counts: JSONObject = [:]
    if !json { out("\nfalse wakes             hours   wakes   believed") }
    for kind in WakeNegatives.Kind.allCases {
      let these = mistakes.filter { $0.1?.kind == kind }
      let believed = these.count { $0.0.isBelieved }
      let hours = (durations[kind] ?? .zero) / .seconds(3600)
      counts[kind.rawValue] = [
        "hours": .number(hours), "count": .integer(Int64(these.count)), "believed": .integer(Int64(believed)),
      ]
      guard !json else { continue }
      out(
        "  " + kind.rawValue.rightPadded(to: 20) + "\((hours * 100).rounded() / 100)".leftPadded(to: 7)
          + "\(these.count)".leftPadded(to: 8) + "\(believed)".leftPadded(to: 11))
    }
    report["false wakes"] = .object(counts)
    guard verbose, !json else { return }
    for (mistake, piece) in mistakes {
      let seconds = mistake.position.frames / Int64(WakeTrial.rate)
      out(
        "  \(mistake.phrase) at \(seconds) s\(mistake.isBelieved ? ", believed" : ""): \(piece?.text ?? "nothing")")
    }
  }

  /// Words of everyday talk, some of which sound like the beginning of a wake word.
  private static let fillers = """
    okay hey no now but about never maybe nobody number nova boo blue knob noble navy alex alexander election relax \
    a lecture a lesson jar jars journey service harvest charming hey you hey joe hey there my croft soft craft microphone \
    micro my graph the of and to in is it that was for on are with as they be at one have this from by hot word what some \
    we can out other were all there when up use your how said an each she which do their time if will way many then them \
    write would like so these her long make thing see him two has look more day could go come did sound most people over \
    know water than call first who may down side been find any new work part take get place made live where after back \
    little only round man year came show every good me give our under name very through just form sentence great think \
    say help low line differ turn cause much mean before move right boy old too same tell does set three want air well \
    also play small end put home read hand port large spell add even land here must big high such follow act why ask men \
    change went light kind off need house picture try us again animal point mother world near build self earth father
    """.split { $0 == " " || $0 == "\n" }.map(String.init)
}
