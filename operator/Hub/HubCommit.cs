using System.Diagnostics.CodeAnalysis;

namespace GemmaOperator.Hub;

/// <summary>Holds a commit of a hub's repository: 40 lower-case hexadecimal digits (a Git SHA-1).</summary>
internal sealed record HubCommit
{
    private const int Length = 40;
    private const int ShortLength = 12;

    private readonly string _text;

    private HubCommit(string text) => _text = text;

    /// <summary>Gets enough of it for people to tell it from others.</summary>
    public string Short => _text[..ShortLength];

    /// <summary>Returns a commit that is known to be one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static HubCommit Parse(string text) =>
        TryParse(text, out var commit) ? commit : throw new FormatException($"'{text}' isn't a commit");

    public static bool TryParse(string? text, [NotNullWhen(true)] out HubCommit? commit)
    {
        commit =
            text is { Length: Length } && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f')
                ? new HubCommit(text)
                : null;
        return commit is not null;
    }

    public override string ToString() => _text;
}
