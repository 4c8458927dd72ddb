/// Turns what a model or a reply's template writes into what people say.
///
/// ```
///  "**Dr. Smith**: 21.5 °C at 7:30 — see https://a.example.org/x" ─▶ MarkupFilter ─▶ EnglishScanner ─▶
///  "Doctor Smith, twenty-one point five degrees Celsius at seven thirty, see a dot example dot org"
/// ```
/// The result holds letters, spaces and `, . ? ! ' -` only (apostrophes and hyphens between letters), and saying it again
/// changes nothing. Time and memory are linear in the text; whatever the text holds, nothing traps.
public enum SpokenEnglish {
  /// The words of a text with markup.
  public static func words(for text: String) -> String { words(forPlain: MarkupFilter.plainText(of: text)) }

  /// The words of a text that has been through ``MarkupFilter``, as ``ClauseSplitter``'s clauses have.
  public static func words(forPlain text: String) -> String {
    // Words that were written together ("MainSt.") are parted by the first reading and read as words by the next, which
    // mostly finds nothing to do.
    var words = text
    for _ in 0..<4 {
      var scanner = EnglishScanner(words)
      let said = scanner.scan()
      if said == words { break }
      words = said
    }
    return words
  }
}
