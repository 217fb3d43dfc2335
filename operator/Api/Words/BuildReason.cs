namespace GemmaOperator.Api.Words;

/// <summary>Why a build is due, in the order in which a reader cares.</summary>
internal static class BuildReason
{
    public const string Initial = "Initial";
    public const string SpecChange = "SpecChange";
    public const string RequirementsChange = "RequirementsChange";
    public const string BaseDigestChange = "BaseDigestChange";
    public const string Requested = "Requested";
    public const string Schedule = "Schedule";
}
