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

  public init(
    transformer: TransformerOptions = TransformerOptions(), format: ChatFormat? = nil, snapshotFolder: String? = nil,
    guessesAhead: Bool = true
  ) {
    self.guessesAhead = guessesAhead
    self.transformer = transformer
    self.format = format
    self.snapshotFolder = snapshotFolder
  }
}
