import Glibc
import Inference
import Tools

/// What `bench model` found.
struct ModelSpeed {
  let prefill: [(tokens: Int, rates: [Double])]
  let decode: (tokens: Int, rates: [Double])
  let machine: MachineSpeed
  let threads: Int
  let isPacked: Bool
  let load: Duration
  private let bytesPerToken, operationsPerToken, cacheBytes, scratchBytes: Int

  init(
    prefill: [(tokens: Int, rates: [Double])], decode: (tokens: Int, rates: [Double]), machine: MachineSpeed,
    transformer: Transformer, load: Duration
  ) {
    self.prefill = prefill
    self.decode = decode
    self.machine = machine
    self.load = load
    threads = transformer.options.threads
    isPacked = transformer.isPacked
    bytesPerToken = transformer.bytesPerToken
    operationsPerToken = transformer.operationsPerToken
    cacheBytes = transformer.cacheByteCount
    scratchBytes = transformer.scratchByteCount
  }

  /// Whether something else used the machine: a second thread brought less than eight tenths of the first.
  private var isContended: Bool { threads > 1 && machine.scaling < 1 + 0.8 * Double(threads - 1) }

  private var loadAverage: Double {
    var averages = [0.0, 0, 0]
    return unsafe getloadavg(&averages, 1) == 1 ? averages[0] : 0
  }

  /// The part of what memory allows that writing reaches; of what the processor allows that reading does.
  private func ofRead(_ rate: Double) -> Double { rate * Double(bytesPerToken) / machine.read }
  private func ofOperations(_ rate: Double) -> Double { rate * Double(operationsPerToken) / machine.operations }

  var object: JSONValue {
    let phases = JSONObject(
      uniqueKeysWithValues: prefill.map { ("\($0.tokens)", Self.object($0.rates, "of_int8", ofOperations)) })
    return [
      "engine": "earshot", "threads": .integer(Int64(threads)), "prefill": .object(phases),
      "decode": ["\(decode.tokens)": Self.object(decode.rates, "of_read", ofRead)],
      "weights": isPacked ? "packed" : "exact",
      "read_gbps": .number(Self.rounded(machine.read / 1e9)),
      "int8_gops": .number(Self.rounded(machine.operations / 1e9)),
      "scaling": .number(Self.rounded(machine.scaling)), "contended": .bool(isContended),
      "loadavg": .number(Self.rounded(loadAverage)), "load_s": .number(Self.rounded(load / .seconds(1))),
      "cache_bytes": .integer(Int64(cacheBytes)), "scratch_bytes": .integer(Int64(scratchBytes)),
    ]
  }

  var text: String {
    var lines = [
      "loaded in \(Self.rounded(load / .seconds(1))) s; \(threads) threads, weights \(isPacked ? "packed" : "exact")",
      "this machine, in this run: memory read at \(Self.rounded(machine.read / 1e9)) GB/s, "
        + "\(Int(machine.operations / 1e9)) Gop/s on bytes, \(Self.rounded(machine.scaling)) times one thread's; "
        + "load \(Self.rounded(loadAverage))",
    ]
    if isContended {
      lines.append("CONTENDED: something else uses this machine; compare only what ran in turn with it")
    }
    lines.append("")
    lines.append(Self.row("tokens/s", "best", "median", "of the bound"))
    for (tokens, rates) in prefill {
      lines.append(Self.row("prefill \(tokens)", rates, ofOperations))
    }
    lines.append(Self.row("decode \(decode.tokens)", decode.rates, ofRead))
    return lines.joined(separator: "\n")
  }

  private static func object(_ rates: [Double], _ name: String, _ part: (Double) -> Double) -> JSONValue {
    let best = rates.max() ?? 0
    return [
      "best": .number(rounded(best)), "median": .number(rounded(median(rates))), name: .number(rounded(part(best))),
    ]
  }

  private static func row(_ name: String, _ rates: [Double], _ part: (Double) -> Double) -> String {
    let best = rates.max() ?? 0
    return row(name, "\(rounded(best))", "\(rounded(median(rates)))", "\(Int((part(best) * 100).rounded())) %")
  }

  private static func row(_ name: String, _ numbers: String...) -> String {
    name + String(repeating: " ", count: max(1, 14 - name.count))
      + numbers.map { String(repeating: " ", count: max(1, 14 - $0.count)) + $0 }.joined()
  }

  private static func median(_ rates: [Double]) -> Double { rates.sorted()[rates.count / 2] }

  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
