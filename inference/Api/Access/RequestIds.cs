namespace GemmaInference.Api.Access;

/// <summary>Judges the id by which a client calls its request.</summary>
internal static class RequestIds
{
    public const string Header = "X-Request-Id";
    private const int MaxLength = 128;

    /// <summary>Takes an id of printable ASCII without spaces; makes one where there is none, or another.</summary>
    public static string Take(string? given) =>
        given is { Length: > 0 and <= MaxLength } && given.All(letter => letter is > ' ' and <= '~')
            ? given
            : Guid.NewGuid().ToString("N");
}
