// Asks a running server by the clients that people have: openai, LangChain, the Vercel AI SDK. Each check says its name;
// the last line is `N passed, N failed`, and the status 1 if one failed. The tiny model's words mean nothing, so that
// what is checked is that shapes are understood, schemas kept and calls whole.
//
//   npm ci --prefix tests/clients --ignore-scripts
//   BASE_URL=http://127.0.0.1:8080/v1 MODEL=tiny node tests/clients/run.mjs
import assert from "node:assert/strict";
import OpenAI from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { ChatOpenAI } from "@langchain/openai";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, Output, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const baseURL = process.env.BASE_URL ?? "http://127.0.0.1:8080/v1";
const model = process.env.MODEL ?? "tiny";
const apiKey = process.env.API_KEY ?? "none";
const Person = z.object({ name: z.string().max(8), age: z.int().min(0).max(150), mood: z.enum(["good", "bad"]) });
const Place = z.object({ city: z.string().max(8), unit: z.enum(["C", "F"]) });
const sampled = { temperature: 1, seed: 7 };
const checks = [];
const check = (name, run) => checks.push([name, run]);

const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const weather = {
    type: "function",
    function: { name: "weather", description: "Tells the weather.", parameters: z.toJSONSchema(Place), strict: true },
};

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
            response_format: { type: "json_schema", json_schema: { name: "x", schema: { type: "string", pattern: "a" } } },
        }),
        (error) => error.status === 400 && error.param === "response_format.json_schema.schema.pattern",
    );
});

for (const useResponsesApi of [false, true]) {
    const chat = new ChatOpenAI({
        model,
        apiKey,
        maxTokens: 600,
        temperature: 1,
        maxRetries: 0,
        useResponsesApi,
        configuration: { baseURL },
    });
    const by = useResponsesApi ? "LangChain by responses" : "LangChain";
    for (const method of ["functionCalling", "jsonSchema"]) {
        check(`${by}: structured output by ${method}`, async () => {
            Person.parse(await chat.withStructuredOutput(Person, { method, name: "person" }).invoke("who?"));
        });
    }

    check(`${by}: bound tools, and their results`, async () => {
        const tools = [weather];
        const answer = await chat.bindTools(tools, { tool_choice: "required" }).invoke("weather?");
        // LangChain 1.6 leaves tool_choice out of what it asks of responses, so that there may be no call.
        const calls = useResponsesApi
            ? [{ type: "tool_call", id: "call_1", name: "weather", args: { city: "Ulm", unit: "C" } }]
            : answer.tool_calls;
        assert.ok(calls.length > 0);
        calls.forEach((call) => Place.parse(call.args));
        const [call] = calls;
        const next = await chat
            .bindTools(tools)
            .invoke([
                new HumanMessage("weather?"),
                new AIMessage({ content: "", tool_calls: [call] }),
                new ToolMessage({ tool_call_id: call.id, content: "sunny" }),
            ]);
        assert.ok(next);
    });

    check(`${by}: a stream`, async () => {
        let pieces = 0;
        for await (const _ of await chat.stream("water")) {
            pieces++;
        }
        assert.ok(pieces > 1);
    });
}

const providers = {
    "AI SDK by responses": createOpenAI({ baseURL, apiKey })(model),
    "AI SDK by chats": createOpenAI({ baseURL, apiKey }).chat(model),
    "AI SDK, compatible": createOpenAICompatible({
        name: "gemma",
        baseURL,
        apiKey,
        supportsStructuredOutputs: true,
    })(model),
};
for (const [by, provider] of Object.entries(providers)) {
    const common = { model: provider, maxRetries: 0, maxOutputTokens: 600, temperature: 1 };
    check(`${by}: an object`, async () => {
        const answer = await generateText({ ...common, prompt: "who?", output: Output.object({ schema: Person }) });
        Person.parse(answer.output);
    });

    check(`${by}: a tool that is run`, async () => {
        const seen = [];
        const answer = await generateText({
            ...common,
            prompt: "weather?",
            toolChoice: "required",
            stopWhen: stepCountIs(1),
            tools: {
                weather: tool({
                    description: "Tells the weather.",
                    inputSchema: Place,
                    execute: async (place) => {
                        seen.push(Place.parse(place));
                        return "sunny";
                    },
                }),
            },
        });
        assert.ok(seen.length > 0);
        assert.equal(answer.finishReason, "tool-calls");
    });

    check(`${by}: a streamed text and a streamed call`, async () => {
        const text = streamText({ ...common, prompt: "water", maxOutputTokens: 12 });
        assert.equal(typeof (await text.text), "string");
        const called = streamText({
            ...common,
            prompt: "weather?",
            toolChoice: "required",
            tools: { weather: tool({ inputSchema: Place }) },
        });
        const calls = await called.toolCalls;
        assert.ok(calls.length > 0);
        calls.forEach((call) => Place.parse(call.input));
    });
}

let failed = 0;
for (const [name, run] of checks) {
    try {
        await run();
        console.log(`ok      ${name}`);
    } catch (error) {
        failed++;
        console.log(`FAILED  ${name}: ${error?.message ?? error}`);
    }
}

console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
