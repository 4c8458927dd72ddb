import Tools

/// Prints a configuration with every key and where its value came from.
struct EffectiveConfiguration {
  let file: String
  private let writer = YAMLWriter()

  init(file: String) { self.file = file }

  func text(_ root: YAMLNode) -> String {
    var lines: [String] = []
    append(FileShape.root, root, indentation: 0, to: &lines)
    return lines.joined(separator: "\n") + "\n"
  }

  private func append(_ object: ObjectShape, _ node: YAMLNode?, indentation: Int, to lines: inout [String]) {
    let margin = String(repeating: " ", count: indentation)
    for key in object.keys {
      let value = node?[key.name]
      if case .object(let inner) = key.shape, isSectionPrinted(inner, value) {
        lines.append("\(margin)\(key.name):")
        append(inner, value, indentation: indentation + 2, to: &lines)
      } else if let value {
        append(key.name, value, indentation: indentation, to: &lines)
      } else if let defaultValue = key.defaultValue {
        lines.append("\(margin)\(key.name): \(writer.inline(YAMLNode(defaultValue)))  # default")
      } else if !key.isRequired {
        lines.append("\(margin)# \(key.name): not set")
      }
    }
  }

  /// A section is printed with all its keys, unless some are required and nothing is set.
  private func isSectionPrinted(_ object: ObjectShape, _ value: YAMLNode?) -> Bool {
    value != nil || !object.keys.contains(where: \.isRequired)
  }

  /// What the user wrote, as a block; the comment tells where it begins.
  private func append(_ name: String, _ value: YAMLNode, indentation: Int, to lines: inout [String]) {
    let margin = String(repeating: " ", count: indentation)
    let comment = "  # " + value.origin.text(file: file)
    if writer.isInline(value) {
      lines.append("\(margin)\(name): \(writer.inline(value))\(comment)")
    } else {
      lines.append("\(margin)\(name):\(comment)")
      writer.block(value, indentation: indentation + 2, to: &lines)
    }
  }
}

extension YAMLNode {
  /// The value of a default.
  fileprivate init(_ json: JSONValue) {
    let content: Content =
      switch json {
      case .null: .null
      case .bool(let flag): .boolean(flag)
      case .integer(let integer): .integer(integer)
      case .number(let number): .number(number)
      case .string(let text): .text(text)
      case .array(let elements): .list(elements.map { YAMLNode($0) })
      case .object(let object):
        .mapping(object.map { Entry(key: $0.key, keyOrigin: .builtIn, value: YAMLNode($0.value)) })
      }
    self.init(content, .builtIn)
  }
}
