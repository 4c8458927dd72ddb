import CALSA
import Glibc

/// Owns one open PCM of ALSA, in non-blocking mode; closing happens when the value ends. One thread at a time.
@safe public struct PCMDevice: ~Copyable, PCMPort {
  /// As given to ``init(name:direction:request:configuration:)``.
  public let name: String
  public let direction: PCMDirection
  public let format: PCMFormat

  private let handle: OpaquePointer
  // One for each descriptor of the device, and one for the event that ends a wait.
  private let polled: UnsafeMutablePointer<pollfd>
  private let polledCount: Int
  // alsa-lib may look into the tree that a PCM was opened from for as long as the PCM lives.
  private let configuration: ALSAConfiguration?

  /// Opens `name` (`hw:CARD=…`, `plughw:…`, `default`, any configured PCM) and settles on the format nearest to
  /// `request`. `configuration` replaces alsa-lib's global one. Allocates; may take tens of milliseconds.
  public init(
    name: String, direction: PCMDirection, request: PCMRequest = PCMRequest(), configuration: ALSAConfiguration? = nil
  ) throws(SoundCardError) {
    let opened = try unsafe openPCM(name: name, direction: direction, configuration: configuration)
    do throws(SoundCardError) {
      format = try unsafe negotiate(opened, name: name, direction: direction, request: request)
    } catch {
      unsafe _ = snd_pcm_close(opened)
      throw error
    }
    self.name = name
    self.direction = direction
    self.configuration = configuration
    unsafe handle = opened
    polledCount = Int(max(0, min(64, unsafe snd_pcm_poll_descriptors_count(opened))))
    unsafe polled = .allocate(capacity: polledCount + 1)
    unsafe polled.initialize(repeating: pollfd(), count: polledCount + 1)
  }

  deinit {
    unsafe _ = snd_pcm_close(handle)
    unsafe polled.deallocate()
  }

  public func wait(milliseconds: Int32, wake: EventDescriptor) -> Int32 {
    let available = unsafe snd_pcm_avail_update(handle)
    if available < 0 { return Int32(available) }
    if available >= format.periodFrames { return 1 }
    let count = unsafe snd_pcm_poll_descriptors(handle, polled, UInt32(polledCount))
    if count < 0 { return count }
    unsafe polled[Int(count)] = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
    let result = unsafe poll(polled, nfds_t(count + 1), milliseconds)
    if result < 0 { return errno == EINTR ? 0 : -errno }
    if result == 0 { return 0 }
    var events: UInt16 = 0
    let mapped = unsafe snd_pcm_poll_descriptors_revents(handle, polled, UInt32(count), &events)
    if mapped < 0 { return mapped }
    if Int32(events) & (POLLERR | POLLNVAL) != 0 { return stateError }
    return Int32(events) & (POLLIN | POLLOUT) != 0 ? 1 : 0
  }

  // What the device's state means after poll() reported an error.
  private var stateError: Int32 {
    switch unsafe snd_pcm_state(handle) {
    case SND_PCM_STATE_XRUN: -EPIPE
    case SND_PCM_STATE_SUSPENDED: -ESTRPIPE
    case SND_PCM_STATE_DISCONNECTED: -ENODEV
    default: -EIO
    }
  }

  public func available() -> Int { unsafe snd_pcm_avail_update(handle) }

  public func delay() -> Int? {
    var frames: snd_pcm_sframes_t = 0
    return unsafe snd_pcm_delay(handle, &frames) < 0 ? nil : frames
  }

  public func read(into bytes: inout MutableRawSpan, frames: Int) -> Int {
    let frames = min(frames, bytes.byteCount / format.bytesPerFrame)
    return unsafe bytes.withUnsafeMutableBytes { unsafe snd_pcm_readi(handle, $0.baseAddress, UInt(frames)) }
  }

  public func write(_ bytes: RawSpan, frames: Int) -> Int {
    let frames = min(frames, bytes.byteCount / format.bytesPerFrame)
    return unsafe bytes.withUnsafeBytes { unsafe snd_pcm_writei(handle, $0.baseAddress, UInt(frames)) }
  }

  public func start() -> Int32 {
    // Writing a period starts it too.
    unsafe snd_pcm_state(handle) == SND_PCM_STATE_RUNNING ? 0 : snd_pcm_start(handle)
  }
  public func drop() -> Int32 { unsafe snd_pcm_drop(handle) }
  public func prepare() -> Int32 { unsafe snd_pcm_prepare(handle) }
  public func resume() -> Int32 { unsafe snd_pcm_resume(handle) }

  public var isConnected: Bool {
    // Looking at the position makes a plug-in notice what a state alone does not show.
    let available = unsafe snd_pcm_avail_update(handle)
    // What the loops can recover from; a sound server that went away has errors of its own.
    let passing = [EPIPE, ESTRPIPE, EAGAIN, EINTR]
    if available < 0, !passing.contains(Int32(clamping: -available)) { return false }
    return unsafe snd_pcm_state(handle) != SND_PCM_STATE_DISCONNECTED
  }
}

// Uniquely owned: the pointers never leave the value, so it may move to the thread that uses it.
extension PCMDevice: @unchecked Sendable {}
