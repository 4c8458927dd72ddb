internal import Glibc

/// A user a program may run as, looked up once: the lookup can block and must not happen between fork and exec.
struct UserAccount: Hashable, Sendable {
  var name: String
  var userID: UInt32
  var groupID: UInt32
  /// All the user's groups, as initgroups would set them.
  var groups: [UInt32]
  var home: String
  var shell: String

  /// The account of a name or a number.
  /// - Throws: `notFound`.
  init(named text: String) throws(ActionError) {
    let found: UserAccount? =
      if let number = UInt32(text) {
        unsafe Self.lookUp { unsafe getpwuid_r(number, $0, $1, $2, $3) }
      } else {
        unsafe Self.lookUp { unsafe getpwnam_r(text, $0, $1, $2, $3) }
      }
    guard let found else {
      throw ActionError(
        .notFound, "run a program as \(text)", reason: "there is no such user",
        remedy: "Create it (systemd-sysusers), or correct `user`.")
    }
    self = found
  }

  /// The account the daemon itself runs as; a number without an entry gets `/` as its home.
  static var current: UserAccount {
    let number = geteuid()
    return unsafe lookUp { unsafe getpwuid_r(number, $0, $1, $2, $3) }
      ?? UserAccount(
        name: String(number), userID: number, groupID: getegid(), groups: [getegid()], home: "/", shell: "/bin/sh")
  }

  private init(name: String, userID: UInt32, groupID: UInt32, groups: [UInt32], home: String, shell: String) {
    self.name = name
    self.userID = userID
    self.groupID = groupID
    self.groups = groups
    self.home = home
    self.shell = shell
  }

  private typealias Lookup = (
    UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
  ) -> Int32

  private static func lookUp(_ call: Lookup) -> UserAccount? {
    var entry = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    // Entries are a few hundred bytes; one that does not fit is no user of ours.
    var buffer = [CChar](repeating: 0, count: 65536)
    return unsafe buffer.withUnsafeMutableBufferPointer { texts -> UserAccount? in
      guard unsafe call(&entry, texts.baseAddress!, texts.count, &found) == 0, unsafe found != nil else { return nil }
      let name = unsafe String(cString: entry.pw_name)
      var count: Int32 = 256
      var groups = [gid_t](repeating: 0, count: Int(count))
      guard unsafe getgrouplist(entry.pw_name, entry.pw_gid, &groups, &count) >= 0 else { return nil }
      return unsafe UserAccount(
        name: name, userID: entry.pw_uid, groupID: entry.pw_gid, groups: Array(groups.prefix(Int(count))),
        home: String(cString: entry.pw_dir), shell: String(cString: entry.pw_shell))
    }
  }

  /// Whether this process may become another user and end its programs: root, or CAP_SETUID, CAP_SETGID and CAP_KILL.
  static var mayChangeUser: Bool {
    if geteuid() == 0 { return true }
    // CapEff is a hexadecimal mask; the bits are those of linux/capability.h. Not /proc/self: a Swift program's first
    // thread may have ended (dispatch_main), and a dead thread keeps the capabilities it had.
    guard case .success(let status) = FolderSysfsFiles(root: "/proc/thread-self").read("status"),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }),
      let mask = UInt64(line.dropFirst(7).drop(while: { $0 == "\t" || $0 == " " }), radix: 16)
    else { return false }
    let wanted: UInt64 = 1 << 5 | 1 << 6 | 1 << 7  // CAP_KILL, CAP_SETGID, CAP_SETUID
    return mask & wanted == wanted
  }
}
