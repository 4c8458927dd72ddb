internal import Glibc

extension Transformer {
  /// Writes keys and values of the first `count` tokens to a file, so that a later start need not evaluate them: of a
  /// system prompt of 600 tokens on a 7B model 75 MiB (F16). The file appears whole or not at all, readable by its owner
  /// only. A file at `path` is replaced.
  /// - Parameter count: 1 to ``position``; the first `count` tokens must still be there in layers with a window.
  /// - Throws: `requestInvalid` for a `count` that is not there, `fileUnreadable` where the file cannot be written.
  public func saveSnapshot(of count: Int, to path: String) throws(InferenceError) {
    guard count >= 1, cache.keeps(count) else {
      throw InferenceError(
        .requestInvalid, "could not save a snapshot of \(count) tokens: \(position) are there, and windows keep fewer",
        remedy: "Save it when no more than these tokens were evaluated.")
    }
    let header = snapshotHeader(for: Array(tokens[..<count]))
    var file = try SnapshotFile(writing: path)
    try file.write(header.bytes)
    try unsafe cache.visitRows(of: count) { rows throws(InferenceError) in try unsafe file.write(rows) }
    try file.finish()
  }

  /// Takes the keys and values of `tokens` from a file that ``saveSnapshot(of:to:)`` wrote, instead of evaluating them.
  /// Everything that was kept before is forgotten; afterwards `tokens` are kept, and the last one's logits are not there.
  /// - Throws: `fileUnreadable` where there is no such file, `fileInvalid` with the reason where it is damaged or of another
  ///   model, other tokens or other settings: evaluate the tokens and save a new one. What was kept is kept unless the
  ///   payload is damaged; then nothing is.
  public func restoreSnapshot(of tokens: [TokenID], from path: String) throws(InferenceError) {
    guard !tokens.isEmpty, tokens.count <= options.context else {
      throw InferenceError(
        .contextExceeded, "could not restore \(tokens.count) tokens: allowed are 1 to \(options.context)",
        remedy: "Choose a longer context.")
    }
    let wanted = snapshotHeader(for: tokens)
    var file = try SnapshotFile(reading: path)
    let headerBytes = SnapshotHeader.byteCount(tokens: tokens.count)
    let expected = headerBytes + wanted.payloadBytes + SnapshotHeader.checksumBytes
    // At most as long as the header that is wanted.
    let bytes = try file.read(upTo: headerBytes)
    do throws(SnapshotFlaw) {
      let found = try SnapshotHeader(bytes, atMost: tokens.count)
      if let difference = found.difference(to: wanted) { throw SnapshotFlaw(difference) }
      guard file.byteCount == expected else {
        throw SnapshotFlaw("it is \(file.byteCount) bytes long instead of \(expected)")
      }
    } catch {
      throw SnapshotFile.unusable(path, error.reason)
    }
    truncate(to: 0)
    cache.reset()
    try unsafe cache.visitRows(of: tokens.count) { rows throws(InferenceError) in try unsafe file.read(into: rows) }
    try file.checkPayload()
    restored(tokens)
  }

  /// A name for the snapshot of `tokens`, of 16 hexadecimal digits: another model, other settings or other tokens give
  /// another one.
  public func snapshotName(for tokens: [TokenID]) -> String {
    var hash = XXHash64()
    hash.update(snapshotHeader(for: tokens).bytes)
    let digits = String(hash.value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private func snapshotHeader(for tokens: [TokenID]) -> SnapshotHeader {
    SnapshotHeader(
      model: identity, payloadBytes: cache.rowBytes(of: tokens.count),
      keyValueType: UInt32(options.keyValueType.code), longRope: usesLongFactors, window: UInt32(cache.window ?? 0),
      tokens: tokens)
  }
}
