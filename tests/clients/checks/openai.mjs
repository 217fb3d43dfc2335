// The official client: what it parses is the contract.
import assert from "node:assert/strict";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { check, client, model, Person, Place, sampled, weather } from "./harness.mjs";

check("openai: a chat and a stream say the same", async () => {
    const asked = { model, messages: [{ role: "user", content: "water" }], max_tokens: 12, temperature: 0 };
    const whole = await client.chat.completions.create(asked);
    let text = "";
    for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
        text += chunk.choices[0]?.delta?.content ?? "";
    }
    assert.equal(text, whole.choices[0].message.content);
});

check("openai: a parsed answer fits its schema", async () => {
    const answer = await client.chat.completions.parse({
        model,
        messages: [{ role: "user", content: "who?" }],
        response_format: zodResponseFormat(Person, "person"),
        max_tokens: 600,
        ...sampled,
    });
    Person.parse(answer.choices[0].message.parsed);
});

check("openai: a required call comes whole, and in pieces", async () => {
    const asked = {
        model,
        messages: [{ role: "user", content: "weather?" }],
        tools: [weather],
        tool_choice: "required",
        parallel_tool_calls: false,
        max_tokens: 600,
        ...sampled,
    };
    const whole = await client.chat.completions.create(asked);
    assert.equal(whole.choices[0].finish_reason, "tool_calls");
    const [call] = whole.choices[0].message.tool_calls;
    Place.parse(JSON.parse(call.function.arguments));
    const streamed = await client.chat.completions.stream(asked).finalChatCompletion();
    assert.equal(streamed.choices[0].message.tool_calls[0].function.arguments, call.function.arguments);
    const next = await client.chat.completions.create({
        model,
        messages: [
            ...asked.messages,
            whole.choices[0].message,
            { role: "tool", tool_call_id: call.id, content: "sunny" },
        ],
        tools: [weather],
        max_tokens: 8,
    });
    assert.equal(typeof next.choices[0].message.content, "string");
});

check("openai: a response, its stream and its format", async () => {
    const asked = { model, input: "water", max_output_tokens: 12, temperature: 0 };
    const whole = await client.responses.create(asked);
    let text = "";
    for await (const event of await client.responses.create({ ...asked, stream: true })) {
        text += event.type === "response.output_text.delta" ? event.delta : "";
    }
    assert.equal(text, whole.output_text);
    const parsed = await client.responses.parse({
        model,
        input: "who?",
        text: { format: zodTextFormat(Person, "person") },
        max_output_tokens: 600,
        temperature: 1,
    });
    Person.parse(parsed.output_parsed);
});

check("openai: what is refused is told by its field", async () => {
    await assert.rejects(
        client.chat.completions.create({
            model,
            messages: [{ role: "user", content: "x" }],
            response_format: { type: "json_schema", json_schema: { name: "x", schema: { type: "string", not: { const: "a" } } } },
        }),
        (error) => error.status === 400 && error.param === "response_format.json_schema.schema.not",
    );
});

