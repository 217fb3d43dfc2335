using System.Text;
using GemmaOperator.Builds.Inputs.Cooldowns;
using GemmaOperator.Builds.Inputs.Locks;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Renders what a step that calls pip does so that nothing comes that is younger than the spec allows; where it allows
/// anything, all is as it would be without.
/// </summary>
internal static class PipStep
{
    private static readonly string IsWanted = PythonProgram.Word("younger.py");
    private static readonly string IsForThis = PythonProgram.Word("lock.py");

    /// <summary>Renders the arguments of the build by which pip is told what is too young.</summary>
    public static void Arguments(StringBuilder text, ParsedSpec inputs)
    {
        foreach (var name in inputs.MinAge is null ? [] : Cooldown.Arguments)
        {
            text.Append($"ARG {name}=\n");
        }
    }

    /// <summary>Renders what comes before pip is called.</summary>
    public static IEnumerable<string> Open(ParsedSpec inputs) =>
        [
            .. inputs.Requirements.IsLock
                ? LockedInstall.Open(IsForThis, DockerfileRenderer.RequirementsFile)
                : Array.Empty<string>(),
            .. inputs.MinAge is null ? [] : Cooldown.Open(DockerfileRenderer.Indexes(inputs, hasHashes: false)),
        ];

    /// <summary>Renders what a command that installs is told besides; empty where pip chooses.</summary>
    public static string Exactly(ParsedSpec inputs) => inputs.Requirements.IsLock ? LockedInstall.Options : "";

    /// <summary>Renders the beginning of a command that installs.</summary>
    public static string Install(ParsedSpec inputs) =>
        inputs.MinAge is null
            ? "python3 -m pip install --no-cache-dir"
            : $"$pip install --no-cache-dir {Cooldown.Words}";

    /// <summary>Renders how fixes come that are too young; a lock has no room for any.</summary>
    public static IEnumerable<string> Fixes(ParsedSpec inputs) =>
        inputs.MinAge is null || inputs.Requirements.IsLock
            ? []
            : Cooldown.Fixes(
                IsWanted,
                DockerfileRenderer.ConstraintsFile,
                DockerfileRenderer.Indexes(inputs),
                DockerfileRenderer.RequirementsFile,
                DockerfileRenderer.BasePythonFile
            );

    /// <summary>Renders what comes after.</summary>
    public static IEnumerable<string> Close(ParsedSpec inputs) =>
        [.. inputs.Requirements.IsLock ? LockedInstall.Close() : [], .. inputs.MinAge is null ? [] : Cooldown.Close()];
}
