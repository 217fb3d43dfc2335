using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.ServedPods;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Renders the Job that sends a new pod its first request, over the pod network as clients do. It runs the served
/// image, which the node has, so that it needs no other image, no right on <c>pods/proxy</c>, and no way
/// from the operator to the pod.
/// </summary>
internal static class SmokeJob
{
    public const string Container = "smoke-test";

    /// <summary>Names the Job's annotation with the digest of the image that is asked.</summary>
    public const string DigestAnnotation = ApiGroup.Name + "/asks";

    /// <summary>Names the Job's annotation with the settings of the pod that is asked.</summary>
    public const string SettingsAnnotation = ApiGroup.Name + "/asks-with";

    /// <summary>Names the Job's annotation with the uid of the pod that is asked.</summary>
    public const string PodAnnotation = ApiGroup.Name + "/asks-pod";

    /// <summary>Says how many tokens are asked for: enough to see that a model makes any.</summary>
    private const int Tokens = 8;

    /// <summary>Says how long the Job's pod may take to start, besides the time for the request.</summary>
    private static readonly TimeSpan StartUp = TimeSpan.FromMinutes(5);

    /// <summary>Says how long a Job that got no answer is kept; then it is deleted and another is made.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private static readonly string Program = PythonProgram.Read("smoke.py");

    /// <summary>
    /// Returns the Job's name, which is the same for the same image and pod: a Job that is made twice exists once.
    /// </summary>
    public static string Name(GemmaBaseImage image, ImageStatus target, string podUid) =>
        ObjectName.With(
            image.Metadata.Name,
            "-smoke-" + new Fingerprint().With("image", target.Digest).With("pod", podUid).Hex(10)
        );

    /// <param name="image">The object whose rollout it is.</param>
    /// <param name="target">The image that is asked.</param>
    /// <param name="template">What the pod was made from.</param>
    /// <param name="pod">A ready pod of it, with a node and an address.</param>
    public static V1Job Render(GemmaBaseImage image, ImageStatus target, ServingTemplate template, V1Pod pod)
    {
        var test = image.Spec!.Rollout.SmokeTest;
        var timeout = test.Timeout.Span;
        var keys = test.Path == SmokeTestPath.Completions ? KeysFile.Of(template.Pod.Spec) : null;
        return new SideJob
        {
            Name = Name(image, target, pod.Metadata.Uid),
            Role = Container,
            Template = template,
            Keys = keys,
            Node = pod.Spec.NodeName,
            Arguments = [Program, Argument(test, target, template, pod.Status.PodIP, timeout, keys)],
            Deadline = timeout + StartUp,
            Kept = Kept,
            // An eviction says nothing about the image.
            BackoffLimit = 2,
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [DigestAnnotation] = target.Digest,
                [SettingsAnnotation] = template.Settings,
                [PodAnnotation] = pod.Metadata.Uid,
            },
        }.For(image);
    }

    private static string Argument(
        SmokeTestSpec test,
        ImageStatus target,
        ServingTemplate template,
        string address,
        TimeSpan timeout,
        KeysFile? keys
    )
    {
        var server = template.Server;
        var host =
            IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6
                ? $"[{address}]"
                : address;
        var argument = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["digest"] = target.Digest,
            ["url"] = string.Create(
                CultureInfo.InvariantCulture,
                $"http://{host}:{server.Ports[0].ContainerPort}{test.Path}"
            ),
            ["body"] =
                test.Path == SmokeTestPath.Completions
                    ? new Dictionary<string, object>(StringComparer.Ordinal)
                    {
                        ["model"] = PodText.Read(server.Env.First(e => e.Name == ServingPod.ModelNameVariable).Value),
                        ["prompt"] = test.Prompt,
                        ["max_tokens"] = Tokens,
                        ["temperature"] = 0,
                    }
                    : null,
            ["timeout"] = (int)timeout.TotalSeconds,
            ["log"] = TerminationLog.Path,
        };
        if (keys is not null)
        {
            argument["keys"] = keys.Path;
        }

        return JsonSerializer.Serialize(argument);
    }
}
