import Tools

/// Reads the values of one mapping whose shape was checked. Where a value was wrong, which has been reported, or is not
/// there, its default comes back, so that reading goes on and finds what else is wrong.
struct SectionReader {
  let node: YAMLNode?
  let shape: ObjectShape

  init(_ node: YAMLNode?, _ shape: ObjectShape) {
    self.node = node?.entries == nil ? nil : node
    self.shape = shape
  }

  subscript(name: String) -> YAMLNode? { node?[name] }

  /// Where the key's value stands, or the mapping itself.
  func origin(of name: String) -> ConfigurationOrigin { node?[name]?.origin ?? node?.origin ?? .builtIn }

  func integer(_ name: String) -> Int64 {
    optionalInteger(name) ?? 0
  }

  func number(_ name: String) -> Double {
    optionalNumber(name) ?? 0
  }

  func boolean(_ name: String) -> Bool {
    node?[name]?.boolean ?? defaultValue(name)?.boolValue ?? false
  }

  func text(_ name: String) -> String {
    optionalText(name) ?? ""
  }

  func optionalInteger(_ name: String) -> Int64? {
    // Written out: in optimised builds Swift 6.3.1 crashes on the pattern with optional chaining (CopyPropagation).
    let shape = key(name).shape
    switch shape {
    case .integer(let range):
      if let value = node?[name]?.integer, range.contains(value) { return value }
      return defaultValue(name)?.integerValue
    default: return nil
    }
  }

  func optionalNumber(_ name: String) -> Double? {
    let shape = key(name).shape
    switch shape {
    case .number(let range):
      if let value = node?[name]?.number, range.contains(value) { return value }
      return defaultValue(name)?.doubleValue
    default: return nil
    }
  }

  func optionalText(_ name: String) -> String? {
    node?[name]?.text ?? defaultValue(name)?.stringValue
  }

  /// The texts of a list.
  func texts(_ name: String) -> [String] {
    if let list = node?[name]?.list { return list.compactMap(\.text) }
    return (defaultValue(name)?.arrayValue ?? []).compactMap(\.stringValue)
  }

  /// on or true, off or false.
  func optionalOnOff(_ name: String) -> Bool? {
    if let node = node?[name] {
      if let flag = node.boolean { return flag }
      if let text = node.text { return text == "on" }
    }
    return defaultValue(name)?.stringValue.map { $0 == "on" }
  }

  func choice<Value: RawRepresentable>(_ name: String, or other: Value) -> Value where Value.RawValue == String {
    optionalText(name).flatMap(Value.init(rawValue:))
      ?? defaultValue(name)?.stringValue.flatMap(Value.init(rawValue:)) ?? other
  }

  func milliseconds(_ name: String) -> Duration { .milliseconds(integer(name)) }

  private func key(_ name: String) -> KeyShape {
    guard let key = shape[name] else { preconditionFailure("the shape has no key \(name)") }
    return key
  }

  private func defaultValue(_ name: String) -> JSONValue? { key(name).defaultValue }
}
