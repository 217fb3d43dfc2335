using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Nodes.Client;

namespace LocalCluster.Nodes.Kubelets;

/// <summary>
/// Looks up the variables of a container that come from elsewhere: a Secret, a ConfigMap, the pod itself.
/// </summary>
internal static class PodVariables
{
    /// <summary>Returns all variables; those whose source isn't there are left out, as optional ones are.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        KubeClient client,
        JsonObject pod,
        JsonObject container,
        CancellationToken cancellationToken
    )
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in (container.Array("env") ?? []).OfType<JsonObject>())
        {
            var value = variable.Object("valueFrom") is { } source
                ? await LookUpAsync(client, pod, source, cancellationToken)
                : variable.Text("value") ?? "";
            if (value is not null)
            {
                all[variable.Text("name")!] = value;
            }
        }

        return all;
    }

    private static async Task<string?> LookUpAsync(
        KubeClient client,
        JsonObject pod,
        JsonObject source,
        CancellationToken cancellationToken
    )
    {
        if (source.Object("fieldRef").Text("fieldPath") is { } path)
        {
            return FieldOf(pod, path);
        }

        var (kind, reference) = source.Object("secretKeyRef") is { } secret
            ? (Kind.Secret, secret)
            : (Kind.ConfigMap, source.Object("configMapKeyRef"));
        if (reference.Text("name") is not { } name || reference.Text("key") is not { } key)
        {
            return null;
        }

        var ns = pod.Metadata().Text("namespace")!;
        var found = await client.ListAsync($"{kind.In(ns)}?fieldSelector=metadata.name%3D{name}", cancellationToken);
        var text = (found.Items.Count > 0 ? found.Items[0] : null).Object("data").Text(key);
        return text is not null && kind == Kind.Secret ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : text;
    }

    private static string? FieldOf(JsonObject pod, string path)
    {
        JsonNode? at = pod;
        foreach (var field in path.Split('.'))
        {
            at = (at as JsonObject)?[field];
        }

        return at.Text();
    }
}
