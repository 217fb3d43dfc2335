namespace GemmaOperator.Verify;

/// <summary>How bad a finding is, in an order that can be compared.</summary>
internal enum Severity
{
    Unknown,
    Low,
    Medium,
    High,
    Critical,
}
