using System.Text.Json.Nodes;
using LocalCluster.Json;
using Operator.Tests.Api;

namespace Operator.Tests.Tools;

/// <summary>Renders the chart as Helm does for the oldest Kubernetes that it is for.</summary>
internal static class Helm
{
    public const string Hint = "cp -rT tests/tools .tools && npm ci --prefix .tools --ignore-scripts";

    public static string Chart => Checkout.PathTo("charts", "gemma-operator");

    public static string Program => Command.Find("helm", Hint);

    /// <summary>Returns the objects that Helm renders; fails where it renders none.</summary>
    public static async Task<IReadOnlyList<JsonObject>> RenderAsync(
        IReadOnlyList<string> values,
        string? chart = null,
        string release = "release"
    )
    {
        var (code, output) = await TemplateAsync(values, chart, release);
        Assert.That(code, Is.Zero, output);

        // Helm mentions symbolic links before the documents.
        return [.. YamlReader.Documents(output[Math.Max(0, output.IndexOf("---", StringComparison.Ordinal))..])];
    }

    /// <summary>Returns the exit code and what Helm wrote.</summary>
    public static Task<(int Code, string Output)> TemplateAsync(
        IReadOnlyList<string> values,
        string? chart = null,
        string release = "release"
    ) =>
        Command.RunAsync(
            Program,
            ["template", release, chart ?? Chart, "--namespace", "gemma-system", "--kube-version", "1.29.0", .. values]
        );
}
