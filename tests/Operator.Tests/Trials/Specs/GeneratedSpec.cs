using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.Tests.Api;

namespace Operator.Tests.Trials.Specs;

/// <summary>
/// Makes specs, and edits of them, out of the definition's own schema: what it allows, what lies at its bounds, and now
/// and then what lies just beyond, or is hostile, in no order that a person would think of.
/// </summary>
/// <param name="seed">Gives the same specs again.</param>
/// <param name="near">How many in a hundred values are beyond a bound, or hostile.</param>
internal sealed class GeneratedSpec(int seed, int near = 0)
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

    /// <summary>Is what an attacker would put into a field of text.</summary>
    private static readonly string[] Hostile =
    [
        "$(PORT)",
        "$$(id) `id` ${IFS}",
        "a\nRUN id",
        "a\r\nUSER 0",
        "<<EOF",
        "'; id; '",
        "\"; id; \"",
        "\\",
        "\u001b[31mred\u001b[0m",
        "\u0000",
        "\u0085",
        "\u2028RUN id",
        "\u202eevil",
        "\ufeffx",
        "--destination=evil.example/x",
        "-r /etc/passwd",
        "../../etc/passwd",
        "{\"a\": 1}",
        "a=b,c=d",
        new string('x', 5_000),
        new string('\u4f60', 400),
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
        "imagePullSecrets",
        "caBundleRef",
        "indexCredentialsRef",
        "valueFrom",
        "envFrom",
        "volumes",
        "initContainers",
        "sidecars",
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

    /// <summary>Returns the spec with one to three fields set anew, or taken away.</summary>
    public JsonObject Edit(JsonObject spec)
    {
        var edited = (JsonObject)spec.DeepClone();
        for (var i = _random.Next(1, 4); i > 0; i--)
        {
            EditOne(edited, CrdFile.BaseImages.Find("spec")!);
        }

        return edited;
    }

    private void EditOne(JsonObject at, JsonObject schema)
    {
        var properties = schema["properties"]!.AsObject().Where(p => !LeftOut.Contains(p.Key, StringComparer.Ordinal));
        var (name, property) = properties.ElementAt(_random.Next(properties.Count()));
        if (at[name] is JsonObject below && property!["properties"] is JsonObject && _random.Next(4) > 0)
        {
            EditOne(below, property.AsObject());
        }
        else if (_random.Next(4) == 0)
        {
            at.Remove(name);
        }
        else if (name != "repository")
        {
            at[name] = Of(property!.AsObject(), name);
        }
    }

    private bool IsNear() => near > 0 && _random.Next(100) < near;

    /// <summary>Returns a value just beyond what a schema allows, or a hostile one; null when it has no such.</summary>
    private JsonNode? Beyond(JsonObject schema) =>
        (string?)schema["type"] switch
        {
            "integer" => _random.Next(2) == 0
                ? ((long?)schema["minimum"] ?? 0) - 1
                : ((long?)schema["maximum"] ?? int.MaxValue) + 1,
            "string" when (int?)schema["maxLength"] is { } most && _random.Next(4) == 0 => new string(
                'a',
                most + _random.Next(2)
            ),
            "string" => Hostile[_random.Next(Hostile.Length)],
            "array" when (int?)schema["maxItems"] is { } most and < 40 => new JsonArray([
                .. Enumerable.Range(0, most + 1).Select(_ => Of(schema["items"]!.AsObject(), "")),
            ]),
            "boolean" => "yes",
            _ => null,
        };

    private JsonNode Of(JsonObject schema, string name)
    {
        if (IsNear() && Beyond(schema) is { } beyond)
        {
            return beyond;
        }

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
