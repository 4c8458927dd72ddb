"""Prompts of generated conversations by the models' own Jinja templates, as one hash a conversation, and one in full.

The templates of Qwen2.5, Qwen3, Llama 3.1 and Llama 3.2 are those in llama.cpp's models/templates; the two short ones of
Phi-4-mini and Gemma 3 are written below as their tokenizer_config.json has them. The wording about tools for Gemma and for
Hermes without a template of its own is Earshot's. Neighbouring user messages are joined before, calls of one message are
taken apart for Llama, which knows one call a message.

usage: python make_template_chat.py FOLDER-OF-LLAMA.CPP/models/templates        (jinja2 3.1.6)
"""

import base64, json, os, struct, sys
import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
import conversations

COUNT = 150
here = os.path.dirname(os.path.abspath(__file__))
PHI = (
    "{% for message in messages %}{% if message['role'] == 'system' and 'tools' in message and message['tools'] is not none %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] + '<|tool|>' + message['tools'] + '<|/tool|>' + '<|end|>' }}"
    "{% else %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% else %}{{ eos_token }}{% endif %}"
)
GEMMA = r"""{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- set first_user_prefix = messages[0]['content'] + '\n\n' -%}
    {%- set loop_messages = messages[1:] -%}
{%- else -%}
    {%- set first_user_prefix = "" -%}
    {%- set loop_messages = messages -%}
{%- endif -%}
{%- for message in loop_messages -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception("Conversation roles must alternate user/assistant/user/assistant/...") }}
    {%- endif -%}
    {%- if (message['role'] == 'assistant') -%}
        {%- set role = "model" -%}
    {%- else -%}
        {%- set role = message['role'] -%}
    {%- endif -%}
    {{ '<start_of_turn>' + role + '\n' + (first_user_prefix if loop.first else "") }}
    {%- if message['content'] is string -%}
        {{ message['content'] | trim }}
    {%- endif -%}
    {{ '<end_of_turn>\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{'<start_of_turn>model\n'}}
{%- endif -%}
"""


def dumps(value, indent=None):
    return json.dumps(value, ensure_ascii=False, indent=indent)


def fail(text):
    raise RuntimeError(text)


def compiled(text):
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = dumps
    environment.globals["raise_exception"] = fail
    return environment.from_string(text)


def tool(name, description, parameters):
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


def joined(messages):
    output = []
    for message in messages:
        if output and message[0] == "user" and output[-1][0] == "user":
            output[-1] = ("user", output[-1][1] + "\n\n" + message[1])
        else:
            output.append(message)
    return output


def text(content):
    return content if isinstance(content, str) else dumps(content)


def openai(messages, one_call=False, plain_results=True):
    output = []
    for message in messages:
        if message[0] == "tool":
            output.append({"role": "tool", "content": text(message[3]) if plain_results else message[3]})
        elif message[0] == "assistant" and message[2]:
            calls = [{"type": "function", "function": {"name": n, "arguments": a}} for _, n, a in message[2]]
            for group in [[call] for call in calls] if one_call else [calls]:
                output.append({"role": "assistant", "content": message[1], "tool_calls": group})
        else:
            output.append({"role": message[0], "content": message[1]})
    return output


def phi(tools, messages):
    output = []
    for message in messages:
        if message[0] == "assistant" and message[2]:
            calls = [{"name": n, "arguments": a} for _, n, a in message[2]]
            output.append({"role": "assistant", "content": message[1] + "<|tool_call|>" + dumps(calls) + "<|/tool_call|>"})
        elif message[0] == "tool":
            output.append({"role": "tool", "content": text(message[3])})
        else:
            output.append({"role": message[0], "content": message[1]})
    if tools:
        if output[0]["role"] != "system":
            output.insert(0, {"role": "system", "content": ""})
        output[0]["tools"] = dumps([tool(*t)["function"] for t in tools])
    return output


def gemma(tools, messages):
    output = []
    for message in messages:
        if message[0] == "assistant":
            lines = ['<tool_call>{"name": "%s", "arguments": %s}</tool_call>' % (n, dumps(a)) for _, n, a in message[2]]
            output.append({"role": "assistant", "content": "\n".join(([message[1].strip()] if message[1] else []) + lines)})
        elif message[0] == "tool":
            block = "<tool_response>\n" + text(message[3]) + "\n</tool_response>"
            if output[-1].get("results"):
                output[-1]["content"] += "\n" + block
            else:
                output.append({"role": "user", "content": block, "results": True})
        else:
            output.append({"role": message[0], "content": message[1]})
    if tools:
        lines = ["You can call these functions:"] + [dumps(tool(*t)["function"]) for t in tools]
        lines += [
            "", "To call a function, answer only with a line like this for each call:",
            '<tool_call>{"name": <function-name>, "arguments": <args-json-object>}</tool_call>',
            "The results come back in <tool_response> tags. If no function fits, answer in plain words.",
        ]
        if output[0]["role"] == "system":
            output[0]["content"] += "\n\n" + "\n".join(lines)
        else:
            output.insert(0, {"role": "system", "content": "\n".join(lines)})
    return output


def hash_text(rendered):
    h = 0xCBF29CE484222325
    for byte in rendered.encode("utf-8"):
        h = ((h ^ byte) * 0x100000001B3) & ((1 << 64) - 1)
    return (h ^ (h >> 32)) & 0xFFFFFFFF


def main(folder):
    read = lambda name: compiled(open(os.path.join(folder, name + ".jinja"), encoding="utf-8").read())
    plain = lambda tools, messages: openai(messages)
    llama = lambda tools, messages: openai(messages, one_call=True, plain_results=False)
    formats = {
        "qwen2.5": (read("Qwen-Qwen2.5-7B-Instruct"), plain),
        "qwen3": (read("Qwen-Qwen3-0.6B"), plain),
        "llama-3.1": (read("meta-llama-Llama-3.1-8B-Instruct"), llama),
        "llama-3.2": (read("meta-llama-Llama-3.2-3B-Instruct"), llama),
        "phi-4-mini": (compiled(PHI), phi),
        "gemma-3": (compiled(GEMMA), gemma),
    }
    with open(os.path.join(here, "template_chat.golden"), "w") as f, open(
        os.path.join(here, "template_chat_examples.txt"), "w", encoding="utf-8", newline="\n"
    ) as examples:
        f.write(f"# python make_template_chat.py: FNV-1a of the prompts of conversations 0 to {COUNT - 1} as UTF-8, 64 bits folded to 32\n")
        examples.write("# python make_template_chat.py: a line with format and number of the conversation, the prompt as JSON\n")
        for name, (template, prepare) in formats.items():
            hashes = []
            for seed in range(COUNT):
                tools, messages = conversations.conversation(seed)
                rendered = template.render(
                    messages=prepare(tools, joined(messages)), tools=[tool(*t) for t in tools] or None,
                    add_generation_prompt=True, enable_thinking=False,
                    bos_token={"l": "<|begin_of_text|>", "g": "<bos>"}.get(name[0], ""))
                hashes.append(hash_text(rendered))
                if seed == 7:
                    examples.write(f"{name} {seed} {json.dumps(rendered, ensure_ascii=False)}\n")
            f.write(name + " " + base64.b64encode(struct.pack(f"<{COUNT}I", *hashes)).decode() + "\n")


main(sys.argv[1])
