import Glibc

/// A real thread for tests of what real threads do.
@safe public final class JoinableThread {
  private let thread: pthread_t

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  public init(_ run: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { context in
        if let context = unsafe context { unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(Body(run)).toOpaque())
    precondition(status == 0, "no thread could be started: \(status)")
    self.thread = thread
  }

  /// Waits for the end; once.
  public func join() { pthread_join(thread, nil) }
}

/// Lets another thread run, where both share one core.
public func yieldThread() { sched_yield() }
