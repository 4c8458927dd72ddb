import Glibc

extension GGUFFile {
  /// `MADV_POPULATE_READ` of Linux 5.14, which older headers do not have.
  private static let populateRead: Int32 = 22

  /// Reads the tensor's bytes from the disk, so that its first use does not wait for it, and so that a disk that cannot
  /// be read is an error at the start instead of the process's end later.
  ///
  /// Returns when they are there; before Linux 5.14 when the disk was asked for them. They stay as long as the system
  /// has memory for them; nothing is copied. Blocks; throws `fileUnreadable` when the file was shortened since it was
  /// opened or cannot be read.
  public func preload(_ tensor: GGUFTensor) throws(InferenceError) {
    let bytes = unsafe bytes(of: tensor)
    guard let start = bytes.baseAddress else { return }
    let lead = Int(bitPattern: start) % sysconf(Int32(_SC_PAGESIZE))
    let page = unsafe UnsafeMutableRawPointer(mutating: start - lead)
    if unsafe madvise(page, bytes.count + lead, Self.populateRead) == 0 { return }
    let reason = errno
    // An older kernel does not know the advice.
    if unsafe reason == EINVAL && madvise(page, bytes.count + lead, MADV_WILLNEED) == 0 { return }
    throw InferenceError(
      .fileUnreadable, "could not read the tensor \(tensor.name) of the model \(path)", errorNumber: reason,
      remedy: reason == EFAULT
        ? "The file was changed while it was in use: start again, and replace models by renaming." : "Check the disk.")
  }
}
