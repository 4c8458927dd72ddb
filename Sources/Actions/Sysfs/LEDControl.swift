internal import Tools

/// LEDs through `/sys/class/leds`, as Documentation/ABI/testing/sysfs-class-led describes it.
public struct LEDControl: Sendable {
  private let files: any SysfsFiles

  /// - Parameter root: the class's folder.
  public init(root: String = "/sys/class/leds") { self.init(files: FolderSysfsFiles(root: root)) }

  package init(files: any SysfsFiles) { self.files = files }

  /// The LEDs there are, sorted.
  public func names() -> [String] { (try? files.names(in: "").get()) ?? [] }

  /// Checks that the LED is there.
  /// - Throws: `notFound` with the nearest name.
  public func find(_ name: String) throws(ActionError) {
    let known = names()
    guard !known.contains(name) else { return }
    let nearest = NearestName.of(name, in: known).map { "Did you mean \($0)? " } ?? ""
    let list = known.isEmpty ? "This machine has no LED." : "There are: \(known.prefix(12).joined(separator: ", "))."
    throw ActionError(.notFound, "find LED \(name)", reason: "there is none of that name", remedy: nearest + list)
  }

  /// Takes the trigger off and sets the brightness; anything above 0 percent lights the LED at least a little.
  /// - Parameter percent: of the LED's own maximum, 0...100.
  public func setBrightness(_ percent: Double, of name: String) throws(ActionError) {
    try find(name)
    let maximum = Int64((try? files.read("\(name)/max_brightness").get()) ?? "") ?? 255
    let share = min(max(percent, 0), 100) / 100
    let value = share == 0 ? 0 : max(1, Int64((Double(maximum) * share).rounded()))
    // A trigger that still runs would overwrite the brightness.
    if case .success(let triggers) = files.read("\(name)/trigger"), !triggers.contains("[none]") {
      try write("none", to: "trigger", of: name)
    }
    try write(String(value), to: "brightness", of: name)
  }

  /// - Throws: `notFound` for a trigger that the LED does not list, with those it does.
  public func setTrigger(_ trigger: String, of name: String) throws(ActionError) {
    try find(name)
    let listed = (try? files.read("\(name)/trigger").get()) ?? ""
    let known = listed.split(separator: " ").map { $0.trimmedBrackets }
    guard known.contains(trigger) else {
      throw ActionError(
        .notFound, "set the trigger of LED \(name)", reason: "the LED has no such trigger",
        remedy: "It has: \(known.prefix(40).joined(separator: ", ")).")
    }
    try write(trigger, to: "trigger", of: name)
  }

  private func write(_ text: String, to file: String, of name: String) throws(ActionError) {
    if let failure = files.write(text, to: "\(name)/\(file)") {
      throw sysfsError("set LED \(name): write \(file)", failure, missing: "The LED has gone.", group: "gpio")
    }
  }
}

extension Substring {
  /// The trigger in force stands in brackets: `none [heartbeat] timer`.
  fileprivate var trimmedBrackets: String {
    hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : String(self)
  }
}
