import Glibc
import SoundCardsTestSupport
import Testing

@testable import SoundCards

@Suite struct PCMHolderTests {
  @Test(arguments: [
    ("hw:CARD=Headset,DEV=1", "Headset", 1, nil), ("plughw:1,2", "1", 2, nil), ("hw:Loopback", "Loopback", 0, nil),
    ("hw:DEV=3,CARD=X", "X", 3, nil), ("sysdefault:CARD=PCH", "PCH", 0, nil), ("hw:Loopback,1,2", "Loopback", 1, 2),
    ("hw:CARD=X,DEV=1,SUBDEV=7", "X", 1, 7), ("hw:X,1,999", "X", 1, nil), ("hw:X,1,-1", "X", 1, nil),
  ])
  func cardDeviceAndSubstreamAreReadFromTheName(name: String, card: String, device: Int, substream: Int?) throws {
    let found = try #require(PCMHolder.address(of: name))
    #expect(found.card == card)
    #expect(found.device == device)
    #expect(found.substream == substream)
  }

  @Test func holderIsTheProcessOfTheThreadThatOpenedTheNamedSubstream() throws {
    let folder = TemporaryFolder()
    let root = folder.path
    func file(_ path: String, _ text: String) throws {
      let full = root + "/" + path
      for end in full.indices where full[end] == "/" && end > full.startIndex {
        unsafe _ = mkdir(String(full[..<end]), 0o755)
      }
      let opened = unsafe try #require(fopen(full, "w"))
      unsafe fputs(text, opened)
      unsafe fclose(opened)
    }
    try file("asound/X/pcm1c/sub0/status", "state: RUNNING\nowner_pid   : 11\n")
    try file("asound/X/pcm1c/sub1/status", "closed\n")
    try file("asound/X/pcm1c/sub2/status", "state: RUNNING\nowner_pid   : 22\n")
    try file("22/status", "Name:\treader\nTgid:\t20\nPid:\t22\n")
    try file("20/comm", "arecord\n")
    #expect(PCMHolder.describe(device: "hw:X,1,2", direction: .capture, root: root) == "arecord (process 20)")
    #expect(PCMHolder.describe(device: "hw:X,1", direction: .capture, root: root) == "Process 11")
    #expect(PCMHolder.describe(device: "hw:X,1,1", direction: .capture, root: root) == nil)
    withExtendedLifetime(folder) {}
  }

  @Test(arguments: ["default", "hw:", "hw:../../etc", "hw:CARD=a/b", "hw:CARD=,DEV=1", "hw:0,999999"])
  func otherNamesHaveNoCard(name: String) { #expect(PCMHolder.address(of: name) == nil) }

  @Test func ownerIsReadFromTheKernelsStatus() {
    let status = "state: RUNNING\nowner_pid   : 4711\ntrigger_time: 1.2\n"
    #expect(PCMHolder.ownerProcess(inStatus: status) == 4711)
  }

  @Test(arguments: ["closed\n", "", "owner_pid", "owner_pid : x", "owner_pid : -3", "owner_pid : 99999999999999999999"])
  func statusWithoutAnOwnerHasNone(status: String) { #expect(PCMHolder.ownerProcess(inStatus: status) == nil) }
}
