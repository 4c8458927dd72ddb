import Tools

/// Tools: OpenAI's function definitions, and beside them what is said, done and answered.
enum ToolShapes {
  private static let definition = [
    KeyShape("name", .text(.name), "The tool's name, unlike that of any other."),
    KeyShape("description", .text(.anyLine), default: "", "What it does, for a language model and for people."),
    KeyShape(
      "parameters", .jsonSchema, "A JSON Schema of type object: what must be known for a call. Left out: nothing."),
    KeyShape("strict", .boolean, "Taken from OpenAI's form and without effect: arguments are always checked."),
  ]

  static let phrase = ObjectShape(keys: [
    KeyShape("say", .text(.line), required: true, "The sentence."),
    KeyShape(
      "with", .named(key: "argument", of: .scalar, maximumCount: 64),
      "Arguments that the sentence gives without saying them."),
  ])

  static let tool = ObjectShape(
    keys: [
      KeyShape("type", .choice(["function"]), "OpenAI's mark of a function, for definitions that were pasted."),
      KeyShape(
        "function", .object(ObjectShape(keys: definition)),
        "OpenAI's form, with name, description and parameters inside; instead of those keys here."),
    ] + definition + [
      KeyShape(
        "spoken",
        .named(
          key: "argument",
          of: .named(key: "value", of: .oneOrMore(.text(.line), maximumCount: 64), maximumCount: 1000),
          maximumCount: 64),
        "For an argument's values, the words that people say beside the value's own; for a boolean instead of on and off."
      ),
      KeyShape(
        "phrases", .list(of: .either(.text(.line), phrase), count: 0...200),
        "The sentences that call it: [may be left out], (one|other), {argument}; docs/phrases.md has the notation."),
      KeyShape("action", .object(ActionShapes.action), required: true, "What happens."),
      KeyShape(
        "reply", .text(.anyLine),
        "What is answered: {argument} is put in, {on:on|off} chooses words, {output.value} is a part of what the action "
          + "found out (gpio: value, edge; run: output, status; timer: length, label, any, said)."),
      KeyShape(
        "model", .boolean, default: true,
        "Whether the language model may call it; false leaves it to its phrases, and the prompt shorter."),
      KeyShape(
        "confirm", .choice(["when-asked", "always", "never"]), default: "when-asked",
        "Whether it is asked about aloud first: where the policy asks, always, or never."),
      KeyShape(
        "policy", .object(PolicyShapes.ofTool), "What is allowed of it; each key replaces that of the section policy."),
    ],
    groups: [.init(keys: ["function", "name"], isRequired: true)])
}

/// What a call does.
enum ActionShapes {
  static let gpio = ObjectShape(
    keys: [
      KeyShape(
        "do", .choice(["set", "toggle", "pulse", "blink", "read", "wait"]), required: true,
        "Set a line, turn it over, switch it on for a while, blink, read it, or wait for it to change."),
      KeyShape("line", .text(.line), "A name of gpio.lines, or an address."),
      KeyShape(
        "lines", .named(key: "value", of: .text(.line), maximumCount: 256),
        "For each value of the argument line_from its line: a name of gpio.lines, or an address."),
      KeyShape("line_from", .text(.line), "The argument that chooses among lines."),
      KeyShape("value", .onOff, "set: what to set it to."),
      KeyShape(
        "value_from", .text(.line), "set: the argument that says what to set it to: a boolean, on/off, open/closed."),
      KeyShape("for_ms", .integer(1...3_600_000), "pulse: how long it is on."),
      KeyShape("on_ms", .integer(1...3_600_000), default: 500, "blink: how long it is on each time."),
      KeyShape("off_ms", .integer(1...3_600_000), default: 500, "blink: how long it is off in between."),
      KeyShape("count", .integer(1...1000), default: 3, unit: "times", "blink: how often."),
      KeyShape("edge", .choice(["rising", "falling", "both"]), default: "both", "wait: for which change."),
      KeyShape("within_ms", .integer(1...3_600_000), default: 10000, "wait: how long at most."),
    ],
    groups: [
      .init(keys: ["line", "lines"], isRequired: true), .init(keys: ["value", "value_from"], isRequired: false),
      .init(keys: ["line", "line_from"], isRequired: false),
    ])

  static let pwm = ObjectShape(
    keys: [
      KeyShape(
        "chip", .text(.line), required: true,
        "The PWM chip: pwmchip0, or the device behind it (1f00098000.pwm), which does not move between boots."),
      KeyShape("channel", .integer(0...4095), default: 0, unit: "index", "The channel of the chip."),
      KeyShape("frequency_hz", .number(0.1...1e9), default: 1000, "How often a second it goes on and off."),
      KeyShape("polarity", .choice(["normal", "inversed"]), default: "normal", "Which level counts as on."),
      KeyShape("percent", .number(0...100), "How much of the time it is on."),
      KeyShape("percent_from", .text(.line), "The argument that says how much: a number, or a boolean for 100 and 0."),
      KeyShape("safe_percent", .number(0...100), default: 0, "At the start and when Earshot ends."),
    ],
    groups: [.init(keys: ["percent", "percent_from"], isRequired: true)])

  static let led = ObjectShape(
    keys: [
      KeyShape(
        "name", .text(.line), required: true, "The folder under /sys/class/leds, such as ACT or kitchen:white:lamp."),
      KeyShape("percent", .number(0...100), "The brightness, of the LED's own maximum."),
      KeyShape("percent_from", .text(.line), "The argument that says the brightness."),
      KeyShape("trigger", .text(.line), "One of the kernel's triggers, such as heartbeat."),
      KeyShape("trigger_from", .text(.line), "The argument that says the trigger."),
      KeyShape("safe_percent", .number(0...100), "When Earshot ends; left out, the LED stays as it is."),
    ],
    groups: [.init(keys: ["percent", "percent_from", "trigger", "trigger_from"], isRequired: true)])

  static let timer = ObjectShape(
    keys: [
      KeyShape(
        "do", .choice(["set", "stop", "read"]), required: true,
        "Begin a timer, stop the timers, or say how long they still run."),
      KeyShape("seconds", .integer(1...86400), "set: how long it runs."),
      KeyShape(
        "seconds_from", .text(.line),
        "set: the argument that says how long: an integer with format duration, minimum 1 and maximum 86400 or less."),
      KeyShape(
        "label_from", .text(.line), "set, stop: the argument that says what it is for; a call may leave it out."),
    ],
    groups: [.init(keys: ["seconds", "seconds_from"], isRequired: false)])

  /// The keys that belong to `run` alone.
  static let runKeys = ["input", "timeout_s", "grace_s", "max_output_bytes", "user", "environment", "directory"]

  static let action = ObjectShape(
    keys: [
      KeyShape("gpio", .object(gpio), "Something with a line."),
      KeyShape("pwm", .object(pwm), "A PWM channel's duty cycle."),
      KeyShape("led", .object(led), "An LED's brightness or trigger."),
      KeyShape(
        "timer", .object(timer),
        "The assistant's own timers: they ring until somebody says stop, and are kept over a restart."),
      KeyShape(
        "run", .list(of: .text(.anyLine), count: 1...256),
        "A program by its absolute path, and its arguments, each on its own; {argument} is put in, {{ and }} are "
          + "braces. There is no shell."),
      KeyShape(
        "input", .choice(["none", "json"]), default: "none",
        "run: what it reads on standard input; json is the call's arguments as one line."),
      KeyShape(
        "timeout_s", .number(0.001...3600), default: 10, "run: after so long it is ended with all that it started."),
      KeyShape("grace_s", .number(0...60), default: 1, "run: how long it may take to end on SIGTERM before SIGKILL."),
      KeyShape(
        "max_output_bytes", .integer(0...16_777_216), default: 65536, "run: how much of its output is kept."),
      KeyShape("user", .text(.line), "run: the user that it runs as; left out, Earshot's own."),
      KeyShape(
        "environment", .named(key: "variable", of: .text(.anyLine), maximumCount: 256),
        "run: variables beside PATH, LANG, HOME, USER, LOGNAME and SHELL."),
      KeyShape("directory", .text(.path), "run: the folder it starts in; left out, /."),
    ],
    groups: [.init(keys: ["gpio", "pwm", "led", "timer", "run"], isRequired: true)])
}
