using System.Text.Json.Nodes;

namespace Operator.Tests.Api;

/// <summary>One of the two CRDs, as the file says it.</summary>
internal sealed class CrdFile
{
    public static readonly CrdFile BaseImages = new("gemmaoperator.io_gemmabaseimages.yaml");
    public static readonly CrdFile Builds = new("gemmaoperator.io_gemmabuilds.yaml");

    private CrdFile(string name)
    {
        Name = name;
        Text = File.ReadAllText(Checkout.PathTo("crds", name));
        Document = YamlText.Documents(Text).Single();
    }

    public static IReadOnlyList<CrdFile> All { get; } = [BaseImages, Builds];

    public string Name { get; }

    public string Text { get; }

    public JsonObject Document { get; }

    public JsonObject Version => Document["spec"]!["versions"]!.AsArray().Single()!.AsObject();

    public JsonObject Root => Version["schema"]!["openAPIV3Schema"]!.AsObject();

    /// <summary>
    /// Every schema below <c>spec</c> and <c>status</c>, with its path; <c>[]</c> is a list's
    /// item, <c>{}</c> a map's value.
    /// </summary>
    public IEnumerable<(string Path, JsonObject Schema)> Fields() =>
        new[] { "spec", "status" }.SelectMany(f => Below(f, Root["properties"]![f]!.AsObject()));

    /// <summary>The schema of a path such as <c>spec.env[].name</c>; null when there is none.</summary>
    public JsonObject? Find(string path) => Fields().Where(f => f.Path == path).Select(f => f.Schema).FirstOrDefault();

    public override string ToString() => Name;

    /// <summary>Rules of one schema as (rule, message).</summary>
    public static IEnumerable<(string Rule, string Message)> RulesOf(JsonObject schema) =>
        schema["x-kubernetes-validations"]?.AsArray().Select(r => ((string)r!["rule"]!, (string)r["message"]!)) ?? [];

    private static IEnumerable<(string Path, JsonObject Schema)> Below(string path, JsonObject schema)
    {
        yield return (path, schema);
        var children =
            schema["properties"]?.AsObject().SelectMany(p => Below($"{path}.{p.Key}", p.Value!.AsObject())) ?? [];
        var items = schema["items"] is JsonObject item ? Below($"{path}[]", item) : [];
        var values = schema["additionalProperties"] is JsonObject value ? Below($"{path}{{}}", value) : [];
        foreach (var field in children.Concat(items).Concat(values))
        {
            yield return field;
        }
    }
}
