// Asks a running server by the clients that people have: openai, LangChain, the Vercel AI SDK. Each check says its name;
// the last line is `N passed, N failed`, and the status 1 if one failed. The tiny model's words mean nothing, so that
// what is checked is that shapes are understood, schemas kept and calls whole.
//
//   npm ci --prefix tests/clients --ignore-scripts
//   BASE_URL=http://127.0.0.1:8080/v1 MODEL=tiny node tests/clients/run.mjs
//
// EMBED_URL is that of a server whose model embeds, THINKS=1 says that the model of BASE_URL thinks.
import { checks } from "./checks/harness.mjs";
import "./checks/openai.mjs";
import "./checks/openai-shapes.mjs";
import "./checks/openai-streams.mjs";
import "./checks/langchain.mjs";
import "./checks/vercel.mjs";

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
