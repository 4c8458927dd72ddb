"""Prompts of generated conversations by mistral-common, as one hash a conversation, and some in full.

v7 and later with tekken: tekken_240911.json with another version, and the special tokens that the version needs at places
of our own (the model files have them elsewhere; ids are looked up by text).

usage: python make_mistral_chat.py        (mistral-common 1.13.1)
"""

import base64, json, os, struct, tempfile
import mistral_common
from mistral_common.protocol.instruct.messages import AssistantMessage, SystemMessage, ToolMessage, UserMessage
from mistral_common.protocol.instruct.request import ChatCompletionRequest
from mistral_common.protocol.instruct.tool_calls import Function, FunctionCall, Tool, ToolCall
from mistral_common.protocol.instruct.validator import ValidationMode
from mistral_common.tokens.tokenizers.mistral import MistralTokenizer
from mistral_common.tokens.tokenizers.tekken import Tekkenizer
import conversations

COUNT = 600
here = os.path.dirname(os.path.abspath(__file__))
data = os.path.join(os.path.dirname(mistral_common.__file__), "data")
folder = tempfile.mkdtemp()


def tekken(version):
    content = json.load(open(os.path.join(data, "tekken_240911.json"), encoding="utf-8"))
    content["config"]["version"] = version
    content.pop("multimodal", None)
    extra = {32: "[ARGS]", 33: "[CALL_ID]", 34: "[THINK]", 35: "[/THINK]"}
    special = [dict(token) for token in Tekkenizer.DEPRECATED_SPECIAL_TOKENS]
    for rank in range(len(special), 36):
        special.append({"rank": rank, "token_str": extra.get(rank, f"<SPECIAL_{rank}>"), "is_control": True})
    content["special_tokens"] = special
    path = os.path.join(folder, f"tekken_{version}.json")
    json.dump(content, open(path, "w"))
    return path


def request(seed):
    tools, messages = conversations.conversation(seed)
    output = []
    for message in messages:
        if message[0] == "system":
            output.append(SystemMessage(content=message[1]))
        elif message[0] == "user":
            output.append(UserMessage(content=message[1]))
        elif message[0] == "assistant":
            calls = [
                ToolCall(id=i, function=FunctionCall(name=n, arguments=json.dumps(a, ensure_ascii=False)))
                for i, n, a in message[2]
            ]
            output.append(AssistantMessage(content=message[1] or None, tool_calls=calls or None))
        else:
            content = message[3] if isinstance(message[3], str) else json.dumps(message[3], ensure_ascii=False)
            output.append(ToolMessage(tool_call_id=message[1], name=message[2], content=content))
    listed = [Tool(function=Function(name=n, description=d, parameters=p)) for n, d, p in tools]
    return ChatCompletionRequest(messages=output, tools=listed or None)


FORMATS = {
    "mistral-v3": os.path.join(data, "mistral_instruct_tokenizer_240323.model.v3"),
    "mistral-v3-tekken": tekken("v3"),
    "mistral-v7": os.path.join(data, "mistral_instruct_tokenizer_241114.model.v7"),
    "mistral-v7-tekken": tekken("v7"),
    "mistral-v11": tekken("v11"),
    "mistral-v13": tekken("v13"),
}
with open(os.path.join(here, "mistral_chat.golden"), "w") as f:
    f.write(f"# python make_mistral_chat.py: generated_text.hash32 of the prompts of conversations 0 to {COUNT - 1}, mistral-common {mistral_common.__version__}\n")
    examples = []
    for name, path in FORMATS.items():
        tokenizer = MistralTokenizer.from_file(path, mode=ValidationMode.test)
        hashes = []
        for seed in range(COUNT):
            tokens = tokenizer.encode_chat_completion(request(seed)).tokens
            hashes.append(conversations.generated_text.hash32(tokens))
            if seed in (1, 7):
                examples.append(f"{name} {seed} {','.join(map(str, tokens))}\n")
        f.write(name + " " + base64.b64encode(struct.pack(f"<{COUNT}I", *hashes)).decode() + "\n")
with open(os.path.join(here, "mistral_chat_examples.txt"), "w") as f:
    f.write("# python make_mistral_chat.py: format, number of the conversation, ids\n")
    f.writelines(examples)
