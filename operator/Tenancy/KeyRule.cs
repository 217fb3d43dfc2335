using System.Diagnostics.CodeAnalysis;
using GemmaOperator.Text;

namespace GemmaOperator.Tenancy;

/// <summary>Holds a key of labels or taints that specs may name, with any value or with one.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The one value; null: any.</param>
internal sealed record KeyRule(string Key, string? Value)
{
    private const int MaxLength = 320;

    /// <summary>Parses <c>KEY</c> or <c>KEY=VALUE</c>.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out KeyRule? rule,
        [NotNullWhen(false)] out string? error
    )
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var (key, value) = equals < 0 ? (text, null) : (text[..equals], text[(equals + 1)..]);
        if (key.Length == 0 || text.Length > MaxLength || text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            (rule, error) = (null, $"{Quoted.Of(text)} isn't KEY or KEY=VALUE, such as nvidia.com/gpu");
            return false;
        }

        (rule, error) = (new KeyRule(key, value), null);
        return true;
    }

    /// <summary>Returns whether it is about this key and value.</summary>
    public bool Covers(string? key, string? value) => key == Key && (Value is null || value == Value);

    /// <summary>Renders it as it is written.</summary>
    public override string ToString() => Value is null ? Key : $"{Key}={Value}";
}
