import Synchronization
import Testing

@testable import Transcription

@Suite(.serialized) struct PocketSphinxRecogniserTests {
  /// One for all tests: loading it takes longer than they do.
  static let shared: Result<PocketSphinxRecogniser, TranscriptionError> = {
    do throws(TranscriptionError) {
      guard let folder = try? TemporaryFolder() else { throw TranscriptionError(.cacheUnwritable, "", "", remedy: "") }
      let models = try PhraseModels(
        sentences: Kitchen.sentences, cacheFolder: folder.path, englishFolder: englishFolder)
      return .success(
        try PocketSphinxRecogniser(models: models) { Kitchen.phrases.contains($0) ? Kitchen.meaning(of: $0) : nil })
    } catch {
      return .failure(error)
    }
  }()

  @Test func commandIsUnderstood() async throws {
    let recogniser = try Self.shared.get()
    let transcript = try #require(await recogniser.hear(TestVoice.slt.samples("turn on the kitchen light")))
    #expect(transcript.text == "turn on the kitchen light")
    #expect(transcript.isAccepted)
    #expect(transcript.engine == "pocketsphinx")
  }

  @Test func otherSpeechIsRefusedWithWhatWasHeard() async throws {
    let recogniser = try Self.shared.get()
    let transcript = try #require(await recogniser.hear(TestVoice.slt.samples("he played football for thirty years")))
    guard case .notAPhrase = transcript.rejection else { return #expect(Bool(false), "\(transcript)") }
    #expect(!transcript.text.isEmpty)
  }

  @Test func whatElseItMayHaveBeenIsToldOnceItIsOver() async throws {
    let recogniser = try Self.shared.get()
    let sound = TestVoice.kal16.samples("i would like it to be seventeen degrees")
    let transcript = try #require(await recogniser.hear(sound))
    let readings = transcript.readings
    #expect(readings.count == 3 && Set(readings.map(\.text)).count == 3)
    #expect(readings.first?.likelihood == 1)
    for (reading, next) in zip(readings, readings.dropFirst()) { #expect(reading.likelihood >= next.likelihood) }
    for reading in readings {
      #expect(reading.likelihood > 0)
      #expect(reading.wordTimes.count == reading.text.split(separator: " ").count, "\(reading)")
      #expect(reading.wordTimes.last.map { $0.upperBound <= Int64(sound.count) + 160 } ?? false)
    }
    // Before its end, and where the recogniser is sure, there is nothing to choose from.
    recogniser.begin()
    recogniser.accept(sound.span)
    let soFar = await withCheckedContinuation { continuation in
      recogniser.settle { continuation.resume(returning: $0) }
    }
    #expect(soFar.readings.isEmpty && !soFar.isAccepted)
    recogniser.cancel()
    #expect(await recogniser.hear(TestVoice.slt.samples("turn on the kitchen light"))?.readings == [])
  }

  /// The phrases' model knows no sentence that ends there, and hears "turn the fan on".
  @Test func theBeginningOfAPhraseIsNoPhrase() async throws {
    let recogniser = try Self.shared.get()
    for beginning in ["turn the fan", "turn the kitchen light", "set the heating to"] {
      let transcript = try #require(await recogniser.hear(TestVoice.rms.samples(beginning)))
      #expect(!transcript.isAccepted, "\(transcript)")
    }
    #expect(PhraseListener.isCompleted("turn the fan on", from: "turn the fan"))
    #expect(!PhraseListener.isCompleted("turn the fan on", from: "turn the fan on"))
    #expect(!PhraseListener.isCompleted("turn the fan on", from: "turn the van"))
    #expect(!PhraseListener.isCompleted("turn the fan on", from: ""))
    #expect(PhraseListener.isCompleted("hall light on", from: "off the hall light"))
    #expect(!PhraseListener.isCompleted("hall light on", from: "on the hall light"))
  }

  @Test func silenceIsNothingHeard() async throws {
    let recogniser = try Self.shared.get()
    for samples in [[], [Float](repeating: 0, count: 8_000)] {
      #expect(await recogniser.hear(samples)?.isAccepted == false)
    }
  }

  @Test func hostileSamplesAreHeardAsNothing() async throws {
    let recogniser = try Self.shared.get()
    let samples: [Float] = [.nan, .infinity, -.infinity, 1e30, -1e30, .leastNonzeroMagnitude]
    let transcript = await recogniser.hear((0..<16_000).map { samples[$0 % samples.count] })
    #expect(transcript?.isAccepted == false)
    #expect(await recogniser.hear(TestVoice.slt.samples("stop the music"))?.text == "stop the music")
  }

  @Test func phrasesThatSoundAlikeAreNotChosenBetweenByChance() async throws {
    // A recogniser that knows nothing but two words that sound the same.
    let folder = try TemporaryFolder()
    let models = try PhraseModels(
      sentences: ["play the flour song", "play the flower song"], cacheFolder: folder.path, englishFolder: englishFolder
    )
    let recogniser = try PocketSphinxRecogniser(models: models) { $0.hasPrefix("play the fl") ? $0 : nil }
    let transcript = try #require(await recogniser.hear(TestVoice.slt.samples("play the flower song")))
    #expect(transcript.rejection == .ambiguous)
    #expect(
      Set([transcript.text, transcript.alternatives.first ?? ""]) == ["play the flour song", "play the flower song"])
    // The same words, when they mean the same.
    let same = try PocketSphinxRecogniser(models: models) { $0.hasPrefix("play the fl") ? "play" : nil }
    #expect(await same.hear(TestVoice.slt.samples("play the flower song"))?.isAccepted == true)
  }

  @Test func noiseAndCancelledSpeechLeaveNoTrace() async throws {
    let recogniser = try Self.shared.get()
    let command = TestVoice.awb.samples("switch off the bedroom light")
    // Understood once, so that what follows starts from the same state.
    _ = await recogniser.hear(command)
    var noise = Noise(seed: 3)
    #expect(await recogniser.hear((0..<32_000).map { _ in 1_000 * noise.next() })?.isAccepted == false)
    recogniser.begin()
    recogniser.accept(all: (0..<32_000).map { _ in 1_000 * noise.next() })
    recogniser.cancel()
    let after = try #require(await recogniser.hear(command))
    #expect(after.text == "switch off the bedroom light")
    #expect(after.isAccepted)
  }

  @Test func settledWordsAreTheFinalWordsWhenOnlySilenceFollows() async throws {
    let recogniser = try Self.shared.get()
    let answers = Answer<Transcript>()
    let id = recogniser.begin()
    recogniser.accept(all: TestVoice.rms.samples("open the blinds", tail: 200))
    recogniser.settle { answers.put($0) }
    recogniser.accept(all: [Float](repeating: 0.0001, count: 4_800))
    recogniser.finish {
      answers.put($0)
      answers.end()
    }
    let all = await answers.all()
    #expect(all.map(\.text) == ["open the blinds", "open the blinds"])
    #expect(all.allSatisfy { $0.utterance == id && $0.isAccepted })
    #expect(all[1].samples == all[0].samples + 4_800)
  }

  @Test func anUtteranceGoesOnAfterItWasSettled() async throws {
    let recogniser = try Self.shared.get()
    let answers = Answer<Transcript>()
    let samples = TestVoice.slt.samples("switch off the bedroom light")
    recogniser.begin()
    recogniser.accept(all: Array(samples[..<(samples.count / 2)]))
    recogniser.settle { answers.put($0) }
    recogniser.accept(all: Array(samples[(samples.count / 2)...]))
    recogniser.finish {
      answers.put($0)
      answers.end()
    }
    let all = await answers.all()
    #expect(all.first?.isAccepted == false)
    #expect(all.last?.text == "switch off the bedroom light")
  }

  @Test func partialWordsComeWhileThePersonSpeaks() async throws {
    let recogniser = try Self.shared.get()
    recogniser.begin()
    recogniser.accept(all: TestVoice.slt.samples("turn on the kitchen light"))
    let answer = Answer<Transcript>()
    recogniser.settle { answer.put($0) }
    _ = await answer.first()
    #expect(recogniser.partialText.hasPrefix("turn on the"))
    recogniser.cancel()
    #expect(recogniser.partialText == "")
  }

  @Test func partialWordsAreEverydayEnglishWhereNoPhraseIsSaid() async throws {
    let recogniser = try Self.shared.get()
    recogniser.begin()
    recogniser.accept(all: TestVoice.slt.samples("my mother went to school with your father", tail: 0))
    let answer = Answer<Transcript>()
    recogniser.settle { answer.put($0) }
    let settled = try #require(await answer.first())
    let partial = recogniser.partialText.split(separator: " ")
    // The last word may still have been another when it was looked up.
    #expect(partial.count >= 5 && settled.text.split(separator: " ").starts(with: partial.dropLast()), "\(partial)")
    recogniser.cancel()
  }

  @Test func whatNoPhraseBeginsWithIsEverydayEnglishHoweverItSounds() async throws {
    // Knows the one phrase that is said, and that it is none.
    let folder = try TemporaryFolder()
    let models = try PhraseModels(
      sentences: ["turn on the kitchen light"], cacheFolder: folder.path, englishFolder: englishFolder)
    for isPhrase in [true, false] {
      let asked = Atomic<Int>(0)
      let recogniser = try PocketSphinxRecogniser(models: models) {
        $0
      } begins: { _ in
        asked.add(1, ordering: .relaxed)
        return isPhrase
      }
      recogniser.begin()
      recogniser.accept(all: TestVoice.kal16.samples("turn on the kitchen light", tail: 0))
      let answer = Answer<Transcript>()
      recogniser.settle { answer.put($0) }
      _ = await answer.first()
      #expect(asked.load(ordering: .relaxed) > 5)
      #expect(recogniser.partialText.hasPrefix("turn on the"))
      recogniser.cancel()
    }
  }

  @Test func cancelledUtteranceIsNeverAnswered() async throws {
    let recogniser = try Self.shared.get()
    let cancelled = Atomic<Int>(0)
    recogniser.begin()
    recogniser.accept(all: TestVoice.slt.samples("stop the radio"))
    recogniser.finish { _ in cancelled.add(1, ordering: .relaxed) }
    recogniser.cancel()
    let id = recogniser.begin()
    recogniser.accept(all: TestVoice.slt.samples("stop the music"))
    recogniser.settle { _ in cancelled.add(1, ordering: .relaxed) }
    // Begun again without a finish: the open one is dropped.
    let transcript = await recogniser.hear(TestVoice.slt.samples("play jazz"))
    #expect(transcript?.text == "play jazz")
    #expect(transcript.map { $0.utterance > id } == true)
    #expect(cancelled.load(ordering: .relaxed) == 0)
  }

  @Test func verbsWithoutAnUtteranceDoNothing() async throws {
    let recogniser = try Self.shared.get()
    recogniser.cancel()
    recogniser.accept(all: [0, 0, 0])
    recogniser.finish { _ in Issue.record("there was no utterance") }
    recogniser.settle { _ in Issue.record("there was no utterance") }
    #expect(await recogniser.hear(TestVoice.slt.samples("play jazz"))?.text == "play jazz")
  }

  @Test(
    arguments: [
      (["K", "IH", "T"], ["K", "IH", "T"], 0.0), (["K", "IH", "T"], ["G", "IH", "T"], 0.5),
      (["K", "IH"], ["K", "IH", "T"], 1),
      ([], ["K", "IH"], 2),
      // L and N go, AY becomes another vowel, and D another consonant.
      (["B", "L", "AY", "N", "D"], ["B", "UH", "K"], 3.5),
    ] as [([String], [String], Double)]) func phonesOfOneClassCountHalf(
      _ a: [String], _ b: [String], _ distance: Double
    )
  {
    #expect(Agreement.distance(a, b) == distance)
    #expect(Agreement.distance(b, a) == distance)
  }
}
