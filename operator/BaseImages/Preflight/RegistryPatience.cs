namespace GemmaOperator.BaseImages.Preflight;

/// <summary>Says how long a registry is waited for before a build, and how long its answers count.</summary>
internal static class RegistryPatience
{
    /// <summary>Bounds one question, retries included: a reconcile waits for it.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Says why a registry wasn't asked.</summary>
    public const string NoTurn = "other questions wait for its answer";

    /// <summary>What a registry says of an image or a repository moves seldom, and a build asks again.</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);

    /// <summary>Less than the pause between two looks of one object, so that each sees what was mended.</summary>
    private static readonly TimeSpan BadFor = TimeSpan.FromSeconds(20);

    /// <summary>Whatever a registry asks for, it is asked again by then.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Decides for how long an answer counts.</summary>
    /// <param name="isGood">Whether nothing was wrong.</param>
    /// <param name="pause">The pause that the registry asked for.</param>
    public static TimeSpan Of(bool isGood, TimeSpan? pause)
    {
        var lasts = isGood ? GoodFor : BadFor;
        return pause is not { } asked || asked <= lasts ? lasts
            : asked < LongestPause ? asked
            : LongestPause;
    }
}
