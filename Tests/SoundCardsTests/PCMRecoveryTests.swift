import Glibc
import SoundCards
import SoundCardsTestSupport
import Testing

@Suite struct PCMRecoveryTests {
  let wake = EventDescriptor()

  @Test func xrunIsPreparedAndStarted() {
    let device = ScriptedDevice()
    #expect(ScriptedDevice.Port(device).recover(from: -EPIPE, starting: true, wake: wake) == .restarted)
    #expect(device.count(of: .prepare) == 1)
    #expect(device.count(of: .start) == 1)
  }

  @Test(arguments: [-EINTR, -EAGAIN]) func interruptionsNeedNothing(error: Int32) {
    let device = ScriptedDevice()
    #expect(ScriptedDevice.Port(device).recover(from: error, starting: true, wake: wake) == .unchanged)
    #expect(ScriptedDevice.Call.allCases.allSatisfy { device.count(of: $0) == 0 })
  }

  @Test func suspendedDeviceIsResumedAsSoonAsItIsAwake() {
    let device = ScriptedDevice(answers: [.init(.resume, times: 3, result: -Int(EAGAIN))])
    #expect(ScriptedDevice.Port(device).recover(from: -ESTRPIPE, starting: true, wake: wake) == .resumed)
    #expect(device.count(of: .resume) == 4)
    #expect(device.count(of: .prepare) == 0)
  }

  @Test func deviceThatCannotResumeIsPrepared() {
    let device = ScriptedDevice(answers: [.init(.resume, result: -Int(ENOSYS))])
    #expect(ScriptedDevice.Port(device).recover(from: -ESTRPIPE, starting: false, wake: wake) == .restarted)
    #expect(device.count(of: .prepare) == 1)
    #expect(device.count(of: .start) == 0)
  }

  @Test(arguments: [-ENODEV, -EIO, -ENOENT, -EBADF, -ENXIO]) func goneIsGone(error: Int32) {
    #expect(ScriptedDevice.Port(ScriptedDevice()).recover(from: error, starting: true, wake: wake) == .lost)
  }

  @Test(arguments: [ScriptedDevice.Call.prepare, .start]) func failedRecoveryMeansLost(call: ScriptedDevice.Call) {
    let device = ScriptedDevice(answers: [.init(call, result: -Int(ENODEV))])
    #expect(ScriptedDevice.Port(device).recover(from: -EPIPE, starting: true, wake: wake) == .lost)
  }
}
