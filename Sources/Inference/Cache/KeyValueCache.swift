internal import CKernels
internal import Glibc

/// The keys and values of the positions so far, one region for each layer and head:
/// ```
/// layer 0: head 0: keys   [slots × row]   values [slots × row]
///          head 1: …
/// ```
/// A position lies in slot position mod slots. Layers that see everything have a slot for each position of the context;
/// layers with a window have window + batch + rewind, so that a batch in flight never overwrites what its first token
/// sees, and going back by up to `rewind` positions keeps what is seen there.
@safe final class KeyValueCache {
  /// One layer's region.
  @safe struct Layer {
    let heads: Int
    let window: Int?
    let slots: Int
    let keyRowBytes: Int
    let valueRowBytes: Int
    fileprivate let base: UnsafeMutableRawPointer

    fileprivate var headBytes: Int { slots * (keyRowBytes + valueRowBytes) }
  }

  let type: KeyValueType
  let context: Int
  let layers: [Layer]
  /// Bytes of memory; pages that no position has used are not resident.
  let byteCount: Int
  /// Of all layers that have one.
  let window: Int?
  /// Of layers with a window.
  private let windowSlots: Int
  /// Positions whose keys and values count.
  private(set) var position = 0
  /// Slots of positions before `written` − slots have been overwritten. At least `position`; more after going back.
  private var written = 0

  init(_ parameters: HyperParameters, options: TransformerOptions) throws(InferenceError) {
    type = options.keyValueType
    context = options.context
    for length in [parameters.keyLength, parameters.valueLength] where length % type.blockElements != 0 {
      throw InferenceError(
        .requestInvalid,
        "could not keep keys and values as \(type.rawValue): heads are \(length) long, allowed are multiples of "
          + "\(type.blockElements)", remedy: "Choose f16.")
    }
    window = parameters.layers.compactMap(\.window).first
    windowSlots = min(options.context, (window ?? 0) + options.batch + options.rewind)
    let keyRowBytes = type.rowBytes(parameters.keyLength)
    let valueRowBytes = type.rowBytes(parameters.valueLength)
    var layers: [Layer] = []
    var total = 0
    for shape in parameters.layers {
      let slots = shape.window == nil ? options.context : windowSlots
      let bytes = slots * (keyRowBytes + valueRowBytes) * shape.keyValueHeads
      guard let base = unsafe calloc(bytes, 1) else {
        layers.forEach { unsafe free($0.base) }
        throw InferenceError(
          .outOfMemory, "could not get \(bytes) bytes for a layer's keys and values, after \(total)",
          errorNumber: errno, remedy: "Choose a shorter context or q8_0 for keys and values.")
      }
      layers.append(
        unsafe Layer(
          heads: shape.keyValueHeads, window: shape.window, slots: slots, keyRowBytes: keyRowBytes,
          valueRowBytes: valueRowBytes, base: base))
      total += bytes
    }
    self.layers = layers
    byteCount = total
  }

  deinit { layers.forEach { unsafe free($0.base) } }

  /// What attention reads of one head.
  func head(_ head: Int, layer: Int) -> ckernels_kv_head {
    let layer = layers[layer]
    precondition(head >= 0 && head < layer.heads, "head \(head) of \(layer.heads)")
    let keys = unsafe layer.base + head * layer.headBytes
    return unsafe ckernels_kv_head(
      kind: type.code, keys: keys, key_row_bytes: layer.keyRowBytes,
      values: keys + layer.slots * layer.keyRowBytes, value_row_bytes: layer.valueRowBytes, capacity: layer.slots)
  }

  /// Writes the key and value of one position and head.
  func store(
    layer: Int, head: Int, position: Int, key: UnsafePointer<Float>, keyLength: Int, value: UnsafePointer<Float>,
    valueLength: Int
  ) {
    let layer = layers[layer]
    let slot = position % layer.slots
    let keys = unsafe layer.base + head * layer.headBytes
    let values = unsafe keys + layer.slots * layer.keyRowBytes
    unsafe ckernels_kv_store(type.code, key, keys + slot * layer.keyRowBytes, keyLength)
    unsafe ckernels_kv_store(type.code, value, values + slot * layer.valueRowBytes, valueLength)
  }

  /// Says that keys and values of `count` positions from ``position`` on are about to be written.
  func willWrite(_ count: Int) {
    precondition(position + count <= context, "\(count) positions after \(position) of \(context)")
    written = max(written, position + count)
  }

  /// Says that they count from now on.
  func advance(_ count: Int) { position += count }

  /// Whether everything that a token at `position` sees is still there.
  func keeps(_ position: Int) -> Bool {
    guard position <= self.position else { return false }
    guard let window else { return true }
    return max(0, position - window + 1) >= written - windowSlots
  }

  /// Forgets the positions from `position` on. Where a layer's window is no longer there, forgets everything.
  /// - Returns: how many positions count now: `position` (or fewer, if fewer were there), or 0.
  func truncate(to position: Int) -> Int {
    precondition(position >= 0, "position \(position)")
    let wanted = min(position, self.position)
    if keeps(wanted) { self.position = wanted } else { reset() }
    return self.position
  }

  /// Forgets everything.
  func reset() {
    position = 0
    written = 0
  }

  /// Says that ``visitRows(of:_:)`` has filled the rows of the first `count` positions.
  func restored(_ count: Int) {
    position = count
    // Layers with a window got nothing before what the next token sees.
    let missing = max(0, count - (window ?? count) + 1)
    written = window == nil || missing == 0 ? count : max(count, missing + windowSlots)
  }

  /// Bytes of ``visitRows(of:_:)``.
  func rowBytes(of count: Int) -> Int {
    layers.reduce(0) { $0 + $1.heads * ($1.keyRowBytes + $1.valueRowBytes) * seen(count, in: $1).count }
  }

  /// Calls `body` with the memory of all rows that a token at position `count` sees: by layer, head, keys then values, in
  /// the order of positions.
  func visitRows<Failure: Error>(
    of count: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    for layer in layers {
      let range = seen(count, in: layer)
      for head in 0..<layer.heads {
        let keys = unsafe layer.base + head * layer.headBytes
        try unsafe visit(keys, rowBytes: layer.keyRowBytes, slots: layer.slots, range, body)
        let values = unsafe keys + layer.slots * layer.keyRowBytes
        try unsafe visit(values, rowBytes: layer.valueRowBytes, slots: layer.slots, range, body)
      }
    }
  }

  private func seen(_ count: Int, in layer: Layer) -> Range<Int> {
    max(0, layer.window.map { count - $0 + 1 } ?? 0)..<count
  }

  private func visit<Failure: Error>(
    _ base: UnsafeMutableRawPointer, rowBytes: Int, slots: Int, _ positions: Range<Int>,
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var at = positions.lowerBound
    while at < positions.upperBound {
      let slot = at % slots
      let count = min(positions.upperBound - at, slots - slot)
      try unsafe body(UnsafeMutableRawBufferPointer(start: base + slot * rowBytes, count: count * rowBytes))
      at += count
    }
  }
}
