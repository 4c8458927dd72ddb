"""Which tools could serve each other's sentences, so that they are not offered together and not refused beside each other."""

from .tools import ToolSpec

# Tools (by their group's first name, or by noun with "~") of which only one is offered.
_EXCLUSIVE = [
    "set_temperature cabin_temperature set_heating ~heating ~thermostat ~radiator ~boiler set_room_temperature ~underfloor_heating ~floor_heating ~guest_room ~nursery ~cabin ~wall_heater ~heater ~air_conditioning",
    "play_station play_artist play_playlist play_title play_radio play_sound news_headlines ~radio ~stereo ~jukebox ~record_player ~party_lights read_story",
    "stop_music stop_radio ~radio ~music pause_playback hang_up",
    "set_volume ~speaker ~music ~soundbar",
    "set_timer set_sleep_timer",
    "add_to_list add_items remove_from_list",
    "add_task take_note calendar_add add_reminder",
    "blinds_position room_blinds move_blinds ~blinds ~curtains ~shutters ~louvre ~rear_blind ~sun_blind",
    "set_fan_speed fan_stage set_fan ~fan ~ceiling_fan ~ventilation ~blower ~cabin_fan ~rear_fan ~extractor ~cooker_hood",
    "seat_heater set_seat_heating ~seat_heating ~seat_cooling",
    "massage_seat ~seat_massage ~massage_chair",
    "move_car_window move_window ~left_window ~right_window ~rear_window ~passenger_window ~quarter_window ~driver_window ~roof_window",
    "vacuum_room vacuum_rooms ~vacuum ~robot_mop",
    "tv_channel tv_channel_name ~television",
    "read_room_temperature ~temperature ~outdoor_temperature",
    "start_washing ~washing_machine",
    "preheat_oven ~oven ~hob ~bread_oven",
    "make_drink order_food get_recipe ~coffee_machine ~espresso_machine",
    "set_drive_mode activate_scene set_thermostat_mode set_alarm_system set_night_mode ~sport_mode ~eco_mode ~movie_mode ~party_lights",
    "good_night activate_scene ~night_light leave_home set_alarm_system",
    "water_plants watering_days ~irrigation ~sprinkler ~lawn",
    "guest_wifi ~guest_network ~router",
    "set_light set_all_lights light_state dim_light ~ceiling_light ~night_light ~wall_light ~bedside_light ~bedside_lamp ~light_level",
    "set_light room_light_dim set_all_lights",
    "set_brightness set_reading_light ~reading_lamp dim_light",
    "open_garage ~garage_door lock_door",
    "is_back_door_open ~back_door lock_door",
    "open_boot ~boot ~tailgate ~frunk",
    "is_boot_open ~boot ~tailgate",
    "set_light_colour set_colour_temperature",
    "send_message broadcast translate",
    "set_speed_limit ~cruise_control",
    "print_document ~printer ~printer_job",
    "camera_view ~camera ~webcam ~dash_camera",
    "tell_time tell_date",
    "time_to_arrival time_left ~range",
    "stock_price match_score",
    "add_numbers convert_currency tidy_units",
    "help_me call_contact order_taxi answer_call find_phone",
    "hang_up reject_call",
    "repeat_that previous_track",
    "set_bath ~bubble_bath ~hot_tub ~hot_water",
    "ring_bell ~doorbell ~doorbell_chime",
    "activate_scene ~meditation ~workout",
    "set_target_humidity ~humidity ~humidifier",
    "wipers wash_windscreen",
    "charge_limit ~charging_cable ~battery_level ~charger",
    "phone_battery ~battery_level",
    "set_alarm cancel_alarm set_alarm_system ~alarm ~alarm_volume",
    "set_light ~light",
    "record_voice ~recording ~dash_recording",
    "desk_height bed_position",
    "set_alarm ~siren",
    "is_on ~none",
]
# Pairs from one line that go together all the same: their sentences differ.
_TOGETHER = [
    {"set_timer", "cancel_timer"}, {"set_light", "dim_light"}, {"set_light", "light_state"}, {"set_alarm", "cancel_alarm"},
    {"set_light", "set_all_lights"}, {"wipers", "wash_windscreen"}, {"stop_music", "pause_playback"}, {"tell_time", "tell_date"},
    {"dim_light", "light_state"}, {"play_radio", "stop_radio"}, {"call_contact", "answer_call"}, {"call_contact", "order_taxi"},
    {"set_light_colour", "set_colour_temperature"}, {"remove_from_list", "add_to_list"}, {"remove_from_list", "add_items"},
    {"desk_height", "bed_position"}, {"set_heating", "set_fan"}, {"order_food", "get_recipe"},
]


def _keys(spec: ToolSpec) -> set[str]:
    keys = {spec.names[0]} if not spec.noun else set()
    if spec.noun:
        keys.add("~" + spec.noun.replace(" ", "_"))
    return keys


_LINES = [frozenset(line.split()) for line in _EXCLUSIVE]


def _lines(spec: ToolSpec) -> set[int]:
    cached = getattr(spec, "_conflict_lines", None)
    if cached is None:
        keys = _keys(spec)
        cached = {index for index, line in enumerate(_LINES) if keys & line}
        spec._conflict_lines = cached
    return cached


def kind(spec: ToolSpec) -> str:
    """What a tool does with its noun."""
    group = spec.group
    for mark, name in [
        ("_level", "level"), ("_step", "step"), ("temperature", "temperature"), ("read_", "read"), ("_open", "state"), ("_on", "state"),
    ]:
        if mark in group and not group.startswith("open_"):
            return name
    if group.startswith(("open_", "close_", "move_")):
        return "move"
    return "level" if "carlevels" in group else "switch"


def overlap(a: ToolSpec, b: ToolSpec) -> bool:
    """Whether a sentence for one could be meant for the other."""
    if a is b:
        return True
    if a.noun and b.noun:
        if a.noun == b.noun:
            if a.group == b.group:
                return True
            pair = {kind(a), kind(b)}
            opposite = {a.group.split("_")[0], b.group.split("_")[0]}
            if opposite in ({"open", "close"}, {"start", "stop"}):
                return False
            return len(pair) == 1 or pair & {"move"} != set() and pair & {"level", "step", "switch"} != set() or pair == {"level", "step"} and False
        if a.noun in b.noun or b.noun in a.noun:
            return kind(a) == kind(b) or "move" in {kind(a), kind(b)}
        return False if not (_lines(a) & _lines(b)) else kind(a) == kind(b)
    if {a.names[0], b.names[0]} in _TOGETHER:
        return False
    return bool(_lines(a) & _lines(b))


def near(a: ToolSpec, b: ToolSpec) -> bool:
    """Whether a request for one must not be called unservable while the other is offered: stricter than `overlap`."""
    if overlap(a, b):
        return True
    if _lines(a) & _lines(b):
        return True
    if a.noun and b.noun and a.noun == b.noun and kind(a) == kind(b):
        return True
    return a.group == b.group and not a.noun
