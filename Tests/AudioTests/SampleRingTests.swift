import Audio
import Synchronization
import TestSupport
import Testing

@Suite struct SampleRingTests {
  @Test func everyCapacityStartAndCountKeepsOrderAndRefusesTheRest() {
    for minimum in 1...16 {
      for start in 0...(2 * minimum) {
        for count in 0...(minimum * 2 + 1) {
          let ring = SampleRing(minimumCapacity: minimum)
          #expect(ring.capacity >= minimum && ring.capacity < 2 * minimum)
          for _ in 0..<start {
            ring.write([9].span)
            ring.discard(1)
          }
          let samples = (0..<count).map { Float($0 + 1) }
          let taken = ring.write(samples.span)
          #expect(taken == min(count, ring.capacity))
          #expect(ring.availableToRead == taken && ring.availableToWrite == ring.capacity - taken)
          #expect(ring.writtenCount == Int64(start + taken) && ring.consumedCount == Int64(start))
          // Read in two parts, at every place.
          for cut in 0...taken {
            let copy = SampleRing(minimumCapacity: minimum)
            for _ in 0..<start {
              copy.write([9].span)
              copy.discard(1)
            }
            copy.write(samples.span)
            var first = [Float](repeating: -1, count: cut)
            var second = [Float](repeating: -1, count: taken - cut + 2)
            var firstSpan = first.mutableSpan
            guard copy.read(into: &firstSpan) == cut else {
              Issue.record("capacity \(minimum), start \(start), count \(count), cut \(cut): first part is short")
              return
            }
            var secondSpan = second.mutableSpan
            let rest = copy.read(into: &secondSpan)
            guard rest == taken - cut, first + second[..<rest] == samples[..<taken], second[rest] == -1 else {
              Issue.record("capacity \(minimum), start \(start), count \(count), cut \(cut): \(first) \(second)")
              return
            }
          }
        }
      }
    }
  }

  @Test func discardTakesTheOldestAndNoMoreThanThereIs() {
    let ring = SampleRing(minimumCapacity: 8)
    ring.write([1, 2, 3, 4, 5].span)
    #expect(ring.discard(-3) == 0)
    #expect(ring.discard(2) == 2)
    var rest = [Float](repeating: 0, count: 2)
    var span = rest.mutableSpan
    ring.read(into: &span)
    #expect(rest == [3, 4])
    #expect(ring.discard(.max) == 1)
    #expect(ring.availableToRead == 0 && ring.consumedCount == 5)
  }

  @Test func twoThreadsLoseNothingAndKeepTheOrder() {
    // Odd block sizes against a small ring, so that both sides wrap and meet full and empty rings all the time.
    let ring = SampleRing(minimumCapacity: 64)
    let total = 200_000
    let writer = JoinableThread {
      var next = 0
      var generator = SeededGenerator(seed: 5)
      while next < total {
        let count = min(total - next, Int.random(in: 1...97, using: &generator))
        let block = (next..<next + count).map(Float.init)
        var sent = 0
        while sent < count {
          let taken = ring.write(block.span.extracting(sent...))
          if taken == 0 { yieldThread() }
          sent += taken
        }
        next += count
      }
    }
    var expected = 0
    var block = [Float](repeating: 0, count: 89)
    var wrong = 0
    while expected < total {
      var span = block.mutableSpan
      let count = ring.read(into: &span)
      if count == 0 { yieldThread() }
      for i in 0..<count where block[i] != Float(expected + i) { wrong += 1 }
      expected += count
    }
    writer.join()
    #expect(wrong == 0)
    #expect(ring.writtenCount == Int64(total) && ring.consumedCount == Int64(total))
  }

  @Test(.enabled(if: canCountAllocations)) func theCounterSeesAnAllocation() {
    #expect(countAllocations { blackHole([Float](repeating: 1, count: Int.random(in: 100...200))) } > 0)
  }

  @Test(.enabled(if: canCountAllocations)) func writingAndReadingAllocateNothing() {
    let ring = SampleRing(minimumCapacity: 256)
    let samples = Signal.noise(count: 100)
    var target = [Float](repeating: 0, count: 100)
    let allocations = countAllocations {
      for _ in 0..<1_000 {
        ring.write(samples.span)
        var span = target.mutableSpan
        ring.read(into: &span)
        ring.discard(3)
      }
    }
    #expect(allocations == 0)
    #expect(target == samples)
  }
}

@inline(never) private func blackHole(_ value: [Float]) { if value.isEmpty { print("") } }
