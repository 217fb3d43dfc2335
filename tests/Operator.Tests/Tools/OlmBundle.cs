using System.Text.Json.Nodes;
using LocalCluster.Json;
using Operator.Tests.Api;

namespace Operator.Tests.Tools;

/// <summary>Reads the bundle for the Operator Lifecycle Manager.</summary>
internal static class OlmBundle
{
    public static readonly string Root = Checkout.PathTo("deploy", "olm");

    public static IReadOnlyList<JsonObject> Manifests =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Root, "manifests"), "*.yaml")
                .Select(f => YamlReader.Documents(File.ReadAllText(f)).Single()),
        ];

    public static JsonObject Csv => Manifests.Single(m => (string?)m["kind"] == "ClusterServiceVersion");

    public static JsonObject Chart =>
        YamlReader.Documents(File.ReadAllText(Path.Combine(Helm.Chart, "Chart.yaml"))).Single();

    public static IReadOnlyList<JsonObject> Examples =>
        [
            .. JsonNode
                .Parse((string)Csv["metadata"]!["annotations"]!["alm-examples"]!)!
                .AsArray()
                .Select(e => e!.AsObject()),
        ];

    public static string Icon => File.ReadAllText(Path.Combine(Helm.Chart, "files", "icon.svg"));

    public static JsonNode Deployment => Csv["spec"]!["install"]!["spec"]!["deployments"]![0]!["spec"]!;
}
