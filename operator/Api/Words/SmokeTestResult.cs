namespace GemmaOperator.Api.Words;

/// <summary>Says how a smoke test went.</summary>
internal enum SmokeTestResult
{
    Passed,
    Failed,
}
