namespace LocalCluster.Rules;

/// <summary>Reads fields and items; an optional value is gone through, and what comes out is optional again.</summary>
internal static class Selection
{
    public static object? Of(object? target, string field) =>
        target switch
        {
            CelMap map => map.TryGet(field, out var value) ? value : throw CelException.NoKey(field),
            CelOptional => Optional(target, field),
            _ => throw CelException.NoOverload(),
        };

    public static bool Has(object? target, string field) =>
        target switch
        {
            CelMap map => map.TryGet(field, out _),
            CelOptional optional => optional.HasValue && Has(optional.Value, field),
            _ => throw CelException.NoOverload(),
        };

    public static CelOptional Optional(object? target, string field) =>
        target switch
        {
            CelMap map => map.TryGet(field, out var value) ? new CelOptional(true, value) : CelOptional.None,
            CelOptional { HasValue: true } some => Optional(some.Value, field),
            CelOptional none => none,
            _ => throw CelException.NoOverload(),
        };

    public static object? At(object? target, object? index) =>
        (target, index) switch
        {
            (object?[] items, long at) => at >= 0 && at < items.Length
                ? items[at]
                : throw new CelException($"index out of bounds: {at}"),
            (CelMap map, _) => map.TryGet(index, out var value) ? value : throw CelException.NoKey(index),
            (CelOptional, _) => OptionalAt(target, index),
            _ => throw CelException.NoOverload(),
        };

    public static CelOptional OptionalAt(object? target, object? index) =>
        (target, index) switch
        {
            (object?[] items, long at) => at >= 0 && at < items.Length
                ? new CelOptional(true, items[at])
                : CelOptional.None,
            (CelMap map, _) => map.TryGet(index, out var value) ? new CelOptional(true, value) : CelOptional.None,
            (CelOptional { HasValue: true } some, _) => OptionalAt(some.Value, index),
            (CelOptional none, _) => none,
            _ => throw CelException.NoOverload(),
        };
}
