namespace GemmaOperator.Api.Words;

/// <summary>Names what an image that runs as root leads to.</summary>
internal enum NonRootPolicy
{
    /// <summary>It is rejected.</summary>
    Enforce,

    /// <summary>It is reported.</summary>
    Warn,
}
