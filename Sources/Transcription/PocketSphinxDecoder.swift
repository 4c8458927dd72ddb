import CPocketSphinx
import Glibc

/// One PocketSphinx decoder with one language model. Owned by one thread at a time.
@safe final class PocketSphinxDecoder {
  /// One word of a hypothesis, silence and fillers included.
  struct Segment: Hashable, Sendable {
    /// As in the dictionary, `word(2)` for a second pronunciation.
    var word: String
    /// First and last frame (10 ms) since the utterance's start.
    var first: Int
    var last: Int
    /// Acoustic score, logarithm to the base 1.0001 shifted right by 10 bits, relative to the frame's best
    /// active state.
    var acoustic: Int

    /// Silence and noises are in angle or square brackets or plus signs.
    var isWord: Bool { !word.hasPrefix("<") && !word.hasPrefix("+") && !word.hasPrefix("[") }
  }

  struct Hypothesis: Hashable, Sendable {
    var text = ""
    var segments: [Segment] = []

    /// When each word of the text was said, in samples.
    var wordTimes: [Range<Int64>] {
      segments.filter { $0.isWord && $0.last >= $0.first }.map { Int64($0.first) * 160..<Int64($0.last + 1) * 160 }
    }
  }

  private let handle: OpaquePointer
  private var isOver = false

  /// Loads the model. All files must exist; the library's own reasons go nowhere, so what can be checked is checked
  /// before.
  init(acousticModel: String, dictionary: String, languageModel: String) throws(TranscriptionError) {
    for path in [acousticModel + "/mdef", acousticModel + "/means", dictionary, languageModel] {
      guard ModelFile.exists(path) else {
        throw TranscriptionError(
          .fileUnreadable, "read \(path)", "it is not there or not readable", errno: errno,
          remedy: "Install the package pocketsphinx-en-us, or correct the path.")
      }
    }
    err_set_logfp(nil)
    // Only the first pass, the lexicon tree: the two others start at the end of an utterance and would cost the person
    // some 50 ms of waiting for the same words.
    let words = [
      "-hmm", acousticModel, "-dict", dictionary, "-lm", languageModel, "-fwdflat", "no", "-bestpath", "no",
      "-mmap", "yes", "-latsize", "500",
    ]
    let arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) }
    defer {
      unsafe arguments.forEach { unsafe free($0) }
    }
    var list = unsafe arguments
    guard let configuration = unsafe cmd_ln_parse_r(nil, ps_args(), Int32(words.count), &list, 1) else {
      throw Self.refusal("its configuration")
    }
    // The decoder holds the configuration by a reference of its own.
    defer { unsafe cmd_ln_free_r(configuration) }
    guard let made = unsafe ps_init(configuration) else { throw Self.refusal("\(languageModel) or \(dictionary)") }
    unsafe handle = made
  }

  deinit { unsafe _ = ps_free(handle) }

  private static func refusal(_ what: String) -> TranscriptionError {
    TranscriptionError(
      .engineFailed, "start PocketSphinx", "it refuses \(what)",
      remedy: "Delete the recogniser's cache folder, and install the package pocketsphinx-en-us again.")
  }

  func start() {
    unsafe _ = ps_start_utt(handle)
    isOver = false
  }

  /// 16 kHz mono.
  func process(_ samples: [Int16]) {
    unsafe samples.withUnsafeBufferPointer { unsafe _ = ps_process_raw(handle, $0.baseAddress, $0.count, 0, 0) }
  }

  func end() {
    unsafe _ = ps_end_utt(handle)
    isOver = true
  }

  private var text: String {
    var score: Int32 = 0
    guard let text = unsafe ps_get_hyp(handle, &score) else { return "" }
    return unsafe String(cString: text)
  }

  /// The best words so far, before or after ``end()``.
  func hypothesis() -> Hypothesis {
    unsafe Hypothesis(text: text, segments: segments(ps_seg_iter(handle)))
  }

  /// What the iterator has; it is used up by that.
  private func segments(_ iterator: OpaquePointer?) -> [Segment] {
    var found: [Segment] = []
    var origin: Int?
    var segment = unsafe iterator
    while let current = unsafe segment {
      var first: Int32 = 0
      var last: Int32 = 0
      var acoustic: Int32 = 0
      var language: Int32 = 0
      var backoff: Int32 = 0
      unsafe ps_seg_frames(current, &first, &last)
      unsafe ps_seg_prob(current, &acoustic, &language, &backoff)
      let word = unsafe ps_seg_word(current).map { unsafe String(cString: $0) } ?? ""
      // Frames count on over utterances where the front end drops silence.
      let start = origin ?? Int(first)
      origin = start
      found.append(Segment(word: word, first: Int(first) - start, last: Int(last) - start, acoustic: Int(acoustic)))
      unsafe segment = ps_seg_next(current)
    }
    return found
  }

  /// What the decoder has learnt of microphone and room: the running mean of the cepstra, from which it starts into the
  /// next utterance.
  struct Channel: Hashable, Sendable {
    var mean: [Float]
    var sum: [Float]
    var frames: Int32
  }

  /// Between utterances only.
  var channel: Channel? {
    get {
      guard let state = unsafe ps_get_feat(handle)?.pointee.cmn_struct else { return nil }
      let count = Int(unsafe state.pointee.veclen)
      return unsafe Channel(
        mean: Array(UnsafeBufferPointer(start: state.pointee.cmn_mean, count: count)),
        sum: Array(UnsafeBufferPointer(start: state.pointee.sum, count: count)), frames: state.pointee.nframe)
    }
    set {
      guard let newValue, let state = unsafe ps_get_feat(handle)?.pointee.cmn_struct,
        Int(unsafe state.pointee.veclen) == newValue.mean.count
      else { return }
      for index in newValue.mean.indices {
        unsafe state.pointee.cmn_mean[index] = newValue.mean[index]
        unsafe state.pointee.sum[index] = newValue.sum[index]
      }
      unsafe state.pointee.nframe = newValue.frames
    }
  }

  /// A reading of an utterance, and by how much it is worse than the best, in the decoder's units.
  struct Reading: Hashable, Sendable {
    var hypothesis: Hypothesis
    var behind: Int

    var text: String { hypothesis.text }
  }

  /// The best readings, best first, until they are `range` worse than the best, of ``maximumReadings`` that were looked at.
  /// Texts that differ in pauses only are given once. Costs under a millisecond with the phrases' model, one to ten with the
  /// general one and a sentence of a few seconds.
  ///
  /// After ``end()`` only, nothing before: while an utterance goes on, 0.8's lattice ends with an entry of the backpointer
  /// table that the next frame writes, so that what is read is of an earlier utterance, or of nobody, and a segmentation
  /// fault in the end.
  /// - Parameter isTimed: whether it is told when the words were said.
  func readings(within range: Int, isTimed: Bool = false) -> [Reading] {
    guard isOver else { return [] }
    var found: [(hypothesis: Hypothesis, score: Int)] = []
    var entry = unsafe ps_nbest(handle)
    var count = 0
    while let current = unsafe entry {
      var score: Int32 = 0
      let text = unsafe ps_nbest_hyp(current, &score).map { unsafe String(cString: $0) } ?? ""
      count += 1
      if count > Self.maximumReadings {
        unsafe ps_nbest_free(current)
        break
      }
      if !text.isEmpty, !found.contains(where: { $0.hypothesis.text == text }) {
        let hypothesis = unsafe Hypothesis(text: text, segments: isTimed ? segments(ps_nbest_seg(current)) : [])
        found.append((hypothesis, Int(score)))
      }
      unsafe entry = ps_nbest_next(current)
    }
    // The search looks ahead with a simpler model than it counts with: a later one may be better.
    guard let best = found.map(\.score).max() else { return [] }
    return found.map { Reading(hypothesis: $0.hypothesis, behind: best - $0.score) }
      .filter { $0.behind <= range }.sorted { $0.behind < $1.behind }
  }

  private static let maximumReadings = 32

  /// The phones of a dictionary word (`tomato`, `tomato(2)`), without marks and fillers.
  func phones(of word: String) -> [String] {
    guard !word.hasPrefix("<"), !word.hasPrefix("["), let phones = unsafe ps_lookup_word(handle, word) else {
      return []
    }
    defer { unsafe free(phones) }
    return unsafe String(cString: phones).split(separator: " ").map(String.init)
  }
}
