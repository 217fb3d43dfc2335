using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>Sums up many errors as the one reason and the one message that a condition holds.</summary>
internal static class ErrorSummary
{
    /// <summary>Errors told in full; a condition's message is bounded, and nobody reads a hundred.</summary>
    public const int Told = 8;

    /// <summary>
    /// Returns the reason of the first error by path, and a message that is the same for the same errors, whatever
    /// their order: conditions must not change from one reconcile to the next. The same field is told once.
    /// </summary>
    /// <exception cref="ArgumentException">There are no errors.</exception>
    public static (string Reason, string Message) Of(IReadOnlyList<FieldError> errors)
    {
        if (errors.Count == 0)
        {
            throw new ArgumentException("no error given", nameof(errors));
        }

        var sorted = errors
            .OrderBy(e => e.Path, StringComparer.Ordinal)
            .ThenBy(e => e.ToString(), StringComparer.Ordinal)
            .DistinctBy(e => e.Path, StringComparer.Ordinal)
            .ToList();
        var told = string.Join(". ", sorted.Take(Told));
        var rest = sorted.Count - Told;
        return (sorted[0].Reason, rest > 0 ? $"{told}. And {rest} more" : told);
    }
}
