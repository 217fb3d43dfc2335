// What comes in pieces, by the official client: calls, several answers, log-probabilities, responses.
import assert from "node:assert/strict";
import { zodFunction, zodResponseFormat } from "openai/helpers/zod";
import { check, client, model, Person, Place, sampled, thinks, weather } from "./harness.mjs";

const water = [{ role: "user", content: "water" }];

check("openai: pieces of calls have their index, id and name, and add up", async () => {
    const calls = [];
    let reason = null;
    const asked = { model, messages: water, tools: [weather], tool_choice: "required", max_tokens: 600, ...sampled };
    for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
        const [choice] = chunk.choices;
        reason = choice?.finish_reason ?? reason;
        for (const piece of choice?.delta?.tool_calls ?? []) {
            calls[piece.index] ??= { id: piece.id, name: piece.function.name, arguments: "" };
            calls[piece.index].arguments += piece.function.arguments ?? "";
        }
    }
    assert.equal(reason, "tool_calls");
    assert.ok(calls.length > 0);
    assert.equal(new Set(calls.map((call) => call.id)).size, calls.length);
    for (const call of calls) {
        assert.equal(call.name, "weather");
        Place.parse(JSON.parse(call.arguments));
    }
});

check("openai: functions are run by the client's runner", async () => {
    const seen = [];
    const runner = client.chat.completions.runTools({
        model,
        messages: water,
        tool_choice: { type: "function", function: { name: "weather" } },
        tools: [
            zodFunction({
                name: "weather",
                description: "Tells the weather.",
                parameters: Place,
                function: (place) => {
                    seen.push(Place.parse(place));
                    return "sunny";
                },
            }),
        ],
        max_tokens: 600,
        ...sampled,
    });
    await runner.done();
    assert.ok(seen.length > 0);
    assert.ok(runner.messages.some((message) => message.role === "tool" && message.content === "sunny"));
});

check("openai: a parsed answer, streamed", async () => {
    const stream = client.chat.completions.stream({
        model,
        messages: water,
        response_format: zodResponseFormat(Person, "person"),
        max_tokens: 600,
        ...sampled,
    });
    let pieces = 0;
    stream.on("content.delta", () => pieces++);
    const answer = await stream.finalChatCompletion();
    Person.parse(answer.choices[0].message.parsed);
    assert.ok(pieces > 1);
});

check("openai: several answers at once, streamed, are those of one piece", async () => {
    const asked = { model, messages: water, n: 3, max_tokens: 10, ...sampled };
    const whole = await client.chat.completions.create(asked);
    const texts = ["", "", ""];
    let usage = null;
    for await (const chunk of await client.chat.completions.create({
        ...asked,
        stream: true,
        stream_options: { include_usage: true },
    })) {
        usage = chunk.usage ?? usage;
        for (const choice of chunk.choices) {
            texts[choice.index] += choice.delta.content ?? "";
        }
    }
    assert.deepEqual(
        texts,
        whole.choices.map((choice) => choice.message.content),
    );
    assert.ok(new Set(texts).size > 1, "drawn one by one");
    assert.equal(usage.completion_tokens, whole.usage.completion_tokens);
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
});

check("openai: log-probabilities, whole and streamed", async () => {
    const asked = { model, messages: water, max_tokens: 6, temperature: 0, logprobs: true, top_logprobs: 3 };
    const whole = (await client.chat.completions.create(asked)).choices[0].logprobs.content;
    const pieces = [];
    for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
        pieces.push(...(chunk.choices[0]?.logprobs?.content ?? []));
    }
    assert.deepEqual(
        pieces.map(({ token, bytes }) => ({ token, bytes })),
        whole.map(({ token, bytes }) => ({ token, bytes })),
    );
    for (const one of whole) {
        assert.ok(one.logprob <= 0 && one.top_logprobs.length === 3);
        assert.equal(one.top_logprobs[0].token, one.token, "temperature 0 takes the likeliest");
    }
});

check("openai: completions, several prompts, echo, log-probabilities", async () => {
    const asked = { model, prompt: ["water", "stone"], max_tokens: 6, temperature: 0, logprobs: 2, echo: true };
    const whole = await client.completions.create(asked);
    const texts = ["", ""];
    for await (const chunk of await client.completions.create({ ...asked, stream: true })) {
        for (const choice of chunk.choices) {
            texts[choice.index] += choice.text;
        }
    }
    assert.deepEqual(
        texts,
        whole.choices.map((choice) => choice.text),
    );
    const [{ text, logprobs }] = whole.choices;
    assert.ok(text.startsWith("water"));
    assert.equal(logprobs.token_logprobs[0], null);
    assert.equal(logprobs.tokens.length, logprobs.text_offset.length);
});

check("openai: a response's events come in their order, and its helper takes them", async () => {
    const asked = { model, input: "water", max_output_tokens: 12, temperature: 0 };
    const types = [];
    const numbers = [];
    for await (const event of await client.responses.create({ ...asked, stream: true })) {
        types.push(event.type);
        numbers.push(event.sequence_number);
    }
    assert.equal(types[0], "response.created");
    assert.ok(["response.completed", "response.incomplete"].includes(types.at(-1)), types.at(-1));
    assert.deepEqual(
        numbers,
        numbers.map((_, index) => index),
    );
    const whole = await client.responses.create(asked);
    const streamed = await client.responses.stream(asked).finalResponse();
    assert.equal(streamed.output_text, whole.output_text);
    assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
    assert.equal(typeof whole.usage.output_tokens_details.reasoning_tokens, "number");
    assert.equal(typeof whole.usage.input_tokens_details.cached_tokens, "number");
});

check("openai: a response's call, streamed, and what it returned", async () => {
    const tools = [{ type: "function", ...weather.function }];
    const asked = { model, input: "weather?", tools, max_output_tokens: 600, temperature: 1 };
    const pieces = {};
    let done = null;
    for await (const event of await client.responses.create({ ...asked, tool_choice: "required", stream: true })) {
        if (event.type === "response.function_call_arguments.delta") {
            pieces[event.item_id] = (pieces[event.item_id] ?? "") + event.delta;
        } else if (event.type === "response.completed") {
            done = event.response;
        }
    }
    const calls = done.output.filter((item) => item.type === "function_call");
    assert.ok(calls.length > 0);
    for (const call of calls) {
        assert.equal(pieces[call.id], call.arguments);
        Place.parse(JSON.parse(call.arguments));
    }
    const input = [
        { role: "user", content: "weather?" },
        ...done.output,
        ...calls.map((call) => ({ type: "function_call_output", call_id: call.call_id, output: "sunny" })),
    ];
    const next = await client.responses.create({ ...asked, input, max_output_tokens: 8 });
    assert.ok(next.output.length > 0);
});

check("openai: a stream that is left leaves the server at work", async () => {
    const stream = await client.chat.completions.create({ model, messages: water, max_tokens: 400, stream: true });
    for await (const _ of stream) {
        break;
    }
    assert.ok((await client.chat.completions.create({ model, messages: water, max_tokens: 2 })).id);
});

if (thinks) {
    check("openai: thoughts come apart from the answer, in chats and responses", async () => {
        const asked = { model, messages: water, reasoning_effort: "low", max_tokens: 200, ...sampled };
        const whole = (await client.chat.completions.create(asked)).choices[0].message;
        let [thought, said] = ["", ""];
        for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
            thought += chunk.choices[0]?.delta?.reasoning_content ?? "";
            said += chunk.choices[0]?.delta?.content ?? "";
        }
        assert.equal(thought, whole.reasoning_content ?? "");
        assert.equal(said, whole.content ?? "");
        const response = await client.responses.create({
            model,
            input: "water",
            reasoning: { effort: "low" },
            max_output_tokens: 200,
            temperature: 1,
        });
        assert.ok(response.usage.output_tokens_details.reasoning_tokens <= response.usage.output_tokens);
    });
}
