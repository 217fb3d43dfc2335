using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Builds.Inputs;
using k8s;
using Operator.Tests.Api.Validation;

namespace Operator.Tests.Api;

/// <summary>
/// Bounds are stated in the CRD and in C#. Here a value is put on each bound of the CRD and just beyond it: what the
/// API server refuses is refused by validation at the same number, and nothing else is.
/// </summary>
internal sealed class BoundsTests
{
    /// <summary>The built-in server uses fewer than the field may hold.</summary>
    private const string BoundByEngine = "spec.rollout.server.gpu.count";

    [Test]
    public void A_number_may_take_its_bounds_and_nothing_beyond()
    {
        var faults = new List<string>();
        foreach (var (path, schema) in Specs("minimum", "maximum"))
        {
            var (least, most) = ((double)schema["minimum"]!, (double)schema["maximum"]!);
            Expect(faults, path, isRefused: false, JsonValue.Create(least));
            if (path != BoundByEngine)
            {
                Expect(faults, path, isRefused: false, JsonValue.Create(most));
            }

            Expect(faults, path, isRefused: true, JsonValue.Create(least - 1));
            Expect(faults, path, isRefused: true, JsonValue.Create(most + 1));
        }

        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void A_list_or_map_may_be_as_long_as_its_bound_and_no_longer()
    {
        var faults = new List<string>();
        foreach (var (path, schema) in Specs("maxItems", "maxProperties"))
        {
            var most = (int)(schema["maxItems"] ?? schema["maxProperties"])!;
            Expect(faults, path, isRefused: false, Many(schema, most), exactly: true);
            Expect(faults, path, isRefused: true, Many(schema, most + 1), exactly: true);
        }

        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void A_text_may_be_as_long_as_its_bound_and_no_longer()
    {
        var (faults, seen) = (new List<string>(), 0);
        // A quantity has many spellings and is read as a number: its length is nothing that C# knows.
        foreach (
            var (path, schema) in Specs("maxLength")
                .Where(f => !f.Path.EndsWith("limits{}", StringComparison.Ordinal))
                .Where(f => !f.Path.EndsWith("requests{}", StringComparison.Ordinal))
        )
        {
            var most = (int)schema["maxLength"]!;
            // Of texts with an inner form (a schedule, a digest) no long one is easily made:
            // then only that it is refused.
            var fits = Beginnings
                .Where(b => b.Length <= most)
                .Select(b => b.PadRight(most, b[^1]))
                .FirstOrDefault(text => !IsRefused(path, JsonValue.Create(text)));
            seen += fits is null ? 0 : 1;
            Expect(
                faults,
                path,
                isRefused: true,
                JsonValue.Create((fits ?? new string('a', most)) + (fits?[^1] ?? 'a'))
            );
            if ((int?)schema["minLength"] is { } least and > 0)
            {
                Expect(faults, path, isRefused: true, JsonValue.Create(new string('a', least - 1)));
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(faults, Is.Empty);
            Assert.That(seen, Is.GreaterThan(30), "texts that fit exactly");
        }
    }

    /// <summary>A pattern that only one side states would let through there what the other refuses.</summary>
    [Test]
    public void Every_pattern_of_the_schema_is_stated_in_the_code()
    {
        var ours = typeof(GemmaBaseImage)
            .Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(m => m.GetCustomAttribute<GeneratedRegexAttribute>()?.Pattern)
            .OfType<string>()
            .Select(p => Regex.Replace(p, @"\(\?<[a-z]+>", "(", RegexOptions.None, TimeSpan.FromSeconds(1)))
            .Append(GemmaOperator.Text.GoDuration.Pattern.Replace("^", @"\A").Replace("$", @"\z"))
            .ToHashSet(StringComparer.Ordinal);
        var unknown = CrdFile
            .BaseImages.Fields()
            .Where(f => f.Path.StartsWith("spec", StringComparison.Ordinal))
            .Select(f => (string?)f.Schema["pattern"])
            .OfType<string>()
            .Distinct()
            .Except(LooserPatterns)
            .Where(p => !ours.Contains($@"\A{p[1..^1]}\z") && !ours.Contains($@"\A{Unwrapped(p)}\z"));
        Assert.That(unknown, Is.Empty);
    }

    /// <summary>What the schema states loosely, since CEL or the code has the whole grammar.</summary>
    private static readonly string[] LooserPatterns =
    [
        // References: ImageReference.
        "^([A-Za-z0-9][A-Za-z0-9._:/@-]*)?$",
        "^[A-Za-z0-9][A-Za-z0-9._:/@-]*$",
        // Time zones: the time zone database.
        "^[A-Za-z0-9_+/-]+$",
        // Indexes: IndexUrl. Flags: KanikoFlag.
        "^[!-~]*$",
        "^--[a-z][a-z0-9-]*(=[!-~]*)?$",
        // Arguments of vLLM: VllmArgument.
        @"^--[A-Za-z][A-Za-z0-9_.+-]*(=[^\x00-\x1F\x7F]*)?$",
        // Packages: SystemPackage says the same, with a name for the version.
        "^[a-z0-9][a-z0-9+.-]*(=[A-Za-z0-9.+:~-]+)?$",
    ];

    /// <summary>Beginnings of texts that are right however long they go on.</summary>
    private static readonly string[] Beginnings =
    [
        "a",
        "1",
        "/a",
        "1.1",
        "1.0.1",
        "a=1",
        "a.io/a",
        "https://a.io/a",
        "registry.example/a",
        "--label=a=a",
        "--label=a=b",
        string.Concat(Enumerable.Repeat(new string('a', 60) + ".", 4)) + "a",
        string.Concat(Enumerable.Repeat(new string('a', 60) + ".", 4)) + "a/a",
    ];

    private static IEnumerable<(string Path, JsonObject Schema)> Specs(params string[] bounds) =>
        CrdFile
            .BaseImages.Fields()
            .Where(f =>
                f.Path.StartsWith("spec.", StringComparison.Ordinal) && bounds.Any(b => f.Schema[b] is not null)
            );

    private static string Unwrapped(string pattern) =>
        pattern.StartsWith("^(", StringComparison.Ordinal) && pattern.EndsWith(")?$", StringComparison.Ordinal)
            ? pattern[2..^3]
            : pattern;

    private static JsonNode Many(JsonObject schema, int count) =>
        schema["maxItems"] is null
            ? new JsonObject(Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"x.io/k{i}", (JsonNode?)"1")))
            : new JsonArray([
                .. Enumerable
                    .Range(0, count)
                    .Select(i =>
                        (JsonNode?)(
                            schema["items"]!["type"]!.GetValue<string>() == "object" ? new JsonObject() : $"a{i}"
                        )
                    ),
            ]);

    private static void Expect(List<string> faults, string path, bool isRefused, JsonNode value, bool exactly = false)
    {
        if (IsRefused(path, value.DeepClone(), exactly) != isRefused)
        {
            var shown = value.ToJsonString();
            faults.Add(
                $"{path} {(isRefused ? "takes" : "refuses")} {shown[..Math.Min(shown.Length, 60)]} ({shown.Length})"
            );
        }
    }

    private static bool IsRefused(string path, JsonNode value, bool exactly = false)
    {
        var image = JsonNode.Parse(KubernetesJson.Serialize(Validation.Specs.Image(s => s)))!.AsObject();
        var where = Put(image, path, value);
        var errors = SpecCheck.Of(KubernetesJson.Deserialize<GemmaBaseImage>(image.ToJsonString())).Select(e => e.Path);
        return errors.Any(e => e == where || (!exactly && e.StartsWith(where, StringComparison.Ordinal)));
    }

    /// <summary>
    /// Puts a value at a schema's path, making what is missing on the way; says where errors name it.
    /// </summary>
    private static string Put(JsonObject image, string path, JsonNode value)
    {
        JsonNode at = image;
        var (where, parts) = (
            "",
            path.Replace("[]", ".[]", StringComparison.Ordinal)
                .Replace("{}", ".{}", StringComparison.Ordinal)
                .Split('.')
        );
        for (var i = 0; i < parts.Length; i++)
        {
            JsonNode next =
                i == parts.Length - 1 ? value
                : parts[i + 1] == "[]" ? new JsonArray()
                : at is JsonObject map && map[parts[i]] is JsonObject there ? there
                // Where an item's name is wrong its value isn't looked at.
                : new JsonObject { ["name"] = "A" };
            switch (parts[i])
            {
                case "[]":
                    at.AsArray().Add(next);
                    where += "[0]";
                    break;
                case "{}":
                    at["k"] = next;
                    where +=
                        where.EndsWith("s.limits", StringComparison.Ordinal)
                        || where.EndsWith("requests", StringComparison.Ordinal)
                            ? ".k"
                            : "[\"k\"]";
                    break;
                default:
                    at[parts[i]] = next;
                    where += (where.Length > 0 ? "." : "") + parts[i];
                    break;
            }

            at = next;
        }

        return where;
    }
}
