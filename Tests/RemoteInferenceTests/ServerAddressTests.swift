import Inference
import RemoteInference
import Testing

@Suite struct ServerAddressTests {
  @Test(arguments: [
    ("http://192.168.1.10:8080", "http://192.168.1.10:8080/v1"), ("HTTP://host/", "http://host/v1"),
    ("https://host", "https://host/v1"), ("https://host:443/v1/", "https://host/v1"),
    ("http://[::1]:8080/api/v3", "http://[::1]:8080/api/v3"),
    ("http://a_b.c-d/v1/chat/completions", "http://a_b.c-d/v1"),
    ("https://host:80/chat/completions", "https://host:80/v1"),
  ])
  func whatPeopleWriteIsTheSameAddress(text: String, expected: String) throws {
    let address = try ServerAddress(text)
    #expect(address.description == expected)
    #expect(address.chatCompletions == expected + "/chat/completions")
    #expect(try ServerAddress(address.chatCompletions) == address)
  }

  @Test(arguments: [
    "", "host", "ftp://host", "http://", "http:///v1", "http://:80", "http://host:", "http://host:0",
    "http://host:65536",
    "http://host:+80", "http://host:8o", "http://user:password@host", "http://host?x", "http://host#x", "http://ho st",
    "http://höst", "http://[::1", "http://[]", "http://[::1]x", "http://[x/y]", "http://host/a//b", "http://host/../v1",
    "http://host/%2e", "http://host\r\nx", "http://" + String(repeating: "x", count: 3000),
  ])
  func whatIsNoAddressIsRefusedAndNotRepeated(text: String) {
    let error = #expect(throws: InferenceError.self) { try ServerAddress(text) }
    #expect(error?.code == .requestInvalid)
    #expect(error?.description.contains("password") == false)
  }

  @Test func optionsOutsideTheirRangesAreRefused() throws {
    let good = RemoteModelOptions(address: try ServerAddress("http://host"), model: "m")
    try good.validate()
    let changes: [(inout RemoteModelOptions) -> Void] = [
      { $0.model = "" }, { $0.model = String(repeating: "m", count: 257) }, { $0.connectTimeout = .zero },
      { $0.firstEventTimeout = .seconds(601) }, { $0.idleTimeout = .seconds(-1) }, { $0.totalTimeout = .seconds(3601) },
      { $0.attempts = 0 }, { $0.attempts = 11 }, { $0.backoff = .seconds(11) }, { $0.maximumEventBytes = 255 },
      { $0.maximumEvents = 0 }, { $0.maximumBytes = 255 },
    ]
    for change in changes {
      var options = good
      change(&options)
      #expect(throws: InferenceError.self) { try options.validate() }
      #expect(throws: InferenceError.self) { try RemoteLanguageModel(options) }
    }
  }
}
