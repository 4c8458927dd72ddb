/// What a fuzzer calls with arbitrary bytes as a pronunciation dictionary; what is read is written and read again.
/// True when the bytes were a dictionary.
@discardableResult
public func exercisePronunciations(_ bytes: [UInt8]) -> Bool {
  do throws(TranscriptionError) {
    let dictionary = try PronunciationDictionary(parsing: bytes, named: "fuzz")
    let again = try PronunciationDictionary(parsing: Array(dictionary.text.utf8), named: "fuzz")
    precondition(again.entries.count == dictionary.entries.count, "a word was lost on the way")
    return true
  } catch {
    return false
  }
}

/// What a fuzzer calls with arbitrary bytes as phrases, one a line.
@discardableResult
public func exercisePhrases(_ bytes: [UInt8]) -> Bool {
  let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  do throws(TranscriptionError) {
    return try !NGramModel(sentences: lines).arpa().isEmpty
  } catch {
    return false
  }
}
