using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Runtime.Control;

/// <summary>Records a write made during a reconcile.</summary>
/// <param name="Kind">Type of the object.</param>
/// <param name="Key">Its name.</param>
/// <param name="ResourceVersion">What the server answered; null: deleted.</param>
internal sealed record Write(Type Kind, ObjectKey Key, string? ResourceVersion);
