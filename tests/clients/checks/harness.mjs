// What all checks share: the server that is asked, schemas, and the list that run.mjs goes through.
import OpenAI from "openai";
import { z } from "zod";

export const baseURL = process.env.BASE_URL ?? "http://127.0.0.1:8080/v1";
export const model = process.env.MODEL ?? "tiny";
export const apiKey = process.env.API_KEY ?? "none";
/** The address of a server whose model embeds; empty where there is none. */
export const embedURL = process.env.EMBED_URL ?? "";
/** Whether the model thinks where it is asked to, as Gemma 4 does. */
export const thinks = process.env.THINKS === "1";

export const Person = z.object({ name: z.string().max(8), age: z.int().min(0).max(150), mood: z.enum(["good", "bad"]) });
export const Place = z.object({ city: z.string().max(8), unit: z.enum(["C", "F"]) });
export const sampled = { temperature: 1, seed: 7 };
export const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
export const weather = {
    type: "function",
    function: { name: "weather", description: "Tells the weather.", parameters: z.toJSONSchema(Place), strict: true },
};

export const checks = [];
export const check = (name, run) => checks.push([name, run]);
