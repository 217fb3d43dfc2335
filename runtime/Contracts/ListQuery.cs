using System.Buffers;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>What to list: null namespace means all; selectors in the API's own syntax.</summary>
internal sealed record ListQuery
{
    public string? Namespace { get; init; }

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>Objects per page.</summary>
    public int? Limit { get; init; }

    /// <summary>Token of the previous page.</summary>
    public string? Continue { get; init; }

    /// <summary>Where pages are read into, one after another; null: each has memory of its own.</summary>
    public ArrayBufferWriter<byte>? Buffer { get; init; }
}
