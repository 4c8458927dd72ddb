extension ConstraintMachine {
  /// The tokens that may come in a state, whatever the budget; the number of the cache's entry.
  func mask(_ state: Int32, endTokens: [TokenID]) -> Int {
    let state = canonical(state)
    if let slot = masks.find(state) { return slot }
    var mask = TokenMask(tokenCount: vocabulary.tokenCount)
    var reach = distance(state)
    fill(state, into: &mask, limit: nil, reach: &reach, endTokens: endTokens)
    return masks.insert(mask, reach: reach, for: state)
  }

  /// Adds the tokens that may come and after which the shortest end is at most `limit` bytes away.
  func fill(_ state: Int32, into mask: inout TokenMask, limit: Int?, reach: inout Int, endTokens: [TokenID]) {
    if let room = plainRoom(state), limit.map({ distance(state) <= $0 }) ?? true {
      // No plain piece brings the end further away.
      mask.formUnion(vocabulary.plain[min(room, vocabulary.plain.count - 1)])
      walk(vocabulary.specialTrie, from: state, into: &mask, limit: limit, reach: &reach)
    } else if let room = keyRoom(state), limit.map({ distance(state) < $0 }) ?? true {
      // A longer key is at most one byte further from its end. Only one of full length depends on the other keys.
      mask.formUnion(vocabulary.keyPieces[min(max(0, room - 1), vocabulary.keyPieces.count - 1)])
      if room > 0, room < vocabulary.keyPieces.count { addPieces(filling: room, from: state, into: &mask) }
      walk(vocabulary.specialTrie, from: state, into: &mask, limit: limit, reach: &reach)
      reach = max(reach, distance(state) + 1)
    } else {
      walk(vocabulary.trie, from: state, into: &mask, limit: limit, reach: &reach)
    }
    for token in controls(state) {
      let following = next(state, control: token)
      guard following != Self.dead, limit.map({ distance(following) <= $0 }) ?? true else { continue }
      reach = max(reach, distance(following))
      mask.insert(token)
    }
    if allowsEnd(state) { for token in endTokens { mask.insert(token) } }
  }

  private func walk(
    _ trie: TokenTrie, from state: Int32, into mask: inout TokenMask, limit: Int?, reach: inout Int
  ) {
    var path = [Int32](repeating: 0, count: trie.maximumDepth + 1)
    path[0] = state
    let limit = limit ?? .max
    var node = 0
    while node < trie.count {
      let depth = Int(trie.depths[node])
      let following = next(path[depth], trie.bytes[node])
      // A way that keeps within the limit at each byte exists wherever one exists.
      guard following != Self.dead, distance(following) <= limit else {
        node = Int(trie.ends[node])
        continue
      }
      path[depth + 1] = following
      var token = trie.tokens[node]
      if token >= 0 { reach = max(reach, distance(following)) }
      while token >= 0 {
        mask.insert(token)
        token = vocabulary.nextSame[Int(token)]
      }
      node += 1
    }
  }

  /// Adds the plain tokens of exactly so many bytes that may come.
  private func addPieces(filling room: Int, from state: Int32, into mask: inout TokenMask) {
    let (upTo, below) = (vocabulary.keyPieces[room], vocabulary.keyPieces[room - 1])
    upTo.forEach { token in
      guard !below.contains(token) else { return }
      var following = state
      for byte in vocabulary.bytes(of: token) {
        following = next(following, byte)
        if following == Self.dead { return }
      }
      mask.insert(token)
    }
  }
}
