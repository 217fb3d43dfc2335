using System.Text.Json.Nodes;

namespace Tests.Shared;

/// <summary>Says what a webhook makes of a write.</summary>
internal sealed record Verdict
{
    private Verdict() { }

    public static Verdict Allowed { get; } = new();

    /// <summary>Gets the object as it is to be; null leaves it.</summary>
    public JsonObject? Object { get; private init; }

    /// <summary>Gets the Status of a refusal; null allows it.</summary>
    public JsonObject? Status { get; private init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Makes another object of what was sent.</summary>
    public static Verdict Changed(JsonObject to) => new() { Object = to };

    public static Verdict Denied(string message, int code = 403, string? reason = null)
    {
        var status = new JsonObject { ["message"] = message, ["code"] = code };
        if (reason is not null)
        {
            status["reason"] = reason;
        }

        return new Verdict { Status = status };
    }
}
