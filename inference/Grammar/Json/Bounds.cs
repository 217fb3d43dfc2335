using System.Text.Json;

namespace GemmaInference.Grammar.Json;

/// <summary>Reads between which numbers one has to be.</summary>
internal static class Bounds
{
    /// <exception cref="SchemaException">No rule can be drawn of them.</exception>
    public static NumberRange Read(SchemaNode schema, string type, bool isLenient)
    {
        var isWhole = type == "integer";
        if (!isLenient && schema.Maybe("multipleOf") is { } step && !(isWhole && Is(step, 1)))
        {
            throw step.Wrong("'multipleOf' isn't supported, other than 1 for integers");
        }

        var (low, isAbove) = One(schema, "minimum", "exclusiveMinimum", isUpper: false, isWhole, isLenient);
        var (high, isBelow) = One(schema, "maximum", "exclusiveMaximum", isUpper: true, isWhole, isLenient);
        var range = new NumberRange(low, isAbove, high, isBelow);
        var checkedRange = isWhole ? range.Whole() : range;
        if (
            checkedRange.Low > checkedRange.High
            || (checkedRange.Low == checkedRange.High && (isAbove || isBelow) && !isWhole)
        )
        {
            throw schema.Wrong("no number lies between the bounds");
        }

        return range;
    }

    private static bool Is(SchemaNode node, decimal number) =>
        node.Element.ValueKind == JsonValueKind.Number && node.Element.TryGetDecimal(out var value) && value == number;

    private static (long? Bound, bool IsExclusive) One(
        SchemaNode schema,
        string name,
        string exclusive,
        bool isUpper,
        bool isWhole,
        bool isLenient
    )
    {
        var bound = schema.Maybe(name) is { } own ? Number(own, isUpper, isWhole, isLenient) : null;
        var other = schema.Maybe(exclusive) is { } strict ? Number(strict, isUpper, isWhole, isLenient) : null;
        if (other is not { } edge)
        {
            return (bound?.Bound, false);
        }

        // Of two bounds the narrower one counts; a rounded one is left already.
        var isNarrower = bound is not { } plain || (isUpper ? edge.Bound <= plain.Bound : edge.Bound >= plain.Bound);
        return isNarrower ? (edge.Bound, !edge.IsRounded) : (bound!.Value.Bound, false);
    }

    /// <summary>Reads a bound that rules can be drawn of; null where it bounds nothing that is ever written.</summary>
    private static (long Bound, bool IsRounded)? Number(SchemaNode node, bool isUpper, bool isWhole, bool isLenient)
    {
        if (node.Element.ValueKind != JsonValueKind.Number)
        {
            // Draft 4 has true and false here.
            return isLenient ? null : throw node.Wrong("expected a number");
        }

        var number = node.Element.TryGetDecimal(out var exact) ? exact : Math.Sign(node.Element.GetDouble()) * 1e28m;
        if (number is > NumberRules.Largest or < -NumberRules.Largest)
        {
            return (number > 0) == isUpper ? null : throw node.Wrong($"expected no bound beyond {NumberRules.Largest}");
        }

        var rounded = isUpper ? Math.Floor(number) : Math.Ceiling(number);
        return rounded == number || isWhole ? ((long)rounded, rounded != number)
            : isLenient ? null
            : throw node.Wrong("expected a whole number; other bounds aren't supported");
    }
}
