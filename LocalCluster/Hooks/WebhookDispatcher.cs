using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Discovery;
using LocalCluster.Errors;
using LocalCluster.Json;
using LocalCluster.Patching;
using LocalCluster.Rules;
using LocalCluster.Storage;

namespace LocalCluster.Hooks;

/// <summary>Asks one webhook about a write, as the dispatchers of the API server do, and does as it says.</summary>
internal sealed class WebhookDispatcher(ObjectStore store, ResourceCatalog catalog, TimeProvider time) : IDisposable
{
    private readonly WebhookClient _client = new(time);

    public void Dispose() => _client.Dispose();

    /// <summary>Asks, where its rules and selectors say so.</summary>
    /// <returns>Whether the object was changed.</returns>
    /// <exception cref="ApiException">It refuses, or can't be asked and its failures count.</exception>
    public async Task<bool> AskAsync(Webhook webhook, AdmissionAttributes asked, CancellationToken cancellationToken)
    {
        if (HookMatch.Find(webhook.Rules, webhook.Json, asked, catalog.All) is not { } resource)
        {
            return false;
        }

        try
        {
            if (!MatchCondition.AllHold(webhook.Conditions, AdmissionScope.Of(asked)))
            {
                return false;
            }

            return await CallAsync(webhook, resource, asked, cancellationToken);
        }
        catch (CelException e)
        {
            return webhook.IgnoresFailures ? false : throw asked.Forbidden(e.Message);
        }
        catch (WebhookCallException e)
        {
            return webhook.IgnoresFailures
                ? false
                : throw Internal($"failed calling webhook \"{webhook.Name}\": {e.Message}");
        }
    }

    private async Task<bool> CallAsync(
        Webhook webhook,
        ResourceInfo resource,
        AdmissionAttributes asked,
        CancellationToken cancellationToken
    )
    {
        if (asked.IsDryRun && !webhook.TakesDryRuns)
        {
            throw ApiException.BadRequest($"admission webhook \"{webhook.Name}\" does not support dry run");
        }

        var uid = Guid.NewGuid().ToString();
        var answer = await SendAsync(webhook, AdmissionReview.Of(asked, resource, uid), cancellationToken);
        JsonObject response;
        try
        {
            response = AdmissionReview.Verify(answer, uid, webhook.IsMutating);
        }
        catch (JsonException e)
        {
            throw new WebhookCallException($"received invalid webhook response: {e.Message}");
        }

        asked.Warnings.AddRange(
            (response.Array("warnings") ?? []).Select(w => $"299 - {JsonValue.Create(w.Text() ?? "").Write()}")
        );
        return response["allowed"].IsTrue()
            ? Change(webhook, asked, response)
            : throw Denied(webhook, response.Object("status"));
    }

    private async Task<JsonObject> SendAsync(Webhook webhook, JsonObject review, CancellationToken cancellationToken)
    {
        try
        {
            return webhook.Url is null
                ? throw new WebhookCallException(NoService(webhook))
                : await _client.CallAsync(webhook, review, cancellationToken);
        }
        catch (WebhookCallException e)
        {
            throw new WebhookCallException($"failed to call webhook: {e.Message}");
        }
    }

    /// <summary>Says why a Service can't be called: nothing here has endpoints.</summary>
    private string NoService(Webhook webhook)
    {
        var (ns, name) = (webhook.Service.Text("namespace") ?? "", webhook.Service.Text("name") ?? "");
        var port = webhook.Service?["port"].Number() ?? 443;
        var address = $"https://{name}.{ns}.svc:{port}{webhook.Service.Text("path")}";
        return $"Post \"{address}?timeout={webhook.TimeoutSeconds}s\": "
            + (
                store.Find("services", ns, name) is null
                    ? $"service \"{name}\" not found"
                    : $"no endpoints available for service \"{name}\""
            );
    }

    private static bool Change(Webhook webhook, AdmissionAttributes asked, JsonObject response)
    {
        if (response.Text("patch") is not { Length: > 0 } encoded)
        {
            return false;
        }

        JsonArray steps;
        try
        {
            steps =
                JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(encoded))) as JsonArray
                ?? throw new JsonException("it is no list");
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new WebhookCallException($"received undecodable patch in webhook response: {e.Message}");
        }

        if (steps.Count == 0)
        {
            return false;
        }

        if (asked.Object is not { } json)
        {
            throw Internal(
                $"admission webhook \"{webhook.Name}\" attempted to modify the object, which is not supported for this "
                    + "operation"
            );
        }

        var changed = json.Copy();
        foreach (var step in steps.OfType<JsonObject>())
        {
            try
            {
                changed = JsonPatch.Apply(changed, [step.DeepClone()]);
            }
            catch (ApiException)
            {
                throw Internal(
                    $"{step.Text("op")} operation does not apply: doc is missing path: \"{step.Text("path")}\": "
                        + "missing value"
                );
            }
        }

        changed["apiVersion"] = asked.Resource.GroupVersion;
        asked.Object = changed;
        return true;
    }

    private static ApiException Denied(Webhook webhook, JsonObject? status)
    {
        var words = $"admission webhook \"{webhook.Name}\" denied the request";
        return new ApiException(
            Math.Max(400, (int)(status?["code"].Number() ?? 0)),
            status.Text("reason") ?? "",
            status.Text("message") is { Length: > 0 } message ? $"{words}: {message}"
                : status.Text("reason") is { Length: > 0 } reason ? $"{words}: {reason}"
                : $"{words} without explanation",
            status.Object("details")
        );
    }

    private static ApiException Internal(string why) =>
        new(
            500,
            "InternalError",
            $"Internal error occurred: {why}",
            new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = why }) }
        );
}
