internal import CKernels
internal import Glibc

/// Writes a model's packed weights once.
@safe struct PackWriter {
  private let layout: PackLayout
  private let identity: UInt64
  private let file: GGUFFile

  init(_ layout: PackLayout, identity: UInt64, file: GGUFFile) {
    self.layout = layout
    self.identity = identity
    self.file = file
  }

  /// Writes beside `path` and gives the file its name when all of it is on the disk.
  func write(
    to path: String, in folder: String, threads: Int, progress: @escaping @Sendable (Double) -> Void
  ) throws(InferenceError) {
    for end in folder.indices where folder[end] == "/" && end > folder.startIndex {
      unsafe _ = mkdir(String(folder[..<end]), 0o755)
    }
    unsafe _ = mkdir(folder, 0o755)
    let part = path + ".\(getpid()).part"
    let descriptor = unsafe open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw Self.failed(path, errno) }
    defer {
      close(descriptor)
      // After it was renamed, nothing has this name.
      unsafe _ = unlink(part)
    }
    // All of the room at once: a full disk is known before anything is written, and no page can fail later.
    let status = posix_fallocate(descriptor, 0, off_t(layout.byteCount))
    guard status == 0 else { throw Self.failed(path, status) }
    let start = unsafe mmap(nil, layout.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { throw Self.failed(path, errno) }
    defer { unsafe _ = munmap(start, layout.byteCount) }
    try unsafe fill(
      UnsafeMutableRawBufferPointer(start: start, count: layout.byteCount), threads: threads, progress: progress)
    let header = layout.header(identity: identity)
    unsafe UnsafeMutableRawBufferPointer(start: start, count: header.count).copyBytes(from: header)
    guard unsafe msync(start, layout.byteCount, MS_SYNC) == 0, fsync(descriptor) == 0, unsafe rename(part, path) == 0
    else {
      throw Self.failed(path, errno)
    }
  }

  private func fill(
    _ bytes: UnsafeMutableRawBufferPointer, threads: Int, progress: @escaping @Sendable (Double) -> Void
  ) throws(InferenceError) {
    let output = unsafe Output(bytes: bytes)
    let done = Tally()
    let all = layout.entries.reduce(0) { $0 + $1.byteCount }
    // One unit is one matrix: there are hundreds.
    let team = try ComputeThreads(count: threads, niceness: 0) { [layout, file] lane in
      lane.share(layout.entries.count, grain: 1) { range in
        for index in range {
          let entry = layout.entries[index]
          unsafe Self.pack(entry, from: file.bytes(of: entry.tensor), into: output.bytes.baseAddress! + entry.offset)
          var hash = XXHash64()
          unsafe hash.update(
            UnsafeRawBufferPointer(rebasing: output.bytes[entry.offset..<entry.offset + entry.byteCount]))
          unsafe output.bytes.storeBytes(
            of: hash.value.littleEndian, toByteOffset: layout.hashes + 8 * index, as: UInt64.self)
          progress(Double(done.add(entry.byteCount)) / Double(max(1, all)))
        }
      }
    }
    team.run()
  }

  private static func pack(
    _ entry: PackLayout.Entry, from rows: UnsafeRawBufferPointer, into out: UnsafeMutableRawPointer
  ) {
    let tensor = entry.tensor
    let height = PackedMatrix.groupRows
    for group in 0..<entry.groups {
      let count = min(height, tensor.dimensions[1] - group * height)
      unsafe ckernels_pack(
        Int32(tensor.type.rawValue), rows.baseAddress! + group * height * tensor.rowBytes, tensor.rowBytes,
        tensor.dimensions[0], count, out + group * entry.groupBytes)
    }
  }

  /// The threads write disjoint parts.
  @safe private struct Output: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer
  }

  private static func failed(_ path: String, _ number: Int32) -> InferenceError {
    InferenceError(
      .fileUnreadable, "could not write the packed weights \(path): \(unsafe String(cString: strerror(number)))",
      errorNumber: number,
      remedy: "Make room for as much as the model's own file takes; without it the model runs more slowly.")
  }
}
