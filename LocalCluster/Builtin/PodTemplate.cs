using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

/// <summary>Defaults of a pod spec, wherever it stands.</summary>
internal static class PodTemplate
{
    public static void Default(JsonObject spec, string? restartPolicy)
    {
        foreach (var list in new[] { "initContainers", "containers" })
        {
            foreach (var container in (spec.Array(list) ?? []).OfType<JsonObject>())
            {
                DefaultContainer(container);
            }
        }

        if (restartPolicy is not null)
        {
            spec.Fill("restartPolicy", restartPolicy);
        }

        spec.Fill("terminationGracePeriodSeconds", 30);
        spec.Fill("dnsPolicy", "ClusterFirst");
        spec.Fill("securityContext", new JsonObject());
        spec.Fill("schedulerName", "default-scheduler");
        foreach (var volume in (spec.Array("volumes") ?? []).OfType<JsonObject>())
        {
            if (volume.All(f => f.Key == "name"))
            {
                volume["emptyDir"] = new JsonObject();
            }

            if (volume.Object("image") is { } image)
            {
                image.Fill("pullPolicy", PullPolicy(image.Text("reference") ?? ""));
            }

            volume.Object("configMap")?.Fill("defaultMode", 420);
            volume.Object("secret")?.Fill("defaultMode", 420);
            volume.Object("projected")?.Fill("defaultMode", 420);
        }
    }

    /// <summary>
    /// Requests as much as a container is limited to, where it doesn't say; templates stay as they are.
    /// </summary>
    public static void DefaultRequests(JsonObject spec)
    {
        foreach (
            var resources in (spec.Array("containers") ?? []).OfType<JsonObject>().Select(c => c.Object("resources"))
        )
        {
            foreach (var (name, value) in resources.Object("limits") ?? [])
            {
                resources!.Child("requests").Fill(name, value!.DeepClone());
            }
        }
    }

    private static void DefaultContainer(JsonObject container)
    {
        container.Fill("resources", new JsonObject());
        Quantities(container.Object("resources"));
        container.Fill("terminationMessagePath", "/dev/termination-log");
        container.Fill("terminationMessagePolicy", "File");
        container.Fill("imagePullPolicy", PullPolicy(container.Text("image") ?? ""));
        foreach (var port in (container.Array("ports") ?? []).OfType<JsonObject>())
        {
            port.Fill("protocol", "TCP");
        }

        foreach (var variable in (container.Array("env") ?? []).OfType<JsonObject>())
        {
            variable.Object("valueFrom").Object("fieldRef")?.Fill("apiVersion", "v1");

            // An empty value isn't kept (omitempty).
            if (variable["value"].Text() is { Length: 0 })
            {
                variable.Remove("value");
            }
        }

        foreach (var name in new[] { "startupProbe", "readinessProbe", "livenessProbe" })
        {
            if (container.Object(name) is { } probe)
            {
                probe.Object("httpGet")?.Fill("scheme", "HTTP");
                probe.Fill("timeoutSeconds", 1);
                probe.Fill("periodSeconds", 10);
                probe.Fill("successThreshold", 1);
                probe.Fill("failureThreshold", 3);
            }
        }
    }

    /// <summary>Writes the amounts of limits and requests in their canonical form.</summary>
    public static void Quantities(JsonObject? resources)
    {
        foreach (var list in new[] { "limits", "requests" })
        {
            foreach (var (name, value) in resources.Object(list)?.ToList() ?? [])
            {
                resources![list]![name] = Quantity.Canonical(value);
            }
        }
    }

    private static string PullPolicy(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        return
            image.Contains('@', StringComparison.Ordinal)
            || (name.Contains(':', StringComparison.Ordinal) && !name.EndsWith(":latest", StringComparison.Ordinal))
            ? "IfNotPresent"
            : "Always";
    }
}
