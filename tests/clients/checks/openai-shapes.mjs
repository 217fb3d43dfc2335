// Schemas as people's types make them, embeddings, models, errors, headers.
import assert from "node:assert/strict";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { apiKey, check, client, embedURL, model, sampled } from "./harness.mjs";

const who = [{ role: "user", content: "who?" }];
const short = z.string().max(6);
const Tree = z.object({
    name: short,
    get children() {
        return z.array(Tree).max(2);
    },
});
const shapes = {
    "a union by its kind": z.object({
        pet: z.discriminatedUnion("kind", [
            z.object({ kind: z.literal("cat"), lives: z.int().min(1).max(9) }),
            z.object({ kind: z.literal("dog"), tricks: z.array(short).max(2) }),
        ]),
    }),
    "any of several types": z.object({ value: z.union([short, z.int().min(0).max(99), z.boolean(), z.null()]) }),
    "patterns and formats": z.object({
        code: z.string().regex(/^[A-Z]{2}-\d{3}$/),
        id: z.uuid(),
        day: z.iso.date(),
        at: z.ipv4(),
    }),
    "what may be null, and numbers": z.object({
        middle: short.nullable(),
        ratio: z.number().min(0).max(1),
        step: z.int().gt(0).lt(100),
    }),
    "lists of known words": z.object({ tags: z.array(z.enum(["a", "b", "c"])).min(1).max(3) }),
    "a tree that holds itself": Tree,
};
/** What the client refuses to ask OpenAI for. */
const others = {
    "pairs": z.object({ pair: z.tuple([short, z.int().min(0).max(9)]) }),
    "names that nobody knows": z.object({ counts: z.record(z.string().regex(/^[a-z]{1,3}$/), z.int().min(0).max(9)) }),
};
for (const [name, shape] of Object.entries({ ...shapes, ...others })) {
    // As the client makes it for OpenAI, and as zod does, which other clients send.
    const forms = {
        "the client's schema": () => zodResponseFormat(shape, "shape"),
        "zod's own": () => ({
            type: "json_schema",
            json_schema: { name: "shape", schema: z.toJSONSchema(shape), strict: true },
        }),
    };
    for (const [by, form] of Object.entries(forms).slice(name in others ? 1 : 0)) {
        check(`openai: ${name}, by ${by}`, async () => {
            const asked = { model, messages: who, response_format: form(), max_tokens: 1000, ...sampled };
            const { finish_reason, message } = (await client.chat.completions.create(asked)).choices[0];
            // What was cut needn't parse: random words may go down a tree for ever.
            if (finish_reason !== "length") {
                shape.parse(JSON.parse(message.content));
            }
        });
    }
}

check("openai: models are listed", async () => {
    const names = [];
    for await (const one of client.models.list()) {
        names.push(one.id);
    }
    assert.ok(names.includes(model));
});

check("openai: a model is told by its name", async () => {
    assert.equal((await client.models.retrieve(model)).id, model);
    await assert.rejects(client.models.retrieve("other"), (error) => error instanceof OpenAI.NotFoundError);
});

check("openai: errors are the client's own, with field, code and the request's id", async () => {
    await assert.rejects(
        client.chat.completions.create({ model: "other", messages: who }),
        (error) => error instanceof OpenAI.NotFoundError && error.code === "model_not_found" && !!error.requestID,
    );
    await assert.rejects(
        client.chat.completions.create({ model, messages: who, temperature: -1 }, { headers: { "x-request-id": "mine" } }),
        (error) =>
            error instanceof OpenAI.BadRequestError && error.param === "temperature" && error.requestID === "mine",
    );
    await assert.rejects(
        client.responses.create({ model, input: "x", previous_response_id: "resp_1" }),
        (error) => error instanceof OpenAI.BadRequestError && error.param === "previous_response_id",
    );
});

check("openai: a field that nobody knows is named in a header", async () => {
    const { data, response } = await client.chat.completions
        .create({ model, messages: who, max_tokens: 2, no_such_field: 1 })
        .withResponse();
    assert.ok(data.id);
    assert.match(response.headers.get("warning"), /no_such_field/);
});

check("openai: a model that generates says that it doesn't embed", async () => {
    await assert.rejects(
        client.embeddings.create({ model, input: "water" }),
        (error) => error.status === 400 && error.code === "model_only_generates",
    );
});

if (embedURL) {
    const embedder = new OpenAI({ baseURL: embedURL, apiKey, maxRetries: 0 });
    check("openai: texts are embedded, as numbers and packed", async () => {
        const input = ["water", "a stone in the river"];
        // Packed is what the client asks for by itself.
        const packed = await embedder.embeddings.create({ model, input });
        const numbers = await embedder.embeddings.create({ model, input, encoding_format: "float" });
        for (const index of [0, 1]) {
            const [ours, theirs] = [packed.data[index].embedding, numbers.data[index].embedding];
            assert.equal(ours.length, theirs.length);
            ours.forEach((number, at) => assert.ok(Math.abs(number - theirs[at]) < 1e-6));
            assert.ok(Math.abs(Math.hypot(...theirs) - 1) < 1e-4);
        }
        assert.ok(numbers.usage.prompt_tokens > 0);
    });
}
