using System.Runtime.CompilerServices;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Defaults;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Defaults;

/// <summary>Says what one object takes over from defaults.</summary>
internal sealed record Inheritance
{
    private const int VersionDigits = 16;

    public static readonly Inheritance None = new();

    /// <summary>Computed once for each spec, which is one instance for as long as it doesn't change.</summary>
    private static readonly ConditionalWeakTable<GemmaBaseImageSpec, Known> Computed = [];

    private Inheritance() { }

    /// <summary>Gets the effective spec; null: the object's own is.</summary>
    public GemmaBaseImageSpec? Spec { get; private init; }

    /// <summary>
    /// Gets what the object and its namespace say together, which is what tenants answer for; null: the object's own.
    /// </summary>
    public GemmaBaseImageSpec? OfTenant { get; private init; }

    public IReadOnlyList<InheritedValue> Values { get; private init; } = [];

    /// <summary>Gets what was written as defaults and doesn't count; empty for objects that take over none.</summary>
    public IReadOnlyList<(DefaultsOrigin From, string Message)> Problems { get; private init; } = [];

    /// <summary>Gets a fingerprint of what is taken over; null: nothing is.</summary>
    public string? Version { get; private init; }

    public static Inheritance Of(GemmaBaseImageSpec own, DefaultsInForce defaults)
    {
        if (ReferenceEquals(defaults, DefaultsInForce.None) || own.Defaults?.Policy.Value == DefaultsPolicy.Ignore)
        {
            return None;
        }

        if (Computed.TryGetValue(own, out var known) && ReferenceEquals(known.Of, defaults))
        {
            return known.Is;
        }

        var computed = Compute(own, defaults);
        Computed.AddOrUpdate(own, new Known(defaults, computed));
        return computed;
    }

    /// <summary>Returns what a status tells of it; null for nothing.</summary>
    public IReadOnlyList<InheritedField>? Told() =>
        Values.Count == 0
            ? null
            :
            [
                .. Values
                    .OrderBy(v => v.Field, StringComparer.Ordinal)
                    .Take(InheritedField.MostTold)
                    .Select(v => new InheritedField { Field = v.Field, From = v.From }),
            ];

    /// <summary>Returns the errors, with whose values those are about that aren't the object's own.</summary>
    public IReadOnlyList<FieldError> Explain(IReadOnlyList<FieldError> errors) =>
        Values.Count == 0 ? errors : [.. errors.Select(e => e with { Problem = e.Problem + Origin(e.Path) })];

    /// <summary>Returns whose a field's value is, for a sentence; empty where it is the object's own.</summary>
    public string Origin(string path) =>
        Values.FirstOrDefault(v => v.Field == path || IsWithin(path, v.Field) || IsWithin(v.Field, path)) is { } value
            ? $" (from {Name(value.From)})"
            : "";

    /// <summary>Returns what defaults are called.</summary>
    public static string Name(DefaultsOrigin from) =>
        from == DefaultsOrigin.Namespace
            ? $"the namespace's defaults, ConfigMap {DefaultsObjects.Source}"
            : "the operator's defaults";

    private static bool IsWithin(string path, string field) =>
        path.Length > field.Length
        && path.StartsWith(field, StringComparison.Ordinal)
        && path[field.Length] is '.' or '[';

    private static Inheritance Compute(GemmaBaseImageSpec own, DefaultsInForce defaults)
    {
        var (spec, values) = EffectiveSpec.Merge(own, defaults.Layers);
        var problems = defaults.Problems;
        return values.Count == 0
            ? new Inheritance { Problems = problems }
            : new Inheritance
            {
                Spec = spec,
                OfTenant = TenantShare.Of(own, defaults.Namespace, spec),
                Values = values,
                Problems = problems,
                Version = values
                    .Aggregate(new Fingerprint(), (f, v) => f.With(v.Field, $"{v.From}={v.Json}"))
                    .Hex(VersionDigits),
            };
    }

    private sealed record Known(DefaultsInForce Of, Inheritance Is);
}
