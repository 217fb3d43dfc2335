using System.Diagnostics.CodeAnalysis;

namespace GemmaOperator.Text;

/// <summary>A value that was understood, or all that is wrong with it; never both, never neither.</summary>
internal sealed class Parsed<T>
    where T : notnull
{
    private readonly T? _value;

    private Parsed(T? value, IReadOnlyList<FieldError> problems)
    {
        _value = value;
        Problems = problems;
    }

    /// <summary>Everything that is wrong, in the order of the input; empty for a value.</summary>
    public IReadOnlyList<FieldError> Problems { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There are problems.</exception>
    public T Value => TryGet(out var value) ? value : throw new InvalidOperationException(string.Join("; ", Problems));

    public static Parsed<T> Of(T value) => new(value, []);

    public static Parsed<T> Wrong(IReadOnlyList<FieldError> problems) =>
        problems.Count > 0 ? new(default, problems) : throw new ArgumentException("no problem given", nameof(problems));

    public static Parsed<T> Wrong(string field, string problem, string remedy) =>
        new(default, [Problem.At(field, problem, remedy)]);

    public bool TryGet([MaybeNullWhen(false)] out T result)
    {
        result = _value!;
        return Problems.Count == 0;
    }
}
