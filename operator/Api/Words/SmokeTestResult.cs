namespace GemmaOperator.Api.Words;

/// <summary>Names how a smoke test went.</summary>
internal enum SmokeTestResult
{
    Passed,
    Failed,
}
