/// Patterns whose texts all have a format, for formats that are checked; a pattern may leave out rare texts.
enum TextFormatPattern {
  /// Nil for a format that only describes.
  static func of(_ format: String) -> String? {
    switch format {
    case "date": "^\(date)$"
    case "time": "^\(clock)$"
    case "date-time": "^\(date)T\(clock)(Z|[+-]\(hours):[0-5][0-9])$"
    case "duration": "^P([0-9]{1,4}W|(\(days)(T\(time))?|T\(time)))$"
    case "email": "^[A-Za-z0-9_+-]{1,64}@[A-Za-z0-9]{1,32}(\\.[A-Za-z0-9]{1,32}){1,2}$"
    case "uuid": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
    case "ipv4": "^\(octet)\\.\(octet)\\.\(octet)\\.\(octet)$"
    default: nil
    }
  }

  private static let hours = "([01][0-9]|2[0-3])"
  private static let clock = "\(hours):[0-5][0-9]:[0-5][0-9]"
  private static let octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
  // Full dates from 1000 to 2999; 29 February of every fourth year that is no century.
  private static let date =
    "([12][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    + "|[12][0-9](0[48]|[2468][048]|[13579][26])-02-29)"
  private static let days = "([0-9]{1,4}Y([0-9]{1,4}M)?([0-9]{1,4}D)?|[0-9]{1,4}M([0-9]{1,4}D)?|[0-9]{1,4}D)"
  private static let time = "([0-9]{1,4}H([0-9]{1,4}M)?([0-9]{1,4}S)?|[0-9]{1,4}M([0-9]{1,4}S)?|[0-9]{1,4}S)"
}
