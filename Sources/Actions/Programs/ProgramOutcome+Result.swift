internal import Tools

extension ProgramOutcome {
  /// `{"status": 0, "output": …}`: the output is JSON where standard output is whole and one JSON value, text
  /// otherwise; bytes that are not UTF-8 are repaired. A failure adds `error`, `code` and the end of standard error.
  func result(of invocation: ProgramInvocation, _ call: ToolCall) -> ToolResult {
    var output = JSONObject()
    if case .exited(let status) = ending { output["status"] = .integer(Int64(status)) }
    if case .signalled(let signal) = ending { output["signal"] = .integer(Int64(signal)) }
    output["output"] = standardOutput.value
    if standardOutput.isTruncated { output["truncated"] = true }
    let operation = "run \(invocation.path)"
    let problem: ActionError? =
      if isTimedOut {
        ActionError(
          .timedOut, operation, reason: "it ran longer than \(invocation.timeLimit.spoken) and was ended",
          remedy: "Raise timeout_s, or make it quicker.")
      } else {
        switch ending {
        case .exited(0): nil
        case .exited(let status):
          ActionError(.programFailed, operation, reason: "it ended with status \(status)")
        case .signalled(let signal):
          ActionError(.programFailed, operation, reason: "it was ended by signal \(signal)\(Self.name(of: signal))")
        }
      }
    guard let problem else {
      return ToolResult(id: call.id, name: call.name, isSuccess: true, output: .object(output))
    }
    // The end says what went wrong; the beginning is often only a banner.
    let lastWords = Output(bytes: Array(standardError.bytes.suffix(2048))).text
    if !lastWords.isEmpty { output["stderr"] = .string(lastWords) }
    return .failed(call, problem, adding: output)
  }

  private static func name(of signal: Int32) -> String {
    let names: [Int32: String] = [
      1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL",
      11: "SIGSEGV", 13: "SIGPIPE", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
    ]
    return names[signal].map { " (\($0))" } ?? ""
  }
}

extension ProgramOutcome.Output {
  /// One JSON value where the bytes are just that, text otherwise.
  var value: JSONValue {
    if !isTruncated, !bytes.isEmpty, let value = try? JSONValue(parsing: bytes) { return value }
    return .string(text)
  }

  /// Without the newlines at its end.
  var text: String {
    var kept = bytes[...]
    while kept.last == UInt8(ascii: "\n") || kept.last == UInt8(ascii: "\r") { kept.removeLast() }
    return String(decoding: kept, as: UTF8.self)
  }
}
