namespace GemmaOperator.Api.Words;

/// <summary>Names why a build is due, in the order in which a reader cares.</summary>
internal enum BuildReason
{
    Initial,
    SpecChange,
    RequirementsChange,
    BaseDigestChange,
    Requested,
    Schedule,
}
