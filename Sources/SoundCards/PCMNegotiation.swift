import Audio
import CALSA
import Glibc

/// Opens a PCM in non-blocking mode: a busy device must fail at once, not wait for its turn.
func openPCM(
  name: String, direction: PCMDirection, configuration: ALSAConfiguration?
) throws(SoundCardError) -> OpaquePointer {
  guard !name.isEmpty, name.utf8.count <= 256, !name.utf8.contains(0) else {
    throw SoundCardError(
      code: .badConfiguration, operation: direction.operation, device: "'\(name.prefix(64))'", errorNumber: EINVAL,
      reason: "a device name has 1...256 bytes and no NUL", remedy: "List what there is with: earshot devices.")
  }
  ALSALibrary.beginCall()
  var opened: OpaquePointer?
  var result: Int32
  if let configuration {
    result = unsafe configuration.withTree {
      unsafe snd_pcm_open_lconf(&opened, name, direction.alsaValue, Int32(SND_PCM_NONBLOCK), $0)
    }
  } else {
    result = unsafe snd_pcm_open(&opened, name, direction.alsaValue, Int32(SND_PCM_NONBLOCK))
  }
  guard result >= 0, let handle = unsafe opened else {
    if result >= 0 { result = -EIO }
    throw SoundCardError(
      alsaResult: result, operation: direction.operation, device: name, message: ALSALibrary.message,
      names: AudioDevices.names(direction, configuration: configuration),
      holder: PCMHolder.describe(device: name, direction: direction))
  }
  return unsafe handle
}

/// Settles on access, format, channels, rate, period and buffer and leaves the PCM prepared.
func negotiate(
  _ handle: OpaquePointer, name: String, direction: PCMDirection, request: PCMRequest
) throws(SoundCardError) -> PCMFormat {
  ALSALibrary.beginCall()
  // First with the rates that the hardware itself has, since our resampler is better than alsa-lib's; a plug-in that
  // cannot work without its own conversion gets a second try.
  for resamples in [UInt32(0), 1] {
    switch unsafe settle(handle, request: request, direction: direction, resamples: resamples) {
    case .success(let format): return format
    case .failure(let failure):
      if resamples == 1 || failure.result != -EINVAL {
        throw SoundCardError(
          alsaResult: failure.result, operation: direction.operation, device: name,
          message: ALSALibrary.message.isEmpty ? failure.step : "\(failure.step), \(ALSALibrary.message)",
          names: AudioDevices.names(direction), holder: PCMHolder.describe(device: name, direction: direction))
      }
    }
  }
  fatalError("the loop above returns or throws")
}

private struct NegotiationFailure: Error {
  var result: Int32
  var step: String
}

private func settle(
  _ handle: OpaquePointer, request: PCMRequest, direction: PCMDirection, resamples: UInt32
) -> Result<PCMFormat, NegotiationFailure> {
  var allocated: OpaquePointer?
  guard unsafe snd_pcm_hw_params_malloc(&allocated) == 0, let hardware = unsafe allocated else {
    return .failure(NegotiationFailure(result: -ENOMEM, step: "no memory"))
  }
  defer { unsafe snd_pcm_hw_params_free(hardware) }
  var step = "no configuration is possible"
  var result: Int32 = 0
  // Runs the next step unless one has failed already.
  func then(_ name: String, _ call: () -> Int32) {
    guard result >= 0 else { return }
    step = name
    result = call()
  }
  var channels = UInt32(max(1, request.channels))
  var rate = UInt32(request.rate.hertz)
  var periodFrames = snd_pcm_uframes_t(0)
  var bufferFrames = snd_pcm_uframes_t(0)
  var sampleFormat = SampleFormat.s16
  then("no configuration is possible") { unsafe snd_pcm_hw_params_any(handle, hardware) }
  then("rate conversion cannot be chosen") {
    unsafe snd_pcm_hw_params_set_rate_resample(handle, hardware, resamples)
  }
  then("interleaved access is not offered") {
    unsafe snd_pcm_hw_params_set_access(handle, hardware, SND_PCM_ACCESS_RW_INTERLEAVED)
  }
  then("none of S16, S32, float, S24 and packed S24 is offered") {
    for candidate in SampleFormat.asked
    where unsafe snd_pcm_hw_params_set_format(handle, hardware, candidate.alsaValue) == 0 {
      sampleFormat = candidate
      return 0
    }
    return -EINVAL
  }
  then("\(channels) channels are not offered") {
    var fewest: UInt32 = 0
    unsafe _ = snd_pcm_hw_params_get_channels_min(hardware, &fewest)
    channels = max(channels, fewest)
    return unsafe snd_pcm_hw_params_set_channels_near(handle, hardware, &channels)
  }
  then("only \(channels) channels are offered, \(request.channels) are needed") {
    channels >= request.channels && channels <= 32 ? 0 : -EINVAL
  }
  then("no sample rate near \(rate) Hz is offered") {
    unsafe snd_pcm_hw_params_set_rate_near(handle, hardware, &rate, nil)
  }
  then("a sample rate of \(rate) Hz cannot be resampled") { (8_000...192_000).contains(rate) ? 0 : -EINVAL }
  then("no period near the one asked for is offered") {
    periodFrames = UInt(max(1, SampleRate(hertz: Int(rate)).frames(in: request.period)))
    return unsafe snd_pcm_hw_params_set_period_size_near(handle, hardware, &periodFrames, nil)
  }
  then("no buffer near the one asked for is offered") {
    bufferFrames = periodFrames * UInt(max(2, min(64, request.periods)))
    return unsafe snd_pcm_hw_params_set_buffer_size_near(handle, hardware, &bufferFrames)
  }
  then("the format could not be set") { unsafe snd_pcm_hw_params(handle, hardware) }
  then("the format could not be read back") {
    var frames = snd_pcm_uframes_t(0)
    let failed = unsafe snd_pcm_hw_params_get_period_size(hardware, &frames, nil)
    if failed < 0 { return failed }
    periodFrames = frames
    return unsafe snd_pcm_hw_params_get_buffer_size(hardware, &bufferFrames)
  }
  then("its periods are out of bounds") {
    // Bounds what we allocate for a period, and leaves room for a second period while we work on the first.
    (1...1_048_576).contains(periodFrames) && bufferFrames >= periodFrames ? 0 : -EINVAL
  }
  then("its wake-up points could not be set") {
    unsafe setSoftwareParameters(handle, periodFrames: periodFrames, direction: direction)
  }
  guard result >= 0 else { return .failure(NegotiationFailure(result: result, step: step)) }
  return .success(
    PCMFormat(
      sampleFormat: sampleFormat, channels: Int(channels), rate: SampleRate(hertz: Int(rate)),
      periodFrames: Int(periodFrames), bufferFrames: Int(bufferFrames)))
}

/// Wake at every period; start by itself with one period at the latest. PulseAudio's plug-in takes the threshold for how
/// much its server wants before it goes on after an underflow: a larger one leaves the stream standing.
private func setSoftwareParameters(
  _ handle: OpaquePointer, periodFrames: snd_pcm_uframes_t, direction: PCMDirection
) -> Int32 {
  var allocated: OpaquePointer?
  guard unsafe snd_pcm_sw_params_malloc(&allocated) == 0, let software = unsafe allocated else { return -ENOMEM }
  defer { unsafe snd_pcm_sw_params_free(software) }
  var result = unsafe snd_pcm_sw_params_current(handle, software)
  if result >= 0 { result = unsafe snd_pcm_sw_params_set_avail_min(handle, software, periodFrames) }
  if result >= 0 { result = unsafe snd_pcm_sw_params_set_start_threshold(handle, software, periodFrames) }
  if result >= 0 { result = unsafe snd_pcm_sw_params(handle, software) }
  return result
}
