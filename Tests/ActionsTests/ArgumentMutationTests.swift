import Actions
import Testing
import Tools

/// Whatever bytes come as a call's arguments: a plan that fits the tool, or a refusal; never a crash.
@Suite struct ArgumentMutationTests {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    // SplitMix64 (Steele, Lea, Flood 2014).
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
  }

  private func tools() throws -> [ActionTool] {
    let parameters: JSONValue = [
      "type": "object",
      "properties": [
        "room": ["type": "string", "enum": ["kitchen", "hall"]],
        "level": ["type": "number", "minimum": 0, "maximum": 100], "text": ["type": "string", "maxLength": 40],
        "on": ["type": "boolean", "default": false],
      ],
      "required": ["room", "level", "text"],
    ]
    let definition = ToolDefinition(name: "tool", description: "", parameters: parameters)
    let lines: OrderedDictionary = [
      "kitchen": try GPIOLineAddress(parsing: "a/1"), "hall": try GPIOLineAddress(parsing: "a/2"),
    ]
    let actions: [ToolAction] = [
      .gpio(GPIOAction(line: .chosen(from: "room", among: lines), operation: .set(.argument("on")))),
      .pwm(PWMAction(chip: "pwmchip0", channel: 0, periodNanoseconds: 1000, duty: .argument("level"))),
      .led(LEDAction(name: "lamp", operation: .trigger(.argument("text")))),
      .program(ProgramAction(arguments: ["/bin/echo", "{room}: {text}", "--", "{text}{level}"], input: .json)),
    ]
    return actions.map { ActionTool(definition: definition, action: $0) }
  }

  @Test func mutatedArgumentsAreAPlanOrARefusal() throws {
    let tools = try tools()
    for tool in tools { #expect(tool.problems().isEmpty) }
    let seeds = [
      #"{"room": "kitchen", "level": 42.5, "text": "hello", "on": true}"#,
      #"{"room":"hall","level":0,"text":"-\u0000\ud83d\ude00\\"}"#,
      #"{"room":"hall","level":1e2,"text":"","on":false}"#,
    ].map { Array($0.utf8) }
    var generator = Generator(state: 0x6561_7273_686f_7401)
    var plans = 0
    var refusals = 0
    for _ in 0..<4000 {
      var bytes = seeds.randomElement(using: &generator)!
      for _ in 0..<Int.random(in: 0...4, using: &generator) {
        let index = Int.random(in: 0..<max(1, bytes.count), using: &generator)
        switch Int.random(in: 0...4, using: &generator) {
        case 0 where !bytes.isEmpty: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1 where !bytes.isEmpty: bytes.remove(at: index)
        case 2: bytes.insert(Array("{}[]\",:-0e\\".utf8).randomElement(using: &generator)!, at: min(index, bytes.count))
        case 3: bytes = Array(bytes.prefix(index))
        default: bytes += bytes.suffix(index)
        }
      }
      switch planCall(of: tools.randomElement(using: &generator)!, argumentsJSON: bytes) {
      case .success(let plan):
        plans += 1
        #expect(!plan.text.isEmpty)
      case .failure(let error):
        refusals += 1
        #expect(error.code == .invalidArguments)
      }
    }
    // Both kinds must come up, or the seeds are wrong.
    #expect(plans > 200)
    #expect(refusals > 200)
  }

  @Test func mutatedLineAddressesAreReadBackOrRefused() {
    var generator = Generator(state: 7)
    for _ in 0..<4000 {
      var bytes = Array(
        ["gpiochip0/17", "/dev/gpiochip0/GPIO17", "kitchen-light"].randomElement(using: &generator)!.utf8)
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        let index = Int.random(in: 0...bytes.count, using: &generator)
        if Bool.random(using: &generator) {
          bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
        } else if index < bytes.count {
          bytes.remove(at: index)
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      guard let address = try? GPIOLineAddress(parsing: text) else { continue }
      #expect((try? GPIOLineAddress(parsing: address.description)) == address)
    }
  }
}
