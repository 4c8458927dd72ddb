import Testing

@testable import AudioPlayback

@Suite struct PositionMapTests {
  @Test func betweenMarksTheLineIsStraight() {
    var map = PositionMap()
    map.restart(device: 100, source: 50)
    map.append(device: 300, source: 150)
    #expect(map.source(whenPlayed: 0) == 50)
    #expect(map.source(whenPlayed: 100) == 50)
    #expect(map.source(whenPlayed: 200) == 100)
    #expect(map.source(whenPlayed: 300) == 150)
    #expect(map.source(whenPlayed: 999) == 150)
  }

  @Test func silenceDoesNotAdvanceTheSource() {
    var map = PositionMap()
    map.append(device: 100, source: 100)
    map.append(device: 200, source: 100)
    map.append(device: 300, source: 200)
    #expect(map.source(whenPlayed: 150) == 100)
    #expect(map.source(whenPlayed: 200) == 100)
    #expect(map.source(whenPlayed: 250) == 150)
  }

  @Test(arguments: 1...5) func fullMapStaysMonotoneAndEndsRight(capacity: Int) {
    var map = PositionMap(capacity: capacity)
    for block in 1...20 { map.append(device: Int64(block * 10), source: Int64(block * 5)) }
    var last: Int64 = 0
    for played in 0...250 {
      let source = map.source(whenPlayed: Int64(played))
      #expect(source >= last)
      #expect(source <= 100)
      last = source
    }
    #expect(last == 100)
  }
}
