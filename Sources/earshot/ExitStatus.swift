import ArgumentParser
import Glibc

/// The exit codes of sysexits(3) that scripts may rely on.
enum ExitStatus: Int32 {
  case badData = 65
  case noInput = 66
  case unavailable = 69
  case software = 70
  case notPermitted = 77
  case badConfiguration = 78
}

/// Ends a command with a message for a person and a code for a script.
struct CommandFailure: Error, CustomStringConvertible {
  var status: ExitStatus
  var description: String
}

/// Writes one line to standard error, where everything goes that is not the command's result.
func note(_ line: String) {
  writeAll(line + "\n", to: STDERR_FILENO)
}

/// Writes to standard error without ending the line.
func noteRaw(_ text: String) {
  writeAll(text, to: STDERR_FILENO)
}

/// Writes one line to standard output at once, so that a reader on a pipe sees it when it happens.
func out(_ line: String) {
  writeAll(line + "\n", to: STDOUT_FILENO)
}

private func writeAll(_ text: String, to descriptor: Int32) {
  var text = text
  text.withUTF8 { bytes in
    var done = 0
    while done < bytes.count {
      let count = unsafe write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      if count < 0 {
        if errno == EINTR { continue }
        // A reader that has gone away wants no more output; the command itself goes on to its end.
        return
      }
      done += count
    }
  }
}
