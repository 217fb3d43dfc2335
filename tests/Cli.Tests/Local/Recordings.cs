using Operator.Tests.Api;

namespace Cli.Tests.Local;

/// <summary>
/// Finds what Docker 20.10.24 (API 1.41) answered when the manifest of these tests was built by it, and what Podman
/// 4.3.1 told of two builds (<c>podman*.jsonl</c>).
/// </summary>
internal static class Recordings
{
    /// <summary>Is the manifest whose build was recorded.</summary>
    public const string Manifest = """
        apiVersion: gemmaoperator.io/v1alpha1
        kind: GemmaBaseImage
        metadata: {name: gemma}
        spec:
          base: {pytorch: "2.10.0", cuda: "12.8", cudnn: "9"}
          systemUpdates: {policy: None}
          requirements: {inline: "fastapi==0.116.1\n"}
          output: {repository: registry.example/team/gemma}
          verification: {imports: [torch]}
          rollout: {server: {image: "registry.example/team/server:1"}}
        """;

    /// <summary>Is the manifest whose build by Podman 4.3.1 was recorded.</summary>
    public const string PodmanManifest = """
        apiVersion: gemmaoperator.io/v1alpha1
        kind: GemmaBaseImage
        metadata: {name: gemma}
        spec:
          base: {image: "gemma.test/python:1", pytorch: "2.10.0", cuda: "12.8"}
          systemUpdates: {policy: None}
          output: {repository: registry.example/team/gemma}
          verification: {imports: [torch]}
          rollout: {mode: PublishOnly}
        """;

    public static string PathTo(string name) => Checkout.PathTo("tests", "Cli.Tests", "Local", "recorded", name);

    public static string Text(string name) => File.ReadAllText(PathTo(name));

    public static string[] Lines(string name) => File.ReadAllLines(PathTo(name));
}
