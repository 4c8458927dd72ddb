import Configuration

/// The small language model that Earshot brings.
enum ModelInTheBox {
  /// Below the folders of ``ResourceFiles``.
  static let file = "Models/earshot-small-q8_0.gguf"

  /// The path that a name of a model stands for: `in-the-box`, or a path already.
  /// - Throws: ``CommandFailure`` where Earshot has been installed without its model.
  static func path(of name: String) throws -> String {
    guard name == Configuration.Model.inTheBox else { return name }
    guard let path = ResourceFiles.locate(file) else {
      throw CommandFailure(
        status: .noInput,
        description: "could not find the model in the box, \(file), beside the program. Install Earshot again.")
    }
    return path
  }
}
