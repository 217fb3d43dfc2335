using GemmaOperator.Api.Words;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Chooses tones by words of the API.</summary>
internal static class Tones
{
    public static Tone OfCondition(string type, string status) =>
        (type, status) switch
        {
            ("Stalled", "True") => Tone.Bad,
            // Those exist only while something is off.
            (
                "Reconciling"
                    or "Held"
                    or "Rewritten"
                    or ConditionType.LegacyIsolation
                    or ConditionType.GpusIdle
                    or ConditionType.DefaultsInvalid,
                "True"
            ) => Tone.Warning,
            (_, "True") => Tone.Good,
            (_, "False") => Tone.Bad,
            _ => Tone.Warning,
        };

    public static Tone OfResult(string? result) =>
        result switch
        {
            "Succeeded" or "Completed" or "NothingChanged" => Tone.Good,
            "Running" or null or "" => Tone.Warning,
            "Skipped" or "Canceled" => Tone.Dim,
            _ => Tone.Bad,
        };

    public static Tone OfPhase(string? phase) =>
        phase switch
        {
            "Running" or "Succeeded" => Tone.Good,
            "Failed" => Tone.Bad,
            _ => Tone.Warning,
        };
}
