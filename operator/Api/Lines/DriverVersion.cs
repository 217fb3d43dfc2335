using System.Globalization;
using System.Text.RegularExpressions;

namespace GemmaOperator.Api.Lines;

/// <summary>Holds the version of an NVIDIA driver, as 570.86.15: one to four numbers, compared one by one.</summary>
internal sealed partial class DriverVersion
{
    private readonly IReadOnlyList<int> _numbers;
    private readonly string _text;

    private DriverVersion(string text) =>
        (_text, _numbers) = (text, [.. text.Split('.').Select(n => int.Parse(n, CultureInfo.InvariantCulture))]);

    /// <summary>Returns null for what is no such version.</summary>
    public static DriverVersion? Parse(string? text) =>
        text is not null && Pattern().IsMatch(text) ? new DriverVersion(text) : null;

    /// <summary>Tells whether it is the other one or newer; numbers that one doesn't say count as 0.</summary>
    public bool IsAtLeast(DriverVersion other)
    {
        for (var i = 0; i < Math.Max(_numbers.Count, other._numbers.Count); i++)
        {
            var (here, there) = (_numbers.ElementAtOrDefault(i), other._numbers.ElementAtOrDefault(i));
            if (here != there)
            {
                return here > there;
            }
        }

        return true;
    }

    /// <summary>Returns it as it was written.</summary>
    public override string ToString() => _text;

    [GeneratedRegex(@"\A[0-9]{1,5}(\.[0-9]{1,5}){0,3}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pattern();
}
