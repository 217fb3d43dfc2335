namespace GemmaOperator.Builds.Inputs.Locks;

/// <summary>
/// Judges the addresses of a lock. None of them is asked: packages come from the indexes of the spec. But one that
/// isn't https, or holds credentials, says that the lock wasn't made for others to use.
/// </summary>
internal static class LockUrl
{
    /// <summary>Says what is wrong with an address, without repeating it; null when nothing is.</summary>
    public static (string Problem, string Remedy)? ProblemOf(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps
            ? ("it isn't an https address", "lock from an index that is asked by https")
        : address.UserInfo.Length > 0 || text.Contains('@')
            ? (
                "it holds credentials",
                "revoke them, lock without them, and put new ones into a Secret that "
                    + "spec.requirements.indexCredentialsRef names"
            )
        : null;
}
