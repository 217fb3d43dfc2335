using System.Text.RegularExpressions;
using GemmaInference.Native;

namespace GemmaInference.Api.Access;

/// <summary>Says whose web pages may ask the server: nobody's, everybody's, or those of a list of origins.</summary>
/// <param name="IsAny">Everybody's.</param>
/// <param name="Listed">As browsers write them: scheme, host and port.</param>
internal sealed partial record CorsOrigins(bool IsAny, IReadOnlyList<string> Listed)
{
    public const string Variable = "CORS_ORIGINS";
    private const int Most = 64;

    public static CorsOrigins None { get; } = new(false, []);

    public bool IsNone => !IsAny && Listed.Count == 0;

    /// <param name="text">Origins with commas or spaces between, <c>*</c>, or nothing.</param>
    /// <exception cref="InferenceException">One is no origin.</exception>
    public static CorsOrigins Parse(string text)
    {
        var origins = text.Split(
            [',', ' ', '\t', '\n'],
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );
        if (origins is ["*"])
        {
            return new CorsOrigins(true, []);
        }

        if (origins.Length > Most)
        {
            throw new InferenceException(Variable, $"expected at most {Most} origins, found {origins.Length}");
        }

        return origins.FirstOrDefault(origin => !Origin().IsMatch(origin)) is { } wrong
            ? throw new InferenceException(
                Variable,
                $"expected * alone, or origins such as https://chat.example:8443 without a path, found '{wrong}'"
            )
            : new CorsOrigins(false, origins);
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9+.-]*://[A-Za-z0-9._:\[\]-]{1,253}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Origin();
}
