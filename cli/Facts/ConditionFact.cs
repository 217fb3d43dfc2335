using System.Text.Json;

namespace KubectlGemma.Facts;

/// <summary>Holds one condition.</summary>
internal sealed record ConditionFact(string Type, string Status, string Reason, string Message, DateTime? Since)
{
    public bool IsTrue => Status == "True";

    public static ConditionFact Read(JsonElement json) =>
        new(
            json.TextAt("type") ?? "",
            json.TextAt("status") ?? "",
            json.TextAt("reason") ?? "",
            json.TextAt("message") ?? "",
            json.TimeAt("lastTransitionTime")
        );
}
