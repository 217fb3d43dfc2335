using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>Looks up IANA time zones, as far as the machine's time zone database knows them.</summary>
internal static class TimeZoneId
{
    /// <summary>A zone that every database holds; without it there is no database.</summary>
    private const string Known = "Europe/London";

    /// <summary>Reads an IANA name; false for anything else, <c>Local</c> included.</summary>
    public static bool TryFind(string? id, out TimeZoneInfo zone)
    {
        zone = TimeZoneInfo.Utc;
        if (id is "Etc/UTC" or "UTC")
        {
            return true;
        }

        if (
            id is not { Length: > 0 and <= 64 }
            || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '-' or '/')
            || id[0] == '/'
            || !TimeZoneInfo.TryFindSystemTimeZoneById(id, out var found)
        )
        {
            return false;
        }

        zone = found;
        return true;
    }

    /// <summary>Returns what is wrong with a name; null means nothing.</summary>
    public static (string Problem, string Remedy)? ProblemOf(string? id)
    {
        if (TryFind(id, out _))
        {
            return null;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(Known, out _)
            ? ($"{Quoted.Of(id)} isn't an IANA time zone", "write for example Europe/Berlin or Etc/UTC")
            : (
                $"{Quoted.Of(id)} can't be looked up: the operator has no time zone database",
                "use Etc/UTC, or install tzdata in the operator's image"
            );
    }
}
