using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.Defaults;

/// <summary>Says which defaults an object takes over.</summary>
internal sealed record DefaultsSpec
{
    /// <summary>Whether it takes over any.</summary>
    public WireEnum<DefaultsPolicy> Policy { get; init; } = DefaultsPolicy.Inherit;

    /// <summary>Fields that are as the spec has them, even where that is what the schema fills in.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];
}
