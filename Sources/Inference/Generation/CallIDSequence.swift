import Synchronization
import Tools

/// The identities of an answer's calls, one after the other.
final class CallIDSequence: Sendable {
  private let ids: [String]
  private let used = Mutex(0)

  init(_ ids: [String]) { self.ids = ids }

  /// The next; behind the last, numbered ones.
  func next() -> String {
    used.withLock { used in
      defer { used += 1 }
      return ids.indices.contains(used) ? ids[used] : "call\(used)"
    }
  }

  /// `count` that the conversation does not have yet: nine letters and digits, as Mistral's formats have them.
  ///
  /// They stand in the text that the model goes on from, so they follow the seed where there is one: the same seed gives
  /// the same answer.
  static func new(_ count: Int, for request: GenerationRequest) -> [String] {
    let characters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    var random = SeededRandom(seed: request.sampling.seed ?? UInt64.random(in: 0...UInt64.max))
    var used: Set<String> = []
    for case .assistant(_, let calls) in request.messages { used.formUnion(calls.map(\.id)) }
    return (0..<count).map { _ in
      while true {
        let id = String((0..<9).map { _ in characters[Int.random(in: characters.indices, using: &random)] })
        if used.insert(id).inserted { return id }
      }
    }
  }
}
