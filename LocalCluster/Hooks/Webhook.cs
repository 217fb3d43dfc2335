using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Hooks;

/// <summary>Reads one webhook of a configuration.</summary>
internal sealed class Webhook(JsonObject json, bool isMutating)
{
    public string Name { get; } = json.Text("name") ?? "";

    /// <summary>Gets the fields, with the selectors and the match policy.</summary>
    public JsonObject Json => json;

    public bool IsMutating => isMutating;

    public JsonArray? Rules { get; } = json.Array("rules");

    public IReadOnlyList<MatchCondition> Conditions { get; } = MatchCondition.Of(json);

    /// <summary>Gets the address; null when it names a Service.</summary>
    public string? Url { get; } = json.Object("clientConfig").Text("url");

    public JsonObject? Service { get; } = json.Object("clientConfig").Object("service");

    /// <summary>Gets the certificates that the server's must lead to (PEM, base64); null: this machine's.</summary>
    public string? CaBundle { get; } = json.Object("clientConfig").Text("caBundle");

    public int TimeoutSeconds { get; } = (int)(json["timeoutSeconds"].Number() ?? 10);

    /// <summary>Says whether a call that fails counts as allowed.</summary>
    public bool IgnoresFailures { get; } = json.Text("failurePolicy") == "Ignore";

    public bool TakesDryRuns { get; } = json.Text("sideEffects") is "None" or "NoneOnDryRun";
}
