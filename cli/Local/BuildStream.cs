using System.Globalization;
using System.Text.RegularExpressions;
using Docker.DotNet.Models;
using GemmaOperator.Builds.Inputs;
using KubectlGemma.Local.Engines;

namespace KubectlGemma.Local;

/// <summary>
/// Reads what an engine's classic builder tells: its steps are known by the form of their lines only (moby,
/// builder/dockerfile/evaluator.go; Buildah, imagebuildah), which any program may write, too. So a step counts only as
/// the next one, and nothing but what is shown depends on it.
/// </summary>
/// <param name="dockerfile">What is built: Buildah counts from the FROM of each stage, and Docker from the top.</param>
internal sealed partial class BuildStream(string dockerfile)
{
    /// <summary>Stands for the one stage of Docker, which numbers all its steps in one row.</summary>
    private const int AllStages = 0;

    /// <summary>Holds the number of the instruction with which each stage begins.</summary>
    private readonly List<int> _stages =
    [
        .. DockerfileInstruction
            .ReadAll(dockerfile)
            .Select((instruction, at) => (instruction.Name, Number: at + 1))
            .Where(i => i.Name == "FROM")
            .Select(i => i.Number),
    ];

    private readonly LineBuffer _lines = new();
    private int? _stage;
    private int _at;
    private int _of;

    /// <summary>Returns what one message tells.</summary>
    public IEnumerable<BuildEvent> Read(JSONMessage message)
    {
        foreach (var line in _lines.Add(message.Stream ?? ""))
        {
            if (line.Length > 0)
            {
                yield return OfLine(line);
            }
        }

        if (message.Status is { Length: > 0 } status && message.Progress is null)
        {
            yield return new BuildEvent.Said(status);
        }

        if (EngineMessage.Aux(message, "ID") is { } id)
        {
            yield return new BuildEvent.Image(id);
        }

        if (message.Error is { } error)
        {
            yield return new BuildEvent.Failed(ExitCodeOf(error), error.Message ?? "");
        }
    }

    private BuildEvent OfLine(string line) =>
        Begun(line) is { } number ? new BuildEvent.Began(number)
        : Cached().IsMatch(line) ? new BuildEvent.FromCache()
        : Made().Match(line) is { Success: true } made ? new BuildEvent.Made(made.Groups["id"].Value)
        : new BuildEvent.Said(line);

    /// <summary>Returns the number of the instruction that a line begins; null for a line that begins none.</summary>
    private int? Begun(string line)
    {
        var (step, stage) = (Step().Match(line), AllStages);
        if (!step.Success)
        {
            step = StepOfStage().Match(line);
            stage = Number("stage") ?? 1;
        }

        if (
            Number("number") is not { } number
            || Number("of") is not { } of
            || (stage == AllStages ? 1 : _stages.ElementAtOrDefault(stage - 1)) is not (> 0 and var first)
            || !IsNext(stage, number, of)
        )
        {
            return null;
        }

        (_stage, _at, _of) = (stage, number, of);
        return first + number - 1;

        int? Number(string group) =>
            step.Groups[group] is { Success: true, Value: var text }
                ? int.Parse(text, CultureInfo.InvariantCulture)
                : null;
    }

    /// <summary>Tells whether a step follows the one before; a stage begins when another was told whole.</summary>
    private bool IsNext(int stage, int number, int of) =>
        stage == _stage
            ? number == _at + 1 && of == _of
            : number == 1 && _at == _of && (_stage is null || (_stage > AllStages && stage > _stage));

    /// <summary>Returns the exit code of the program that failed: Buildah says it in its sentence alone.</summary>
    private static long? ExitCodeOf(JSONError error) =>
        error.Code is > 0 ? error.Code
        : ExitStatus().Match((error.Message ?? "").TrimEnd()) is { Success: true } said
            ? long.Parse(said.Groups["code"].Value, CultureInfo.InvariantCulture)
        : null;

    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    [GeneratedRegex(@"\AStep (?<number>[0-9]{1,4})/(?<of>[0-9]{1,4}) : ", Options)]
    private static partial Regex Step();

    [GeneratedRegex(
        @"\A(\[(?<stage>[0-9]{1,4})/[0-9]{1,4}\] )?STEP (?<number>[0-9]{1,4})/(?<of>[0-9]{1,4}): ",
        Options
    )]
    private static partial Regex StepOfStage();

    [GeneratedRegex(@"\A( ---|--)> Using cache( [0-9a-f]{11,64})?\z", Options)]
    private static partial Regex Cached();

    /// <summary>Matches ids as they are shortened: to 12 digits by Docker, to 11 by Buildah.</summary>
    [GeneratedRegex(@"\A( ---|--)> (?<id>[0-9a-f]{11,64})\z", Options)]
    private static partial Regex Made();

    [GeneratedRegex(@": exit status (?<code>[0-9]{1,3})\z", Options)]
    private static partial Regex ExitStatus();
}
