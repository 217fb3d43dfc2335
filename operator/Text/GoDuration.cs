using System.Globalization;

namespace GemmaOperator.Text;

/// <summary>
/// Durations as the API writes them: Go's notation in whole hours, minutes and seconds, each at most five digits and in
/// this order (<c>90m</c>, <c>1h30m</c>, <c>0s</c>). What Go also takes (fractions, milliseconds, signs) is refused, so
/// that a value has few spellings.
/// </summary>
internal static class GoDuration
{
    /// <summary>The schema's pattern; the schema asks for two characters at least beside it.</summary>
    public const string Pattern = "^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?$";

    /// <summary>Reads a duration.</summary>
    /// <exception cref="FormatException">It isn't one; specs that were validated never get here.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out var duration)
            ? duration
            : throw new FormatException($"\"{text}\" isn't a duration such as 90m or 1h30m");

    /// <summary>Reads a duration; false for anything else, null included.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text is not { Length: >= 2 })
        {
            return false;
        }

        var rest = text.AsSpan();
        if (
            !Take(ref rest, 'h', out var hours)
            || !Take(ref rest, 'm', out var minutes)
            || !Take(ref rest, 's', out var seconds)
            || rest.Length > 0
        )
        {
            return false;
        }

        duration = new TimeSpan(hours, minutes, seconds);
        return true;
    }

    /// <summary>
    /// Takes the number before a unit from the front of the text, or nothing when another unit comes first;
    /// false for what is neither.
    /// </summary>
    private static bool Take(ref ReadOnlySpan<char> text, char unit, out int number)
    {
        number = 0;
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0 || text[digits] != unit)
        {
            return digits != 0;
        }

        if (digits is 0 or > 5)
        {
            return false;
        }

        number = int.Parse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
        text = text[(digits + 1)..];
        return true;
    }

    /// <summary>Writes a duration of whole seconds in the same notation.</summary>
    public static string Format(TimeSpan duration)
    {
        var (hours, minutes, seconds) = ((long)duration.TotalHours, duration.Minutes, duration.Seconds);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{(hours > 0 ? $"{hours}h" : "")}{(minutes > 0 ? $"{minutes}m" : "")}{(seconds > 0 ? $"{seconds}s" : "")}"
        );
        return text.Length == 0 ? "0s" : text;
    }
}
