namespace GemmaOperator.Runtime.Contracts;

/// <summary>How a reconcile ended.</summary>
internal enum ReconciliationOutcome
{
    Success,
    Failure,
}
