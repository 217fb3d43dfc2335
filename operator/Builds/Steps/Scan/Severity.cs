namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>Says how bad a finding is, in an order that can be compared.</summary>
internal enum Severity
{
    Unknown,
    Low,
    Medium,
    High,
    Critical,
}
