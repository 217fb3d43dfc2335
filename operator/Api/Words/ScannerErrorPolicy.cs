namespace GemmaOperator.Api.Words;

/// <summary>Names what a scanner that can't answer leads to.</summary>
internal enum ScannerErrorPolicy
{
    /// <summary>The candidate is rejected.</summary>
    Fail,

    /// <summary>The candidate is accepted with a warning.</summary>
    Warn,
}
