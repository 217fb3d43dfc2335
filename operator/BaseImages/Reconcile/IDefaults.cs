using GemmaOperator.BaseImages.Defaults;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Tells which defaults count for the objects of a namespace.</summary>
internal interface IDefaults
{
    Task<DefaultsInForce> ReadAsync(string ns, CancellationToken cancellationToken);
}
