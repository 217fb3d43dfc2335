using System.Text.RegularExpressions;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>Collects what is wrong: a user who made three mistakes is told of three.</summary>
internal sealed class Findings
{
    private readonly List<FieldError> _errors = [];

    public IReadOnlyList<FieldError> Errors => _errors;

    public void Add(string path, string problem, string remedy, string reason = ImageReason.Stalled.InvalidSpec) =>
        _errors.Add(new FieldError(path, problem, remedy, reason));

    /// <summary>
    /// A value that has to look like something: <paramref name="what"/> it isn't, and the <paramref name="remedy"/>.
    /// </summary>
    public void Match(
        string path,
        string? value,
        Regex syntax,
        string what,
        string remedy,
        string reason = ImageReason.Stalled.InvalidSpec
    )
    {
        if (value is null || !syntax.IsMatch(value))
        {
            Add(path, $"{Excerpt.Of(value)} isn't {what}", remedy, reason);
        }
    }

    /// <summary>The same for a value that may be empty.</summary>
    public void MatchUnlessEmpty(string path, string? value, Regex syntax, string what, string remedy)
    {
        if (value is { Length: > 0 })
        {
            Match(path, value, syntax, what, remedy);
        }
    }

    public void InRange(string path, long value, long least, long most)
    {
        if (value < least || value > most)
        {
            Add(path, $"{value} is out of range", $"choose {least} to {most}");
        }
    }

    /// <summary>Reports a word that isn't of its vocabulary, with the words that are.</summary>
    public void OneOf<TEnum>(string path, WireEnum<TEnum> word)
        where TEnum : struct, Enum
    {
        if (word.Value is null)
        {
            Add(path, $"{Excerpt.Of(word.Text)} isn't supported", $"choose {string.Join(", ", WireEnum<TEnum>.Words)}");
        }
    }
}
