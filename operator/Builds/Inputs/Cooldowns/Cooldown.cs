using System.Globalization;
using GemmaOperator.Api.Builds;

namespace GemmaOperator.Builds.Inputs.Cooldowns;

/// <summary>
/// Renders how a step installs only what was in the index before a time. pip does that by itself from 26.0 on
/// (<c>--uploaded-prior-to</c>, pypa/pip#13625), also for what it needs to build a package; a base with an older one
/// gets another, outside the layer, for this step alone. The time and the fixes that may be younger are arguments of
/// the build, so that the text is the same for every build of one spec and the values are part of the layer's key.
/// </summary>
internal static class Cooldown
{
    /// <summary>Names the argument with the time.</summary>
    public const string BeforeArgument = "GEMMA_UPLOADED_BEFORE";

    /// <summary>Names the argument with the fixes that may be younger.</summary>
    public const string FixesArgument = "GEMMA_YOUNGER_FIXES";

    /// <summary>Names pip's option.</summary>
    public const string Option = "--uploaded-prior-to";

    /// <summary>
    /// Names the pip that a base gets whose own is too old: the newest that runs with Python 3.9, of February 2026. One
    /// version, not a range: what holds packages back can't be a package of today.
    /// </summary>
    public const string Pip = "pip==26.0.1";

    /// <summary>Says what the log has where there is no such pip.</summary>
    public const string NoPipMarker = "gemma-operator: this base's pip doesn't know " + Option;

    /// <summary>Gets the arguments that a step declares.</summary>
    public static IReadOnlyList<string> Arguments { get; } = [BeforeArgument, FixesArgument];

    /// <summary>Renders the option with its value.</summary>
    public const string Words = Option + " \"$" + BeforeArgument + "\"";

    /// <summary>Returns the values of the arguments; none where every package may be as young as it likes.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ValuesOf(ResolvedInputs resolved) =>
        resolved.UploadedBefore is { } before
            ?
            [
                new(BeforeArgument, TextOf(before)),
                new(
                    FixesArgument,
                    string.Join(' ', (resolved.YoungerFixes ?? []).Select(PackageFix.Render).OfType<string>())
                ),
            ]
            : [];

    /// <summary>Renders a time as pip reads it.</summary>
    public static string TextOf(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// Renders what comes before pip is called, as <c>$pip</c>: of one that isn't the base's, nothing says that it is
    /// installed, or a requirement of pip's own name would be met by it.
    /// </summary>
    /// <param name="indexes">Where packages come from, as words of a shell, each after a blank.</param>
    public static IEnumerable<string> Open(string indexes) =>
        [
            $"echo \"packages of before ${{{BeforeArgument}:?}}, and of later for fixes: ${{{FixesArgument}:-none}}\"",
            "own=$(mktemp -d)",
            $"case \"$(python3 -m pip install --help)\" in *{Option}*) pip=\"python3 -m pip\";; "
                + "*) python3 -m pip install --target $own --no-deps --no-cache-dir --no-compile --only-binary :all:"
                + $"{indexes} {Pip} || {{ echo \"{NoPipMarker}\" >&2; exit 1; }}; "
                + "rm -rf $own/*.dist-info; pip=\"python3 $own/pip\";; esac",
        ];

    /// <summary>
    /// Renders how fixes come that are too young: in the place of what is there, where pip brought it; then all that
    /// they need, of before the time. Where it doesn't fit, pip goes back to what does.
    /// </summary>
    /// <param name="isWanted">Program that tells whether a fix is (<c>younger.py</c>), as a shell's word.</param>
    /// <param name="constraints">File of the constraints.</param>
    /// <param name="indexes">Where packages come from.</param>
    /// <param name="requirements">File of the requirements.</param>
    /// <param name="note">File that says what came with the base.</param>
    public static IEnumerable<string> Fixes(
        string isWanted,
        string constraints,
        string indexes,
        string requirements,
        string note
    )
    {
        var install = $"$pip install --no-cache-dir --constraint {constraints}{indexes}";
        return
        [
            $"for fix in ${{{FixesArgument}:-}}; do ! python3 -c {isWanted} \"$fix\" {note} "
                + $"|| {install} --no-deps \"$fix\" "
                + "|| echo \"gemma-operator: $fix can't be installed, and what is there stays\"; done",
            $"[ -z \"${{{FixesArgument}:-}}\" ] || {install} {Words} --requirement {requirements}",
        ];
    }

    /// <summary>Renders what comes after: nothing of it stays in the layer.</summary>
    public static IEnumerable<string> Close() => ["rm -rf $own"];
}
