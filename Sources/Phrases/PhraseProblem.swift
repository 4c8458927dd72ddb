/// Something wrong, or worth knowing, about a sentence template or a reply. The configuration turns `column` into a
/// place in its file.
public struct PhraseProblem: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Severity: String, Hashable, Sendable {
    /// The template cannot be used.
    case error
    /// The template works, but probably not as meant.
    case warning
  }

  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The notation is broken.
    case syntax
    /// Too long, nested too deep, or too many variants.
    case limitExceeded
    /// A slot names no parameter of the tool.
    case unknownParameter
    /// A slot's type or its words do not fit the parameter.
    case unfitSlot
    /// A slot is filled twice on one way through the template.
    case repeatedSlot
    /// A required parameter is missing on some way through the template.
    case missingParameter
    /// A fixed argument or a spoken form does not fit the tool.
    case unfitArgument
    /// The template has no words at all.
    case matchesNothing
    /// Another template takes all its sentences first.
    case shadowed
    /// A sentence that two templates understand differently.
    case ambiguous
    /// The tool itself is invalid.
    case invalidTool
    /// A check stopped before its end, because there is too much to compare.
    case unchecked
  }

  public var severity: Severity
  public var code: Code
  /// Index of the tool in the list that was compiled.
  public var tool: Int
  /// Index of the template in the tool's phrases; nil where the problem is the tool's own or its reply's.
  public var template: Int?
  /// Offset into the template's text in Unicode scalars, from 0.
  public var column: Int?
  /// What is wrong, as a clause.
  public var text: String
  /// What to do about it.
  public var remedy: String

  public init(
    severity: Severity, code: Code, tool: Int = 0, template: Int? = nil, column: Int? = nil, text: String,
    remedy: String = ""
  ) {
    self.severity = severity
    self.code = code
    self.tool = tool
    self.template = template
    self.column = column
    self.text = text
    self.remedy = remedy
  }

  public var description: String {
    var place = "tool \(tool + 1)"
    if let template { place += ", phrase \(template + 1)" }
    if let column { place += ", column \(column + 1)" }
    return "\(place): \(text).\(remedy.isEmpty ? "" : " " + remedy)"
  }
}
