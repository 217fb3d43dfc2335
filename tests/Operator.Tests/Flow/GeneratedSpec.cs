using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.Tests.Api;

namespace Operator.Tests.Flow;

/// <summary>
/// Makes specs out of the definition's own schema: what it allows, in no order that a person would think of.
/// </summary>
internal sealed class GeneratedSpec(int seed)
{
    private static readonly string[] Texts =
    [
        "",
        "a",
        "A",
        "1",
        "12.8",
        "2.10.0",
        "9",
        "2.5.0a0+e000cf0ad9",
        "30m",
        "2h",
        "0s",
        "1h30m15s",
        "10Gi",
        "1T",
        "Etc/UTC",
        "Europe/Berlin",
        "0 9 * * 1",
        "@weekly",
        "*/7 3-5 1,15 * *",
        "torch",
        "torch.nn",
        "curl",
        "libssl3=3.0.*",
        "numpy==1.26.4",
        "numpy>=1.*",
        "# nothing\n\n",
        "https://pypi.example/simple",
        "http://user@pypi.example",
        "registry.example/team/x",
        "registry.example/team/x:1",
        "registry.example/team/x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "https://hub.example",
        "google/gemma-3-1b-it",
        "refs/pr/1",
        "/models",
        "/models/../x",
        "nvidia.com/gpu",
        "amd.com/gpu",
        "CVE-2026-0001",
        "2027-01-31T00:00:00Z",
        "USD",
        "1.50",
        "0.000001",
        "--verbosity=debug",
        "--destination=x",
        "Exists",
        "NoSchedule",
        "x.io/y",
        "$(PORT) ${PORT} \u00fc\u4f60",
    ];

    private static readonly JsonNode[] Quantities =
    [
        "1",
        "500m",
        "0.5",
        "0.000001",
        "4Gi",
        "1.5Gi",
        "8Gi",
        "1000P",
        "9999999999999999999",
        2,
        0,
    ];

    private static readonly string[] Keys =
    [
        "cpu",
        "memory",
        "nvidia.com/gpu",
        "amd.com/gpu",
        "hugepages-2Mi",
        "pods",
        "ephemeral-storage",
        "a",
        "x.io/y",
        "org.opencontainers.image.title",
        "A_B",
    ];

    /// <summary>Names other objects, which a build waits for.</summary>
    private static readonly string[] LeftOut =
    [
        "secretRef",
        "tokenSecretRef",
        "pullSecretRef",
        "configMapRef",
        "dockerfile",
        "suspend",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Makes a spec that has at least what every object needs.</summary>
    public JsonObject Make()
    {
        var made = (JsonObject)Of(CrdFile.BaseImages.Find("spec")!, "spec");
        var output = made["output"] as JsonObject ?? [];
        output["repository"] = "registry.example/team/base";
        made["output"] = output;
        if (_random.Next(4) > 0)
        {
            made["base"] = new JsonObject
            {
                ["pytorch"] = "2.10.0",
                ["cuda"] = "12.8",
                ["cudnn"] = "9",
            };
        }

        return made;
    }

    private JsonNode Of(JsonObject schema, string name)
    {
        if (schema["enum"] is JsonArray words)
        {
            return words[_random.Next(words.Count)]!.DeepClone();
        }

        if (schema["x-kubernetes-int-or-string"] is not null)
        {
            return Quantities[_random.Next(Quantities.Length)].DeepClone();
        }

        return (string?)schema["type"] switch
        {
            "object" => Object(schema),
            "array" => new JsonArray([
                .. Enumerable.Range(0, _random.Next(3)).Select(_ => Of(schema["items"]!.AsObject(), name)),
            ]),
            "boolean" => _random.Next(2) == 0,
            "integer" => Integer(schema),
            _ => Text(schema),
        };
    }

    private JsonObject Object(JsonObject schema)
    {
        var made = new JsonObject();
        var required = schema["required"]?.AsArray().Select(r => (string)r!).ToHashSet() ?? [];
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (required.Contains(name) || (_random.Next(4) == 0 && !LeftOut.Contains(name, StringComparer.Ordinal)))
            {
                made[name] = Of(property!.AsObject(), name);
            }
        }

        if (schema["additionalProperties"] is JsonObject value)
        {
            for (var i = _random.Next(3); i > 0; i--)
            {
                made[Keys[_random.Next(Keys.Length)]] = Of(value, "");
            }
        }

        return made;
    }

    private JsonNode Integer(JsonObject schema)
    {
        var (least, most) = ((long?)schema["minimum"] ?? 0, (long?)schema["maximum"] ?? 100);
        return _random.Next(3) switch
        {
            0 => least,
            1 => most,
            _ => _random.NextInt64(least, most + 1),
        };
    }

    private JsonNode Text(JsonObject schema)
    {
        var pattern = (string?)schema["pattern"] ?? "";
        var most = (int?)schema["maxLength"] ?? int.MaxValue;
        var fitting = Texts
            .Where(t => t.Length <= most && t.Length >= ((int?)schema["minLength"] ?? 0))
            .Where(t => Regex.IsMatch(t, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)))
            .ToList();
        return fitting.Count > 0 ? fitting[_random.Next(fitting.Count)] : "a";
    }
}
