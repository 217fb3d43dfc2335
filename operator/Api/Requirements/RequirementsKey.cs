using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Requirements;

/// <summary>Names the key of a ConfigMap that requirements stand under.</summary>
internal static class RequirementsKey
{
    /// <summary>Returns the key where the spec names none.</summary>
    public static string Default(WireEnum<RequirementsFormat>? format) =>
        format?.Value == RequirementsFormat.Pylock ? "pylock.toml" : "requirements.txt";
}
