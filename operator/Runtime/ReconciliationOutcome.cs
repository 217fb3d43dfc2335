namespace GemmaOperator.Runtime;

/// <summary>How a reconcile ended.</summary>
internal enum ReconciliationOutcome
{
    Success,
    Failure,
    Terminal,
}
