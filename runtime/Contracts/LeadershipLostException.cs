namespace GemmaOperator.Runtime.Contracts;

/// <summary>A write was held back because this process's lease may have passed to another.</summary>
internal sealed class LeadershipLostException(string message) : Exception(message);
