using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json.Serialization;

namespace GemmaOperator.Api.Words;

/// <summary>
/// Holds a value of a closed vocabulary of the API as it was written. A word that this version doesn't know,
/// of an older or a newer schema, is kept instead of refused, so that its object still decodes and
/// validation can name the field.
/// </summary>
[JsonConverter(typeof(WireEnumConverterFactory))]
[SuppressMessage(
    "Design",
    "CA1000:Do not declare static members on generic types",
    Justification = "A vocabulary belongs to its type."
)]
internal readonly record struct WireEnum<TEnum> : IEquatable<TEnum>
    where TEnum : struct, Enum
{
    private static readonly (string Text, TEnum Value)[] Known =
    [
        .. Enum.GetValues<TEnum>().Select(value => (WireNameOf(value), value)),
    ];

    /// <summary>Null for the empty word, so that one that was never set equals one that was read as empty.</summary>
    private readonly string? _text;

    private WireEnum(string? text) => _text = text is { Length: > 0 } ? text : null;

    /// <summary>Gets the words of the vocabulary, in the order in which they are declared.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Known.Select(word => word.Text)];

    /// <summary>Gets the word as it was written; empty when there was none.</summary>
    public string Text => _text ?? "";

    /// <summary>Gets the value; null for a word that isn't of the vocabulary.</summary>
    public TEnum? Value
    {
        get
        {
            foreach (var (text, value) in Known)
            {
                if (text == _text)
                {
                    return value;
                }
            }

            return null;
        }
    }

    public static implicit operator WireEnum<TEnum>(TEnum value) => From(value);

    /// <summary>Writes a value as its word.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The enumeration doesn't declare the value.</exception>
    public static WireEnum<TEnum> From(TEnum value)
    {
        foreach (var (text, known) in Known)
        {
            if (EqualityComparer<TEnum>.Default.Equals(known, value))
            {
                return new WireEnum<TEnum>(text);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, "not a value of the vocabulary");
    }

    /// <summary>Keeps a word as it was written, known or not; letters' case counts.</summary>
    public static WireEnum<TEnum> Read(string? text) => new(text);

    public bool Equals(TEnum other) => Value is { } value && EqualityComparer<TEnum>.Default.Equals(value, other);

    public override string ToString() => Text;

    private static string WireNameOf(TEnum value)
    {
        var name = value.ToString();
        return typeof(TEnum).GetField(name)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? name;
    }
}
