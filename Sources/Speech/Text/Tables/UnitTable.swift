/// Units as they are written after a number, and as they are said.
///
/// The words are spelled the American way, because the lexicons of the English voices know "meter" and not "metre"; both
/// sound the same.
enum UnitTable {
  struct Unit: Sendable {
    let singular: String
    let plural: String
    /// Whether the number must touch it: "5in" is a length, "5 in the morning" is not.
    let isTight: Bool
    /// Whether a space must be between: "300 K" is a temperature, "4K" is a name.
    let isLoose: Bool
  }

  static let maximumLength = 8

  static func unit(_ written: String) -> Unit? { table[written] }

  private static let table: [String: Unit] = {
    var table: [String: Unit] = [:]
    for line in lines.split(separator: "\n") {
      let fields = line.split(separator: ":").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
      guard fields.count >= 2 else { continue }
      let singular = fields[1].joined(separator: " ")
      let plural = fields.count > 2 ? fields[2].joined(separator: " ") : singular + "s"
      for name in fields[0] {
        let (isTight, isLoose) = (name.hasPrefix("!"), name.hasPrefix("_"))
        table[String(isTight || isLoose ? name.dropFirst() : name)] = Unit(
          singular: singular, plural: plural, isTight: isTight, isLoose: isLoose)
      }
    }
    return table
  }()

  /// Written forms (`!`: only without a space, `_`: only with one) : singular : plural, where it is not the singular with "s".
  private static let lines = """
    % : percent : percent
    ‰ : per mille : per mille
    ° : degree
    °C ℃ !C : degree Celsius : degrees Celsius
    °F ℉ !F : degree Fahrenheit : degrees Fahrenheit
    _K : kelvin : kelvin
    nm : nanometer
    µm um : micrometer
    mm : millimeter
    cm : centimeter
    dm : decimeter
    m : meter
    km : kilometer
    !in : inch : inches
    ft : foot : feet
    yd : yard
    mi : mile
    mm² mm2 : square millimeter
    cm² cm2 : square centimeter
    m² m2 sqm : square meter
    km² km2 : square kilometer
    ha : hectare
    cm³ cm3 : cubic centimeter
    m³ m3 : cubic meter
    ml mL : milliliter
    cl cL : centiliter
    dl dL : deciliter
    l L : liter
    gal : gallon
    tbsp : tablespoon
    tsp : teaspoon
    µg : microgram
    mg : milligram
    g : gram
    kg : kilogram
    t : ton
    oz : ounce
    lb lbs : pound
    ns : nanosecond
    µs us : microsecond
    ms : millisecond
    s sec secs : second
    min mins : minute
    h hr hrs : hour
    !d : day
    wk wks : week
    yr yrs : year
    km/h kmh kph : kilometer per hour : kilometers per hour
    mph : mile per hour : miles per hour
    rpm : revolution per minute : revolutions per minute
    fps : frame per second : frames per second
    bpm : beat per minute : beats per minute
    W : watt
    mW : milliwatt
    kW : kilowatt
    MW : megawatt
    GW : gigawatt
    Wh : watt hour
    kWh : kilowatt hour
    MWh : megawatt hour
    kWp : kilowatt peak : kilowatts peak
    V : volt
    mV : millivolt
    kV : kilovolt
    A : amp
    mA : milliamp
    µA uA : microamp
    Ah : amp hour
    mAh : milliamp hour
    Ω : ohm
    kΩ : kiloohm
    MΩ : megaohm
    Hz : hertz : hertz
    kHz : kilohertz : kilohertz
    MHz : megahertz : megahertz
    GHz : gigahertz : gigahertz
    bit : bit
    kbit kb : kilobit
    Mbit Mb : megabit
    Gbit Gb : gigabit
    kbps : kilobit per second : kilobits per second
    Mbps : megabit per second : megabits per second
    Gbps : gigabit per second : gigabits per second
    B : byte
    kB KB : kilobyte
    MB : megabyte
    GB : gigabyte
    TB : terabyte
    KiB : kibibyte
    MiB : mebibyte
    GiB : gibibyte
    TiB : tebibyte
    Pa : pascal
    hPa : hectopascal
    kPa : kilopascal
    bar : bar
    mbar : millibar
    psi : pound per square inch : pounds per square inch
    N : newton
    Nm : newton meter
    J : joule
    kJ : kilojoule
    cal : calorie
    kcal : kilocalorie
    dB : decibel
    dBm : decibel milliwatt : decibels milliwatt
    dBFS : decibel full scale : decibels full scale
    lx : lux : lux
    lm : lumen
    cd : candela
    ppm : part per million : parts per million
    ppb : part per billion : parts per billion
    px : pixel
    MP : megapixel
    !x × : time
    USD : dollar
    EUR : euro
    GBP : pound
    JPY : yen : yen
    CHF : franc
    """
}
