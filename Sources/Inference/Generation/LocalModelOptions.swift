/// How a model file is run.
public struct LocalModelOptions: Hashable, Sendable {
  /// Context, cache and threads.
  public var transformer: TransformerOptions
  /// Nil: the file tells.
  public var format: ChatFormat?
  /// Where keys and values of system text and tools are kept between starts; nil keeps none. Made where it is missing.
  public var snapshotFolder: String?
  /// Whether tokens that stood once already are guessed to come again, as often as that saves time. Changes no answer but by
  /// the rounding of a pass over several tokens.
  public var guessesAhead: Bool
  /// Whether tools stand before the first message also in formats that have them before the last, see
  /// ``ChatTemplate/placesToolsFirst``. There they would be read again with every turn.
  public var placesToolsFirst: Bool

  public init(
    transformer: TransformerOptions = TransformerOptions(), format: ChatFormat? = nil, snapshotFolder: String? = nil,
    guessesAhead: Bool = true, placesToolsFirst: Bool = false
  ) {
    self.placesToolsFirst = placesToolsFirst
    self.guessesAhead = guessesAhead
    self.transformer = transformer
    self.format = format
    self.snapshotFolder = snapshotFolder
  }
}
