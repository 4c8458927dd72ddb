"""What the generator promises; quick, and without PyTorch: python3 -m unittest discover -s Training/tests -t Training"""

import json
import random
import unittest
from collections import Counter
from pathlib import Path

import yaml

from earshot_training import chat, conflicts, dialogue, rename, sets, shipped, speech, spoken, strange, tools, worlds
from earshot_training.grammar import Sentence

REPOSITORY = Path(__file__).resolve().parents[2]


def fits(value, schema) -> bool:
    """Whether a value keeps the part of JSON Schema that the generator writes."""
    if "enum" in schema:
        return value in schema["enum"]
    kind = schema["type"]
    if kind == "array":
        return isinstance(value, list) and all(fits(one, schema["items"]) for one in value)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "string":
        return isinstance(value, str) and value != ""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not (whole or kind == "number" and isinstance(value, float)):
        return False
    return schema.get("minimum", value) <= value <= schema.get("maximum", value)


def trained_specs():
    return [*tools.training(), *sum(shipped.specs().values(), []), *sum((world.specs for world in worlds.training()), [])]


class GeneratorTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        source = dialogue.Source(5)
        cls.dialogues = [source.dialogue() for _ in range(400)]

    def test_the_same_seed_gives_the_same_dialogues(self):
        source = dialogue.Source(5)
        self.assertEqual([source.dialogue() for _ in range(20)], self.dialogues[:20])
        other = dialogue.Source(6)
        self.assertNotEqual([other.dialogue() for _ in range(20)], self.dialogues[:20])

    def test_replaced_words_are_replaced_everywhere(self):
        tool = {"type": "function", "function": {"name": "start_pump", "description": "Start the pump", "parameters": {"type": "object", "properties": {
            "mode": {"type": "string", "enum": ["gentle", "fast"], "description": "how"}}, "required": ["mode"]}}}
        messages = [
            {"role": "user", "content": "start the pump gentle please"},
            {"role": "assistant", "content": None, "tool_calls": [{"type": "function", "function": {"name": "start_pump", "arguments": {"mode": "gentle"}}}]},
            {"role": "tool", "content": "{}"}, {"role": "assistant", "content": "The pump runs."},
        ]
        strange.strange(messages, [tool], random.Random(3), 1)
        function, call = tool["function"], messages[1]["tool_calls"][0]["function"]
        start, pump = function["name"].split("_")
        self.assertNotIn(pump, "start pump gentle fast".split())
        self.assertEqual(function["description"].lower(), f"{start} the {pump}")
        self.assertEqual(messages[0]["content"], f"{start} the {pump} {call['arguments']['mode']} please")
        self.assertIn(call["arguments"]["mode"], function["parameters"]["properties"]["mode"]["enum"])
        self.assertNotIn("gentle", function["parameters"]["properties"]["mode"]["enum"])
        self.assertEqual(messages[3]["content"], f"The {pump} runs.")

    def test_words_that_a_request_says_otherwise_stay(self):
        tool = {"type": "function", "function": {"name": "f", "description": "Fill the bath", "parameters": {"type": "object", "properties": {}}}}
        messages = [
            {"role": "user", "content": "water into the tub"},
            {"role": "assistant", "content": None, "tool_calls": [{"type": "function", "function": {"name": "f", "arguments": {}}}]},
        ]
        strange.strange(messages, [tool], random.Random(3), 1)
        self.assertEqual(tool["function"]["description"], "Fill the bath")

    def test_every_call_names_an_offered_tool_and_keeps_its_schema(self):
        calls = 0
        for messages, offered in self.dialogues:
            by_name = {tool["function"]["name"]: tool["function"]["parameters"] for tool in offered}
            self.assertEqual(len(by_name), len(offered))
            for name in by_name:
                self.assertRegex(name, r"^[A-Za-z0-9_-]{1,64}$")
            for message in messages:
                for call in message.get("tool_calls") or []:
                    schema = by_name[call["function"]["name"]]
                    arguments = call["function"]["arguments"]
                    self.assertEqual(list(arguments), [name for name in schema["properties"] if name in arguments])
                    self.assertLessEqual(set(schema.get("required", [])), set(arguments))
                    for name, value in arguments.items():
                        self.assertTrue(fits(value, schema["properties"][name]), (name, value, schema))
                    calls += 1
        self.assertGreater(calls, 1000)

    def test_every_call_has_its_result_and_an_answer_follows(self):
        for messages, _ in self.dialogues:
            for index, message in enumerate(messages):
                calls = message.get("tool_calls")
                if calls:
                    behind = messages[index + 1 : index + 2 + len(calls)]
                    self.assertEqual([m["role"] for m in behind], ["tool"] * len(calls) + ["assistant"])
                    self.assertTrue(behind[-1]["content"])

    def test_free_values_are_copied_from_the_transcript(self):
        source = dialogue.Source(9)
        copied = 0
        for _ in range(300):
            spec = source.offers.any_spec()
            tool = tools.instantiate(spec, source.rng)
            request = tools.request(tool, source.rng)
            if request is None:
                continue
            heard = source.heard(request, noisy=True)
            for parameter in tool.parameters:
                if parameter.kind == "text" and parameter.name in request.arguments:
                    self.assertIn(request.arguments[parameter.name], heard)
                    copied += 1
        self.assertGreater(copied, 20)

    def test_shares_are_those_that_are_documented(self):
        kinds: Counter = Counter()
        invented = offered_count = 0
        telling = {name for spec in trained_specs() for name in spec.names}
        plain = {"".join(c for c in name.lower() if c.isalnum()) for name in telling}
        for messages, offered in self.dialogues:
            self.assertTrue(1 <= len(offered) <= 12)
            for tool in offered:
                offered_count += 1
                invented += "".join(c for c in tool["function"]["name"].lower() if c.isalnum()) not in plain
            for before, message in zip(messages, messages[1:]):
                if before["role"] == "user":
                    kinds[len(message.get("tool_calls") or [])] += 1
        requests = sum(kinds.values())
        self.assertTrue(0.16 < kinds[0] / requests < 0.28, kinds)  # refusals and small talk
        self.assertTrue(0.09 < (kinds[2] + kinds[3]) / requests < 0.22, kinds)
        self.assertTrue(0.3 < invented / offered_count < 0.55, invented / offered_count)

    def test_tools_that_could_serve_each_other_are_not_offered_together(self):
        source = dialogue.Source(11)
        for _ in range(200):
            specs = [tool.spec for tool in source.offers.draw().tools]
            for index, spec in enumerate(specs):
                for other in specs[index + 1 :]:
                    # The two shipped lists are what they are.
                    if spec in tools.training() and other in tools.training():
                        self.assertFalse(conflicts.overlap(spec, other), (spec.names[0], other.names[0]))

    def test_shipped_tools_are_those_of_the_configurations(self):
        for name in ("kitchen", "car"):
            configured = yaml.safe_load((REPOSITORY / "configs" / f"{name}.yaml").read_text())["tools"]
            configured = [tool for tool in configured if tool.get("model", True)]
            ours = [tools.instantiate(spec, random.Random(1), plain=True).definition()["function"] for spec in shipped.specs()[name]]
            self.assertEqual([tool["name"] for tool in ours], [tool["name"] for tool in configured])
            for mine, theirs in zip(ours, configured):
                self.assertEqual(mine["description"], theirs["description"])
                # YAML 1.1, which PyYAML reads, takes the bare word "on" for true; Earshot does not.
                properties = {"on" if key is True else key: value for key, value in theirs["parameters"].get("properties", {}).items()}
                self.assertEqual(mine["parameters"]["properties"], properties, mine["name"])
                required = ["on" if key is True else key for key in theirs["parameters"].get("required", [])]
                self.assertEqual(mine["parameters"].get("required", []), required)


class WorldTests(unittest.TestCase):
    def test_a_world_has_tools_of_its_own_and_requests_that_none_serves(self):
        self.assertGreaterEqual(len(worlds.training()), 40)
        seen: dict[str, str] = {}
        for world in worlds.training():
            self.assertGreaterEqual(len(world.specs), 6, world.name)
            self.assertGreaterEqual(len(world.refused), 8, world.name)
            # Among tools of one place a name says which is meant.
            names = [name for spec in world.specs for name in spec.names]
            self.assertEqual(len(names), len(set(names)), world.name)

    def test_every_sentence_calls_its_tool(self):
        rng = random.Random(3)
        for spec in trained_specs():
            tool = shipped.instantiate(spec, rng)
            for sentence in spec.sentences:
                self.assertIsNotNone(tools.request(tool, rng, sentence, tries=40), (spec.names[0], sentence.text))

    def test_what_is_refused_is_said_by_no_offered_tool(self):
        source = dialogue.Source(13)
        refused = 0
        for _ in range(300):
            offer = source.offers.draw()
            said = {" ".join("".join(p for p in sentence.parts(source.rng) if isinstance(p, str)).split()) for tool in offer.tools for sentence in tool.spec.sentences}
            text = " ".join(" ".join(text for text, _ in source.offers.refused(offer)).split())
            self.assertNotIn(text, said)
            refused += text != ""
        self.assertEqual(refused, 300)

    def test_a_room_that_nobody_says_is_the_one_of_the_context(self):
        source = dialogue.Source(17)
        spec = shipped.specs()["kitchen"][0]
        sentences = [sentence for sentence in spec.sentences if sentence.fixed.get("room") == "here"]
        self.assertGreater(len(sentences), 5)
        for sentence in sentences:
            request = tools.request(shipped.instantiate(spec, source.rng), source.rng, sentence)
            messages: list[dict] = []
            source._called(messages, request.text(), [request])
            self.assertIn(f"The last thing said was in the {request.here}.", messages[0]["context"])
            self.assertEqual(request.arguments["room"].replace("_", " "), request.here)

    def test_parts_of_a_word_stay_together(self):
        rng = random.Random(1)
        self.assertEqual({"".join(Sentence("light[s] on").parts(rng)) for _ in range(40)}, {"light on", "lights on"})
        for world in shipped.specs().values():
            for spec in world:
                for sentence in spec.sentences:
                    request = tools.request(shipped.instantiate(spec, rng), rng, sentence)
                    self.assertNotIn(" s ", request.text() + " ")


class HeldOutTests(unittest.TestCase):
    def test_held_out_tools_are_not_trained_with(self):
        trained = {name for spec in trained_specs() for name in spec.names}
        for folder in ("heldout", "dev"):
            for spec in tools.read(sets.ROOT / folder / "tools.txt"):
                self.assertFalse(trained.intersection(spec.names), spec.names)

    def test_no_held_out_sentence_is_generated(self):
        source = dialogue.Source(21)
        said = {m["content"] for _ in range(1500) for m in source.dialogue(noise=0)[0] if m["role"] == "user"}
        for file in ("phrasings", "errors", "unseen", "two"):
            for line in (sets.ROOT / "heldout" / "sets" / f"{file}.jsonl").read_text().splitlines():
                self.assertFalse(json.loads(line)["messages"][-1]["content"] in said, line[-200:])

    def test_committed_sets_call_what_they_offer(self):
        for file in sorted((sets.ROOT / "heldout" / "sets").glob("*.jsonl")):
            cases = [json.loads(line) for line in file.read_text().splitlines()]
            self.assertGreaterEqual(len(cases), 300, file.name)
            self.assertEqual(len({case["id"] for case in cases}), len(cases))
            for case in cases:
                schemas = {tool["function"]["name"]: tool["function"]["parameters"] for tool in case["tools"]}
                self.assertEqual(not case["expected"], file.stem == "none")
                for call in case["expected"]:
                    properties = schemas[call["name"]]["properties"]
                    for name, value in call["arguments"].items():
                        self.assertTrue(fits(value, properties[name]), case["id"])

    def test_held_out_errors_are_of_their_own(self):
        trained = speech.confusions()
        for word, others in speech.read_confusions(sets.HELD_OUT_CONFUSIONS).items():
            self.assertFalse(set(others) & set(trained.get(word, [])), word)


class PartsTests(unittest.TestCase):
    def test_numbers_in_words(self):
        self.assertEqual(spoken.number(0), "zero")
        self.assertEqual(spoken.number(21), "twenty one")
        self.assertEqual(spoken.number(100), "one hundred")
        self.assertEqual(spoken.number(215), "two hundred fifteen")
        self.assertEqual(spoken.number(-3), "minus three")

    def test_times_are_said_as_they_are_written(self):
        rng = random.Random(3)
        ways = {spoken.clock(7, 30, rng) for _ in range(200)}
        self.assertIn("half past seven", ways)
        self.assertIn("seven thirty", ways)
        self.assertTrue(all("seven" in way for way in ways))
        self.assertIn("quarter to eight", {spoken.clock(7, 45, rng) for _ in range(200)})

    def test_grammar(self):
        rng = random.Random(1)
        found = {"".join(p for p in Sentence("(a|b) [c]").parts(rng) if isinstance(p, str)).strip() for _ in range(100)}
        self.assertEqual(found, {"a", "b", "a c", "b c"})
        self.assertEqual(Sentence("off @on=false").fixed, {"on": "false"})
        for broken in ("(a", "a]", "{", "{a:b}"):
            with self.assertRaises(ValueError):
                Sentence(broken)

    def test_signatures(self):
        definition = {"function": {"name": "f", "description": "does\nit", "parameters": {"type": "object", "required": ["a"], "properties": {
            "a": {"enum": ["x", 1]}, "b": {"type": "integer", "minimum": 0, "maximum": 9}, "c": {"type": "number", "maximum": 1.5},
            "d": {"type": "array", "items": {"type": "string"}}, "e": {"type": "object", "properties": {"f": {"type": "boolean"}}},
            "g": {"anyOf": [{"type": "null"}, {"const": 3}], "description": "what"}, "h": {}, "i": {"type": ["string", "null"]},
        }}}}
        self.assertEqual(
            chat.signature(definition),
            'does it: f(a: "x"|1, b?: integer 0..9, c?: number ..1.5, d?: [string], e?: {f?: boolean}, g?: null | 3 (what), h?: any, '
            "i?: string | null)",
        )
        self.assertEqual(chat.signature({"function": {"name": "g"}}), "g()")

    def test_rendering(self):
        pieces = chat.render([
            {"role": "system", "content": "S"}, {"role": "user", "content": "a"},
            {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": {"x": 1, "y": "z"}}}]},
            {"role": "tool", "content": "{}"}, {"role": "assistant", "content": "ok"}, {"role": "user", "content": "b"},
        ], [{"function": {"name": "f", "description": "d"}}], context="c")
        self.assertEqual(
            chat.text(pieces),
            '<|bos|><|system|>S<|end|><|tools|>d: f()<|end|><|user|>a<|end|><|assistant|><|tool_call|>f<|args|>{"x": 1, "y": "z"}<|end|>'
            "<|result|>{}<|end|><|assistant|>ok<|end|><|context|>c<|end|><|user|>b<|end|><|assistant|>",
        )
        learned = "".join(piece.text for piece in pieces if piece.learned)
        self.assertEqual(learned, '<|tool_call|>f<|args|>{"x": 1, "y": "z"}<|end|>ok<|end|>')

    def test_the_template_in_the_file_renders_the_same(self):
        import jinja2

        environment = jinja2.Environment()
        environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
        template = environment.from_string(chat.TEMPLATE)
        source = dialogue.Source(8)
        compared = 0
        for _ in range(100):
            messages, offered = source.dialogue()
            if any("context" in m for m in messages):
                continue
            mine = chat.text(chat.render(messages, offered))
            self.assertEqual(template.render(messages=messages, tools=offered, bos_token="<|bos|>", add_generation_prompt=True), mine)
            compared += 1
        self.assertGreater(compared, 20)

    def test_words_that_decide_are_not_replaced(self):
        rng = random.Random(2)
        segments = [("turn", "plain"), ("off", "polarity"), ("the", "plain"), ("blue lagoon", "free"), ("to", "plain"), ("forty two", "value")]
        for _ in range(300):
            text = speech.misheard(segments, rng, 0.9)
            self.assertIn("off", text.split())
            self.assertIn("blue lagoon", text)
            self.assertIn("forty two", text)

    def test_invented_names_have_no_spaces(self):
        rng = random.Random(4)
        for _ in range(500):
            self.assertRegex(rename.invented(rng), r"^[A-Za-z0-9_-]+$")


if __name__ == "__main__":
    unittest.main()
