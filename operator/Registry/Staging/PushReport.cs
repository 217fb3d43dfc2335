using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Registry.Answers;

namespace GemmaOperator.Registry.Staging;

/// <summary>
/// Says in a termination message why a push failed: <c>{"error": "Unauthorized", "message": "…"}</c>. A push that ends
/// well leaves the digest there, as Kaniko does.
/// </summary>
/// <param name="Error">What a registry refused; null when the fault is what the build left behind.</param>
/// <param name="Message">One line.</param>
internal sealed record PushReport(RegistryError? Error, string Message)
{
    /// <summary>Decides whether the same push may work later.</summary>
    public bool IsTransient => Error == RegistryError.Unavailable;

    public static PushReport Of(Exception e) => new((e as RegistryException)?.Error, e.Message.ReplaceLineEndings(" "));

    /// <summary>Reads a message; null when it isn't one of these.</summary>
    public static PushReport? Read(string? text)
    {
        try
        {
            var json = RegistryJson.Object(System.Text.Encoding.UTF8.GetBytes(text ?? ""), "");
            return RegistryJson.Text(json["message"]) is not { } message ? null
                : Enum.TryParse<RegistryError>(RegistryJson.Text(json["error"]), out var error)
                    ? new PushReport(error, message)
                : new PushReport(null, message);
        }
        catch (RegistryException)
        {
            return null;
        }
    }

    public string Write()
    {
        var json = new JsonObject { ["message"] = Message };
        if (Error is { } error)
        {
            json["error"] = error.ToString();
        }

        return json.ToJsonString(JsonSerializerOptions.Default);
    }
}
