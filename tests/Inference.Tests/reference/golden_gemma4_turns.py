"""Renders the conversations of golden_gemma4_turns.json by a template of Gemma 4, and writes the same file with what comes of it.

Needs Jinja2 (3.1.6 was used), and the template, which is Google's and isn't kept here: `chat_template.jinja` of
google/gemma-4-31B-it. Environment and filters are those that transformers gives templates: a sandbox, blocks trimmed
on both sides, `tojson` without escapes for HTML.

    python3 golden_gemma4_turns.py chat_template.jinja | cmp - golden_gemma4_turns.json
"""

import json
import os
import sys

from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment


def refuse(message):
    raise ValueError(message)


def parsed(message):
    """Returns a message with the arguments of its calls as objects, as templates take them; requests have texts."""
    calls = [
        {**call, "function": {**call["function"], "arguments": json.loads(call["function"]["arguments"])}}
        for call in message.get("tool_calls", [])
    ]
    return {**message, "tool_calls": calls} if calls else message


def main(template):
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    environment.filters["tojson"] = lambda value, **options: json.dumps(value, ensure_ascii=False, **options)
    environment.globals["raise_exception"] = refuse
    with open(template, encoding="utf-8") as file:
        compiled = environment.from_string(file.read())
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "golden_gemma4_turns.json"), encoding="utf-8") as file:
        cases = json.load(file)
    for case in cases:
        case["prompt"] = compiled.render(
            messages=[parsed(message) for message in case["messages"]],
            tools=case["tools"] or None,
            add_generation_prompt=True,
            enable_thinking=case["thinks"],
            bos_token="<bos>",
        )
    sys.stdout.write(json.dumps(cases, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
