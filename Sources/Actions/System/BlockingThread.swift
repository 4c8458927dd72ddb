internal import OperatingSystem

/// Runs `body`, which may block, on a thread of its own, so that no thread of Swift's pool waits in the kernel. `body`
/// itself bounds how long it takes; whoever cancels does it through a `WakeDescriptor` that `body` polls.
/// - Throws: `inputOutput` where the system has no thread left; `body` was not called then.
func onBlockingThread<Value: Sendable>(
  _ body: @escaping @Sendable () -> Value
) async throws(ActionError) -> Value {
  let outcome: Result<Value, SystemCallFailure> = await withCheckedContinuation { continuation in
    do throws(SystemCallFailure) {
      // Polls and small reads: far from the 8 MiB a thread gets otherwise.
      try PlainThread.detach(stackBytes: 256 * 1024) { continuation.resume(returning: .success(body())) }
    } catch {
      continuation.resume(returning: .failure(error))
    }
  }
  do throws(SystemCallFailure) {
    return try outcome.get()
  } catch {
    throw ActionError(
      .inputOutput, "start a thread", reason: error.text, errno: error.number, remedy: "Raise the service's TasksMax.")
  }
}
