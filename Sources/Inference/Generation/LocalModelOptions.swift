/// How a model file is run.
public struct LocalModelOptions: Hashable, Sendable {
  /// Context, cache and threads.
  public var transformer: TransformerOptions
  /// Nil: the file tells.
  public var format: ChatFormat?
  /// Where keys and values of system text and tools are kept between starts; nil keeps none. Made where it is missing.
  public var snapshotFolder: String?

  public init(
    transformer: TransformerOptions = TransformerOptions(), format: ChatFormat? = nil, snapshotFolder: String? = nil
  ) {
    self.transformer = transformer
    self.format = format
    self.snapshotFolder = snapshotFolder
  }
}
