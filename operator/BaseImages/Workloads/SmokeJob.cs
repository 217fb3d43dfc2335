using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Engines;
using GemmaOperator.BaseImages.ServedPods;
using GemmaOperator.Builds;
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
        var timeout = image.Spec!.Rollout.SmokeTest.Timeout.Span;
        var request = RequestOf(image.Spec.Rollout, template);
        var keys = request.ShowsKey ? KeysFile.Of(template.Pod.Spec) : null;
        var key = request.ShowsKey
            ? template.Server.Env?.LastOrDefault(e => e.Name == EngineContainer.KeyVariable)
            : null;
        return new SideJob
        {
            Name = Name(image, target, pod.Metadata.Uid),
            Role = Container,
            Template = template,
            Keys = keys,
            Variables = key is null ? [] : [key],
            Node = pod.Spec.NodeName,
            Arguments = [Program, Argument(request, target, template, pod.Status.PodIP, timeout, keys, key)],
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

    /// <summary>Returns what the pods of a template are asked; the spec may ask for another engine by now.</summary>
    public static SmokeRequest RequestOf(RolloutSpec rollout, ServingTemplate template) =>
        SmokeRequest.For(
            rollout,
            template.Engine,
            PodText.Read(template.Server.Env.First(e => e.Name == ServingPod.ModelNameVariable).Value) ?? "",
            template.Server.ReadinessProbe.HttpGet.Path
        );

    private static string Argument(
        SmokeRequest request,
        ImageStatus target,
        ServingTemplate template,
        string address,
        TimeSpan timeout,
        KeysFile? keys,
        V1EnvVar? key
    )
    {
        var host =
            IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6
                ? $"[{address}]"
                : address;
        var argument = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["digest"] = target.Digest,
            ["url"] = string.Create(
                CultureInfo.InvariantCulture,
                $"http://{host}:{PortOf(request, template.Server)}{request.Path}"
            ),
            ["body"] = request.Body,
            ["timeout"] = (int)timeout.TotalSeconds,
            ["log"] = TerminationLog.Path,
        };
        if (keys is not null)
        {
            argument["keys"] = keys.Path;
        }

        if (key is not null)
        {
            argument["keyVariable"] = key.Name;
        }

        if (request is { Body: not null, IsCompletion: false })
        {
            argument["completion"] = false;
        }

        if (request.Status != SmokeRequest.Ok)
        {
            argument["status"] = request.Status;
        }

        if (request.IsProbe)
        {
            argument["probe"] = true;
        }

        return JsonSerializer.Serialize(argument);
    }

    /// <summary>A server of the base's own may answer its probes at another port.</summary>
    private static int PortOf(SmokeRequest request, V1Container server) =>
        request.IsProbe
        && int.TryParse(
            server.ReadinessProbe.HttpGet.Port.Value,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var port
        )
            ? port
            : server.Ports[0].ContainerPort;
}
