import Tools

extension SchemaCompiler {
  /// Refuses a `oneOf` unless what is written for one alternative can never keep another one.
  func checkExclusive(_ count: Int, at place: String) throws(InferenceError) {
    guard count > 1 else { return }
    var alternatives: [[Part]?] = []
    for index in 0..<count {
      alternatives.append(try parts(of: Key(pointers: ["\(place)/\(index)"], decided: [], level: 0)))
    }
    for left in 0..<count {
      for right in 0..<count where left != right {
        guard let written = alternatives[left], let other = alternatives[right] else { continue }
        guard isExcluded(written, by: other, nesting: 0) else {
          throw refusal(
            at: place, "alternatives \(left) and \(right) may both hold for one value",
            "Give each a property with its own const and require it, or write anyOf.")
        }
      }
    }
  }

  /// Whether no value written for `written` keeps `other`; false where that is not sure.
  private func isExcluded(_ written: [Part], by other: [Part], nesting: Int) -> Bool {
    guard nesting < 8 else { return false }
    if let values = constants(written) {
      return values.allSatisfy { value in other.contains { !keeps(value, $0) } }
    }
    let writtenTypes = types(of: written)
    let otherTypes = named(other)
    if otherTypes.isDisjoint(with: writtenTypes.contains("number") ? writtenTypes.union(["integer"]) : writtenTypes) {
      return true
    }
    guard writtenTypes == ["object"] else { return false }
    let declared = Set(written.flatMap { names("properties", $0) })
    let present = Set(written.flatMap { required($0) })
    for part in other where !Set(required(part)).isSubset(of: declared.union(present)) { return true }
    for name in present {
      for part in other {
        let isKnown = part.keywords["properties"]?[name] != nil
        if !isKnown, part.keywords["additionalProperties"] == .bool(false), part.keywords["patternProperties"] == nil {
          return true
        }
      }
      let left = propertyParts(name, written)
      let right = propertyParts(name, other)
      if let left, let right, !right.isEmpty, isExcluded(left, by: right, nesting: nesting + 1) { return true }
    }
    return false
  }

  private func propertyParts(_ name: String, _ parts: [Part]) -> [Part]? {
    let pointers = parts.filter { $0.keywords["properties"]?[name] != nil }
      .map { JSONPointer.appending(name, to: $0.pointer + "/properties") }
    return (try? self.parts(of: Key(pointers: pointers, decided: [], level: 0))) ?? nil
  }

  private func names(_ keyword: String, _ part: Part) -> [String] {
    part.keywords[keyword]?.objectValue.map { Array($0.keys) } ?? []
  }

  private func required(_ part: Part) -> [String] {
    part.keywords["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  private func constants(_ parts: [Part]) -> [JSONValue]? {
    for part in parts {
      if let value = part.keywords["const"] { return [value] }
      if let values = part.keywords["enum"]?.arrayValue { return values }
    }
    return nil
  }

  private func keeps(_ value: JSONValue, _ part: Part) -> Bool {
    guard let schema = try? JSONSchema(.object(part.keywords)) else { return true }
    return schema.accepts(value)
  }

  /// The types that the schemas allow; all where none is named.
  private func named(_ parts: [Part]) -> Set<String> {
    var types: Set<String> = ["null", "boolean", "integer", "number", "string", "array", "object"]
    for part in parts {
      guard let names = part.keywords["type"].map({ $0.arrayValue ?? [$0] }) else { continue }
      var allowed = Set(names.compactMap(\.stringValue))
      if allowed.contains("number") { allowed.insert("integer") }
      types.formIntersection(allowed)
    }
    if let values = constants(parts) { types.formIntersection(values.flatMap { [$0.typeName, "number"] }) }
    return types
  }
}
