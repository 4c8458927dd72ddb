internal import Glibc

extension PolicyMoment {
  /// By CLOCK_BOOTTIME, which counts while the device sleeps, and the local time of day.
  public static func now() -> PolicyMoment {
    var boot = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &boot)
    var wall = time(nil)
    var local = unsafe tm()
    unsafe localtime_r(&wall, &local)
    let hour = unsafe Int(local.tm_hour)
    let minute = unsafe Int(local.tm_min)
    // Seconds may be 60; hours and minutes stay within a day.
    let timeOfDay = ToolPolicy.TimeOfDay(hour: hour, minute: minute) ?? ToolPolicy.TimeOfDay(hour: 0, minute: 0)!
    return PolicyMoment(
      uptime: .seconds(Int64(boot.tv_sec)) + .nanoseconds(Int64(boot.tv_nsec)), timeOfDay: timeOfDay)
  }
}
