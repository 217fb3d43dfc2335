using System.Text.Json;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Cluster;
using k8s;
using k8s.Models;
using Operator.Tests.Builds;

namespace Operator.Tests.Cluster;

/// <summary>Jobs, pods and events as a real cluster reported them (kube-apiserver 1.36, containerd).</summary>
internal static class RecordedJobs
{
    private static readonly Lazy<JsonDocument> File = new(() =>
        JsonDocument.Parse(
            System.IO.File.ReadAllText(
                Path.Combine(Golden.Root(), "tests", "Operator.Tests", "Builds", "recorded", "jobs.json")
            )
        )
    );

    public static V1Job Job(string name) => Read<V1Job>(File.Value.RootElement.GetProperty(name).GetProperty("job"));

    public static V1Pod Pod(string name, string state = "pod") =>
        Read<V1Pod>(File.Value.RootElement.GetProperty(name).GetProperty(state));

    public static List<ObjectEvent> Events(string name) =>
        [
            .. File
                .Value.RootElement.GetProperty("events")
                .EnumerateArray()
                .Select(e => ObjectEvent.Of(Read<Corev1Event>(e)))
                .Where(e => e.Object.StartsWith(name + "-", StringComparison.Ordinal)),
        ];

    /// <summary>The recorded containers are called c; containers are found by their names.</summary>
    private static T Read<T>(JsonElement element) =>
        KubernetesJson.Deserialize<T>(
            element
                .GetRawText()
                .Replace("\"name\": \"c\"", $"\"name\": \"{KanikoJob.Container}\"", StringComparison.Ordinal)
                .Replace("containers{c}", $"containers{{{KanikoJob.Container}}}", StringComparison.Ordinal)
        );
}
