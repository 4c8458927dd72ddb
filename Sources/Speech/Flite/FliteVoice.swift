import CFlite

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
    switch self {
    case .slt: unsafe register_cmu_us_slt(nil)
    case .rms: unsafe register_cmu_us_rms(nil)
    case .awb: unsafe register_cmu_us_awb(nil)
    case .kal16: unsafe register_cmu_us_kal16(nil)
    }
  }
}
