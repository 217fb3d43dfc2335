using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Defaults;
using GemmaOperator.Api.Validation;
using GemmaOperator.Text;
using GemmaOperator.Yaml;
using k8s;
using YamlDotNet.Core;

namespace GemmaOperator.BaseImages.Defaults;

/// <summary>
/// Reads defaults: YAML in the shape of a spec, of which only the fields that can be inherited may be there. A name
/// that no field has is refused at every depth.
/// </summary>
internal static class DefaultsText
{
    /// <summary>Bounds a text; defaults of fifty objects have a hundredth of it.</summary>
    public const int MostCharacters = 64 * 1024;

    /// <summary>As the definition has it.</summary>
    private const int LongestQuantity = 32;

    private const string Remedy = "docs/api.md lists the fields that defaults may give";

    /// <summary>Parses a text, whatever it is: it never throws.</summary>
    public static Parsed<DefaultsLayer> Parse(DefaultsOrigin from, string text)
    {
        if (text.Length > MostCharacters)
        {
            return Wrong($"it has {text.Length} characters", $"at most {MostCharacters} are read");
        }

        JsonNode? content;
        try
        {
            var documents = YamlDocuments.Read(text).Where(d => d.Content is not null).ToList();
            if (documents.Count > 1)
            {
                return Wrong($"it holds {documents.Count} documents", "write one");
            }

            if (documents is [{ Duplicates: [var twice, ..] }])
            {
                return Parsed<DefaultsLayer>.Wrong(
                    twice.Path,
                    $"it is there twice, the second time in line {twice.Line}",
                    "keep one of them"
                );
            }

            content = documents is [var only] ? only.Content : new JsonObject();
        }
        catch (YamlException e)
        {
            return Wrong($"line {e.Start.Line}: {Quoted.Visible(e.Message)}", "write YAML in the shape of a spec");
        }

        if (content is not JsonObject values)
        {
            return Wrong("it is no mapping", "write YAML in the shape of a spec, such as build: {retries: 1}");
        }

        var problems = Unknown(values, "").ToList();
        if (problems.Count == 0)
        {
            problems.AddRange(Quantities(values, ""));
        }

        if (problems.Count == 0)
        {
            problems.AddRange(Unread(values));
        }

        return problems.Count > 0
            ? Parsed<DefaultsLayer>.Wrong(problems)
            : Parsed<DefaultsLayer>.Of(new DefaultsLayer(from, text, values));
    }

    private static Parsed<DefaultsLayer> Wrong(string problem, string remedy) =>
        Parsed<DefaultsLayer>.Wrong("defaults", problem, remedy);

    /// <summary>Finds fields that can't be inherited.</summary>
    private static IEnumerable<FieldError> Unknown(JsonObject values, string above)
    {
        foreach (var (name, value) in values)
        {
            var path = above.Length == 0 ? name : $"{above}.{name}";
            if (InheritableFields.Holding(path) is not null)
            {
                continue;
            }

            if (!InheritableFields.HasBelow(path))
            {
                yield return Problem.At(Quoted.Visible(path), "it isn't a field that defaults may give", Remedy);
            }
            else if (value is JsonObject below)
            {
                foreach (var problem in Unknown(below, path))
                {
                    yield return problem;
                }
            }
            else if (value is not null)
            {
                yield return Problem.At(path, "it is no mapping", Remedy);
            }
        }
    }

    /// <summary>
    /// Finds quantities that the definition's pattern refuses, before they are reckoned with: 1e999999999 has a billion
    /// digits.
    /// </summary>
    private static IEnumerable<FieldError> Quantities(JsonObject at, string above)
    {
        foreach (var (name, value) in at)
        {
            var path = above.Length == 0 ? name : $"{above}.{name}";
            if (value is JsonObject below)
            {
                foreach (var problem in Quantities(below, path))
                {
                    yield return problem;
                }
            }
            else if (
                above.EndsWith(".resources.limits", StringComparison.Ordinal)
                || above.EndsWith(".resources.requests", StringComparison.Ordinal)
            )
            {
                var text = value is JsonValue ? value.ToString() : "";
                if (text.Length > LongestQuantity || !Syntax.Quantity().IsMatch(text))
                {
                    yield return Problem.At(
                        Quoted.Visible(path),
                        $"{Quoted.Of(Truncation.Head(text, LongestQuantity))} isn't a quantity",
                        "write it as in 500m, 4 or 16Gi"
                    );
                }
            }
        }
    }

    /// <summary>Finds what a spec's types don't take, or lose.</summary>
    private static IEnumerable<FieldError> Unread(JsonObject values)
    {
        JsonNode? back;
        try
        {
            var spec = KubernetesJson.Deserialize<GemmaBaseImageSpec>(values.ToJsonString());
            back = JsonNode.Parse(KubernetesJson.Serialize(spec));
        }
        catch (OverflowException)
        {
            return [Problem.At("defaults", "a quantity is out of range", "write at most 999P")];
        }
        catch (Exception e)
            when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            var path = (e as JsonException)?.Path?.TrimStart('$', '.') is { Length: > 0 } at ? at : "defaults";
            return [Problem.At(Quoted.Visible(path), "its value is of another type than the field", Remedy)];
        }

        return Lost(values, back, "");
    }

    private static IEnumerable<FieldError> Lost(JsonNode written, JsonNode? read, string path) =>
        (written, read) switch
        {
            _ when JsonPaths.IsEmpty(written) => [],
            (_, null) => [Problem.At(Quoted.Visible(path), "there is no such field", Remedy)],
            (JsonObject fields, JsonObject known) => fields
                .Where(f => f.Value is not null)
                .SelectMany(f => Lost(f.Value!, known[f.Key], path.Length == 0 ? f.Key : $"{path}.{f.Key}")),
            (JsonArray items, JsonArray known) when items.Count == known.Count => items
                .Index()
                .Where(i => i.Item is not null)
                .SelectMany(i => Lost(i.Item!, known[i.Index], $"{path}[{i.Index}]")),
            (JsonObject or JsonArray, _) => [Problem.At(path, "its value is of another type than the field", Remedy)],
            _ => [],
        };
}
