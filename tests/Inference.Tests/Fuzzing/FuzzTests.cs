using System.Buffers.Binary;
using System.Text;
using GemmaInference.Api;
using GemmaInference.Api.Access;
using GemmaInference.Api.Requests;
using GemmaInference.Fetch.Failures;
using GemmaInference.Fetch.Files;
using GemmaInference.Fetch.Hub;
using GemmaInference.Fetch.Oci;
using GemmaInference.Grammar;
using GemmaInference.Grammar.Json;
using GemmaInference.Model;
using GemmaInference.Native;
using GemmaInference.Text;
using Tests.Shared.Fuzzing;

namespace Inference.Tests.Fuzzing;

/// <summary>
/// Whatever the server reads from files and clients comes to a value or to the failure that is declared, in bounded
/// time and memory. For longer, with another seed: <c>make fuzz</c>.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class FuzzTests
{
    private const string Sha = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    private static readonly string Here = TestContext.CurrentContext.TestDirectory;

    private static readonly string Scratch = Directory.CreateTempSubdirectory("fuzz-").FullName;

    private static readonly FuzzTarget[] All =
    [
        new(
            "safetensors",
            bytes => Judged(() => SafetensorsHeader.Parse(bytes, 1000, "x").Count),
            """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,5],"data_offsets":[0,40]},"b":{"dtype":"BF16","shape":[480],"data_offsets":[40,1000]}}"""
        )
        {
            Words =
            [
                "\"dtype\":",
                "\"shape\":[",
                "\"data_offsets\":[0,",
                "\"F8_E4M3\"",
                "\"I64\"",
                "4611686018427387904,",
            ],
        },
        new("safetensors-file", bytes => Judged(() => FileOf(bytes)))
        {
            Binary = [Safetensors()],
            Share = 0.25,
            FixedBytes = 8 << 20,
        },
        new("sentencepiece", bytes => Judged(() => SentencePieceModel.Read(bytes, "x").Pieces.Count))
        {
            Binary = [File.ReadAllBytes(Path.Combine(Here, "reference", "tiny.model"))],
            Share = 0.25,
            FixedBytes = 8 << 20,
        },
        FuzzTarget.OfText(
            "tokenizer",
            text =>
            {
                var path = Path.Combine(Scratch, "tokenizer.json");
                File.WriteAllText(path, text);
                return Judged(() => TokenizerJson.ReadFile(path).Pieces.Count);
            },
            """{"model":{"type":"BPE","byte_fallback":true,"vocab":{"<unk>":0,"a":1,"b":2,"ab":3},"merges":["a b",["a","b"]]},"added_tokens":[{"id":0,"content":"<unk>","special":true}],"normalizer":{"type":"Replace","pattern":{"String":" "},"content":"▁"},"decoder":{"type":"Sequence"}}"""
        ) with
        {
            Words =
            [
                "\"vocab\":{",
                "\"merges\":[",
                "\"added_tokens\":[",
                "\"id\":",
                "2147483647",
                "\"type\":\"Unigram\"",
                "<0x00>",
            ],
            Share = 0.25,
            FixedBytes = 8 << 20,
        },
        .. ModelTargets.All,
        .. GrammarTargets.All,
        Request(
            "chat",
            chat: true,
            """{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"text","text":"x"}]}],"max_tokens":5,"temperature":0.5,"stop":["a","b"],"n":2,"stream":true,"stream_options":{"include_usage":true}}"""
        ),
        new(
            "schema",
            bytes => Judged(() => Nodes(RequestReader.Read(bytes, chat: true))),
            """{"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"schema":{"type":"object","required":["a"],"additionalProperties":{"type":"integer","minimum":-5,"maximum":70},"properties":{"a":{"type":["string","null"],"minLength":1,"maxLength":9},"b":{"$ref":"#/$defs/c"}},"$defs":{"c":{"anyOf":[{"type":"array","items":{"$ref":"#"},"maxItems":4},{"enum":[1,"x"]}]}}}}}}"""
        )
        {
            Words =
            [
                "\"$ref\":\"#\"",
                "\"anyOf\":[{\"$ref\":\"#\"},",
                "\"type\":\"number\"",
                "\"minItems\":",
                "\"exclusiveMinimum\":-0.0",
                "99999999999999999999",
                "1e400",
                "\"const\":",
                "\"allOf\":[",
                "\"properties\":{",
            ],
        },
        new(
            "tools",
            bytes => Judged(() => Nodes(RequestReader.Read(bytes, chat: true))),
            """{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}},{"type":"function","function":{"name":"ff"}}],"tool_choice":"auto"}"""
        )
        {
            Words = ["\"tool_choice\":\"required\"", "\"strict\":true", "\"parallel_tool_calls\":false"],
        },
        new(
            "response",
            bytes => Judged(() => Nodes(ResponseReader.Read(bytes).Completion)),
            """{"model":"m","instructions":"i","input":[{"role":"user","content":"hi"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"x"}],"text":{"format":{"type":"json_object"}},"tools":[{"type":"function","name":"f"}]}"""
        ),
        Request(
            "completion",
            chat: false,
            """{"model":"m","prompt":"hi","max_tokens":5,"logprobs":2,"seed":7,"top_p":0.9,"echo":true}"""
        ),
        new(
            "hub-listing",
            bytes => Judged(() => HubListing.Parse(bytes, "hub.example").ToString()!.Length),
            """{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"a/b.json","size":5,"lfs":{"sha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","size":5}}]}"""
        )
        {
            Words = ["\"siblings\":", "\"rfilename\":\"../x\"", "\"size\":-1", "\"lfs\":"],
        },
        new(
            "oci-manifest",
            bytes => Judged(() => OciManifest.Parse(bytes, "r.example/x").ToString()!.Length),
            $$"""{"schemaVersion":2,"config":{"digest":"{{Sha}}","size":2},"layers":[{"digest":"{{Sha}}","size":5,"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip"}]}"""
        )
        {
            Words = ["\"layers\":", "\"manifests\":", "\"digest\":", "\"size\":", "\"annotations\":{}"],
        },
        FuzzTarget.OfText(
            "path",
            text =>
                RelativePath.TryParse(text, out var trouble) is not { } path ? trouble
                : path.ToString().Contains("..", StringComparison.Ordinal)
                && path.ToString().Split('/').Contains("..", StringComparer.Ordinal)
                    ? throw new InvalidOperationException($"{text} leads out")
                : "read",
            "a/b.safetensors",
            "../x",
            "a//b",
            "C:\\x"
        ),
        FuzzTarget.OfText(
            "glob",
            text => FileGlob.TryParse(text, out var trouble) is null ? trouble : "read",
            "*.json",
            "a/**/b?.[ch]"
        ),
        FuzzTarget.OfText(
            "references",
            text =>
                $"{HubReference.TryParse(text) is null} {OciReference.TryParse(text) is null} "
                + $"{HubEndpoint.TryParse(text, text.Length % 2 == 0, out _) is null}",
            "google/gemma-3-1b-it@main",
            $"r.example/models/gemma@{Sha}",
            "https://huggingface.co"
        ),
        new(
            "tokenize",
            bytes => Judged(() => JsonBody.Read(bytes, TokenizeReader.ReadText).Ignored.Count),
            """{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"x"}]}],"add_special_tokens":true}"""
        )
        {
            Words = ["\"prompt\":", "\"return_token_strs\":true", "\"add_generation_prompt\":false", "null"],
        },
        new(
            "detokenize",
            bytes => Judged(() => JsonBody.Read(bytes, TokenizeReader.ReadTokens).Ids.Count),
            """{"model":"m","tokens":[1,2,3.0]}"""
        ),
        FuzzTarget.OfText(
            "api-keys",
            text => Judged(() => ApiKeyring.Parse(text, "keys").Count),
            "# team\nsk-one\n  sk-two  # bob\n"
        ),
        FuzzTarget.OfText(
            "cors-origins",
            text => Judged(() => CorsOrigins.Parse(text).Listed.Count),
            "https://chat.example, http://localhost:3000",
            "*"
        ),
    ];

    private static IEnumerable<TestCaseData> Targets() =>
        All.Select(target => new TestCaseData(target).SetArgDisplayNames(target.Name));

    [TestCaseSource(nameof(Targets))]
    public void A_parser_takes_whatever_comes(object target) =>
        FuzzRun.Try((FuzzTarget)target, Path.Combine(Here, "Fuzzing", "corpus"));

    private static FuzzTarget Request(string name, bool chat, string seed) =>
        new(name, bytes => Judged(() => RequestReader.Read(bytes, chat).Choices), seed)
        {
            Words =
            [
                "\"messages\":[",
                "\"role\":\"system\"",
                "\"content\":null",
                "\"tools\":[]",
                "\"stop\":",
                "\"n\":",
                "\"temperature\":",
                "\"logit_bias\":{\"5\":1}",
                "\"stop_token_ids\":[1]",
                "\"min_tokens\":",
                "\"prompt\":[[1,2],\"a\"]",
                "\"echo\":true",
                "\"continue_final_message\":true",
            ],
        };

    /// <summary>Compiles what a request asks for, and walks some steps of it.</summary>
    private static int Nodes(CompletionRequest request)
    {
        var hasOwnCalls = request.Stream;
        if (
            AnswerPlan.Decide(request, hasOwnCalls, thinks: hasOwnCalls)?.Compile(new GrammarCache()) is not { } grammar
        )
        {
            return 0;
        }

        var (state, steps) = (grammar.Start, 0);
        for (; steps < 100 && !state.IsComplete && !state.IsFree; steps++)
        {
            state = Enumerable
                .Range(0, 256)
                .Select(value => grammar.Step(state, (byte)((value * 37) + steps)))
                .First(next => !ReferenceEquals(next, GrammarState.Dead));
        }

        return steps;
    }

    private static int FileOf(byte[] bytes)
    {
        var path = Path.Combine(Scratch, "model.safetensors");
        File.WriteAllBytes(path, bytes);
        using var file = new SafetensorsFile(path);
        return file.Entries.Count;
    }

    private static byte[] Safetensors()
    {
        var header = Encoding.UTF8.GetBytes("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""");
        var file = new byte[8 + header.Length + 8];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, 8);
        return file;
    }

    internal static string Judged(Func<int> read)
    {
        try
        {
            return $"read {read() > 0}";
        }
        catch (Exception e) when (e is InferenceException or ApiException or FetchException)
        {
            return e.Message;
        }
    }
}
