import CFlite
import Glibc

/// Pronunciations of words that the dictionary lacks, from their letters: Flite's lexicon and letter-to-sound rules for
/// American English, which were trained on the CMU dictionary.
enum LetterToSound {
  /// The phones of `word` in the CMU notation; nil when there is nothing to pronounce in it.
  ///
  /// Not while a Flite voice is being registered on another thread: the library keeps its voices in a global list.
  static func phones(of word: String) -> [String]? {
    let letters = String(
      String.UnicodeScalarView(word.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) || $0 == "'" }))
    guard letters.contains(where: { $0 != "'" }), letters.utf8.count <= 64, let lexicon = unsafe lexicon() else {
      return nil
    }
    guard let list = unsafe lex_lookup(lexicon, letters, nil, nil) else { return nil }
    defer { unsafe delete_val(list) }
    var phones: [String] = []
    var item: UnsafePointer<cst_val>? = unsafe UnsafePointer(list)
    while let current = unsafe item {
      if let text = unsafe val_string(val_car(current)), let phone = phone(unsafe String(cString: text)) {
        phones.append(phone)
      }
      unsafe item = val_cdr(current)
    }
    return phones.isEmpty || phones.count > PronunciationDictionary.maximumPhones ? nil : phones
  }

  /// `ih1` → `IH`; Flite's schwa `ax` is the dictionary's `AH`.
  private static func phone(_ name: String) -> String? {
    let base = name.filter { !$0.isNumber }.uppercased()
    let phone = base == "AX" ? "AH" : base
    return PronunciationDictionary.phones.contains(phone) ? phone : nil
  }

  private static func lexicon() -> UnsafePointer<cst_lexicon>? {
    flite_init()
    guard let voice = unsafe register_cmu_us_kal16(nil), let value = unsafe feat_val(voice.pointee.features, "lexicon")
    else {
      return nil
    }
    return unsafe UnsafePointer(val_lexicon(value))
  }
}
