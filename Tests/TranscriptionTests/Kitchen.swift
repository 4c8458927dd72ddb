/// The sentences of configs/kitchen.yaml, spelt out: what the configuration gives the recogniser.
enum Kitchen {
  static let sentences: [String] = {
    var all: [String] = ["yes", "no"]
    for room in ["kitchen", "hall", "hallway", "bedroom", "living room", "lounge", "bathroom"] {
      for light in ["light", "lights"] {
        for state in ["on", "off"] {
          for verb in ["turn", "switch"] {
            all += ["\(verb) \(state) the \(room) \(light)", "\(verb) the \(room) \(light) \(state)"]
          }
          all.append("\(room) \(light) \(state)")
        }
      }
    }
    for percent in 0...100 {
      for lamp in ["lamp", "reading lamp"] {
        for verb in ["set", "dim", "turn"] { all.append("\(verb) the \(lamp) to \(words(percent)) percent") }
        all += ["\(lamp) to \(words(percent)) percent", "\(lamp) \(words(percent)) percent"]
      }
    }
    for degrees in 5...28 {
      let number = words(degrees)
      all += ["set the heating to \(number) degrees", "turn the heating to \(number) degrees"]
      all += ["heating to \(number) degrees", "heating to \(number)", "make it \(number) degrees"]
    }
    for state in ["on", "off"] {
      for fan in ["fan", "kitchen fan"] {
        for verb in ["turn", "switch", "start"] { all.append("\(verb) \(state) the \(fan)") }
        for verb in ["turn", "switch"] { all.append("\(verb) the \(fan) \(state)") }
        all += ["\(fan) \(state)", "start the \(fan)"]
      }
    }
    for direction in ["open", "raise", "close", "lower"] {
      all += ["\(direction) the blind", "\(direction) the blinds"]
    }
    for station in ["the news", "news", "jazz", "classical music", "classical"] {
      all += ["play \(station)", "play \(station) on the radio"]
    }
    for what in ["radio", "music"] { all += ["turn off the \(what)", "switch off the \(what)", "stop the \(what)"] }
    for state in ["open", "closed", "shut"] { all.append("is the back door \(state)") }
    all += ["what time is it", "what is the time", "tell me the time", "open the garage", "open the garage door"]
    return all
  }()

  static let phrases = Set(sentences)

  /// What the configuration makes of a sentence: one light or lights, a blind or blinds are the same call.
  static func meaning(of sentence: String) -> String {
    sentence.split(separator: " ").map { $0 == "lights" ? "light" : $0 == "blinds" ? "blind" : $0 }.joined(
      separator: " ")
  }

  private static func words(_ number: Int) -> String {
    let ones = [
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
      "thirteen",
      "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    let tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    if number == 100 { return "one hundred" }
    if number < 20 { return ones[number] }
    return tens[number / 10] + (number % 10 == 0 ? "" : " " + ones[number % 10])
  }
}
