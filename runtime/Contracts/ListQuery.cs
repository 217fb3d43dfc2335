using System.Buffers;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>Says what to list; selectors are in the API's own syntax.</summary>
public sealed record ListQuery
{
    /// <summary>Gets the namespace; null: all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Gets the label selector; null: all objects.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Gets the field selector; null: all objects.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Gets the objects per page; null: all in one.</summary>
    public int? Limit { get; init; }

    /// <summary>Gets the token of the previous page; null: the first one.</summary>
    public string? Continue { get; init; }

    /// <summary>
    /// Gets the bytes above which a page is given up, to be asked for in smaller ones; null: however large.
    /// </summary>
    public int? MostBytes { get; init; }

    /// <summary>Gets where pages are read into, one after another; null: each has memory of its own.</summary>
    public ArrayBufferWriter<byte>? Buffer { get; init; }
}
