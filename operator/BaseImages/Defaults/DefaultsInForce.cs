using GemmaOperator.Api.Defaults;

namespace GemmaOperator.BaseImages.Defaults;

/// <summary>Holds the defaults that count for the objects of one namespace.</summary>
/// <param name="Namespace">Those of the namespace; null: it has none.</param>
/// <param name="Operator">Those of the operator; null: it has none.</param>
/// <param name="Problems">What was written and doesn't count, in sentences, by whose it is.</param>
internal sealed record DefaultsInForce(
    DefaultsLayer? Namespace,
    DefaultsLayer? Operator,
    IReadOnlyList<(DefaultsOrigin From, string Message)> Problems
)
{
    public static readonly DefaultsInForce None = new(null, null, []);

    /// <summary>Gets those that there are, whose say counts first.</summary>
    public IReadOnlyList<DefaultsLayer> Layers { get; } = [.. new[] { Namespace, Operator }.OfType<DefaultsLayer>()];
}
