import CFlite
import Glibc

/// The voices of Flite that Debian packages. All speak English at 16 kHz.
public enum FliteVoice: String, CaseIterable, Sendable {
  /// Female, American. Clear, needs about 1.5 % of a desktop core.
  case slt
  /// Male, American.
  case rms
  /// Male, Scottish.
  case awb
  /// Male, American, of diphones: robotic, and thirty times cheaper than the others.
  case kal16

  var languages: [String] { self == .awb ? ["en-GB", "en"] : ["en-US", "en"] }

  /// Makes the voice known to Flite; a second call returns the same pointer. Under Flite's lock only.
  @unsafe func register() -> UnsafeMutablePointer<cst_voice>? {
    // Loaded when it is wanted, for good: a voice takes one to four megabytes, which a house with another one never needs.
    guard let library = unsafe dlopen("libflite_cmu_us_\(rawValue).so.1", RTLD_NOW),
      let symbol = unsafe dlsym(library, "register_cmu_us_\(rawValue)")
    else { return nil }
    typealias Register = @convention(c) (UnsafePointer<CChar>?) -> UnsafeMutablePointer<cst_voice>?
    return unsafe unsafeBitCast(symbol, to: Register.self)(nil)
  }
}
