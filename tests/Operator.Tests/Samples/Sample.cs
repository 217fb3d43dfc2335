using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using k8s;
using Operator.Tests.Api;

namespace Operator.Tests.Samples;

/// <summary>Holds a manifest of <c>samples/</c>.</summary>
/// <param name="Name">File name.</param>
/// <param name="Documents">Its objects, in their order.</param>
/// <param name="Expect">A fragment of the message that it must get; null for a valid one.</param>
/// <param name="By">Who says so: <c>schema</c>, <c>cel</c> or <c>operator</c>; null for a valid one.</param>
internal sealed record Sample(string Name, IReadOnlyList<JsonObject> Documents, string? Expect, string? By)
{
    /// <summary>Names the one file there that is no sample: it puts a registry into them.</summary>
    public const string Kustomization = "kustomization.yaml";

    public static IReadOnlyList<Sample> All { get; } =
    [
        .. Directory
            .GetFiles(Checkout.PathTo("samples"), "*.yaml")
            .Where(path => Path.GetFileName(path) != Kustomization)
            .Order(StringComparer.Ordinal)
            .Select(Read),
    ];

    public static IEnumerable<Sample> Valid => All.Where(s => !s.IsInvalid);

    public static IEnumerable<Sample> Invalid => All.Where(s => s.IsInvalid);

    public bool IsInvalid => Name.StartsWith("invalid-", StringComparison.Ordinal);

    public JsonObject Image => Documents.Single(d => (string?)d["kind"] == GemmaBaseImage.KubeKind);

    public GemmaBaseImage ReadImage() => KubernetesJson.Deserialize<GemmaBaseImage>(Image.ToJsonString());

    public override string ToString() => Name;

    private static Sample Read(string path)
    {
        var text = File.ReadAllText(path);
        return new Sample(
            Path.GetFileName(path),
            YamlText.Documents(text),
            Header(text, "# expect: "),
            Header(text, "# by: ")
        );
    }

    private static string? Header(string text, string start) =>
        text.Split('\n').FirstOrDefault(l => l.StartsWith(start, StringComparison.Ordinal))?[start.Length..].Trim();
}
