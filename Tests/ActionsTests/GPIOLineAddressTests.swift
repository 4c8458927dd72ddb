import Actions
import Testing

@Suite struct GPIOLineAddressTests {
  @Test(arguments: [
    "gpiochip0/17", "pinctrl-rp1/GPIO17", "/dev/gpiochip4/0", "kitchen-light", "/dev/gpiochip0/door lock",
    "1f000d0000.gpio/65535",
  ])
  func textComesBackAsItWasWritten(_ text: String) throws {
    #expect(try GPIOLineAddress(parsing: text).description == text)
  }

  @Test func digitsAreAnOffsetAndAnythingElseAName() throws {
    #expect(try GPIOLineAddress(parsing: "a/007").line == .offset(7))
    #expect(try GPIOLineAddress(parsing: "a/7x").line == .name("7x"))
    #expect(try GPIOLineAddress(parsing: "/dev/gpiochip0/17").chip == "/dev/gpiochip0")
  }

  @Test(arguments: [
    "", "/", "/17", "gpiochip0/", "17", "a/65536", "a/99999999999999999999", "a/b\nc", "a/\u{0}", "x/y/17", "/dev//17",
    "a/" + String(repeating: "n", count: 32), String(repeating: "c", count: 32) + "/1",
    "a/" + String(repeating: "é", count: 400),
  ])
  func whatIsNoAddressIsRefusedWithARemedy(_ text: String) {
    #expect { try GPIOLineAddress(parsing: text) } throws: { error in
      guard let error = error as? ActionError else { return false }
      return error.code == .invalidConfiguration && error.description.contains("earshot devices")
    }
  }
}
