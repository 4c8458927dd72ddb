internal import Glibc
internal import Tools

/// The assistant's timers: set, stopped and asked for by tools, rung when their time is up, kept over a restart.
///
/// While the process lives a timer runs by the clock that no one can set; after a restart by the time of day, and never
/// longer than it was set for, whatever that clock says.
public actor TimerKeeper {
  private struct Entry {
    var timer: RunningTimer
    /// By the clock of `now`.
    var due: Duration
  }

  private let store: any TimerStore
  private let now: @Sendable () -> Duration
  private let timeOfDay: @Sendable () -> Double
  private let sleep: @Sendable (Duration) async throws -> Void
  private var entries: [Entry] = []
  private var nextID: Int64 = 1
  private var ring: (@Sendable (RungTimer) -> Void)?
  private var alarm: Task<Void, Never>?
  private var isSaving = false
  private var isUnsaved = false

  /// - Parameters:
  ///   - now: a clock that only goes forward, also while the machine sleeps.
  ///   - timeOfDay: seconds since 1970.
  public init(
    store: any TimerStore, now: @escaping @Sendable () -> Duration = { PolicyMoment.now().uptime },
    timeOfDay: @escaping @Sendable () -> Double = { TimerKeeper.secondsSince1970() },
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0, clock: .continuous) }
  ) {
    self.store = store
    self.now = now
    self.timeOfDay = timeOfDay
    self.sleep = sleep
  }

  /// Takes up what an earlier run left, and rings from now on. What came due meanwhile rings at once, with how late it is.
  public func start(ringing: @escaping @Sendable (RungTimer) -> Void) async {
    ring = ringing
    let present = now()
    for timer in await store.timers().prefix(TimerAction.maximumCount) {
      let left = timer.rings - timeOfDay()
      let length = Double(timer.length.components.seconds)
      entries.append(Entry(timer: timer, due: present + .seconds(min(max(left, -Self.latest), length))))
      nextID = max(nextID, timer.id + 1)
    }
    await fire()
  }

  /// Who is late by more than a day is as late as a day.
  private static let latest = 86_400.0

  /// Begins a timer.
  /// - Throws: `busy` where too many run.
  func set(seconds: Int, label: String) async throws(ActionError) -> RunningTimer {
    guard entries.count < TimerAction.maximumCount else {
      throw ActionError(
        .busy, "set a timer", reason: "\(TimerAction.maximumCount) timers are running", remedy: "Stop one of them.")
    }
    let timer = RunningTimer(
      id: nextID, label: label.prefix(bytes: TimerAction.maximumLabelBytes), length: .seconds(seconds),
      rings: timeOfDay() + Double(seconds))
    nextID += 1
    entries.append(Entry(timer: timer, due: now() + .seconds(seconds)))
    arm()
    await save()
    return timer
  }

  /// Stops all timers, or those with this label. Returns how many.
  func cancel(label: String?) async -> Int {
    let before = entries.count
    entries.removeAll { label == nil || $0.timer.label == label }
    guard entries.count != before else { return 0 }
    let count = before - entries.count
    arm()
    await save()
    return count
  }

  /// The timers with what is left of them, the first to ring first.
  func running() -> [(timer: RunningTimer, left: Duration)] {
    let present = now()
    return entries.sorted { $0.due < $1.due }.map { ($0.timer, max(.zero, $0.due - present)) }
  }

  /// Rings what is due, and waits for the next.
  private func fire() async {
    let present = now()
    let due = entries.filter { $0.due <= present }.sorted { $0.due < $1.due }
    if !due.isEmpty {
      entries.removeAll { $0.due <= present }
      for entry in due {
        let late = present - entry.due
        ring?(RungTimer(timer: entry.timer, late: late < .seconds(5) ? .zero : late))
      }
    }
    arm()
    // After it has rung: a power cut in between rings twice, and never not at all.
    if !due.isEmpty { await save() }
  }

  /// The newest state is what is saved last, although others may come in while the disk is waited for.
  private func save() async {
    isUnsaved = true
    guard !isSaving else { return }
    isSaving = true
    while isUnsaved {
      isUnsaved = false
      await store.save(entries.map(\.timer))
    }
    isSaving = false
  }

  /// By the clock that somebody may set.
  public static func secondsSince1970() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private func arm() {
    alarm?.cancel()
    guard ring != nil, let next = entries.map(\.due).min() else { return alarm = nil }
    let wait = max(.milliseconds(1), next - now())
    // Ends with its time, or with the next change of the timers, which replaces it; a keeper that is let go fires nothing.
    alarm = Task { [weak self, sleep] in
      guard (try? await sleep(wait)) != nil, !Task.isCancelled else { return }
      await self?.fire()
    }
  }
}

extension String {
  /// As many whole characters as fit.
  fileprivate func prefix(bytes limit: Int) -> String {
    var text = self
    while text.utf8.count > limit { text.removeLast() }
    return text
  }
}
