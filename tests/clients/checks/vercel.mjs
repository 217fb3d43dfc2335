// The Vercel AI SDK, by each of its ways to a server like this one.
import assert from "node:assert/strict";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embedMany, generateText, Output, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { apiKey, baseURL, check, embedURL, model, Person, Place } from "./harness.mjs";

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

    check(`${by}: a list and a choice`, async () => {
        const list = Output.array({ element: z.object({ name: z.string().max(6) }) });
        const many = await generateText({ ...common, prompt: "who?", output: list }).catch((error) => error);
        // A list has no longest length here, so that it may be cut.
        assert.ok(Array.isArray(many.output) || many.finishReason === "length", many.message);
        const one = await generateText({ ...common, prompt: "which?", output: Output.choice({ options: ["a", "b"] }) });
        assert.ok(["a", "b"].includes(one.output));
    });

    check(`${by}: an object in pieces`, async () => {
        const answer = streamText({ ...common, prompt: "who?", output: Output.object({ schema: Person }) });
        let pieces = 0;
        for await (const _ of answer.partialOutputStream) {
            pieces++;
        }
        assert.ok(pieces > 0);
        Person.parse(await answer.output);
    });

    check(`${by}: a tool's result goes back, step by step`, async () => {
        const answer = await generateText({
            ...common,
            maxOutputTokens: 300,
            prompt: "weather?",
            stopWhen: stepCountIs(2),
            prepareStep: ({ stepNumber }) => ({ toolChoice: stepNumber === 0 ? "required" : "none" }),
            tools: { weather: tool({ inputSchema: Place, execute: async () => ({ sky: "clear" }) }) },
        });
        assert.equal(answer.steps.length, 2);
        assert.equal(answer.steps[1].toolCalls.length, 0);
        assert.ok(answer.totalUsage.totalTokens > 0);
    });
}

if (embedURL) {
    check("AI SDK: several texts are embedded", async () => {
        const embedder = createOpenAI({ baseURL: embedURL, apiKey }).embedding(model);
        const { embeddings, usage } = await embedMany({ model: embedder, values: ["water", "stone"], maxRetries: 0 });
        assert.equal(embeddings.length, 2);
        assert.ok(usage.tokens > 0);
    });
}
