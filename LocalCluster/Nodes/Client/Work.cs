using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Nodes.Client;

/// <summary>
/// Gives controllers what they work with: the mirror, the clock, and writes that the mirror sees at once.
/// </summary>
internal sealed class Work(KubeClient client, Mirror mirror, TimeProvider time)
{
    public Mirror Mirror => mirror;

    public TimeProvider Time => time;

    public string Now => time.Text();

    /// <summary>Gets the earliest time at which a controller wants to look again.</summary>
    public DateTimeOffset? Next { get; private set; }

    public void LookAgainAt(DateTimeOffset at) => Next = Next is null || at < Next ? at : Next;

    public DateTimeOffset? TakeNext()
    {
        var next = Next;
        Next = null;
        return next;
    }

    /// <summary>Creates an object; returns it as it is stored.</summary>
    public async Task<JsonObject> CreateAsync(Kind kind, JsonObject body, CancellationToken cancellationToken)
    {
        var path = body.Metadata().Text("namespace") is { } ns ? kind.In(ns) : kind.All;
        var made = await client.CreateAsync(path, body, cancellationToken);
        mirror.Put(kind, made);
        return made;
    }

    /// <summary>Sends a merge patch of an object or of its status, unless it would change nothing.</summary>
    public async Task PatchAsync(
        Kind kind,
        JsonObject o,
        string? subresource,
        JsonObject patch,
        CancellationToken cancellationToken
    )
    {
        if (IsIn(patch, o))
        {
            return;
        }

        var path = PathOf(kind, o) + (subresource is null ? "" : "/" + subresource);
        try
        {
            mirror.Put(kind, await client.PatchAsync(path, patch, cancellationToken));
        }
        catch (HttpRequestException e) when (e.StatusCode is System.Net.HttpStatusCode.NotFound)
        {
            // Deleted meanwhile: the watch says so.
        }
    }

    public async Task DeleteAsync(Kind kind, JsonObject o, string query, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.DeleteAsync(PathOf(kind, o) + query, cancellationToken);
            if (answer.Text("kind") is { } k && k != "Status")
            {
                mirror.Put(kind, answer);
            }
        }
        catch (HttpRequestException e) when (e.StatusCode is System.Net.HttpStatusCode.NotFound)
        {
            // Gone already.
        }
    }

    /// <summary>Binds a pod to a node; the mirror is told at once, since its room is taken.</summary>
    public async Task BindAsync(JsonObject pod, string node, CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateAsync(
                PathOf(Kind.Pod, pod) + "/binding",
                new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "Binding",
                    ["metadata"] = new JsonObject
                    {
                        ["name"] = pod.Metadata().Text("name"),
                        ["namespace"] = pod.Metadata().Text("namespace"),
                    },
                    ["target"] = new JsonObject
                    {
                        ["apiVersion"] = "v1",
                        ["kind"] = "Node",
                        ["name"] = node,
                    },
                },
                cancellationToken
            );
            pod.Child("spec")["nodeName"] = node;
        }
        catch (HttpRequestException e)
            when (e.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Conflict)
        {
            // Deleted or bound meanwhile: the watch says so.
        }
    }

    public async Task EventAsync(
        JsonObject about,
        string type,
        string reason,
        string message,
        string component,
        CancellationToken cancellationToken
    )
    {
        var metadata = about.Metadata();
        var ns = metadata.Text("namespace")!;
        var now = Now;
        try
        {
            await client.CreateAsync(
                Kind.Event.In(ns),
                new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "Event",
                    ["metadata"] = new JsonObject
                    {
                        ["name"] = $"{metadata.Text("name")}.{Guid.NewGuid():N}",
                        ["namespace"] = ns,
                    },
                    ["involvedObject"] = new JsonObject
                    {
                        ["kind"] = about.Text("kind"),
                        ["namespace"] = ns,
                        ["name"] = metadata.Text("name"),
                        ["uid"] = metadata.Text("uid"),
                        ["apiVersion"] = about.Text("apiVersion"),
                    },
                    ["reason"] = reason,
                    ["message"] = message,
                    ["source"] = new JsonObject { ["component"] = component },
                    ["firstTimestamp"] = now,
                    ["lastTimestamp"] = now,
                    ["count"] = 1,
                    ["type"] = type,
                    ["reportingComponent"] = component,
                    ["reportingInstance"] = "",
                },
                cancellationToken
            );
        }
        catch (HttpRequestException)
        {
            // An event is news, not state.
        }
    }

    public static string PathOf(Kind kind, JsonObject o) =>
        o.Metadata().Text("namespace") is { } ns
            ? kind.Of(ns, o.Metadata().Text("name")!)
            : $"{kind.All}/{o.Metadata().Text("name")}";

    public static JsonArray OwnerReferences(JsonObject owner) =>
        [
            new JsonObject
            {
                ["apiVersion"] = owner.Text("apiVersion"),
                ["kind"] = owner.Text("kind"),
                ["name"] = owner.Metadata().Text("name"),
                ["uid"] = owner.Metadata().Text("uid"),
                ["controller"] = true,
                ["blockOwnerDeletion"] = true,
            },
        ];

    private static bool IsIn(JsonNode? patch, JsonNode? o) =>
        (patch, o) switch
        {
            (JsonObject p, JsonObject t) => p.All(f => f.Value is null ? t[f.Key] is null : IsIn(f.Value, t[f.Key])),
            _ => JsonNode.DeepEquals(patch, o),
        };
}
