import Glibc

/// Text to phonemes in IPA by eSpeak NG, run as a program: neural voices such as Piper were trained on its spelling,
/// and sherpa-onnx takes phonemes since 2.0. A program rather than its library, because eSpeak NG is GPL.
struct Phonemiser {
  struct Failure: Error { let reason: String }

  let language: String

  /// Bytes of phonemes kept of one text.
  private static let maximumOutput = 1 << 16

  /// One array of codepoints for each sentence, with the punctuation that the voices were trained on.
  func phonemes(of text: String) -> Result<[[Int32]], Failure> {
    var sentences: [[Int32]] = []
    var sentence: [Int32] = []
    let clauses = Self.clauses(of: text)
    guard !clauses.isEmpty else { return .success([]) }
    // One line a clause; eSpeak NG answers with one line for each.
    switch spell(clauses.map(\.words).joined(separator: "\n") + "\n") {
    case .failure(let failure): return .failure(failure)
    case .success(let lines):
      guard lines.count == clauses.count else {
        // A clause that is spelt as two (a number with a comma, say): the pauses inside are eSpeak NG's then.
        return .success(lines.map { Self.codepoints($0) + [46] })
      }
      for (line, clause) in zip(lines, clauses) {
        if !sentence.isEmpty { sentence.append(32) }
        sentence += Self.codepoints(line)
        sentence.append(Int32(clause.mark.value))
        if ".!?".unicodeScalars.contains(clause.mark) {
          sentences.append(sentence)
          sentence = []
        }
      }
    }
    if !sentence.isEmpty { sentences.append(sentence) }
    return .success(sentences)
  }

  private static func clauses(of text: String) -> [(words: String, mark: Unicode.Scalar)] {
    var clauses: [(words: String, mark: Unicode.Scalar)] = []
    var words = String.UnicodeScalarView()
    func close(_ mark: Unicode.Scalar) {
      if words.contains(where: { $0.properties.isAlphabetic || ("0"..."9").contains($0) }) {
        clauses.append((String(words), mark))
      }
      words = String.UnicodeScalarView()
    }
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      let next = index + 1 < scalars.count ? scalars[index + 1] : " "
      if ".,;:!?".unicodeScalars.contains(scalar), next.properties.isWhitespace {
        close(scalar)
      } else {
        words.append(scalar.value < 32 ? " " : scalar)
      }
    }
    close(".")
    return clauses
  }

  private static func codepoints(_ line: String) -> [Int32] {
    var result: [Int32] = []
    var inFlag = false
    for scalar in line.unicodeScalars {
      switch scalar {
      // "(en)" marks a change of language; joiners tie letters of one sound.
      case "(": inFlag = true
      case ")": inFlag = false
      case "\u{200d}", "\u{361}": break
      // Piper's tables hold decomposed letters.
      case "\u{e7}": result += [0x63, 0x327]
      default: if !inFlag { result.append(Int32(scalar.value)) }
      }
    }
    return result
  }

  private func spell(_ text: String) -> Result<[String], Failure> {
    var input: [Int32] = [-1, -1]
    var output: [Int32] = [-1, -1]
    guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0, &input) == 0 else {
      return .failure(Failure(reason: "no socket pair for espeak-ng (errno \(errno))"))
    }
    guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0, &output) == 0 else {
      for descriptor in input { close(descriptor) }
      return .failure(Failure(reason: "no socket pair for espeak-ng (errno \(errno))"))
    }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input[1], 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output[1], 1)
    let words = ["espeak-ng", "-q", "--ipa", "-v", language, "--stdin"]
    let arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
    let environment: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("LC_ALL=C.UTF-8"), nil]
    defer {
      unsafe (arguments + environment).forEach { unsafe free($0) }
    }
    var pid: pid_t = 0
    let status = unsafe posix_spawnp(&pid, "espeak-ng", &actions, nil, arguments, environment)
    close(input[1])
    close(output[1])
    defer { close(output[0]) }
    guard status == 0 else {
      close(input[0])
      return .failure(Failure(reason: "this voice needs espeak-ng, which cannot be started (errno \(status))"))
    }
    // The text fits into the socket's buffer: a text has 4 KiB at most.
    let bytes = Array(text.utf8)
    unsafe bytes.withUnsafeBytes { _ = unsafe send(input[0], $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
    close(input[0])
    var answer: [UInt8] = []
    while answer.count < Self.maximumOutput {
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: 4_096) { buffer, count in
        count = unsafe max(0, read(output[0], buffer.baseAddress, buffer.count))
      }
      if piece.isEmpty { break }
      answer += piece
    }
    var end: Int32 = 0
    unsafe waitpid(pid, &end, 0)
    guard end == 0 else {
      return .failure(Failure(reason: "espeak-ng failed for the language \(language) (status \(end))"))
    }
    let lines = String(decoding: answer, as: UTF8.self).split(separator: "\n").map(String.init)
    return .success(lines.map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty })
  }
}
