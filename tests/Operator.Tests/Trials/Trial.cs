using System.Globalization;

namespace Operator.Tests.Trials;

/// <summary>Reads what the environment says of the trials; without it they are short and always the same.</summary>
internal static class Trial
{
    /// <summary>Gets the first seed.</summary>
    public static int Seed => Number("GEMMA_TRIAL_SEED") ?? 7;

    /// <summary>Gets where a line for each write goes, the seed behind a dot; null for nowhere.</summary>
    public static string? Trace => Environment.GetEnvironmentVariable("GEMMA_TRIAL_TRACE");

    /// <summary>Returns a number of the environment; null where there is none.</summary>
    public static int? Number(string variable) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(variable),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;
}
