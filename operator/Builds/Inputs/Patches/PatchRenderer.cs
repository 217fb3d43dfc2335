using System.Text;
using GemmaOperator.Api.Updates;
using GemmaOperator.Builds.Inputs.Access;
using GemmaOperator.Builds.Inputs.Updates;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Inputs.Patches;

/// <summary>
/// Renders the Dockerfile of a patch: layers on top of a published image that bring what a build of everything, from
/// the same inputs, would bring anew. Each step is the counterpart of one of <see cref="DockerfileRenderer"/>, in the
/// same order; user, environment, labels and the operator's own files are those of the image below.
/// <code>
///   apt-get install X Y=1           ─►  the same, with --only-upgrade; what has a version is named so that it stays
///   upgrade what the policy allows  ─►  the same; what belongs to CUDA is held and proved again
///   pip install -r …                ─►  the same, where all that requirements brought may move, and what came with
///                                       the base moves only where it must; what nothing needs any more goes
/// </code>
/// The image's own variables are set after the steps of a build of everything, so that those of a patch unset them.
/// Packages of the system that nothing needs any more stay until everything is built again.
/// </summary>
internal static class PatchRenderer
{
    /// <summary>Names the installed distributions that may move, while a step runs.</summary>
    private const string MovableFile = "$work/movable.txt";

    /// <summary>Names what pip is asked for: those, and what the requirements say of them.</summary>
    private const string WantedFile = "$work/wanted.txt";

    /// <summary>Names what the requirements say of what came with the base.</summary>
    private const string KeptFile = "$work/kept.txt";

    /// <summary>Names those that may move and that nothing needs any more.</summary>
    private const string UnneededFile = "$work/unneeded.txt";

    private static readonly string Program = PythonProgram.Word("patch.py");

    /// <param name="inputs">What is in the image.</param>
    /// <param name="published">The image that it begins with, by digest.</param>
    /// <param name="access">How its steps reach what they install.</param>
    public static string Render(ParsedSpec inputs, ImageReference published, StepAccess? access = null)
    {
        var (text, reach) = (new StringBuilder(), access ?? StepAccess.None);
        text.Append("# Rendered by Gemma Operator: puts packages that moved onto an image that is published.\n");
        text.Append($"ARG BASE_IMAGE={published}\n\nFROM ${{BASE_IMAGE}} AS final\nUSER 0:0\n");
        DockerfileRenderer.Arguments(text, reach.Arguments);
        var unset = Unset(inputs, reach);
        if (inputs.Packages.Any(p => p.Version is null))
        {
            DockerfileRenderer.Run(
                text,
                RunStepName.SystemPackages,
                [
                    DockerfileRenderer.Epoch,
                    .. unset,
                    .. reach.Open(),
                    "export DEBIAN_FRONTEND=noninteractive",
                    DockerfileRenderer.UpdateLists,
                    "since=$(mktemp)",
                    "apt-get install --yes --no-install-recommends --only-upgrade -o Acquire::Retries=3 -- "
                        + DockerfileRenderer.Words(inputs.Packages.Select(p => p.ToString())),
                    ReplacedFiles.Show("$since"),
                    "rm -f $since",
                    "rm -rf /var/lib/apt/lists/*",
                    .. reach.Close(),
                ]
            );
        }

        if (inputs.Updates.Policy != SystemUpdatePolicy.None)
        {
            var pinned = inputs.Packages.Where(package => package.Version is not null).Select(package => package.Name);
            DockerfileRenderer.Run(
                text,
                RunStepName.SystemUpdates,
                [
                    DockerfileRenderer.Epoch,
                    .. unset,
                    .. reach.Open(),
                    .. UpdateCommands.Render(inputs.Updates, pinned),
                    .. reach.Close(),
                ]
            );
        }

        if (BringsPython(inputs))
        {
            PipStep.Arguments(text, inputs);
            var install =
                $"{PipStep.Install(inputs)} "
                + $"--constraint {DockerfileRenderer.ConstraintsFile}{DockerfileRenderer.Indexes(inputs)}";
            DockerfileRenderer.Run(
                text,
                RunStepName.Requirements,
                [
                    DockerfileRenderer.Epoch,
                    .. unset,
                    .. reach.Open(isPip: true),
                    "work=$(mktemp -d)",
                    $"list() {{ python3 -c {Program} \"$@\"; }}",
                    $"list movable {DockerfileRenderer.BasePythonFile} > {MovableFile}",
                    $"list wanted {MovableFile} {DockerfileRenderer.RequirementsFile} > {WantedFile}",
                    $"list kept {MovableFile} {DockerfileRenderer.RequirementsFile} > {KeptFile}",
                    DockerfileRenderer.QuietPip,
                    .. PipStep.Open(inputs),
                    // What is asked for by name is upgraded, whatever the strategy.
                    $"{install} --upgrade --upgrade-strategy only-if-needed --constraint {KeptFile} "
                        + $"--requirement {WantedFile}",
                    // Extras of what came with the base ask for more, and can't be constraints.
                    $"[ ! -s {KeptFile} ] || {install} --requirement {DockerfileRenderer.RequirementsFile}",
                    .. PipStep.Fixes(inputs),
                    $"list unneeded {MovableFile} {DockerfileRenderer.RequirementsFile} > {UnneededFile}",
                    $"[ ! -s {UnneededFile} ] || python3 -m pip uninstall --yes --requirement {UnneededFile}",
                    "rm -rf $work",
                    .. PipStep.Close(inputs),
                    .. reach.Close(),
                ]
            );
        }

        text.Append($"USER {inputs.User.Uid}:{inputs.User.Gid}\n");
        return text.ToString();
    }

    /// <summary>
    /// Decides whether there is anything that a patch could bring: with versions and hashes for all, nothing moves.
    /// </summary>
    public static bool BringsAnything(ParsedSpec inputs) =>
        inputs.Updates.Policy != SystemUpdatePolicy.None
        || inputs.Packages.Any(p => p.Version is null)
        || BringsPython(inputs);

    /// <summary>
    /// Unsets what the image has in its environment for those who use it: pip, apt or mktemp may take it as theirs. A
    /// name that is a build argument's, too, stays: unset, it would be neither.
    /// </summary>
    private static IEnumerable<string> Unset(ParsedSpec inputs, StepAccess access) =>
        inputs
            .Environment.Variables.Select(v => v.Key)
            .Where(name => !BuildVariables.IsTransparent(name) && !access.Arguments.Contains(name))
            // bash has some that can't be: UID.
            .Select(name => $"unset {name} 2> /dev/null || :");

    /// <summary>With hashes every distribution has one version.</summary>
    private static bool BringsPython(ParsedSpec inputs) => !inputs.Requirements.IsEmpty && !inputs.RequireHashes;
}
