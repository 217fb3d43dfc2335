import assert from "node:assert/strict";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { apiKey, baseURL, check, embedURL, model, Person, Place, weather } from "./harness.mjs";

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

    check(`${by}: a stream's call, and what was used`, async () => {
        let all = null;
        for await (const piece of await chat.bindTools([weather], { tool_choice: "required" }).stream("weather?")) {
            all = all === null ? piece : all.concat(piece);
        }
        // As above: of responses there may be no call.
        assert.ok(useResponsesApi || all.tool_calls.length > 0);
        all.tool_calls.forEach((call) => Place.parse(call.args));
        assert.ok(all.usage_metadata.total_tokens > 0);
    });

    check(`${by}: several at once`, async () => {
        const answers = await chat.batch(["water", "stone", "light"]);
        assert.equal(answers.length, 3);
        assert.ok(answers.every((answer) => answer.usage_metadata.output_tokens > 0));
    });
}

if (embedURL) {
    check("LangChain: documents and a question are embedded", async () => {
        const embeddings = new OpenAIEmbeddings({ model, apiKey, maxRetries: 0, configuration: { baseURL: embedURL } });
        const [document] = await embeddings.embedDocuments(["water", "stone"]);
        assert.equal((await embeddings.embedQuery("water")).length, document.length);
    });
}
