#!/usr/bin/env python3
"""Speaks to `earshot run` through a real sound server and counts what it does.

Starts a private PulseAudio with one room of two channels: people speak on the left, the assistant on the right, the
microphone hears both (the assistant 12 dB softer). Everything goes through ALSA, in real time. The room is recorded as
well: the time between a person's last sound and the assistant's first is measured there, outside of the daemon, with all
latency of capture, sound server and playback in it.

usage: sound_server.py [--commands FILE] [--unrelated FILE] [--voices slt,rms,awb,kal16] [--limit N] [--json FILE]
"""
import argparse, array, json, os, shutil, signal, statistics, subprocess, sys, tempfile, threading, time, wave

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../../.."))
SPEECH = os.path.join(ROOT, "Tests/Fixtures/speech")
RATE = 16000


class Room:
    """A private PulseAudio; `environment` makes ALSA programs use it."""

    def __init__(self, folder):
        self.folder = folder
        socket = f"{folder}/native"
        self.environment = dict(
            os.environ, PULSE_SERVER=f"unix:{socket}", PULSE_RUNTIME_PATH=folder, PULSE_STATE_PATH=folder,
            PULSE_CONFIG_PATH=folder, HOME=folder, XDG_STATE_HOME=folder, XDG_CACHE_HOME=f"{folder}/cache",
            ALSA_CONFIG_PATH=f"/usr/share/alsa/alsa.conf:{folder}/asound.conf")
        side = f"master=room channels=1 channel_map=mono remix=no master_channel_map="
        script = [
            f"load-module module-native-protocol-unix socket={socket} auth-anonymous=1",
            f"load-module module-null-sink sink_name=room rate={RATE} channels=2 format=s16le norewinds=1"
            " channel_map=front-left,front-right",
            f"load-module module-remap-sink sink_name=user {side}front-left",
            f"load-module module-remap-sink sink_name=speaker {side}front-right",
            "load-module module-remap-source source_name=mic master=room.monitor channels=1 remix=yes",
            "set-sink-volume speaker 41350",  # -12 dB: PulseAudio's volume is cubic
            "set-source-volume mic 82570",  # +6 dB: mixing two channels into one halves each
            "set-default-sink speaker", "set-default-source mic"]
        with open(f"{folder}/room.pa", "w") as file:
            file.write("\n".join(script) + "\n")
        with open(f"{folder}/asound.conf", "w") as file:
            for name, sink, source in [("user", "user", "mic"), ("speaker", "speaker", "mic"), ("mic", "speaker", "mic"),
                                       ("both", "speaker", "room.monitor")]:
                file.write(f'pcm.{name} {{ type asym playback.pcm {{ type pulse server "unix:{socket}" device "{sink}" }}'
                           f' capture.pcm {{ type pulse server "unix:{socket}" device "{source}" }} }}\n')
        self.server = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--realtime=no",
             f"--log-target=file:{folder}/log", "-F", f"{folder}/room.pa"],
            env=self.environment, stderr=subprocess.DEVNULL)
        for _ in range(100):
            if subprocess.run(["pactl", "info"], env=self.environment, capture_output=True).returncode == 0:
                break
            time.sleep(0.1)
        else:
            sys.exit(f"the sound server did not start; see {folder}/log")

    def stop(self):
        self.server.terminate()
        self.server.wait()


class Daemon:
    """`earshot run`, and the events it has printed since the last look."""

    def __init__(self, earshot, configuration, environment, folder):
        self.errors = open(f"{folder}/earshot.log", "w+")
        self.process = subprocess.Popen(
            [earshot, "run", "--json", "--simulate", "--config", configuration, "--set", "audio.capture=mic",
             "--set", "audio.playback=speaker", "--set", f"journal.file={folder}/journal.sqlite"],
            env=environment, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.lock = threading.Lock()
        self.events = []
        threading.Thread(target=self.read, daemon=True).start()
        for _ in range(300):
            self.errors.flush()
            if "listening to" in open(self.errors.name).read():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit("earshot run did not start:\n" + open(self.errors.name).read())

    def read(self):
        for line in self.process.stdout:
            with self.lock:
                self.events.append((time.monotonic(), json.loads(line)))

    def take(self):
        with self.lock:
            events, self.events = self.events, []
        return events

    def look(self):
        with self.lock:
            return list(self.events)

    def usage(self):
        """Seconds of processor time and MB resident."""
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        pages = int(open(f"/proc/{self.process.pid}/statm").read().split()[1])
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), pages * 4096 / 1e6

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)


def lines(path):
    with open(path) as file:
        return [text for text in (line.split("#")[0].strip() for line in file) if text]


def quiet(events, now, patience):
    """Whether nothing is under way any more: each speech that began has ended in a turn or was dropped."""
    if not events:
        return now > patience
    open_turn = False
    for _, event in events:
        if event["event"] == "speech_started":
            open_turn = True
        elif event["event"] == "turn":
            open_turn = False
    last = events[-1][0]
    # Speech too short to be a turn ends without an event.
    return (not open_turn and now - last > 0.7 and now > patience - 1.5) or now - last > 8


def say(room, daemon, wav, seconds):
    daemon.take()
    subprocess.run(["aplay", "-q", "-D", "user", wav], env=room.environment, check=True, timeout=seconds + 10)
    patience = time.monotonic() + 2.5
    while not quiet(daemon.look(), time.monotonic(), patience):
        if daemon.process.poll() is not None:
            sys.exit("earshot run ended:\n" + open(daemon.errors.name).read())
        time.sleep(0.05)
    return [event for _, event in daemon.take()]


def calls(events):
    return [(event["name"], json.dumps(event["arguments"], sort_keys=True)) for event in events
            if event["event"] == "tool_call"]


def acoustic(recording, silence):
    """Milliseconds from each last sound on the left to the first on the right that follows, less the silence."""
    with wave.open(recording) as file:
        both = array.array("h", file.readframes(file.getnframes()))
    step = RATE // 200  # 5 ms
    def loud(side):
        return [max(abs(x) for x in both[start * 2 + side:(start + step) * 2:2] or [0]) for start in
                range(0, len(both) // 2, step)]
    person, assistant = ([level > 200 for level in loud(side)] for side in (0, 1))
    delays, last = [], None
    for index in range(1, len(person)):
        if person[index]:
            last = index
        if assistant[index] and not any(assistant[max(0, index - 100):index]) and last is not None:
            delay = (index - last) * 5
            if delay < 3000:
                delays.append(delay - silence)
            last = None
    return delays


def percentile(values, fraction):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))] if ordered else None


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--commands", default=f"{SPEECH}/commands.txt")
    options.add_argument("--unrelated", default=f"{SPEECH}/unrelated.txt")
    options.add_argument("--config", default=f"{ROOT}/configs/kitchen.yaml")
    options.add_argument("--call", default="okay nabu", help="what the assistant is called by before every sentence")
    options.add_argument("--voices", default="slt,rms,awb,kal16")
    options.add_argument("--limit", type=int, help="take only so many sentences of each file")
    options.add_argument("--idle", type=int, default=60, help="seconds of idle listening to measure")
    options.add_argument("--json", help="write the figures into this file")
    options = options.parse_args()
    for program in ["pulseaudio", "pactl", "aplay", "arecord"]:
        shutil.which(program) or sys.exit(f"{program} is missing: apt-get install pulseaudio pulseaudio-utils alsa-utils")
    earshot = f"{ROOT}/.build/release/earshot"
    voices = options.voices.split(",")
    folder = tempfile.mkdtemp(prefix="earshot-room-")
    room = Room(folder)
    daemon = Daemon(earshot, options.config, room.environment, folder)
    recorder = subprocess.Popen(
        ["arecord", "-q", "-D", "both", "-f", "S16_LE", "-c", "2", "-r", str(RATE), f"{folder}/room.wav"],
        env=room.environment)

    def speech(text, voice):
        path = f"{folder}/say.wav"
        subprocess.run([earshot, "say", "--config", options.config, "--voice", voice, "--out", path, f"{options.call}, {text}" if options.call else text],
                       env=room.environment, check=True, stderr=subprocess.DEVNULL)
        with wave.open(path) as file:
            return path, file.getnframes() / file.getframerate()

    def meaning(text):
        done = subprocess.run([earshot, "ask", "--config", options.config, "--simulate", "--json", "--set",
                               f"journal.file={folder}/ask.sqlite", "--text", text],
                              env=room.environment, capture_output=True, text=True)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        asked = any(event["event"] == "turn" and event["outcome"] == "asked" for event in events)
        return calls(events), asked

    right, wrong, missed, acted, latencies = 0, [], [], [], {}
    commands = lines(options.commands)[:options.limit]
    unrelated = lines(options.unrelated)[:options.limit]
    for number, text in enumerate(commands):
        expected, is_question = meaning(text)
        for voice in voices:
            events = say(room, daemon, *speech(text, voice))
            done = calls(events)
            turns = [event for event in events if event["event"] == "turn"]
            if (done == expected and done) or (is_question and any(turn["outcome"] == "asked" for turn in turns)):
                right += 1
            elif done:
                wrong.append(f"{voice}: {text} -> {done}")
            else:
                missed.append(f"{voice}: {text}  {[event.get('text') for event in events if event['event'] == 'partial'][-1:]}")
            if done:
                for name, value in turns[0]["latency_ms"].items() if turns else []:
                    latencies.setdefault(name, []).append(value - 500)
        print(f"commands {number + 1}/{len(commands)}: {right} right, {len(wrong)} wrong, {len(missed)} did nothing",
              file=sys.stderr)
    recorder.terminate()
    recorder.wait()
    for number, text in enumerate(unrelated):
        voice = voices[number % len(voices)]
        done = calls(say(room, daemon, *speech(text, voice)))
        if done:
            acted.append(f"{voice}: {text} -> {done}")
        if number % 10 == 9:
            print(f"unrelated {number + 1}/{len(unrelated)}: {len(acted)} acted", file=sys.stderr)
    before, _ = daemon.usage()
    time.sleep(options.idle)
    after, resident = daemon.usage()
    outside = acoustic(f"{folder}/room.wav", 500)
    status = daemon.stop()
    log = open(daemon.errors.name).read()
    room.stop()
    report = {
        "commands": len(commands) * len(voices), "right": right, "wrong": wrong, "missed": missed,
        "unrelated": len(unrelated), "acted": acted, "exit_status": status,
        "idle_percent_of_a_core": round(100 * (after - before) / max(1, options.idle), 2), "resident_mb": round(resident, 1),
        "overruns": log.count("overruns at"), "underruns": log.count("underruns at"),
        "latency_ms_without_silence": {
            name: {"p50": round(statistics.median(values), 1), "p95": round(percentile(values, 0.95), 1)}
            for name, values in latencies.items()},
        "heard_in_the_room_ms_without_silence": outside and {
            "p50": statistics.median(outside), "p95": percentile(outside, 0.95), "count": len(outside)}}
    print(json.dumps(report, indent=2))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(report, file, indent=2)
    shutil.rmtree(folder)
    sys.exit(0 if not wrong and not acted and status == 0 else 1)


if __name__ == "__main__":
    main()
