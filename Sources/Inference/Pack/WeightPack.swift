internal import Glibc

/// A model's matrices as the fast kernels read them, in a file of their own that is mapped and never copied: pages are read
/// when they are used, shared between processes, and given back when memory is short.
@safe final class WeightPack: Sendable {
  let layout: PackLayout
  private nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// Maps the pack of `file` in `folder` and makes it where it is missing, outdated or damaged. Nil: nothing in the file has
  /// a packed form.
  /// - Parameters:
  ///   - threads: how many pack and check.
  ///   - progress: told how much is packed and checked, from any thread.
  /// - Throws: `fileUnreadable` where there is no room for it or the folder cannot be written.
  static func open(
    for file: GGUFFile, identity: UInt64, in folder: String, threads: Int,
    progress: @escaping @Sendable (LoadingProgress) -> Void
  ) throws(InferenceError) -> WeightPack? {
    let layout = PackLayout(file)
    if layout.entries.isEmpty { return nil }
    let path = folder + "/" + String(identity, radix: 16) + "-\(PackedMatrix.groupRows).pack"
    if let pack = WeightPack(path, layout, identity, threads: threads, progress: progress) { return pack }
    try PackWriter(layout, identity: identity, file: file).write(
      to: path, in: folder, threads: threads
    ) { progress(.packing($0)) }
    guard let pack = WeightPack(path, layout, identity, threads: threads, progress: progress) else {
      throw InferenceError(
        .fileUnreadable, "could not use the packed weights \(path) that were just written", errorNumber: errno,
        remedy: "See whether the disk is well; without the file the model runs more slowly.")
    }
    return pack
  }

  /// Nil where the file is not there, is another one's, or was damaged.
  private init?(
    _ path: String, _ layout: PackLayout, _ identity: UInt64, threads: Int,
    progress: @escaping @Sendable (LoadingProgress) -> Void
  ) {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      Int(status.st_size) == layout.byteCount
    else { return nil }
    let start = unsafe mmap(nil, layout.byteCount, PROT_READ, MAP_SHARED, descriptor, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { return nil }
    unsafe bytes = UnsafeRawBufferPointer(start: start, count: layout.byteCount)
    self.layout = layout
    guard unsafe bytes.starts(with: layout.header(identity: identity)), isWhole(threads: threads, progress: progress)
    else { return nil }
  }

  deinit { unsafe munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count) }

  /// The packed form of a tensor, where it has one.
  func matrix(_ tensor: GGUFTensor) -> PackedMatrix? {
    guard let entry = layout.entry(tensor) else { return nil }
    return unsafe PackedMatrix(
      type: tensor.type, rows: tensor.dimensions[1], columns: tensor.dimensions[0],
      base: bytes.baseAddress! + entry.offset)
  }

  /// Compares every matrix with its checksum.
  private func isWhole(threads: Int, progress: @escaping @Sendable (LoadingProgress) -> Void) -> Bool {
    let wrong = Tally()
    let done = Tally()
    let all = Double(max(1, layout.entries.reduce(0) { $0 + $1.byteCount }))
    let team = try? ComputeThreads(count: threads, niceness: 0) { [layout] lane in
      lane.share(layout.entries.count, grain: 1) { range in
        for index in range {
          let entry = layout.entries[index]
          var hash = XXHash64()
          unsafe hash.update(
            UnsafeRawBufferPointer(rebasing: self.bytes[entry.offset..<entry.offset + entry.byteCount]))
          let stored = unsafe self.bytes.loadUnaligned(fromByteOffset: layout.hashes + 8 * index, as: UInt64.self)
          if hash.value != UInt64(littleEndian: stored) { wrong.add(1) }
          progress(.checking(Double(done.add(entry.byteCount)) / all))
        }
      }
    }
    guard let team else { return false }
    team.run()
    return wrong.value == 0
  }
}
