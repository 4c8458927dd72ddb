// Whoever sees a `JSONObject` needs its members; without the re-export every module would have to know what it is made of.
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
