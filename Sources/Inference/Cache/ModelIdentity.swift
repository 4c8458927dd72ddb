/// Tells models apart without reading all of them: a hash over the file's length, the table of tensors, the numbers of
/// the graph, and 64 bytes from the beginning, the middle and the end of each tensor.
///
/// That is a few thousand reads of pages that the model needs anyway, instead of 4 GB at each start. Another training,
/// another quantisation or another size changes almost every tensor, so it changes the samples; a file that was edited in
/// a few bytes between them is not noticed. Neither the path nor times count: a copied file is the same model.
enum ModelIdentity {
  static func of(_ file: GGUFFile, _ parameters: HyperParameters) -> UInt64 {
    var hash = XXHash64()
    hash.update(UInt64(file.byteCount))
    // Numbers print the same on every machine, and the text names every one of them.
    hash.update("\(parameters)".utf8)
    for tensor in file.tensors {
      hash.update(tensor.name.utf8)
      hash.update(UInt64(tensor.type.rawValue))
      hash.update(UInt64(tensor.offset))
      for dimension in tensor.dimensions { hash.update(UInt64(dimension)) }
      let bytes = unsafe file.bytes(of: tensor)
      for begin in [0, (bytes.count - sample) / 2, bytes.count - sample] {
        unsafe hash.update(
          UnsafeRawBufferPointer(rebasing: bytes[max(0, begin)..<min(bytes.count, max(0, begin) + sample)]))
      }
    }
    return hash.value
  }

  private static let sample = 64
}
