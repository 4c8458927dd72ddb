internal import CLinux
internal import Glibc
internal import OperatingSystem

/// The real kernel.
struct LinuxGPIOKernel: GPIOKernel {
  func chipPaths() -> [String] {
    guard case .success(let names) = namesInFolder("/dev") else { return [] }
    // gpiochip10 after gpiochip9.
    return names.filter { $0.hasPrefix("gpiochip") }.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
      .map { "/dev/" + $0 }
  }

  func open(_ path: String) -> Result<Int32, SystemCallFailure> {
    let descriptor = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC)
    return descriptor < 0 ? .failure(.last) : .success(descriptor)
  }

  func ioctl(_ descriptor: Int32, _ request: GPIORequest, _ structure: inout [UInt8]) -> SystemCallFailure? {
    let code =
      switch request {
      case .chipInfo: CLX_GPIO_GET_CHIPINFO
      case .lineInfo: CLX_GPIO_GET_LINEINFO
      case .requestLine: CLX_GPIO_GET_LINE
      case .getValues: CLX_GPIO_GET_VALUES
      case .setValues: CLX_GPIO_SET_VALUES
      }
    let number = unsafe structure.withUnsafeMutableBytes { bytes in
      unsafe clx_gpio_ioctl(descriptor, code, bytes.baseAddress!, bytes.count)
    }
    return number == 0 ? nil : SystemCallFailure(number)
  }

  func poll(_ descriptor: Int32, wake: Int32?, milliseconds: Int32) -> Result<GPIOPollOutcome, SystemCallFailure> {
    // A negative descriptor is skipped by poll.
    var entries = [
      pollfd(fd: descriptor, events: Int16(POLLIN | POLLPRI), revents: 0),
      pollfd(fd: wake ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    let count = unsafe Glibc.poll(&entries, nfds_t(entries.count), milliseconds)
    // A signal is an early end of the time; the caller looks at its deadline.
    if count < 0 { return errno == EINTR ? .success(.timedOut) : .failure(.last) }
    if entries[1].revents != 0 { return .success(.woken) }
    if entries[0].revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 { return .failure(SystemCallFailure(ENODEV)) }
    return .success(entries[0].revents != 0 ? .readable : .timedOut)
  }

  func read(_ descriptor: Int32, count: Int) -> Result<[UInt8], SystemCallFailure> {
    var bytes = [UInt8](repeating: 0, count: count)
    while true {
      let read = unsafe Glibc.read(descriptor, &bytes, count)
      if read < 0 && errno == EINTR { continue }
      if read < 0 { return .failure(.last) }
      return .success(Array(bytes.prefix(read)))
    }
  }

  func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }
}
