internal import CKernels
internal import Glibc

extension ForwardPass {
  /// residual += Wo · attention(norm(residual)); then the feed-forward norm into `normed`.
  func attend(layer index: Int, _ count: Int, _ lane: ComputeLane) {
    let layer = weights.layers[index]
    unsafe multiply(
      scratch.normed, count: count, isQuantised: layer.quantisesAttention,
      Products(
        first: Product(matrix: layer.query.matrix, out: scratch.queries),
        second: Product(matrix: layer.key.matrix, out: scratch.keys),
        third: Product(matrix: layer.value.matrix, out: scratch.values)), lane)
    let shape = layer.shape
    let perToken = shape.heads + shape.keyValueHeads
    lane.share(count * perToken, grain: max(1, count * perToken / (8 * lane.laneCount))) { range in
      for unit in range {
        let (t, head) = (unit / perToken, unit % perToken)
        if head < shape.heads {
          prepareQuery(layer, token: t, head: head)
        } else {
          store(layer, index, token: t, head: head - shape.heads)
        }
      }
    }
    mix(layer, index, count, lane)
    unsafe multiply(
      scratch.mixed, count: count, Products(first: Product(matrix: layer.attentionOutput.matrix, out: scratch.branch)),
      lane)
    unsafe addBranch(
      count, lane, bias: layer.attentionOutput.bias, postNorm: layer.attentionPostNorm,
      nextNorm: layer.feedForwardNorm, quantises: layer.quantisesFeedForward)
  }

  /// residual += Wdown · (activation(Wgate · x) * Wup · x); then the next layer's norm into `normed`.
  func feedForward(layer index: Int, _ count: Int, _ lane: ComputeLane) {
    let layer = weights.layers[index]
    let inner = layer.shape.feedForward
    unsafe multiply(
      scratch.normed, count: count, isQuantised: layer.quantisesFeedForward,
      Products(
        first: Product(matrix: layer.gate.matrix, out: scratch.gates),
        second: Product(matrix: layer.up.matrix, out: scratch.ups)), lane)
    // Rows are cut where there are few tokens, and each piece is a multiple of a cache line.
    let piece = min(inner, 1024)
    let pieces = (inner + piece - 1) / piece
    lane.share(count * pieces, grain: 1) { range in
      for unit in range {
        let begin = unit % pieces * piece
        let length = min(piece, inner - begin)
        let gate = unsafe scratch.gates + unit / pieces * inner + begin
        let up = unsafe scratch.ups + unit / pieces * inner + begin
        if let bias = unsafe layer.gate.bias { unsafe ckernels_add(bias + begin, gate, length) }
        if let bias = unsafe layer.up.bias { unsafe ckernels_add(bias + begin, up, length) }
        switch parameters.architecture.activation {
        case .silu: unsafe ckernels_silu_multiply(gate, up, length)
        case .gelu: unsafe ckernels_gelu_multiply(gate, up, length)
        }
      }
    }
    unsafe multiply(
      scratch.gates, count: count, Products(first: Product(matrix: layer.down.matrix, out: scratch.branch)), lane)
    noteCancellation(count: count, layer: index)
    let next = index + 1 < weights.layers.count ? weights.layers[index + 1] : nil
    unsafe addBranch(
      count, lane, bias: layer.down.bias, postNorm: layer.feedForwardPostNorm, nextNorm: next?.attentionNorm,
      quantises: next?.quantisesAttention ?? false)
  }

  /// Bias, norm, rotation and scale of one query head.
  private func prepareQuery(_ layer: TransformerWeights.Layer, token t: Int, head: Int) {
    let length = parameters.keyLength
    let query = unsafe scratch.queries + (t * layer.shape.heads + head) * length
    if let bias = unsafe layer.query.bias { unsafe ckernels_add(bias + head * length, query, length) }
    if let norm = unsafe layer.queryNorm { unsafe ckernels_rms_norm(query, norm, parameters.epsilon, query, length) }
    unsafe rotate(query, token: t, layer)
    var scale = Double(parameters.scoreScale)
    if parameters.temperatureScale != 0 {
      let periods = (cache.position + t) / parameters.temperaturePeriod
      scale *= 1 + parameters.temperatureScale * log(Double(periods + 1))
    }
    unsafe ckernels_multiply(Float(scale), query, length)
  }

  /// Bias, norm and rotation of one key head, bias of its value, and both into the cache.
  private func store(_ layer: TransformerWeights.Layer, _ index: Int, token t: Int, head: Int) {
    let shape = layer.shape
    let length = parameters.keyLength
    let key = unsafe scratch.keys + (t * shape.keyValueHeads + head) * length
    if let bias = unsafe layer.key.bias { unsafe ckernels_add(bias + head * length, key, length) }
    if let norm = unsafe layer.keyNorm { unsafe ckernels_rms_norm(key, norm, parameters.epsilon, key, length) }
    unsafe rotate(key, token: t, layer)
    let valueLength = parameters.valueLength
    let value = unsafe scratch.values + (t * shape.keyValueHeads + head) * valueLength
    if let bias = unsafe layer.value.bias { unsafe ckernels_add(bias + head * valueLength, value, valueLength) }
    unsafe cache.store(
      layer: index, head: head, position: cache.position + t, key: key, keyLength: length, value: value,
      valueLength: valueLength)
  }

  private func rotate(_ x: UnsafeMutablePointer<Float>, token t: Int, _ layer: TransformerWeights.Layer) {
    let pairs = parameters.rope.dimensions / 2
    let isWindow = layer.shape.window != nil
    unsafe ckernels_rotate(
      x, (isWindow ? scratch.windowCosines : scratch.cosines) + t * pairs,
      (isWindow ? scratch.windowSines : scratch.sines) + t * pairs, pairs,
      parameters.architecture.pairs == .adjacent ? 1 : 0)
  }

  /// Attention of all tokens over the cache, from `queries` into `mixed`.
  private func mix(_ layer: TransformerWeights.Layer, _ index: Int, _ count: Int, _ lane: ComputeLane) {
    let shape = layer.shape
    let (keyLength, valueLength) = (parameters.keyLength, parameters.valueLength)
    // Query heads that share keys and values are computed together, unless that would leave threads without work.
    let isThin = count * shape.keyValueHeads < 2 * lane.laneCount
    let together = isThin ? 1 : Scratch.queriesTogether(shape.group)
    let perToken = shape.heads / together
    lane.share(count * perToken, grain: 1) { range in
      for unit in range {
        let t = unit % count
        let head = unit / count * together
        let position = cache.position + t
        let first = shape.window.map { max(0, position - $0 + 1) } ?? 0
        var region = unsafe cache.head(head / shape.group, layer: index)
        unsafe ckernels_attend(
          &region, first % cache.layers[index].slots, position - first + 1,
          scratch.queries + (t * shape.heads + head) * keyLength, together, keyLength, valueLength,
          scratch.scores + lane.index * scratch.scoreStride,
          scratch.mixed + (t * shape.heads + head) * valueLength)
      }
    }
  }

  /// residual += norm(branch + bias), and the norm for what comes next.
  private func addBranch(
    _ count: Int, _ lane: ComputeLane, bias: UnsafePointer<Float>?, postNorm: UnsafePointer<Float>?,
    nextNorm: UnsafePointer<Float>?, quantises: Bool
  ) {
    let width = parameters.width
    lane.share(count, grain: 1) { range in
      for t in range {
        let branch = unsafe scratch.branch + t * width
        let residual = unsafe scratch.residual + t * width
        if let bias = unsafe bias { unsafe ckernels_add(bias, branch, width) }
        if let norm = unsafe postNorm { unsafe ckernels_rms_norm(branch, norm, parameters.epsilon, branch, width) }
        unsafe ckernels_add(branch, residual, width)
        if let nextNorm = unsafe nextNorm { unsafe norm(t, of: count, nextNorm, quantises: quantises) }
      }
    }
  }
}
