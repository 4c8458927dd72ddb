internal import Glibc

/// Runs `body`, which may block, on a thread of its own, so that no thread of Swift's pool waits in the kernel. `body`
/// itself bounds how long it takes; whoever cancels does it through a `WakeSignal` that `body` polls.
/// - Throws: `inputOutput` where the system has no thread left; `body` was not called then.
func onBlockingThread<Value: Sendable>(
  _ body: @escaping @Sendable () -> Value
) async throws(ActionError) -> Value {
  let outcome: Result<Value, ActionError> = await withCheckedContinuation { continuation in
    let work = unsafe Unmanaged.passRetained(BlockingWork { continuation.resume(returning: .success(body())) })
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    // Polls and small reads: far from the 8 MiB a thread gets otherwise.
    unsafe pthread_attr_setstacksize(&attributes, 256 * 1024)
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, &attributes,
      { argument in
        unsafe Unmanaged<BlockingWork>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, unsafe work.toOpaque())
    unsafe pthread_attr_destroy(&attributes)
    if status != 0 {
      unsafe work.release()
      continuation.resume(
        returning: .failure(
          ActionError(
            .inputOutput, "start a thread", reason: SystemCallFailure.text(of: status), errno: status,
            remedy: "Raise the service's TasksMax.")))
    }
  }
  return try outcome.get()
}

private final class BlockingWork: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
