using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.References;

/// <summary>
/// Holds a tag: at most 128 characters of <c>[A-Za-z0-9_.-]</c>, not led by <c>.</c> or <c>-</c> (OCI distribution
/// spec).
/// </summary>
internal sealed partial record ImageTag
{
    /// <summary>Bounds a tag, in characters.</summary>
    public const int MaxLength = 128;

    private readonly string _text;

    private ImageTag(string text) => _text = text;

    public static ImageTag Parse(string text) =>
        TryParse(text, out var tag, out var error) ? tag : throw new FormatException(error);

    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out ImageTag? tag,
        [NotNullWhen(false)] out string? error
    )
    {
        var valid = text is { Length: <= MaxLength } && Pattern().IsMatch(text);
        tag = valid ? new ImageTag(text!) : null;
        error = valid
            ? null
            : $"{Quoted.Of(text)} is no tag; write letters, digits, '_', '.' and '-', at most "
                + "128, not led by '.' or '-'";
        return valid;
    }

    public override string ToString() => _text;

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
