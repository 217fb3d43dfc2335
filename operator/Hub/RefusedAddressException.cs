namespace GemmaOperator.Hub;

/// <summary>Reports a host whose addresses aren't asked; found when it is connected to, after DNS.</summary>
internal sealed class RefusedAddressException(string message) : Exception(message);
