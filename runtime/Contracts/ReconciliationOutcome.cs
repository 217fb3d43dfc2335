namespace GemmaOperator.Runtime.Contracts;

/// <summary>Says how a reconcile ended.</summary>
public enum ReconciliationOutcome
{
    /// <summary>Did all there was to do now.</summary>
    Success,

    /// <summary>Must be tried again.</summary>
    Failure,
}
