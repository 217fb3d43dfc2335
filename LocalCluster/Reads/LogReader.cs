using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Requests;

namespace LocalCluster.Reads;

/// <summary>
/// Reads a container's log: what the API server checks (pkg/registry/core/pod/strategy.go) before it asks the pod's
/// kubelet, and what that answers (pkg/kubelet).
/// </summary>
internal static class LogReader
{
    private static readonly string[] Known = ["container", "follow", "tailLines", "limitBytes", "timeout"];

    /// <summary>Returns a container's log so far, or the part of it that is asked for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="pod">Its pod.</param>
    /// <param name="kubelet">Asked for the log of namespace, pod and container.</param>
    public static byte[] Read(ApiRequest request, JsonObject pod, Func<string, string, string, string?>? kubelet) =>
        Open(request, pod, kubelet) is { } container
            ? Part(request, kubelet!(request.Namespace!, request.Name, container) ?? "")
            : [];

    /// <summary>Returns the part of a log that is asked for.</summary>
    public static byte[] Part(ApiRequest request, string log) =>
        Part(log, Bound(request, "tailLines", 0), Bound(request, "limitBytes", 1));

    /// <summary>Returns a part of a log: its last lines, and of these the first bytes.</summary>
    public static byte[] Part(string log, long? lines, long? bytes) => First(Last(log, lines), bytes);

    /// <summary>Returns the container whose log can be read; null while its pod has no node.</summary>
    /// <exception cref="ApiException">It can't be read, or not so.</exception>
    public static string? Open(ApiRequest request, JsonObject pod, Func<string, string, string, string?>? kubelet)
    {
        if (
            request.Query.Keys.FirstOrDefault(k =>
                !Known.Contains(k, StringComparer.Ordinal) && request.Text(k) != "false"
            ) is
            { } unknown
        )
        {
            throw new ApiException(501, "", $"LocalCluster doesn't serve {unknown} of a log");
        }

        _ = (Bound(request, "tailLines", 0), Bound(request, "limitBytes", 1));
        var container = Container(pod, request.Name, request.Text("container"));
        if (pod.Object("spec").Text("nodeName") is not { } node)
        {
            return null;
        }

        if (kubelet is null)
        {
            throw new ApiException(
                500,
                "InternalError",
                $"Get \"https://{node}:10250/containerLogs/{request.Namespace}/{request.Name}/{container}\": "
                    + "no kubelet answers"
            );
        }

        RefuseUnstarted(pod, request.Name, container);
        return container;
    }

    /// <summary>Returns a container's state in its pod's status; null when it has none.</summary>
    public static JsonObject? StatusOf(JsonObject pod, string container) =>
        new[] { "containerStatuses", "initContainerStatuses" }
            .SelectMany(list => (pod.Object("status").Array(list) ?? []).OfType<JsonObject>())
            .FirstOrDefault(s => s.Text("name") == container);

    private static long? Bound(ApiRequest request, string field, long least)
    {
        if (request.Text(field) is not { } text)
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw ApiException.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
        }

        return number >= least
            ? number
            : throw ApiException.Invalid(
                "PodLogOptions",
                "",
                request.Name,
                [
                    FieldError.Invalid(
                        field,
                        text,
                        least == 0 ? "must be greater than or equal to 0" : "must be greater than 0"
                    ),
                ]
            );
    }

    private static string Container(JsonObject pod, string name, string? asked)
    {
        var spec = pod.Object("spec");
        var containers = Names(spec, "containers");
        var all = Names(spec, "initContainers").Concat(containers).ToList();
        return asked switch
        {
            null when containers.Count == 1 => containers[0],
            null => throw ApiException.BadRequest(
                $"a container name must be specified for pod {name}, choose one of: [{string.Join(' ', all)}]"
            ),
            _ when !all.Contains(asked, StringComparer.Ordinal) => throw ApiException.BadRequest(
                $"container {asked} is not valid for pod {name}"
            ),
            _ => asked,
        };
    }

    private static List<string> Names(JsonObject? spec, string list) =>
        [.. (spec.Array(list) ?? []).Select(c => (c as JsonObject).Text("name")!)];

    /// <summary>
    /// Refuses what has no log, as the kubelet's validateContainerLogStatus: a container that has never run.
    /// </summary>
    private static void RefuseUnstarted(JsonObject pod, string name, string container)
    {
        var status =
            StatusOf(pod, container)
            ?? throw ApiException.BadRequest($"container \"{container}\" in pod \"{name}\" is not available");
        var state = status.Object("state");
        if (
            state.Object("running") is null
            && state.Object("terminated") is null
            && status.Object("lastState").Object("terminated") is null
        )
        {
            throw ApiException.BadRequest(
                $"container \"{container}\" in pod \"{name}\" is waiting to start"
                    + state.Object("waiting").Text("reason") switch
                    {
                        null => " - no logs yet",
                        "ErrImagePull" => ": image can't be pulled",
                        "ImagePullBackOff" => ": trying and failing to pull image",
                        var reason => $": {reason}",
                    }
            );
        }
    }

    private static string Last(string log, long? lines)
    {
        if (lines is not { } wanted)
        {
            return log;
        }

        var start = log.Length;
        for (var seen = 0L; start > 0 && seen < wanted; seen++)
        {
            start = start < 2 ? 0 : log.LastIndexOf('\n', start - 2) + 1;
        }

        return log[start..];
    }

    /// <summary>
    /// Cuts at a bound that counts from the beginning of what tailLines leaves, whatever one would like.
    /// </summary>
    private static byte[] First(string log, long? bytes) =>
        bytes is { } most
            ? [.. Encoding.UTF8.GetBytes(log).Take((int)Math.Min(most, int.MaxValue))]
            : Encoding.UTF8.GetBytes(log);
}
