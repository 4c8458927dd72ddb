// Exported again: whoever handles a `JSONObject` needs the members of its type.
@_exported public import OrderedCollections

/// One JSON value. Objects keep the order in which their keys were written, because a model reads a schema in order.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number written without fraction or exponent that fits 64 bits.
  case integer(Int64)
  /// Any other number; always finite.
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

public typealias JSONObject = OrderedDictionary<String, JSONValue>
