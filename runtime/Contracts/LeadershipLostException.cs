namespace GemmaOperator.Runtime.Contracts;

/// <summary>Says that a write was held back because this process's lease may have passed to another.</summary>
public sealed class LeadershipLostException(string message) : Exception(message);
