import Testing

@testable import SoundCards

@Suite struct PCMHolderTests {
  @Test(arguments: [
    ("hw:CARD=Headset,DEV=1", "Headset", 1), ("plughw:1,2", "1", 2), ("hw:Loopback", "Loopback", 0),
    ("hw:DEV=3,CARD=X", "X", 3), ("sysdefault:CARD=PCH", "PCH", 0),
  ])
  func cardAndDeviceAreReadFromTheName(name: String, card: String, device: Int) throws {
    let found = try #require(PCMHolder.cardAndDevice(of: name))
    #expect(found.card == card)
    #expect(found.device == device)
  }

  @Test(arguments: ["default", "hw:", "hw:../../etc", "hw:CARD=a/b", "hw:CARD=,DEV=1", "hw:0,999999"])
  func otherNamesHaveNoCard(name: String) { #expect(PCMHolder.cardAndDevice(of: name) == nil) }

  @Test func ownerIsReadFromTheKernelsStatus() {
    let status = "state: RUNNING\nowner_pid   : 4711\ntrigger_time: 1.2\n"
    #expect(PCMHolder.ownerProcess(inStatus: status) == 4711)
  }

  @Test(arguments: ["closed\n", "", "owner_pid", "owner_pid : x", "owner_pid : -3", "owner_pid : 99999999999999999999"])
  func statusWithoutAnOwnerHasNone(status: String) { #expect(PCMHolder.ownerProcess(inStatus: status) == nil) }
}
